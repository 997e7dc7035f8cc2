//! One joined room, or one plain topic shown as a read-only room.

use super::{Composer, Delivery, Entry, Intent, Timeline};
use crate::app::update::jump::Goal;
use crate::config::Level;
use chat_protocol::chat::request;
use chat_protocol::chat::{MessageId, RoomName, UserName};
use std::collections::BTreeSet;

/// What a room of the list stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Room(RoomName),
    /// The whole destination of a plain topic: read-only, without history.
    Topic(String),
}

impl Place {
    /// Safe to show: a room's name, or a destination that was typed here and parsed.
    pub fn name(&self) -> &str {
        match self {
            Self::Room(room) => room.as_str(),
            Self::Topic(destination) => destination,
        }
    }

    pub fn as_room(&self) -> Option<&RoomName> {
        match self {
            Self::Room(room) => Some(room),
            Self::Topic(_) => None,
        }
    }
}

/// How much a room wants to be looked at, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    Nothing,
    Unread,
    Mention,
}

#[derive(Debug)]
pub struct Room {
    pub place: Place,
    pub unread: usize,
    pub mentions: usize,
    /// What one is told of here, as was said here; else the configuration decides.
    pub level: Option<Level>,
    /// One is told of nothing here: what is unread does not call for a look.
    pub muted: bool,
    pub members: BTreeSet<UserName>,
    pub typing: Vec<Typist>,
    /// Why the subscription was refused; safe to show.
    pub refused: Option<String>,
    /// The newest message that was seen here: what is remembered between runs.
    pub read: Option<MessageId>,
    /// `read` stands for a room that was never read: the server may know better.
    pub(crate) assumed: bool,
    /// What the server said of it, to be weighed when the replay is complete.
    pub(crate) told: Option<Told>,
    /// The position the server has, as far as is known.
    pub(crate) said: Option<MessageId>,
    pub timeline: Timeline,
    pub composer: Composer,
    /// What the draft is for; `None`: a message of its own.
    pub intent: Option<Intent>,
    /// Higher than of every room that was selected before it; 0: never.
    pub(crate) visited: u64,
    /// The page that comes first after a join without a position is history, not news.
    pub(crate) catching_up: bool,
    pub(crate) unsaved: bool,
    /// The draft as it is remembered.
    pub(crate) saved_draft: String,
    /// What the local cache did not know when it was asked last.
    pub(crate) not_cached: Option<request::Anchor>,
    /// A page of history was refused: it is not asked for again before one scrolls.
    pub(crate) history_refused: bool,
    /// One wants to be at the first message, which is not held.
    pub(crate) to_oldest: bool,
    /// One wants to be at a message that is not held.
    pub(crate) goal: Option<Goal>,
}

/// How far the server says one has read, and what was unread then: messages, and mentions of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub id: MessageId,
    pub counts: (u64, u64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typist {
    pub user: UserName,
    /// `Now::mono` at which it is over.
    pub until: u64,
}

impl Room {
    pub fn new(place: Place, read: Option<MessageId>) -> Self {
        let timeline = Timeline::new(read.clone());
        Self {
            place,
            unread: 0,
            mentions: 0,
            level: None,
            muted: false,
            members: BTreeSet::new(),
            typing: Vec::new(),
            refused: None,
            catching_up: read.is_none(),
            read,
            assumed: false,
            told: None,
            said: None,
            timeline,
            composer: Composer::default(),
            intent: None,
            visited: 0,
            unsaved: false,
            saved_draft: String::new(),
            not_cached: None,
            history_refused: false,
            to_oldest: false,
            goal: None,
        }
    }

    pub fn is_read_only(&self) -> bool {
        self.place.as_room().is_none()
    }

    /// Ours that are not known to be on the server's disk.
    pub fn unsent(&self) -> impl Iterator<Item = &Entry> {
        self.timeline.own().filter(|e| !matches!(e.delivery, Delivery::Confirmed(_)))
    }

    /// `@2 14`: mentions, then unread; empty when there is nothing.
    pub fn counts(&self) -> String {
        let cap = |n: usize| if n > 999 { "999+".to_owned() } else { n.to_string() };
        match (self.mentions, self.unread) {
            (0, 0) => String::new(),
            (0, unread) => cap(unread),
            (mentions, unread) => format!("@{} {}", cap(mentions), cap(unread)),
        }
    }

    pub fn need(&self) -> Need {
        match (self.mentions, self.unread) {
            _ if self.muted => Need::Nothing,
            (0, 0) => Need::Nothing,
            (0, _) => Need::Unread,
            _ => Need::Mention,
        }
    }
}
