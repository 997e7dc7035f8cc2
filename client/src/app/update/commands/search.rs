//! `/search`

use super::Command;
use crate::app::update::search;

pub const COMMAND: Command = Command {
    names: &["search", "find", "찾기", "검색"],
    arguments: "[WORDS] [from:NICK] [in:ROOM] [before:WHEN] [after:WHEN]",
    help: "find messages",
    run: |state, arguments, now, effects| {
        if arguments.is_empty() {
            search::toggle(state, now, effects);
        } else {
            search::open(state, arguments, now, effects);
        }
        Ok(())
    },
};
