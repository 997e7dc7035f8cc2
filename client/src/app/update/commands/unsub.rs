//! `/unsub /topic/…`

use super::Command;
use crate::app::state::Place;
use crate::app::update::rooms;

pub const COMMAND: Command = Command {
    names: &["unsub", "unsubscribe"],
    arguments: "/topic/NAME",
    help: "leave a plain topic",
    run: |state, arguments, _, effects| {
        rooms::leave(state, &Place::Topic(arguments.to_owned()), effects)
    },
};
