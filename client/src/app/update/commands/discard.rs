//! `/discard`

use super::{Command, expect_nothing};
use crate::app::update::sending;

pub const COMMAND: Command = Command {
    names: &["discard", "버리기"],
    arguments: "",
    help: "give up the newest message that failed or waits",
    run: |state, arguments, _, effects| {
        expect_nothing(arguments, "/discard")?;
        sending::discard(state, effects)
    },
};
