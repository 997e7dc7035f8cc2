//! `/edit [TEXT]`

use super::Command;
use crate::app::state::action::MessageAction;
use crate::app::update::actions;

pub const COMMAND: Command = Command {
    names: &["edit", "수정"],
    arguments: "[TEXT]",
    help: "change the selected message of yours, or your newest one",
    run: |state, arguments, _, effects| {
        let of = actions::message_of(state, MessageAction::Edit)?;
        actions::keys::leave(state);
        if arguments.is_empty() {
            actions::begin_edit(state, of);
            return Ok(());
        }
        actions::send_edit(state, of, arguments, effects)
    },
};
