//! What a SEND may put into a room's log, read from its body and checked.

use super::body::Kind;
use super::refused::BodyError;
use super::{ChatMessage, MessageId, RoomName, UserName};
use crate::text::{self, PeerStr, PeerString};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// A row to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Post {
    Message {
        text: PeerString,
        reply_to: Option<MessageId>,
    },
    /// Replaces the text of one's own message.
    Edit {
        edits: MessageId,
        text: PeerString,
    },
    /// Takes one's own message away.
    Delete {
        deletes: MessageId,
    },
    /// `on` false takes a reaction back.
    Reaction {
        reacts_to: MessageId,
        emoji: PeerString,
        on: bool,
    },
    /// Empty clears it.
    Topic {
        topic: PeerString,
    },
}

/// What a SEND asks to be posted, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    pub post: Post,
    pub key: Option<PeerString>,
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

/// UTF-8 bytes of a reaction at most; the longest emoji in use has 35.
pub const EMOJI_BYTES: usize = 40;
/// UTF-8 bytes of a topic at most.
pub const TOPIC_BYTES: usize = 1024;
/// Graphemes of a topic at most.
pub const TOPIC_GRAPHEMES: usize = 250;

impl Post {
    /// A message that answers nothing.
    pub fn message(text: impl Into<PeerString>) -> Self {
        Self::Message { text: text.into(), reply_to: None }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Message { .. } => Kind::Message,
            Self::Edit { .. } => Kind::Edit,
            Self::Delete { .. } => Kind::Delete,
            Self::Reaction { .. } => Kind::Reaction,
            Self::Topic { .. } => Kind::Topic,
        }
    }

    /// The message it changes.
    pub fn target(&self) -> Option<&MessageId> {
        match self {
            Self::Edit { edits: id, .. }
            | Self::Delete { deletes: id }
            | Self::Reaction { reacts_to: id, .. } => Some(id),
            Self::Message { .. } | Self::Topic { .. } => None,
        }
    }

    /// The row it becomes, without key and mentions.
    pub fn row(&self, id: MessageId, room: RoomName, sender: UserName, at: u64) -> ChatMessage {
        let bare = ChatMessage::new(id, room, sender, at, self.row_text());
        let bare = ChatMessage { kind: self.kind(), ..bare };
        match self.clone() {
            Self::Message { reply_to, .. } => ChatMessage { reply_to, ..bare },
            Self::Edit { edits, .. } => ChatMessage { edits: Some(edits), ..bare },
            Self::Delete { deletes } => ChatMessage { deletes: Some(deletes), ..bare },
            Self::Reaction { reacts_to, emoji, on } => {
                let (reacts_to, emoji, on) = (Some(reacts_to), Some(emoji), Some(on));
                ChatMessage { reacts_to, emoji, on, ..bare }
            }
            Self::Topic { topic } => ChatMessage { topic: Some(topic), ..bare },
        }
    }

    /// The row's `text`, for those who know messages only.
    pub fn row_text(&self) -> PeerString {
        match self {
            Self::Message { text, .. } | Self::Edit { text, .. } => text.clone(),
            Self::Delete { .. } => "(deleted a message)".into(),
            Self::Reaction { emoji, on: true, .. } => emoji.clone(),
            Self::Reaction { emoji, .. } => format!("-{}", emoji.as_str()).into(),
            Self::Topic { topic } if topic.as_str().is_empty() => "(cleared the topic)".into(),
            Self::Topic { topic } => format!("topic: {}", topic.as_str()).into(),
        }
    }
}

/// The fields a SEND may write.
#[derive(Default, Serialize, Deserialize)]
struct Writable {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edits: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletes: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reacts_to: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
}

impl NewMessage {
    /// Reads a SEND's body: JSON when `content_type` is `application/json` (parameters allowed),
    /// text when it is `text/plain`, blank or absent. `key_header` wins over the JSON's `key`. Texts
    /// are kept as they are, but for NFC; text that shows nothing is `bad-body`.
    pub fn from_send(
        content_type: Option<&str>,
        key_header: Option<&str>,
        body: &[u8],
        limits: &TextLimits,
    ) -> Result<Self, BodyError> {
        let json = is_json(content_type.unwrap_or_default())?;
        let body = std::str::from_utf8(body)
            .map_err(|_| BodyError::bad("the body is not UTF-8; send text in UTF-8"))?;
        let mut written = if json {
            let wanted =
                "a JSON object with a string \"text\", or with deletes, reacts_to or topic";
            serde_json::from_str(body).map_err(|e| BodyError::json(wanted, &e))?
        } else {
            Writable { text: Some(body.to_owned()), ..Writable::default() }
        };
        let key = key_header.map(str::to_owned).or(written.key.take());
        check_key(key.as_deref(), limits)?;
        Ok(Self { post: written.post(limits)?, key: key.map(PeerString::from) })
    }

    /// The JSON body of a SEND that posts this.
    pub fn to_json(&self) -> Vec<u8> {
        let text = |text: &PeerString| Some(text.as_str().to_owned());
        let key = self.key.as_ref().and_then(text);
        let bare = Writable { key, ..Writable::default() };
        super::json(&match self.post.clone() {
            Post::Message { text: said, reply_to } => {
                Writable { text: text(&said), reply_to, ..bare }
            }
            Post::Edit { edits, text: said } => {
                Writable { text: text(&said), edits: Some(edits), ..bare }
            }
            Post::Delete { deletes } => Writable { deletes: Some(deletes), ..bare },
            Post::Reaction { reacts_to, emoji, on } => {
                let reacts_to = Some(reacts_to);
                Writable { reacts_to, emoji: text(&emoji), on: Some(on), ..bare }
            }
            Post::Topic { topic } => Writable { topic: text(&topic), ..bare },
        })
    }
}

impl Writable {
    fn post(self, limits: &TextLimits) -> Result<Post, BodyError> {
        let words = |text: Option<String>| {
            let text = text.ok_or_else(|| {
                BodyError::bad("the body is not a JSON object with a string \"text\"; add it")
            })?;
            let text = text::nfc(&text);
            check_text(&text, limits)?;
            Ok(PeerString::from(text.as_ref()))
        };
        match (self.reply_to, self.edits, self.deletes, self.reacts_to, self.topic) {
            (reply_to, None, None, None, None) => {
                Ok(Post::Message { text: words(self.text)?, reply_to })
            }
            (None, Some(edits), None, None, None) => {
                Ok(Post::Edit { edits, text: words(self.text)? })
            }
            (None, None, Some(deletes), None, None) => Ok(Post::Delete { deletes }),
            (None, None, None, Some(reacts_to), None) => {
                let emoji = checked_emoji(self.emoji.as_deref().unwrap_or_default())?;
                Ok(Post::Reaction { reacts_to, emoji, on: self.on.unwrap_or(true) })
            }
            (None, None, None, None, Some(topic)) => {
                Ok(Post::Topic { topic: checked_topic(&topic)? })
            }
            _ => Err(BodyError::bad(
                "send only one of reply_to, edits, deletes, reacts_to and topic",
            )),
        }
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

/// Shows nothing.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || text::is_invisible(c))
}

fn check_text(text: &str, limits: &TextLimits) -> Result<(), BodyError> {
    if is_blank(text) {
        return Err(BodyError::bad("the message is empty; write something"));
    }
    check_length("message", text, limits.bytes, limits.graphemes)
}

fn check_length(whole: &str, text: &str, bytes: usize, graphemes: usize) -> Result<(), BodyError> {
    if text.len() > bytes {
        return Err(BodyError::too_long(whole, "bytes", text.len(), bytes));
    }
    // A grapheme has at least a byte, and counting them is most of what a short message costs.
    let count = if text.len() <= graphemes { 0 } else { text.graphemes(true).count() };
    if count > graphemes {
        return Err(BodyError::too_long(whole, "characters", count, graphemes));
    }
    Ok(())
}

/// One grapheme that is seen, and safe to show as it is.
fn checked_emoji(raw: &str) -> Result<PeerString, BodyError> {
    let emoji = text::nfc(raw);
    let one = emoji.len() <= EMOJI_BYTES && emoji.graphemes(true).count() == 1;
    if !one || is_blank(&emoji) || PeerStr::new(&emoji).line().as_str() != emoji {
        return Err(BodyError::bad("the reaction is not one emoji; send exactly one in \"emoji\""));
    }
    Ok(PeerString::from(emoji.as_ref()))
}

/// One line; what shows nothing clears the topic.
fn checked_topic(raw: &str) -> Result<PeerString, BodyError> {
    let topic = text::nfc(raw.trim());
    if is_blank(&topic) {
        return Ok(PeerString::default());
    }
    if topic.chars().any(char::is_control) {
        return Err(BodyError::bad(
            "the topic has a line break or control character; send one line",
        ));
    }
    check_length("topic", &topic, TOPIC_BYTES, TOPIC_GRAPHEMES)?;
    Ok(PeerString::from(topic.as_ref()))
}
