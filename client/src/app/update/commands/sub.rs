//! `/sub /topic/…`

use super::Command;
use crate::app::update::rooms;
use chat_protocol::chat::Destination;

pub const COMMAND: Command = Command {
    names: &["sub", "subscribe"],
    arguments: "/topic/NAME",
    help: "follow a plain topic as a read-only room",
    run: |state, arguments, _, effects| match Destination::parse(arguments) {
        Ok(Destination::Topic(topic)) => rooms::follow(state, topic.as_ref().to_owned(), effects),
        Ok(Destination::Room(room)) => Err(format!("{room} is a room: /join {room}")),
        Ok(_) => Err("/sub is for plain topics, such as /topic/builds".to_owned()),
        Err(error) => Err(format!("/sub /topic/NAME: {error}")),
    },
};
