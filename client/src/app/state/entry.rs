//! One message of a timeline, and its text as laid out for a width.

use crate::text::{Line, wrap};
use chat_protocol::chat::{MessageId, UserName};
use chat_protocol::text::PeerString;

/// What an entry is known by. Ours has its key until the room's order has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EntryId {
    Message(MessageId),
    Own(String),
    /// What carries no id: messages of plain topics.
    Local(u64),
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// In the room, for everybody.
    Stored,
    /// Ours, and on its way.
    Pending,
    /// Ours, waiting for the link.
    Queued,
    /// Ours, on the server's disk; its place in the room is not known yet.
    Confirmed(MessageId),
    /// Ours, and refused: the sentence that tells why and what can be done, safe to show.
    Failed(String),
}

#[derive(Debug)]
pub struct Entry {
    pub id: EntryId,
    /// ms since 1970: the server's, or ours while it is not stored.
    pub at: u64,
    /// `None` on plain topics.
    pub sender: Option<UserName>,
    pub text: PeerString,
    pub own: bool,
    /// The idempotency key it was sent with.
    pub key: Option<PeerString>,
    /// Our nick is in it, and it is not ours.
    pub mention: bool,
    pub delivery: Delivery,
    /// `at` in seconds of local time.
    pub(crate) local: i64,
    /// The message before it in the room, where the server said so.
    pub(crate) prev: Option<MessageId>,
    /// The connection that brought it last; see `Timeline::reset`.
    pub(crate) generation: u64,
    shown: Option<Shown>,
}

/// The text made safe and wrapped.
#[derive(Debug)]
struct Shown {
    width: usize,
    text: String,
    lines: Vec<Line>,
}

impl Entry {
    pub fn new(id: EntryId, at: u64, sender: Option<UserName>, text: PeerString) -> Self {
        Self {
            id,
            at,
            sender,
            text,
            own: false,
            key: None,
            mention: false,
            delivery: Delivery::Stored,
            local: (at / 1000) as i64,
            prev: None,
            generation: 0,
            shown: None,
        }
    }

    /// The key of one of ours that has no place in the room's order yet.
    pub(crate) fn own_key(&self) -> Option<&str> {
        match &self.id {
            EntryId::Own(key) => Some(key),
            _ => None,
        }
    }

    pub(crate) fn day(&self) -> i64 {
        self.local.div_euclid(86_400)
    }

    /// Lays the text out for `width` unless that is done; its number of lines.
    pub(crate) fn lay_out(&mut self, width: usize) -> usize {
        match &mut self.shown {
            Some(shown) if shown.width == width => shown.lines.len(),
            Some(shown) => {
                shown.lines = wrap(&shown.text, width);
                shown.width = width;
                shown.lines.len()
            }
            None => {
                // Spaces at the end of a line would only hang past the edge.
                let text = self.text.block().into_string();
                let text = text.trim_end().split('\n').map(|line| line.trim_end_matches(' '));
                let text = text.collect::<Vec<_>>().join("\n");
                let lines = wrap(&text, width);
                self.shown.insert(Shown { width, text, lines }).lines.len()
            }
        }
    }

    /// A laid-out line, safe to show; empty when there is none.
    pub fn line(&self, index: usize) -> &str {
        let find = |s: &'_ Shown| s.lines.get(index).map(|l| l.start..l.end);
        let shown = self.shown.as_ref();
        shown.and_then(|s| s.text.get(find(s)?)).unwrap_or_default()
    }

    /// The first byte of a laid-out line: what stays when the width changes.
    pub(crate) fn line_start(&self, index: usize) -> usize {
        let line = self.shown.as_ref().and_then(|s| s.lines.get(index).or(s.lines.last()));
        line.map_or(0, |l| l.start)
    }

    /// The laid-out line that holds the byte `at`.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        let find = |s: &Shown| s.lines.partition_point(|l| l.start <= at).saturating_sub(1);
        self.shown.as_ref().map_or(0, find)
    }
}
