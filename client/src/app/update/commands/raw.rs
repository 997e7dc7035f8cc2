//! `/raw`

use super::{Command, expect_nothing};
use crate::app::state::action::MessageAction;
use crate::app::update::actions;

pub const COMMAND: Command = Command {
    names: &["raw", "원본"],
    arguments: "",
    help: "show all that is known of the selected message, or the newest one",
    run: |state, arguments, _, effects| {
        expect_nothing(arguments, "/raw")?;
        let id = actions::target_of(state, MessageAction::Raw)?;
        actions::run(state, MessageAction::Raw, &id, effects)
    },
};
