//! `/help`

use super::Command;
use crate::app::state::popup::PopupKind;
use crate::app::update::keys;

pub const COMMAND: Command = Command {
    names: &["help", "h", "도움말"],
    arguments: "",
    help: "keys and commands",
    run: |state, _, _, _| {
        keys::toggle(state, PopupKind::Help);
        Ok(())
    },
};
