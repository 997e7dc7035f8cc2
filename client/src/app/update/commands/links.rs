//! `/links`

use super::{Command, expect_nothing};
use crate::app::state::picker::PickerKind;
use crate::app::update::picker;

pub const COMMAND: Command = Command {
    names: &["links", "open", "링크"],
    arguments: "",
    help: "open or copy a link of the selected message, or of those in view",
    run: |state, arguments, _, _| {
        expect_nothing(arguments, "/links")?;
        picker::open(state, PickerKind::Links);
        Ok(())
    },
};
