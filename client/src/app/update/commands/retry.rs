//! `/retry`

use super::{Command, expect_nothing};
use crate::app::update::sending;

pub const COMMAND: Command = Command {
    names: &["retry", "재시도"],
    arguments: "",
    help: "send what failed in this room again",
    run: |state, arguments, now, effects| {
        expect_nothing(arguments, "/retry")?;
        sending::retry(state, now, effects)
    },
};
