//! What a person has read, and where a person was mentioned.

use super::refused::BodyError;
use super::request::{clamp, known_messages};
use super::{ChatMessage, MessageId, RoomName};
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// To `/app/room.{room}.read`: everything up to this message has been read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadRequest {
    pub id: MessageId,
}

impl ReadRequest {
    pub fn from_json(body: &[u8]) -> Result<Self, BodyError> {
        serde_json::from_slice(body)
            .map_err(|e| BodyError::json("a JSON object with a message id in \"id\"", &e))
    }
}

/// Unread messages counted at most: this many mean this many or more.
pub const UNREAD_MAX: u64 = 1000;

/// On `/user/queue/reads`, to every connection of the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "read")]
pub struct ReadEvent {
    pub room: RoomName,
    /// The newest message read.
    pub id: MessageId,
    /// Messages of others after it that are not deleted, at most [`UNREAD_MAX`].
    pub unread: u64,
    /// Those of them that mention the person or the room.
    pub mentions: u64,
}

/// To `/app/mentions`: `{"before": id, "limit": 1…300}`, both optional.
#[derive(Debug, Clone, PartialEq)]
pub struct MentionsRequest {
    pub before: Option<MessageId>,
    pub limit: usize,
}

pub const MENTIONS_PAGE_DEFAULT: usize = 100;
pub const MENTIONS_PAGE_MAX: usize = 300;

#[derive(Serialize, Deserialize)]
struct MentionsBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<MessageId>,
    limit: Option<Number>,
}

impl MentionsRequest {
    /// An empty body is taken as `{}`.
    pub fn from_json(body: &[u8]) -> Result<Self, BodyError> {
        let body = if body.is_empty() { b"{}" } else { body };
        let asked: MentionsBody = serde_json::from_slice(body)
            .map_err(|e| BodyError::json("a request for mentions: before, limit", &e))?;
        let limit = clamp(asked.limit.as_ref(), MENTIONS_PAGE_DEFAULT, MENTIONS_PAGE_MAX)?;
        Ok(Self { before: asked.before, limit })
    }

    pub fn to_json(&self) -> Vec<u8> {
        super::json(&MentionsBody { before: self.before.clone(), limit: Some(self.limit.into()) })
    }
}

/// Newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MentionsReply {
    #[serde(deserialize_with = "known_messages")]
    pub mentions: Vec<ChatMessage>,
    pub more: bool,
}
