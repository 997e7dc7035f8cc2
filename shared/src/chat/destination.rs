//! Destinations, parsed once into one enum (contract, section 3).

use super::RoomName;
use crate::text::PeerStr;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Destination {
    /// `/topic/room.{room}`
    Room(RoomName),
    /// `/topic/room.{room}.presence`
    RoomPresence(RoomName),
    /// `/topic/room.{room}.typing`
    RoomTyping(RoomName),
    /// `/app/room.{room}`
    AppRoom(RoomName),
    /// `/app/room.{room}.typing`
    AppTyping(RoomName),
    /// `/app/room.{room}.history`
    AppHistory(RoomName),
    /// `/app/rooms`
    AppRooms,
    /// `/topic/rooms`
    Rooms,
    /// `/user/queue/replies`
    Replies,
    /// `/user/queue/errors`
    Errors,
    /// Any other `/topic/…`: a plain topic; the whole destination as given.
    Topic(Arc<str>),
    /// `/queue/…`: the whole destination as given.
    Queue(Arc<str>),
}

/// `bad-destination`: the text names the valid kinds and is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DestinationError(pub String);

/// UTF-8 bytes of a plain topic's or queue's whole destination at most.
pub const DESTINATION_BYTES: usize = 256;

const KINDS: &str = "valid are /topic/room.NAME, /topic/room.NAME.presence, /topic/room.NAME.typing, \
    /app/room.NAME, /app/room.NAME.typing, /app/room.NAME.history, /topic/rooms, /app/rooms, \
    /user/queue/replies, /user/queue/errors, /topic/ANYTHING and /queue/ANYTHING";

impl Destination {
    /// Everything under `/topic/room.` and `/topic/rooms` belongs to the chat; what cannot be read
    /// there is an error, a room name that breaks the rules included. Wildcards, empty segments,
    /// what is over 256 bytes and what the sanitiser would change are refused, so that a
    /// destination is safe to show. Percent signs are literal.
    pub fn parse(s: &str) -> Result<Self, DestinationError> {
        Self::read(s).map_err(|cause| {
            let start: String = s.chars().take(80).collect();
            DestinationError(format!(
                "bad destination '{}': {cause}; {KINDS}",
                PeerStr::new(&start).line()
            ))
        })
    }

    fn read(s: &str) -> Result<Self, String> {
        if let Some(rest) = s.strip_prefix("/topic/") {
            return Self::topic(s, rest);
        }
        if let Some(rest) = s.strip_prefix("/app/") {
            return Self::app(rest);
        }
        if let Some(rest) = s.strip_prefix("/queue/") {
            return plain(s, rest).map(Self::Queue);
        }
        match s {
            "/user/queue/replies" => Ok(Self::Replies),
            "/user/queue/errors" => Ok(Self::Errors),
            "" => Err("it is empty".to_owned()),
            _ => Err("there is no such kind".to_owned()),
        }
    }

    fn topic(whole: &str, rest: &str) -> Result<Self, String> {
        if rest == "rooms" {
            return Ok(Self::Rooms);
        }
        if rest.starts_with("rooms.") || rest.starts_with("rooms/") {
            return Err("there is nothing under /topic/rooms".to_owned());
        }
        let Some(room) = rest.strip_prefix("room.") else {
            return plain(whole, rest).map(Self::Topic);
        };
        match room.split_once('.') {
            None => name(room).map(Self::Room),
            Some((room, "presence")) => name(room).map(Self::RoomPresence),
            Some((room, "typing")) => name(room).map(Self::RoomTyping),
            Some(_) => Err("a room has .presence and .typing, and its name has no '.'".to_owned()),
        }
    }

    fn app(rest: &str) -> Result<Self, String> {
        if rest == "rooms" {
            return Ok(Self::AppRooms);
        }
        let Some(room) = rest.strip_prefix("room.") else {
            return Err("there is no such kind".to_owned());
        };
        match room.split_once('.') {
            None => name(room).map(Self::AppRoom),
            Some((room, "typing")) => name(room).map(Self::AppTyping),
            Some((room, "history")) => name(room).map(Self::AppHistory),
            Some(_) => Err("a room takes .typing and .history, and its name has no '.'".to_owned()),
        }
    }

    /// The room it is about.
    pub fn room(&self) -> Option<&RoomName> {
        match self {
            Self::Room(room)
            | Self::RoomPresence(room)
            | Self::RoomTyping(room)
            | Self::AppRoom(room)
            | Self::AppTyping(room)
            | Self::AppHistory(room) => Some(room),
            _ => None,
        }
    }
}

fn name(raw: &str) -> Result<RoomName, String> {
    RoomName::parse(raw).map_err(|e| e.to_string())
}

/// The rules for what the chat does not own.
fn plain(whole: &str, rest: &str) -> Result<Arc<str>, String> {
    if whole.len() > DESTINATION_BYTES {
        return Err(format!(
            "it has {} bytes, at most {DESTINATION_BYTES} are allowed",
            whole.len()
        ));
    }
    if PeerStr::new(whole).line().as_str() != whole {
        return Err("it has a control or invisible character".to_owned());
    }
    for segment in rest.split(['/', '.']) {
        match segment {
            "" => return Err("it has an empty segment".to_owned()),
            "*" | ">" | "#" => return Err("wildcards are not supported".to_owned()),
            _ => {}
        }
    }
    Ok(whole.into())
}

/// The canonical text, with the room as shown.
impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Room(room) => write!(f, "/topic/room.{room}"),
            Self::RoomPresence(room) => write!(f, "/topic/room.{room}.presence"),
            Self::RoomTyping(room) => write!(f, "/topic/room.{room}.typing"),
            Self::AppRoom(room) => write!(f, "/app/room.{room}"),
            Self::AppTyping(room) => write!(f, "/app/room.{room}.typing"),
            Self::AppHistory(room) => write!(f, "/app/room.{room}.history"),
            Self::AppRooms => f.write_str("/app/rooms"),
            Self::Rooms => f.write_str("/topic/rooms"),
            Self::Replies => f.write_str("/user/queue/replies"),
            Self::Errors => f.write_str("/user/queue/errors"),
            Self::Topic(whole) | Self::Queue(whole) => f.write_str(whole),
        }
    }
}
