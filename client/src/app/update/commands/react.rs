//! `/react [EMOJI]`

use super::Command;
use crate::app::state::action::MessageAction;
use crate::app::state::picker::PickerKind;
use crate::app::update::actions::{self, changes};
use crate::app::update::picker;
use crate::text::emoji;

pub const COMMAND: Command = Command {
    names: &["react", "반응"],
    arguments: "[EMOJI or :shortcode:]",
    help: "react to the selected message, or to the newest one of another; again takes it back",
    run: |state, arguments, _, effects| {
        let to = actions::message_of(state, MessageAction::React)?;
        if arguments.is_empty() {
            picker::open(state, PickerKind::React(to));
            return Ok(());
        }
        let code = arguments.trim_matches(':');
        let named = emoji::find(code, 1).into_iter().find(|e| e.shortcode == code);
        let glyph = match named {
            Some(emoji) => emoji.glyph.to_owned(),
            None if arguments.is_ascii() => {
                return Err(format!("there is no emoji {arguments}; /react alone lists some"));
            }
            None => arguments.to_owned(),
        };
        actions::keys::leave(state);
        changes::toggle_reaction(state, to, &glyph, effects)
    },
};
