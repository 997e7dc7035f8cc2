//! `/reload`

use super::{Command, expect_nothing};
use crate::app::Effect;

pub const COMMAND: Command = Command {
    names: &["reload", "설정"],
    arguments: "",
    help: "read the configuration anew",
    run: |_, arguments, _, effects| {
        expect_nothing(arguments, "/reload")?;
        effects.push(Effect::Reload);
        Ok(())
    },
};
