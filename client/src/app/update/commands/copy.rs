//! `/copy`

use super::{Command, expect_nothing};
use crate::app::state::action::MessageAction;
use crate::app::update::actions;

pub const COMMAND: Command = Command {
    names: &["copy", "복사"],
    arguments: "",
    help: "put the selected message, or the newest one, into the clipboard",
    run: |state, arguments, _, effects| {
        expect_nothing(arguments, "/copy")?;
        let id = actions::target_of(state, MessageAction::Copy)?;
        actions::run(state, MessageAction::Copy, &id, effects)
    },
};
