//! `/quit`

use super::{Command, expect_nothing};
use crate::app::update::leave;

pub const COMMAND: Command = Command {
    names: &["quit", "q", "exit", "종료"],
    arguments: "",
    help: "leave the program",
    run: |state, arguments, now, effects| {
        expect_nothing(arguments, "/quit")?;
        leave::request(state, now, effects);
        Ok(())
    },
};
