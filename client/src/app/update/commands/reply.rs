//! `/reply [TEXT]`

use super::Command;
use crate::app::state::action::MessageAction;
use crate::app::update::{actions, sending};

pub const COMMAND: Command = Command {
    names: &["reply", "답장"],
    arguments: "[TEXT]",
    help: "answer the selected message, or the newest one of another",
    run: |state, arguments, now, effects| {
        let to = actions::message_of(state, MessageAction::Reply)?;
        actions::begin_reply(state, to);
        actions::keys::leave(state);
        if arguments.is_empty() {
            return Ok(());
        }
        sending::say(state, arguments, now, effects)
    },
};
