//! To `/app/search` and back.

use super::refused::BodyError;
use super::request::{clamp, known_messages};
use super::{ChatMessage, MessageId, RoomName, UserName};
use crate::text::find::QUERY_BYTES;
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// A place in time: a message, or ms since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Moment {
    At(u64),
    Message(MessageId),
}

/// `{"text", "room", "sender", "before": id|ms, "after": id|ms, "limit": 1…100}`; only `text` has to
/// be there. Limits outside the range are clamped; the default is 20.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    pub text: String,
    pub room: Option<RoomName>,
    pub sender: Option<UserName>,
    /// A message lies outside itself; earlier than a time.
    pub before: Option<Moment>,
    /// A message lies outside itself; at a time or later.
    pub after: Option<Moment>,
    pub limit: usize,
}

pub const SEARCH_DEFAULT: usize = 20;
pub const SEARCH_MAX: usize = 100;
/// UTF-8 bytes of what is searched for at most.
pub const SEARCH_TEXT_BYTES: usize = QUERY_BYTES;

#[derive(Serialize, Deserialize)]
struct SearchBody {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<RoomName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<UserName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Moment>,
    limit: Option<Number>,
}

impl SearchRequest {
    pub fn from_json(body: &[u8]) -> Result<Self, BodyError> {
        let asked: SearchBody = serde_json::from_slice(body).map_err(|e| {
            BodyError::json("a search: text, room, sender, before, after, limit", &e)
        })?;
        let SearchBody { text, room, sender, before, after, limit } = asked;
        if text.len() > SEARCH_TEXT_BYTES {
            return Err(BodyError::too_long("search", "bytes", text.len(), SEARCH_TEXT_BYTES));
        }
        let limit = clamp(limit.as_ref(), SEARCH_DEFAULT, SEARCH_MAX)?;
        Ok(Self { text, room, sender, before, after, limit })
    }

    pub fn to_json(&self) -> Vec<u8> {
        let Self { text, room, sender, before, after, limit } = self.clone();
        super::json(&SearchBody { text, room, sender, before, after, limit: Some(limit.into()) })
    }
}

/// Newest first, each as it reads now.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchReply {
    #[serde(deserialize_with = "known_messages")]
    pub results: Vec<ChatMessage>,
    pub more: bool,
    /// With `more`: what to ask the next page with, as `before`; most often the last one's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<MessageId>,
    /// Older messages are still being indexed; the same search may find more of them later.
    #[serde(default, skip_serializing_if = "is_false")]
    pub incomplete: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}
