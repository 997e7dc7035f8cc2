//! To a message of a joined room, wherever it is: at once when it is held, else as soon as the cache or
//! the server has given it with what is around it. And back to where one was, to the line.

use super::{reading, rooms, view};
use crate::app::state::{Anchor, EntryId, Place, State};
use chat_protocol::chat::MessageId;

/// Where one reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    pub place: Place,
    pub anchor: Anchor,
}

/// A message that one wants to have in view and that is not held.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goal {
    pub id: MessageId,
    /// Just there; else the message comes a third down.
    pub anchor: Option<Anchor>,
}

/// Where one reads now; `None` while no room is joined.
pub fn here(state: &State) -> Option<Spot> {
    let room = state.room()?;
    Some(Spot { place: room.place.clone(), anchor: room.timeline.anchor.clone() })
}

/// Shows a message of a joined room, with some of what is before it, and selects it.
pub fn to(state: &mut State, place: &Place, id: MessageId) {
    rooms::select(state, state.rooms.position(place));
    seek(state, Goal { id, anchor: None });
}

/// Shows what was shown there; a room that was left meanwhile is not gone back to.
pub fn back(state: &mut State, spot: Spot) {
    if state.rooms.get(&spot.place).is_none() {
        return;
    }
    rooms::select(state, state.rooms.position(&spot.place));
    let view = view(&state.layout);
    reading::with_timeline(state, |room| room.timeline.deselect(view));
    match &spot.anchor {
        Anchor::At { id: EntryId::Message(id), .. } => {
            let id = id.clone();
            seek(state, Goal { id, anchor: Some(spot.anchor) });
        }
        anchor => {
            let anchor = anchor.clone();
            reading::with_timeline(state, |room| room.timeline.anchor = anchor);
        }
    }
}

fn seek(state: &mut State, goal: Goal) {
    let view = view(&state.layout);
    reading::with_timeline(state, |room| {
        if !room.timeline.show(&goal, view) {
            room.goal = Some(goal);
        }
    });
}
