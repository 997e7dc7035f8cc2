//! `/thread`

use super::{Command, expect_nothing};
use crate::app::state::action::MessageAction;
use crate::app::update::actions;

pub const COMMAND: Command = Command {
    names: &["thread", "타래"],
    arguments: "",
    help: "show the selected message, or the newest one, with its answers",
    run: |state, arguments, _, effects| {
        expect_nothing(arguments, "/thread")?;
        let id = actions::target_of(state, MessageAction::Thread)?;
        actions::run(state, MessageAction::Thread, &id, effects)
    },
};
