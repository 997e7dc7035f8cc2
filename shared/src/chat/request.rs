//! Requests to `/app/…` and their replies on `/user/queue/replies`.

use super::refused::BodyError;
use super::{ChatMessage, MessageId, RoomInfo};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

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
    /// The message as it was first written, then its edits, oldest first.
    EditsOf(MessageId),
}

/// `{"before"|"after"|"around"|"edits_of": id | "since": ms, "limit": 1…300}`; none of them: the
/// newest page. Limits outside the range are clamped; the default is 100.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRequest {
    pub anchor: Anchor,
    pub limit: usize,
}

pub const HISTORY_DEFAULT: usize = 100;
pub const HISTORY_MAX: usize = 300;
/// Bytes of a history reply's body at most.
pub const HISTORY_BYTES: usize = 256 * 1024;

#[derive(Default, Serialize, Deserialize)]
struct HistoryBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    around: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edits_of: Option<MessageId>,
    limit: Option<Number>,
}

impl HistoryRequest {
    /// An empty body is taken as `{}`.
    pub fn from_json(body: &[u8]) -> Result<Self, BodyError> {
        let body = if body.is_empty() { b"{}" } else { body };
        let asked: HistoryBody = serde_json::from_slice(body).map_err(|e| {
            BodyError::json("a history request: before, after, around, since, edits_of, limit", &e)
        })?;
        let limit = clamp(asked.limit.as_ref(), HISTORY_DEFAULT, HISTORY_MAX)?;
        Ok(Self { anchor: asked.anchor()?, limit })
    }

    pub fn to_json(&self) -> Vec<u8> {
        let mut body = HistoryBody { limit: Some(self.limit.into()), ..HistoryBody::default() };
        match self.anchor.clone() {
            Anchor::Newest => {}
            Anchor::Before(id) => body.before = Some(id),
            Anchor::After(id) => body.after = Some(id),
            Anchor::Around(id) => body.around = Some(id),
            Anchor::Since(at) => body.since = Some(at),
            Anchor::EditsOf(id) => body.edits_of = Some(id),
        }
        super::json(&body)
    }
}

impl HistoryBody {
    fn anchor(self) -> Result<Anchor, BodyError> {
        match (self.before, self.after, self.around, self.since, self.edits_of) {
            (None, None, None, None, None) => Ok(Anchor::Newest),
            (Some(id), None, None, None, None) => Ok(Anchor::Before(id)),
            (None, Some(id), None, None, None) => Ok(Anchor::After(id)),
            (None, None, Some(id), None, None) => Ok(Anchor::Around(id)),
            (None, None, None, Some(at), None) => Ok(Anchor::Since(at)),
            (None, None, None, None, Some(id)) => Ok(Anchor::EditsOf(id)),
            _ => Err(BodyError::bad("send only one of before, after, around, since and edits_of")),
        }
    }
}

pub(super) fn clamp(
    limit: Option<&Number>,
    default: usize,
    most: usize,
) -> Result<usize, BodyError> {
    let Some(limit) = limit else { return Ok(default) };
    if limit.is_f64() {
        return Err(BodyError::bad(format!("limit is not a whole number; send 1 to {most}")));
    }
    // What is no u64 is negative.
    let limit = usize::try_from(limit.as_u64().unwrap_or(0)).unwrap_or(most);
    Ok(limit.clamp(1, most))
}

/// Messages oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryReply {
    /// On reading, what a later version has put between them is left out.
    #[serde(deserialize_with = "known_messages")]
    pub messages: Vec<ChatMessage>,
    pub more_before: bool,
    pub more_after: bool,
}

pub(super) fn known_messages<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Vec<ChatMessage>, D::Error> {
    let mut known = Vec::new();
    for value in Vec::<Value>::deserialize(from)? {
        let is_message = value.get("kind").is_none_or(|kind| kind == "message");
        match ChatMessage::deserialize(value) {
            Ok(message) => known.push(message),
            Err(e) if is_message => return Err(serde::de::Error::custom(e)),
            Err(_) => {}
        }
    }
    Ok(known)
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomsReply {
    pub rooms: Vec<RoomInfo>,
}
