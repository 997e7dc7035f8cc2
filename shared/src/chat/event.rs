//! What the server says on the chat's destinations, typed, both ways.

use super::{ChatMessage, Destination, HistoryReply, MessageId, RoomName, RoomsReply, UserName};
use crate::stomp::Headers;
use crate::text::PeerString;
use serde::{Deserialize, Serialize};

/// The mark that ends a replay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
        message: ChatMessage,
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
    Refusal(Refusal),
    /// A plain topic's message, or a kind of a later version: shown as it is.
    Plain {
        destination: PeerString,
        headers: Headers,
        body: bytes::Bytes,
    },
}

/// The body of a message on a chat destination is not what the chat says there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server sent something unreadable on {destination}: {cause}")]
pub struct EventError {
    pub destination: String,
    pub cause: String,
}

impl ChatEvent {
    /// Types a MESSAGE by the destination it was subscribed under.
    pub fn from_message(
        _destination: &Destination,
        _headers: &Headers,
        _body: &bytes::Bytes,
    ) -> Result<Self, EventError> {
        todo!()
    }
}
