//! The draft in the person's own editor, and back.

use super::{Effects, edit};
use crate::app::Effect;
use crate::app::state::State;
use crate::app::state::composer::DRAFT_MAX;

pub fn open(state: &mut State, effects: &mut Effects) {
    if state.editing.is_some() {
        return;
    }
    state.editing = Some(state.room().map(|r| r.place.clone()));
    state.focused = false;
    effects.push(Effect::Edit(state.composer().text().to_owned()));
}

/// The editor is gone; an error says why there is no text, and is safe to show.
pub fn done(state: &mut State, text: Result<String, String>) {
    let Some(place) = state.editing.take() else { return };
    state.focused = true;
    let text = match text {
        Ok(text) => text,
        Err(why) => return state.complain(why),
    };
    let text = edit::printable(&text.replace("\r\n", "\n"));
    let text = text.strip_suffix('\n').unwrap_or(&text);
    if text.len() > DRAFT_MAX {
        return state.complain("what the editor left is too long for a draft, which is as it was");
    }
    let composer = match &place {
        None => Some(&mut state.lobby),
        Some(place) => state.rooms.get_mut(place).map(|room| &mut room.composer),
    };
    // Left meanwhile: there is nowhere to put it.
    let Some(composer) = composer else { return };
    if composer.text() != text {
        composer.set(text.to_owned());
    }
}
