//! A chat message on the wire, and the body a client may send.

use super::{MessageId, RoomName, UserName};
use crate::code::Code;
use crate::text::PeerString;
use serde::{Deserialize, Serialize};

/// The `kind` of what is in a room's log, and of the server's own marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Message,
    Edit,
    Delete,
    Reaction,
    Sync,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        todo!()
    }
}

/// The JSON body of a chat MESSAGE. Unknown fields are ignored; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatMessage {
    pub id: MessageId,
    pub room: RoomName,
    pub sender: UserName,
    /// Server time, ms since 1970, never decreasing in a room.
    pub at: u64,
    pub kind: Kind,
    pub text: PeerString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PeerString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edits: Option<MessageId>,
}

/// What a SEND asks to be posted, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    pub text: PeerString,
    pub key: Option<PeerString>,
    pub reply_to: Option<MessageId>,
}

/// Bounds on a posted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLimits {
    /// UTF-8 bytes of the text, default 8 KiB.
    pub bytes: usize,
    /// Graphemes of the text, default 2,000.
    pub graphemes: usize,
    /// Bytes of an idempotency key, default 128.
    pub key: usize,
}
impl Default for TextLimits {
    fn default() -> Self {
        Self { bytes: 8 * 1024, graphemes: 2000, key: 128 }
    }
}

/// A sound frame whose content is refused: [`Code::BadBody`] or [`Code::TooLong`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BodyError {
    pub code: Code,
    pub message: String,
}

impl NewMessage {
    /// Reads a SEND's body: JSON when `content_type` is `application/json` (parameters allowed),
    /// text when it is `text/plain` or absent. `key_header` wins over the JSON's `key`. The text is
    /// kept as it is, but for NFC; empty or blank-only text is `bad-body`.
    pub fn from_send(
        _content_type: Option<&str>,
        _key_header: Option<&str>,
        _body: &[u8],
        _limits: &TextLimits,
    ) -> Result<Self, BodyError> {
        todo!()
    }
}
