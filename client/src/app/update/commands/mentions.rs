//! `/mentions`

use super::{Command, expect_nothing};
use crate::app::update::mentions;

pub const COMMAND: Command = Command {
    names: &["mentions", "부름"],
    arguments: "",
    help: "list where you were mentioned, over all rooms",
    run: |state, arguments, _, effects| {
        expect_nothing(arguments, "/mentions")?;
        mentions::list(state, effects);
        Ok(())
    },
};
