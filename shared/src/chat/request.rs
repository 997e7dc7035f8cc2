//! Requests to `/app/…` and their replies on `/user/queue/replies`.

use super::body::BodyError;
use super::{ChatMessage, MessageId, RoomInfo};
use serde::{Deserialize, Serialize};

/// Where a history page lies.
#[derive(Debug, Clone, PartialEq)]
pub enum Anchor {
    /// The newest page.
    Newest,
    Before(MessageId),
    After(MessageId),
    Around(MessageId),
    /// From the first message at or after this time, ms since 1970, on.
    Since(u64),
}

/// `{"before"|"after"|"around": id | "since": ms, "limit": 1…300}`; none of the four: the newest
/// page. Limits outside the range are clamped; the default is 100.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRequest {
    pub anchor: Anchor,
    pub limit: usize,
}

pub const HISTORY_DEFAULT: usize = 100;
pub const HISTORY_MAX: usize = 300;
/// Bytes of a history reply's body at most.
pub const HISTORY_BYTES: usize = 256 * 1024;

impl HistoryRequest {
    pub fn from_json(_body: &[u8]) -> Result<Self, BodyError> {
        todo!()
    }
    pub fn to_json(&self) -> Vec<u8> {
        todo!()
    }
}

/// Messages oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryReply {
    pub messages: Vec<ChatMessage>,
    pub more_before: bool,
    pub more_after: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomsReply {
    pub rooms: Vec<RoomInfo>,
}
