//! How far one has read, on whatever device: the server keeps it, and it only ever goes on. What was
//! read here is told to it; what was read elsewhere comes back and counts here too.

use super::{Effects, reading};
use crate::app::Effect;
use crate::app::state::room::Told;
use crate::app::state::{Place, Room, State};
use crate::net::Command;
use chat_protocol::chat::{ReadEvent, RoomInfo};

/// A row of the room list that was asked for.
pub fn listed(state: &mut State, info: &RoomInfo, effects: &mut Effects) {
    let counts = (info.unread.unwrap_or(0), info.mentions.unwrap_or(0));
    let Some(id) = info.read.clone() else { return };
    hear(state, &Place::Room(info.name.clone()), Told { id, counts }, effects);
}

pub fn event(state: &mut State, event: ReadEvent, effects: &mut Effects) {
    let told = Told { id: event.id, counts: (event.unread, event.mentions) };
    hear(state, &Place::Room(event.room), told, effects);
}

/// Before the replay is complete it cannot be told which of two positions is the later one.
fn hear(state: &mut State, place: &Place, told: Told, effects: &mut Effects) {
    let Some(room) = state.rooms.get_mut(place) else { return };
    room.told = Some(told);
    if room.timeline.synced {
        settle(state, place, effects);
    }
}

/// Takes the later of both positions; the server is told when it is ours.
pub fn settle(state: &mut State, place: &Place, effects: &mut Effects) {
    let is_seen = state.rooms.is_selected(place) && state.focused;
    let Some(room) = state.rooms.get_mut(place) else { return };
    let Some(told) = room.told.take() else { return };
    let ours = room.read.as_ref().filter(|_| !room.assumed).and_then(|id| room.timeline.after(id));
    let theirs = room.timeline.after(&told.id);
    let is_ours_later = match (ours, theirs) {
        (Some(ours), Some(theirs)) => ours > theirs,
        (Some(_), None) => room.timeline.is_live(),
        (None, _) => false,
    };
    if is_ours_later {
        say(state, place, effects);
        return;
    }
    room.assumed = false;
    room.said = Some(told.id.clone());
    if room.read.as_ref() != Some(&told.id) {
        room.read = Some(told.id);
        room.unsaved = true;
        if !is_seen {
            reading::draw_line(room);
        }
    }
    let need = room.need();
    if !recount(room) {
        let (unread, mentions) = told.counts;
        room.unread = usize::try_from(unread).unwrap_or(usize::MAX);
        room.mentions = usize::try_from(mentions).unwrap_or(usize::MAX).min(room.unread);
    }
    if room.need() > need {
        state.rooms.sort();
    }
}

/// Counts what is unread, where all of it is held; `false`: it is not.
pub fn recount(room: &mut Room) -> bool {
    let counts = room.read.as_ref().and_then(|id| room.timeline.unread_after(id));
    if let Some((unread, mentions)) = counts {
        (room.unread, room.mentions) = (unread, mentions);
    }
    counts.is_some()
}

/// Tells the server how far one has read here, unless it knows.
pub fn say(state: &mut State, place: &Place, effects: &mut Effects) {
    if !state.is_online() {
        return;
    }
    let tag = state.next_serial();
    let Some(room) = state.rooms.get_mut(place) else { return };
    let Some((name, id)) = room.place.as_room().cloned().zip(room.read.clone()) else { return };
    if room.assumed || room.said.as_ref() == Some(&id) {
        return;
    }
    room.said = Some(id.clone());
    effects.push(Effect::Net(Command::Read { room: name, id, tag }));
}
