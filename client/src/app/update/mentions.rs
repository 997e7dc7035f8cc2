//! Where one was mentioned: the next one that is unread, and all of them over all rooms.

use super::{Effects, jump, picker, rooms};
use crate::app::Effect;
use crate::app::state::picker::PickerKind;
use crate::app::state::{Place, State};
use crate::net::Command;
use chat_protocol::chat::{MentionsReply, MessageId, RoomName};

/// Mentions asked for at once.
const PAGE: usize = 100;

/// Goes to the first unread mention: here, or in the room that comes first in the list.
pub fn next(state: &mut State) {
    let here = state.room().filter(|room| room.mentions > 0).map(|room| room.place.clone());
    let listed = state.rooms.listed().map(|(_, room)| room).find(|room| room.mentions > 0);
    let Some(place) = here.or_else(|| listed.map(|room| room.place.clone())) else {
        return state.inform("no mention is unread; F9 lists all of them");
    };
    let room = state.rooms.get(&place);
    let first = room.and_then(|room| room.timeline.first_mention_after(room.read.as_ref()?));
    match first.cloned() {
        Some(id) => jump::to(state, &place, id),
        None => rooms::select(state, state.rooms.position(&place)),
    }
}

/// Lists all of them, newest first.
pub fn list(state: &mut State, effects: &mut Effects) {
    picker::toggle(state, PickerKind::Mentions);
    if state.picker.is_some() && state.is_online() {
        let tag = state.next_serial();
        effects.push(Effect::Net(Command::Mentions { before: None, limit: PAGE, tag }));
    }
}

pub fn answer(state: &mut State, reply: MentionsReply) {
    state.mentions = reply.mentions;
    picker::news(state, &PickerKind::Mentions);
}

/// To one of them; its room is joined if need be.
pub fn go(
    state: &mut State,
    room: RoomName,
    id: MessageId,
    effects: &mut Effects,
) -> Result<(), String> {
    let place = Place::Room(room.clone());
    rooms::join(state, room, effects)?;
    jump::to(state, &place, id);
    Ok(())
}
