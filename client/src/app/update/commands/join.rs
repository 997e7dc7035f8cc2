//! `/join ROOM`

use super::Command;
use crate::app::update::rooms;
use chat_protocol::chat::RoomName;

pub const COMMAND: Command = Command {
    names: &["join", "j", "참여"],
    arguments: "ROOM",
    help: "join a room, or go to it",
    run: |state, arguments, _, effects| {
        let name = arguments.strip_prefix('#').unwrap_or(arguments);
        let room = RoomName::parse(name).map_err(|e| format!("/join ROOM: {e}"))?;
        rooms::join(state, room, effects)
    },
};
