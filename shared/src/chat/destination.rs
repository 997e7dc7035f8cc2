//! Destinations, parsed once into one enum (contract, section 3).

use super::pattern::{self, Pattern};
use super::{RoomName, UserName};
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
    /// `/app/room.{room}.read`
    AppRead(RoomName),
    /// `/app/rooms`
    AppRooms,
    /// `/app/mentions`
    AppMentions,
    /// `/app/search`
    AppSearch,
    /// `/topic/rooms`
    Rooms,
    /// `/user/queue/replies`
    Replies,
    /// `/user/queue/errors`
    Errors,
    /// `/user/queue/reads`
    Reads,
    /// Any other `/topic/…`: a plain topic; the whole destination as given.
    Topic(Arc<str>),
    /// `/queue/…`: the whole destination as given.
    Queue(Arc<str>),
    /// `/topic/…` or `/queue/…` with wildcards; only from [`Destination::parse_source`].
    Pattern(Pattern),
    /// `/temp-queue/…`: a queue of this connection's own; the whole destination as given.
    TempQueue(Arc<str>),
    /// `/reply-queue/…`: how the receiver of a message names the queue in its `reply-to`, which the
    /// server wrote; the whole destination as given.
    ReplyQueue(Arc<str>),
    /// Any other `/user/queue/…`: what is sent to the person; the whole destination as given.
    UserQueue(Arc<str>),
    /// `/user/{user}/queue/…`: all connections of that person which read `queue`, a `/user/queue/…`.
    PersonQueue { user: UserName, queue: Arc<str> },
}

/// `bad-destination`: the text names the valid kinds and is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DestinationError(pub String);

/// UTF-8 bytes of a plain topic's or queue's whole destination at most.
pub const DESTINATION_BYTES: usize = 256;

const KINDS: &str = "valid are /topic/room.NAME, the same with .presence or .typing, /app/room.NAME, \
    the same with .typing, .history or .read, /topic/rooms, /app/rooms, /app/mentions, /app/search, \
    /user/queue/replies, /user/queue/ANYTHING, /user/NAME/queue/ANYTHING, /topic/ANYTHING, \
    /queue/ANYTHING, /temp-queue/ANYTHING and /reply-queue/ANYTHING";

const DEAD_LETTERS: &str = "/queue/dlq.";

impl Destination {
    /// What a SEND names. Everything under `/topic/room.` and `/topic/rooms` belongs to the chat;
    /// what cannot be read there is an error, a room name that breaks the rules included. Wildcards,
    /// empty segments, what is over 256 bytes and what the sanitiser would change are refused, so
    /// that a destination is safe to show. Percent signs are literal.
    pub fn parse(s: &str) -> Result<Self, DestinationError> {
        Self::read(s).map_err(|cause| error(s, &cause))
    }

    /// What a SUBSCRIBE names: the same, or a [`Pattern`].
    pub fn parse_source(s: &str) -> Result<Self, DestinationError> {
        let rest = s.strip_prefix("/topic/").or_else(|| s.strip_prefix("/queue/"));
        match rest.filter(|rest| pattern::has_wildcard(rest)) {
            Some(rest) if !is_the_chats(s) => {
                Pattern::read(s, rest).map(Self::Pattern).map_err(|cause| error(s, &cause))
            }
            _ => Self::parse(s),
        }
    }

    fn read(s: &str) -> Result<Self, String> {
        if let Some(rest) = s.strip_prefix("/topic/") {
            return Self::topic(s, rest);
        }
        if let Some(rest) = s.strip_prefix("/app/") {
            return Self::app(rest);
        }
        if let Some(rest) = s.strip_prefix("/queue/") {
            return queue(s, rest).map(Self::Queue);
        }
        if let Some(rest) = s.strip_prefix("/temp-queue/") {
            return plain(s, rest).map(Self::TempQueue);
        }
        if let Some(rest) = s.strip_prefix("/reply-queue/") {
            return plain(s, rest).map(Self::ReplyQueue);
        }
        match s {
            "/user/queue/replies" => Ok(Self::Replies),
            "/user/queue/errors" => Ok(Self::Errors),
            "/user/queue/reads" => Ok(Self::Reads),
            "" => Err("it is empty".to_owned()),
            _ => match s.strip_prefix("/user/") {
                Some(rest) => Self::user(s, rest),
                None => Err("there is no such kind".to_owned()),
            },
        }
    }

    fn user(whole: &str, rest: &str) -> Result<Self, String> {
        if let Some(rest) = rest.strip_prefix("queue/") {
            return plain(whole, rest).map(Self::UserQueue);
        }
        let parts =
            rest.split_once('/').and_then(|(u, rest)| Some((u, rest.strip_prefix("queue/")?)));
        let (user, rest) = parts.ok_or("a person has only /user/NAME/queue/ANYTHING")?;
        plain(whole, rest)?;
        let user = UserName::parse(user).map_err(|e| e.to_string())?;
        match rest {
            "replies" | "errors" | "reads" => {
                Err("replies, errors and reads come from the server alone".to_owned())
            }
            _ => Ok(Self::PersonQueue { user, queue: format!("/user/queue/{rest}").into() }),
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
        let Some(room) = rest.strip_prefix("room.") else {
            return match rest {
                "rooms" => Ok(Self::AppRooms),
                "mentions" => Ok(Self::AppMentions),
                "search" => Ok(Self::AppSearch),
                _ => Err("there is no such kind".to_owned()),
            };
        };
        match room.split_once('.') {
            None => name(room).map(Self::AppRoom),
            Some((room, "typing")) => name(room).map(Self::AppTyping),
            Some((room, "history")) => name(room).map(Self::AppHistory),
            Some((room, "read")) => name(room).map(Self::AppRead),
            Some(_) => {
                Err("a room takes .typing, .history and .read, and its name has no '.'".to_owned())
            }
        }
    }

    /// Where a queue's messages go that nobody could use: `/queue/dlq.` and its name. `None` for
    /// what is no queue or is one of dead letters already.
    pub fn dead_letter(&self) -> Option<Self> {
        match self {
            Self::Queue(name) if !self.is_dead_letter() => {
                let name = name.strip_prefix("/queue/")?;
                Some(Self::Queue(format!("{DEAD_LETTERS}{name}").into()))
            }
            _ => None,
        }
    }

    /// Whether it is `/queue/dlq.…`.
    pub fn is_dead_letter(&self) -> bool {
        matches!(self, Self::Queue(name) if name.starts_with(DEAD_LETTERS))
    }

    /// The room it is about.
    pub fn room(&self) -> Option<&RoomName> {
        match self {
            Self::Room(room)
            | Self::RoomPresence(room)
            | Self::RoomTyping(room)
            | Self::AppRoom(room)
            | Self::AppTyping(room)
            | Self::AppHistory(room)
            | Self::AppRead(room) => Some(room),
            _ => None,
        }
    }
}

fn name(raw: &str) -> Result<RoomName, String> {
    RoomName::parse(raw).map_err(|e| e.to_string())
}

fn error(s: &str, cause: &str) -> DestinationError {
    let start: String = s.chars().take(80).collect();
    DestinationError(format!("bad destination '{}': {cause}; {KINDS}", PeerStr::new(&start).line()))
}

fn is_the_chats(s: &str) -> bool {
    ["/topic/room.", "/topic/rooms.", "/topic/rooms/"].iter().any(|own| s.starts_with(own))
}

/// A queue's own dead letters need a name that is not too long either.
fn queue(whole: &str, rest: &str) -> Result<Arc<str>, String> {
    let limit = DESTINATION_BYTES - "dlq.".len();
    if whole.len() > limit && !whole.starts_with(DEAD_LETTERS) {
        return Err(format!("a queue has at most {limit} bytes"));
    }
    plain(whole, rest)
}

/// The rules for what the chat does not own.
fn plain(whole: &str, rest: &str) -> Result<Arc<str>, String> {
    well_formed(whole, rest)?;
    if pattern::has_wildcard(rest) {
        let text = "wildcards are only for SUBSCRIBE to /topic/ and /queue/, outside of rooms";
        return Err(text.to_owned());
    }
    Ok(whole.into())
}

pub(super) fn well_formed(whole: &str, rest: &str) -> Result<(), String> {
    let bytes = whole.len();
    if bytes > DESTINATION_BYTES {
        return Err(format!("it has {bytes} bytes, at most {DESTINATION_BYTES} are allowed"));
    }
    if PeerStr::new(whole).line().as_str() != whole {
        return Err("it has a control or invisible character".to_owned());
    }
    if pattern::segments(rest).any(str::is_empty) {
        return Err("it has an empty segment".to_owned());
    }
    Ok(())
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
            Self::AppRead(room) => write!(f, "/app/room.{room}.read"),
            Self::AppRooms => f.write_str("/app/rooms"),
            Self::AppMentions => f.write_str("/app/mentions"),
            Self::AppSearch => f.write_str("/app/search"),
            Self::Rooms => f.write_str("/topic/rooms"),
            Self::Replies => f.write_str("/user/queue/replies"),
            Self::Errors => f.write_str("/user/queue/errors"),
            Self::Reads => f.write_str("/user/queue/reads"),
            Self::Topic(whole)
            | Self::Queue(whole)
            | Self::TempQueue(whole)
            | Self::ReplyQueue(whole)
            | Self::UserQueue(whole) => f.write_str(whole),
            Self::Pattern(pattern) => f.write_str(pattern.as_str()),
            Self::PersonQueue { user, queue } => {
                write!(f, "/user/{user}{}", queue.strip_prefix("/user").unwrap_or(queue))
            }
        }
    }
}
