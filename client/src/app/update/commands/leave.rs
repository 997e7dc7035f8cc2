//! `/leave [ROOM]`

use super::Command;
use crate::app::state::Place;
use crate::app::update::rooms;
use chat_protocol::chat::RoomName;

pub const COMMAND: Command = Command {
    names: &["leave", "part", "나가기"],
    arguments: "[ROOM]",
    help: "leave this room, or another one",
    run: |state, arguments, _, effects| {
        let place = match arguments.strip_prefix('#').unwrap_or(arguments) {
            "" => state.room().map(|r| r.place.clone()).ok_or("no room is joined")?,
            topic if topic.starts_with('/') => Place::Topic(topic.to_owned()),
            name => Place::Room(RoomName::parse(name).map_err(|e| format!("/leave ROOM: {e}"))?),
        };
        rooms::leave(state, &place, effects)
    },
};
