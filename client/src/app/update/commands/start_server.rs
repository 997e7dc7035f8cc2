//! `/start-server`

use super::{Command, expect_nothing};
use crate::app::update::first_run;

pub const COMMAND: Command = Command {
    names: &["start-server", "서버시작"],
    arguments: "",
    help: "start a server on this machine when none answers",
    run: |state, arguments, _, effects| {
        expect_nothing(arguments, "/start-server")?;
        first_run::start_server(state, effects)
    },
};
