//! Drafts outlive the program: written a moment after the last change, an empty one at once, so that
//! what was sent does not come back as a draft.

use super::Effects;
use crate::app::Effect;
use crate::app::msg::Now;
use crate::app::state::{Room, State};

/// What is typed in this time is written at once, in ms.
const SAVE_EVERY: u64 = 1000;

/// After every message.
pub fn note(state: &mut State, now: Now, effects: &mut Effects) {
    if state.drafts_at.is_some_and(|at| at <= now.mono) {
        save(state, effects);
    }
    let Some(room) = state.rooms.selected_mut().filter(|r| is_changed(r)) else { return };
    match room.composer.is_empty() {
        true => save_one(room, effects),
        false => {
            state.drafts_at.get_or_insert(now.mono + SAVE_EVERY);
        }
    }
}

/// Has all that changed written.
pub fn save(state: &mut State, effects: &mut Effects) {
    state.drafts_at = None;
    for room in state.rooms.iter_mut().filter(|r| is_changed(r)) {
        save_one(room, effects);
    }
}

fn is_changed(room: &Room) -> bool {
    !room.is_read_only() && room.composer.text() != room.saved_draft
}

fn save_one(room: &mut Room, effects: &mut Effects) {
    let text = room.composer.text().to_owned();
    room.saved_draft.clone_from(&text);
    effects.push(Effect::SaveDraft { place: room.place.clone(), text });
}
