//! A chat message on the wire, and the body a client may send.

use super::{MessageId, RoomName, UserName};
use crate::code::Code;
use crate::text::{self, PeerStr, PeerString};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

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
    /// As in the `kind` header and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Reaction => "reaction",
            Self::Sync => "sync",
        }
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

/// A sound frame whose content is refused: [`Code::BadBody`] or [`Code::TooLong`]. The message names
/// cause and fix and is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BodyError {
    pub code: Code,
    pub message: String,
}

impl BodyError {
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self { code: Code::BadBody, message: message.into() }
    }
    /// Says where, and not what: serde's own sentence would quote the peer.
    pub(super) fn json(expected: &str, e: &serde_json::Error) -> Self {
        Self::bad(format!(
            "the body is not {expected} (line {}, column {}); send one JSON object",
            e.line(),
            e.column()
        ))
    }
    fn too_long(what: &str, count: usize, limit: usize) -> Self {
        Self {
            code: Code::TooLong,
            message: format!(
                "the message has {count} {what}, at most {limit} are allowed; shorten it or send it \
                 in parts"
            ),
        }
    }
}

/// The writable fields of [`ChatMessage`].
#[derive(Deserialize)]
struct Writable {
    text: String,
    key: Option<String>,
    reply_to: Option<MessageId>,
}

impl NewMessage {
    /// Reads a SEND's body: JSON when `content_type` is `application/json` (parameters allowed),
    /// text when it is `text/plain`, blank or absent. `key_header` wins over the JSON's `key`. The
    /// text is kept as it is, but for NFC; text that shows nothing is `bad-body`.
    pub fn from_send(
        content_type: Option<&str>,
        key_header: Option<&str>,
        body: &[u8],
        limits: &TextLimits,
    ) -> Result<Self, BodyError> {
        let json = is_json(content_type.unwrap_or_default())?;
        let body = std::str::from_utf8(body)
            .map_err(|_| BodyError::bad("the body is not UTF-8; send text in UTF-8"))?;
        let written = if json {
            serde_json::from_str(body)
                .map_err(|e| BodyError::json("a JSON object with a string \"text\"", &e))?
        } else {
            Writable { text: body.to_owned(), key: None, reply_to: None }
        };
        let key = key_header.map(str::to_owned).or(written.key);
        check_key(key.as_deref(), limits)?;
        let text = text::nfc(&written.text);
        check_text(&text, limits)?;
        Ok(Self {
            text: PeerString::from(text.as_ref()),
            key: key.map(PeerString::from),
            reply_to: written.reply_to,
        })
    }

    /// The JSON body of a SEND that posts this.
    pub fn to_json(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            text: &'a PeerString,
            #[serde(skip_serializing_if = "Option::is_none")]
            key: Option<&'a PeerString>,
            #[serde(skip_serializing_if = "Option::is_none")]
            reply_to: Option<&'a MessageId>,
        }
        super::json(&Body {
            text: &self.text,
            key: self.key.as_ref(),
            reply_to: self.reply_to.as_ref(),
        })
    }
}

/// `true` for JSON, `false` for text (media types of RFC 9110, section 8.3).
fn is_json(content_type: &str) -> Result<bool, BodyError> {
    let mut parts = content_type.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let json = kind.eq_ignore_ascii_case("application/json");
    if !json && !kind.is_empty() && !kind.eq_ignore_ascii_case("text/plain") {
        return Err(BodyError::bad(format!(
            "content-type '{}' is not taken; use text/plain or application/json",
            clipped(kind)
        )));
    }
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("charset") && !value.eq_ignore_ascii_case("utf-8") {
            return Err(BodyError::bad(format!(
                "charset '{}' is not taken; send text in UTF-8",
                clipped(value)
            )));
        }
    }
    Ok(json)
}

fn clipped(raw: &str) -> text::Sanitized {
    let start: String = raw.chars().take(40).collect();
    PeerStr::new(&start).line()
}

fn check_key(key: Option<&str>, limits: &TextLimits) -> Result<(), BodyError> {
    match key.map(str::len) {
        Some(0) => Err(BodyError::bad("the idempotency key is empty; leave it out or give one")),
        Some(n) if n > limits.key => Err(BodyError::bad(format!(
            "the idempotency key has {n} bytes, at most {} are allowed; use a shorter one",
            limits.key
        ))),
        _ => Ok(()),
    }
}

fn check_text(text: &str, limits: &TextLimits) -> Result<(), BodyError> {
    if text.chars().all(|c| c.is_whitespace() || text::is_invisible(c)) {
        return Err(BodyError::bad("the message is empty; write something"));
    }
    if text.len() > limits.bytes {
        return Err(BodyError::too_long("bytes", text.len(), limits.bytes));
    }
    let graphemes = text.graphemes(true).count();
    if graphemes > limits.graphemes {
        return Err(BodyError::too_long("characters", graphemes, limits.graphemes));
    }
    Ok(())
}
