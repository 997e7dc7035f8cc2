//! `/subs`: every subscription, with its state or why it was refused.

use super::{Command, sub};
use crate::app::state::popup::PopupKind;
use crate::app::update::keys;

pub const COMMAND: Command = Command {
    names: &["subs", "subscriptions", "구독"],
    arguments: "[/topic/NAME]",
    help: "list all subscriptions, or follow a topic",
    run: |state, arguments, now, effects| {
        if !arguments.is_empty() {
            return (sub::COMMAND.run)(state, arguments, now, effects);
        }
        keys::toggle(state, PopupKind::Subscriptions);
        Ok(())
    },
};
