//! `/members`

use super::{Command, expect_nothing};
use crate::app::state::SidePane;

pub const COMMAND: Command = Command {
    names: &["members", "who", "사람들"],
    arguments: "",
    help: "show or hide who is here",
    run: |state, arguments, _, _| {
        expect_nothing(arguments, "/members")?;
        state.toggle_side(SidePane::Members);
        Ok(())
    },
};
