//! How the server's own words stand in a MESSAGE: headers and JSON bodies of the contract.

use super::JSON;
use crate::log::Entry;
use chat_protocol::chat::{Destination, RoomName, header};

/// A committed message as it goes to readers.
pub struct RoomMessage<'a> {
    entry: &'a Entry,
    destination: String,
    timestamp: String,
    pub body: Vec<u8>,
}

impl<'a> RoomMessage<'a> {
    pub fn new(entry: &'a Entry) -> Self {
        Self {
            entry,
            destination: room_destination(&entry.message.room),
            timestamp: entry.message.at.to_string(),
            body: entry.message.to_json(),
        }
    }

    pub fn headers(&self) -> Vec<(&str, &str)> {
        let message = &self.entry.message;
        let mut headers = vec![
            ("destination", self.destination.as_str()),
            (header::MESSAGE_ID, message.id.as_str()),
            (header::SENDER, message.sender.as_str()),
            (header::TIMESTAMP, self.timestamp.as_str()),
            (header::KIND, message.kind.as_str()),
            ("content-type", JSON),
        ];
        headers.extend(self.entry.prev.as_ref().map(|prev| (header::PREV, prev.as_str())));
        headers
    }
}

/// Headers of an event, a reply or a room list.
pub fn event_headers<'a>(destination: &'a str, id: &'a str) -> [(&'a str, &'a str); 3] {
    [("destination", destination), (header::MESSAGE_ID, id), ("content-type", JSON)]
}

pub fn room_destination(room: &RoomName) -> String {
    Destination::Room(room.clone()).to_string()
}
