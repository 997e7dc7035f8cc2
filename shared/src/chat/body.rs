//! A row of a room's log on the wire: a message, or what changes an earlier one.

use super::{MessageId, RoomName, UserName};
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
    Topic,
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
            Self::Topic => "topic",
            Self::Sync => "sync",
        }
    }
}

/// The `text` of a message that was deleted.
pub const TOMBSTONE: &str = "(deleted)";
/// Names listed of those who reacted with one emoji at most; `count` counts them all.
pub const REACTORS_MAX: usize = 20;
/// People mentioned by one message at most.
pub const MENTIONS_MAX: usize = 50;

/// The row that changed a message last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub id: MessageId,
    /// Server time, ms since 1970.
    pub at: u64,
}

/// One emoji on a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reactions {
    pub emoji: PeerString,
    /// Who, by name; the first [`REACTORS_MAX`].
    pub by: Vec<UserName>,
    pub count: u64,
}

/// The JSON body of a MESSAGE in a room, and one row of its history. Unknown fields are ignored;
/// fields are only ever added. Whatever its kind, `text` can be shown to a person.
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
    /// Kind edit: the message whose text this row's `text` replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edits: Option<MessageId>,
    /// Kind delete: the message that is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletes: Option<MessageId>,
    /// Kind reaction: the message, with `emoji` and `on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reacts_to: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<PeerString>,
    /// `false`: the reaction is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<bool>,
    /// Kind topic: the room's topic from here on; empty clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<PeerString>,
    /// Kinds message and edit: whom the text names with `@`, as the server found it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserName>,
    /// Kinds message and edit: the text says `@room`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mentions_room: bool,
    /// Kind message, in history and replay: the newest edit, whose text is in `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Change>,
    /// Kind message, in history and replay: it was deleted, and `text` is [`TOMBSTONE`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Change>,
    /// Kind message, in history and replay: sorted by emoji.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reactions>,
}

impl ChatMessage {
    /// Of kind message, with nothing else to say.
    pub fn new(id: MessageId, room: RoomName, sender: UserName, at: u64, text: PeerString) -> Self {
        Self {
            id,
            room,
            sender,
            at,
            kind: Kind::Message,
            text,
            key: None,
            reply_to: None,
            edits: None,
            deletes: None,
            reacts_to: None,
            emoji: None,
            on: None,
            topic: None,
            mentions: Vec::new(),
            mentions_room: false,
            edited: None,
            deleted: None,
            reactions: Vec::new(),
        }
    }

    /// The message this row changes.
    pub fn target(&self) -> Option<&MessageId> {
        match self.kind {
            Kind::Edit => self.edits.as_ref(),
            Kind::Delete => self.deletes.as_ref(),
            Kind::Reaction => self.reacts_to.as_ref(),
            Kind::Message | Kind::Topic | Kind::Sync => None,
        }
    }
}

fn is_false(said: &bool) -> bool {
    !said
}
