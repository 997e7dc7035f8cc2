//! What the server says on the chat's destinations, typed, both ways.

use super::{
    ChatMessage, Destination, HistoryReply, Kind, MentionsReply, MessageId, ReadEvent, RoomName,
    RoomsReply, SearchReply, UserName, header,
};
use crate::stomp::Headers;
use crate::text::{PeerStr, PeerString};
use bytes::Bytes;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

/// The mark that ends a replay: `{"kind":"sync","recovered":true,"position":"…"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "sync")]
pub struct Sync {
    /// `false`: what came since the SUBSCRIBE replaces what was shown.
    pub recovered: bool,
    /// Valid in `after`, also in an empty room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ResetReason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<MessageId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResetReason {
    Trimmed,
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub name: UserName,
}

/// On `/topic/room.{room}.presence`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum PresenceEvent {
    List { room: RoomName, users: Vec<Member> },
    Joined { room: RoomName, user: UserName },
    Left { room: RoomName, user: UserName },
}

/// On `/topic/room.{room}.typing`: `{"kind":"typing","room","user"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "typing")]
pub struct Typing {
    pub room: RoomName,
    pub user: UserName,
}

/// One row of the room list, and one change of it on `/topic/rooms`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomInfo {
    pub name: RoomName,
    pub topic: PeerString,
    /// People now, not connections.
    pub members: u64,
    pub last_id: Option<MessageId>,
    /// ms since 1970.
    pub last_at: Option<u64>,
    /// In the list one asks for: the newest message one has read. What follows is there with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<MessageId>,
    /// As in [`ReadEvent`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u64>,
}

impl RoomInfo {
    /// A room that nobody has been in.
    pub fn new(name: RoomName) -> Self {
        Self {
            name,
            topic: PeerString::default(),
            members: 0,
            last_id: None,
            last_at: None,
            read: None,
            unread: None,
            mentions: None,
        }
    }
}

/// On `/user/queue/errors`: headers and body.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// As on the wire; a client may meet codes it does not know.
    pub code: PeerString,
    pub message: PeerString,
    pub receipt_id: Option<PeerString>,
    pub correlation_id: Option<PeerString>,
    /// ms
    pub retry_after: Option<u64>,
}

/// Any MESSAGE on a destination of the chat, or of a plain topic.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatEvent {
    Message {
        message: Box<ChatMessage>,
        prev: Option<MessageId>,
    },
    Sync {
        room: RoomName,
        sync: Sync,
    },
    Presence(PresenceEvent),
    Typing(Typing),
    Room(RoomInfo),
    Rooms {
        reply: RoomsReply,
        correlation_id: Option<PeerString>,
    },
    History {
        reply: HistoryReply,
        correlation_id: Option<PeerString>,
    },
    Mentions {
        reply: MentionsReply,
        correlation_id: Option<PeerString>,
    },
    Search {
        reply: SearchReply,
        correlation_id: Option<PeerString>,
    },
    Read(ReadEvent),
    Refusal(Refusal),
    /// A plain topic's message, or a kind of a later version: shown as it is.
    Plain {
        destination: PeerString,
        headers: Headers,
        body: Bytes,
    },
}

/// The body of a message on a chat destination is not what the chat says there. Safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server sent something unreadable on {destination}: {cause}")]
pub struct EventError {
    pub destination: String,
    pub cause: String,
}

impl ChatEvent {
    /// Types a MESSAGE by the destination it was subscribed under. A `kind` or a reply that is not
    /// known here belongs to a later version and is [`ChatEvent::Plain`].
    pub fn from_message(
        destination: &Destination,
        headers: &Headers,
        body: &Bytes,
    ) -> Result<Self, EventError> {
        let event = match destination {
            Destination::Room(room) => in_room(room, headers, body),
            Destination::RoomPresence(_) => presence(body),
            Destination::RoomTyping(_) => typing(body),
            Destination::Rooms => json(body).map(|room| Some(Self::Room(room))),
            Destination::AppRooms => rooms(headers, body).map(Some),
            Destination::Replies => reply(headers, body),
            Destination::Reads => read(body),
            Destination::Errors => refusal(headers, body).map(Some),
            Destination::Topic(_)
            | Destination::Queue(_)
            | Destination::Pattern(_)
            | Destination::TempQueue(_)
            | Destination::UserQueue(_) => Ok(None),
            Destination::AppRoom(_)
            | Destination::AppTyping(_)
            | Destination::AppHistory(_)
            | Destination::AppRead(_)
            | Destination::AppMentions
            | Destination::AppSearch
            | Destination::ReplyQueue(_)
            | Destination::PersonQueue { .. } => Err("nothing is published there".to_owned()),
        };
        match event {
            Ok(Some(event)) => Ok(event),
            Ok(None) => Ok(plain(destination, headers, body)),
            Err(cause) => Err(EventError { destination: destination.to_string(), cause }),
        }
    }
}

/// `None`: of a later version.
type Read = Result<Option<ChatEvent>, String>;

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|e| PeerStr::new(&e.to_string()).line().into_string())
}

fn kind(body: &[u8]) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Peek {
        kind: String,
    }
    json(body).map(|Peek { kind }| kind)
}

fn in_room(room: &RoomName, headers: &Headers, body: &[u8]) -> Read {
    // Nearly everything is a message, so the kind is looked at only when it is not.
    let message = json::<ChatMessage>(body);
    match message {
        Ok(message) if message.kind != Kind::Sync => {
            Ok(Some(ChatEvent::Message { message: Box::new(message), prev: prev(headers)? }))
        }
        unread => match (kind(body)?.as_str(), unread) {
            ("sync", _) => Ok(Some(ChatEvent::Sync { room: room.clone(), sync: json(body)? })),
            ("message", Err(cause)) => Err(cause),
            _ => Ok(None),
        },
    }
}

fn prev(headers: &Headers) -> Result<Option<MessageId>, String> {
    let prev = headers.get(header::PREV).map(|id| MessageId::parse(id.as_str()));
    prev.transpose().map_err(|e| format!("prev is {e}"))
}

fn presence(body: &[u8]) -> Read {
    match kind(body)?.as_str() {
        "list" | "joined" | "left" => Ok(Some(ChatEvent::Presence(json(body)?))),
        _ => Ok(None),
    }
}

fn typing(body: &[u8]) -> Read {
    match kind(body)?.as_str() {
        "typing" => Ok(Some(ChatEvent::Typing(json(body)?))),
        _ => Ok(None),
    }
}

fn read(body: &[u8]) -> Read {
    match kind(body)?.as_str() {
        "read" => Ok(Some(ChatEvent::Read(json(body)?))),
        _ => Ok(None),
    }
}

fn rooms(headers: &Headers, body: &[u8]) -> Result<ChatEvent, String> {
    Ok(ChatEvent::Rooms { reply: json(body)?, correlation_id: correlation_id(headers) })
}

/// Replies are told apart by their one list.
fn reply(headers: &Headers, body: &[u8]) -> Read {
    #[derive(Deserialize)]
    struct Peek {
        messages: Option<IgnoredAny>,
        rooms: Option<IgnoredAny>,
        mentions: Option<IgnoredAny>,
        results: Option<IgnoredAny>,
    }
    match json(body)? {
        Peek { messages: Some(_), .. } => Ok(Some(ChatEvent::History {
            reply: json(body)?,
            correlation_id: correlation_id(headers),
        })),
        Peek { rooms: Some(_), .. } => rooms(headers, body).map(Some),
        Peek { mentions: Some(_), .. } => Ok(Some(ChatEvent::Mentions {
            reply: json(body)?,
            correlation_id: correlation_id(headers),
        })),
        Peek { results: Some(_), .. } => Ok(Some(ChatEvent::Search {
            reply: json(body)?,
            correlation_id: correlation_id(headers),
        })),
        _ => Ok(None),
    }
}

fn refusal(headers: &Headers, body: &[u8]) -> Result<ChatEvent, String> {
    #[derive(Deserialize)]
    struct Body {
        code: PeerString,
        message: PeerString,
    }
    let Body { code, message } = json(body)?;
    let retry_after = headers.get(header::RETRY_AFTER).and_then(|ms| ms.as_str().parse().ok());
    Ok(ChatEvent::Refusal(Refusal {
        code,
        message,
        receipt_id: headers.get("receipt-id").map(PeerStr::to_owned),
        correlation_id: correlation_id(headers),
        retry_after,
    }))
}

fn correlation_id(headers: &Headers) -> Option<PeerString> {
    headers.get(header::CORRELATION_ID).map(PeerStr::to_owned)
}

fn plain(destination: &Destination, headers: &Headers, body: &Bytes) -> ChatEvent {
    let said = headers.get("destination").map(PeerStr::to_owned);
    ChatEvent::Plain {
        destination: said.unwrap_or_else(|| PeerString::from(destination.to_string())),
        headers: headers.clone(),
        body: body.clone(),
    }
}
