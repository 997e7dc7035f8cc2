//! What the draft is for: an answer, or a new text of a message of ours. Esc gives it up.

use super::changes;
use crate::app::state::{Intent, State};
use crate::app::update::Effects;
use chat_protocol::chat::{MessageId, Post};

pub fn begin_reply(state: &mut State, to: MessageId) {
    abandon(state);
    if let Some(room) = state.rooms.selected_mut() {
        room.intent = Some(Intent::Reply { to });
    }
}

/// The message's text becomes the draft.
pub fn begin_edit(state: &mut State, of: MessageId) {
    abandon(state);
    let Some(room) = state.rooms.selected_mut() else { return };
    let Some(text) = room.timeline.message(&of).map(|e| e.text.as_str().to_owned()) else { return };
    let draft = room.composer.text().to_owned();
    // One that begins with a slash would be a command.
    let slash = if text.starts_with('/') { "/" } else { "" };
    room.composer.set(format!("{slash}{text}"));
    room.intent = Some(Intent::Edit { of, draft });
}

/// `false`: there was nothing to give up.
pub fn abandon(state: &mut State) -> bool {
    let Some(room) = state.rooms.selected_mut() else { return false };
    match room.intent.take() {
        None => return false,
        Some(Intent::Reply { .. }) => {}
        Some(Intent::Edit { draft, .. }) => room.composer.set(draft),
    }
    true
}

/// The draft is the new text of a message of ours.
pub fn send_edit(
    state: &mut State,
    of: MessageId,
    text: &str,
    effects: &mut Effects,
) -> Result<(), String> {
    let unchanged = state
        .room()
        .and_then(|room| room.timeline.message(&of))
        .is_some_and(|entry| entry.text.as_str() == text);
    if !unchanged {
        changes::send(state, Post::Edit { edits: of, text: text.into() }, effects)?;
    }
    if let Some(room) = state.rooms.selected_mut() {
        room.composer.take();
    }
    abandon(state);
    Ok(())
}
