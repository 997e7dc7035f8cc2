//! Joining, leaving and selecting rooms.

use super::jump::Goal;
use super::{Effects, reading, restore, view};
use crate::app::Effect;
use crate::app::msg::{Now, Remembered};
use crate::app::state::{Anchor, Place, Room, State, SubState, Subscriptions};
use crate::config::Level;
use crate::net::{Command, Start, Target};
use chat_protocol::chat::{MessageId, RoomName};

/// Messages that come first in a room that nothing is remembered of.
const FIRST_PAGE: u16 = 100;

pub fn start(
    state: &mut State,
    rooms: Vec<Remembered>,
    select: Option<RoomName>,
    now: Now,
    effects: &mut Effects,
) {
    subscribe(state, Target::Rooms, Start::Last(0), effects);
    subscribe(state, Target::Reads, Start::Last(0), effects);
    for Remembered { place, read } in rooms {
        if state.rooms.get(&place).is_some() {
            continue;
        }
        let added = match place {
            Place::Room(room) => add_room(state, room, read, effects),
            Place::Topic(topic) => add_topic(state, topic, effects),
        };
        if let Err(refusal) = added {
            state.complain(refusal);
        }
    }
    let wanted = select.and_then(|room| state.rooms.position(&Place::Room(room)));
    state.rooms.select(wanted.unwrap_or(0));
    restore::unsent(state, now, effects);
}

/// Joins unless that is done, and goes there.
pub fn join(state: &mut State, room: RoomName, effects: &mut Effects) -> Result<(), String> {
    let place = Place::Room(room.clone());
    match state.rooms.get_mut(&place) {
        None => add_room(state, room, None, effects)?,
        // Asked for again by the one who knows what may have changed.
        Some(known) if known.refused.is_some() => {
            known.refused = None;
            let start = known.read.clone().map_or(Start::Last(FIRST_PAGE), Start::After);
            subscribe_room(state, room, start, effects);
        }
        Some(_) => {}
    }
    go_to(state, &place);
    Ok(())
}

/// Joins without going there.
pub fn join_behind(state: &mut State, room: RoomName, effects: &mut Effects) -> Result<(), String> {
    add_room(state, room, None, effects)
}

fn add_room(
    state: &mut State,
    room: RoomName,
    read: Option<MessageId>,
    effects: &mut Effects,
) -> Result<(), String> {
    ensure_place(state, 3)?;
    state.rooms.push(Room::new(Place::Room(room.clone()), read.clone()));
    apply_levels(state);
    effects.push(Effect::SaveRoom { place: Place::Room(room.clone()), read: read.clone() });
    restore::room(state, &room);
    let resume = state.restored.as_mut().and_then(|r| r.resume.remove(room.folded()));
    let start = resume.or(read).map_or(Start::Last(FIRST_PAGE), Start::After);
    subscribe_room(state, room, start, effects);
    Ok(())
}

fn subscribe_room(state: &mut State, room: RoomName, start: Start, effects: &mut Effects) {
    subscribe(state, Target::Room(room.clone()), start, effects);
    subscribe(state, Target::Presence(room.clone()), Start::Last(0), effects);
    subscribe(state, Target::Typing(room), Start::Last(0), effects);
}

/// Follows a plain topic as a read-only room, and goes there.
pub fn follow(state: &mut State, destination: String, effects: &mut Effects) -> Result<(), String> {
    let place = Place::Topic(destination.clone());
    if state.rooms.get(&place).is_none() {
        add_topic(state, destination, effects)?;
    }
    go_to(state, &place);
    Ok(())
}

fn add_topic(state: &mut State, topic: String, effects: &mut Effects) -> Result<(), String> {
    ensure_place(state, 1)?;
    let place = Place::Topic(topic.clone());
    let mut room = Room::new(place.clone(), None);
    room.catching_up = false;
    room.timeline.more_before = false;
    state.rooms.push(room);
    apply_levels(state);
    effects.push(Effect::SaveRoom { place, read: None });
    subscribe(state, Target::Topic(topic), Start::Last(0), effects);
    Ok(())
}

fn ensure_place(state: &State, more: usize) -> Result<(), String> {
    if state.subscriptions.has_place_for(more) {
        return Ok(());
    }
    let most = Subscriptions::MAX;
    Err(format!("a connection has at most {most} subscriptions; /leave a room first"))
}

fn subscribe(state: &mut State, target: Target, start: Start, effects: &mut Effects) {
    state.subscriptions.set(&target, SubState::Waiting);
    effects.push(Effect::Net(Command::Subscribe { target, start, unseen: false }));
}

/// Leaves a room or a topic; one with messages of ours on the way is kept.
pub fn leave(state: &mut State, place: &Place, effects: &mut Effects) -> Result<(), String> {
    let Some(room) = state.rooms.get(place) else {
        return Err(format!("{} is not in the list; F1 shows what can be done", place.name()));
    };
    let unsent = room.unsent().count();
    if unsent > 0 {
        let name = place.name();
        return Err(format!("{name} has messages that are not sent ({unsent}): wait, or /discard"));
    }
    effects.push(Effect::ForgetRoom { place: place.clone() });
    let targets = match place {
        Place::Room(room) => {
            let room = || room.clone();
            vec![Target::Room(room()), Target::Presence(room()), Target::Typing(room())]
        }
        Place::Topic(destination) => vec![Target::Topic(destination.clone())],
    };
    for target in targets {
        state.subscriptions.remove(&target);
        effects.push(Effect::Net(Command::Unsubscribe { target }));
    }
    state.rooms.remove(place);
    state.requests.retain(|r| r.place != *place);
    Ok(())
}

fn go_to(state: &mut State, place: &Place) {
    if let Some(index) = state.rooms.position(place) {
        select(state, Some(index));
    }
}

/// Shows another room, by the order of joining.
pub fn select(state: &mut State, index: Option<usize>) {
    let Some(index) = index.filter(|i| *i < state.rooms.len()) else { return };
    reading::depart(state);
    state.rooms.select(index);
    show_unread(state);
    state.notice = None;
    state.completion = None;
}

/// More unread than fits in view is shown from where reading ended: opening a room is not reading it.
fn show_unread(state: &mut State) {
    let view = view(&state.layout);
    let Some(room) = state.rooms.selected_mut() else { return };
    if room.unread == 0 || room.timeline.anchor != Anchor::Bottom || room.goal.is_some() {
        return;
    }
    if !room.timeline.show_unread(view) && room.unread > view.height {
        room.goal = room.read.clone().map(|id| Goal { id, anchor: None });
    }
}

/// What one is told of may have changed: some rooms are muted by it.
pub fn apply_levels(state: &mut State) {
    let muted: Vec<bool> =
        state.rooms.iter().map(|room| state.level(&room.place) == Level::Nothing).collect();
    for (room, muted) in state.rooms.iter_mut().zip(muted) {
        room.muted = muted;
    }
    state.rooms.sort();
}
