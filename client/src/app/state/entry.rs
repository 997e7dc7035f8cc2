//! One message of a timeline, and its text as laid out for a width.

use super::change::Change;
use super::passing::Passing;
use crate::markdown::{Attr, Line, Rendered};
use chat_protocol::chat::body::Reactions;
use chat_protocol::chat::{ChatMessage, Kind, MessageId, UserName};
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
    /// The row of the room's log, as later rows have changed it; `None` on plain topics, and of ours
    /// until it is stored.
    pub row: Option<Box<ChatMessage>>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// Of ours, on their way, oldest first.
    pub changes: Vec<Change>,
    /// Who came and went since, while one was there.
    pub passing: Passing,
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
    text: Rendered,
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
            row: None,
            reply_to: None,
            changes: Vec::new(),
            passing: Passing::default(),
            local: (at / 1000) as i64,
            prev: None,
            generation: 0,
            shown: None,
        }
    }

    /// It is not shown itself: it only changes a message.
    pub fn changes_another(&self) -> bool {
        let kind = self.row.as_ref().map(|row| row.kind);
        matches!(kind, Some(Kind::Edit | Kind::Delete | Kind::Reaction))
    }

    /// It says who set the room's topic.
    pub fn is_topic(&self) -> bool {
        self.row.as_ref().is_some_and(|row| row.kind == Kind::Topic)
    }

    /// What somebody said, and so may be unread.
    pub fn is_said(&self) -> bool {
        !self.changes_another() && !self.is_topic()
    }

    pub fn is_edited(&self) -> bool {
        self.row.as_ref().is_some_and(|row| row.edited.is_some())
    }

    pub fn is_deleted(&self) -> bool {
        self.row.as_ref().is_some_and(|row| row.deleted.is_some())
    }

    pub fn reactions(&self) -> &[Reactions] {
        self.row.as_ref().map_or(&[], |row| &row.reactions)
    }

    /// What is said behind its last line of what became of it; empty when there is nothing to say.
    pub fn tag(&self) -> &'static str {
        let under_way = self.changes.iter().find(|c| !matches!(c.delivery, Delivery::Failed(_)));
        match (&self.delivery, under_way) {
            (Delivery::Queued, _) => "[queued]",
            (_, Some(change)) => change.tag(),
            _ if self.is_edited() => "(edited)",
            _ => "",
        }
    }

    /// Why it, or the newest change of it, was refused; safe to show.
    pub fn failure(&self) -> Option<&str> {
        let changes = self.changes.iter().rev().map(|change| &change.delivery);
        [&self.delivery].into_iter().chain(changes).find_map(|delivery| match delivery {
            Delivery::Failed(reason) => Some(reason.as_str()),
            _ => None,
        })
    }

    /// The id that the room knows it by.
    pub fn message_id(&self) -> Option<&MessageId> {
        match (&self.id, &self.delivery) {
            (EntryId::Message(id), _) | (_, Delivery::Confirmed(id)) => Some(id),
            _ => None,
        }
    }

    /// Applies a row of the log that is about this message; `mention`: its text calls us.
    pub(super) fn apply(&mut self, row: &ChatMessage, mention: bool) -> bool {
        let Some(own) = &mut self.row else { return false };
        if !own.apply(row) {
            return false;
        }
        match row.kind {
            Kind::Edit => self.mention = mention && !self.own,
            Kind::Delete => self.mention = false,
            _ => return true,
        }
        self.text = own.text.clone();
        self.shown = None;
        true
    }

    /// Takes over what a newer state of the same message says.
    pub(super) fn adopt(&mut self, newer: Entry) {
        if self.text != newer.text {
            self.shown = None;
        }
        self.text = newer.text;
        self.mention = newer.mention;
        self.row = newer.row;
    }

    /// The key of one of ours that has no place in the room's order yet.
    pub(crate) fn own_key(&self) -> Option<&str> {
        match &self.id {
            EntryId::Own(key) => Some(key),
            _ => None,
        }
    }

    /// Hour and minute of local time.
    pub fn clock(&self) -> (u8, u8) {
        let minutes = self.local.rem_euclid(86_400) / 60;
        ((minutes / 60) as u8, (minutes % 60) as u8)
    }

    pub(crate) fn day(&self) -> i64 {
        self.local.div_euclid(86_400)
    }

    /// Lays the text out for `width` unless that is done; its number of lines.
    pub(crate) fn lay_out(&mut self, width: usize) -> usize {
        match &mut self.shown {
            Some(shown) if shown.width == width => shown.lines.len(),
            Some(shown) => {
                shown.lines = shown.text.lay_out(width);
                shown.width = width;
                shown.lines.len()
            }
            None => {
                let text = Rendered::new(&self.text.block());
                let lines = text.lay_out(width);
                self.shown.insert(Shown { width, text, lines }).lines.len()
            }
        }
    }

    /// A laid-out line, safe to show; empty when there is none.
    pub fn line(&self, index: usize) -> &str {
        self.laid_out(index).map_or("", |(text, line)| text.line(line))
    }

    /// What stands left of a laid-out line: bars, bullets, indentation.
    pub fn prefix(&self, index: usize) -> &str {
        self.laid_out(index).map_or("", |(text, line)| text.prefix(line))
    }

    /// How the byte `at` of a laid-out line is meant, and the address it is a link to.
    pub fn meant(&self, index: usize, at: usize) -> (Attr, Option<&str>) {
        let Some((text, line)) = self.laid_out(index) else { return (Attr::default(), None) };
        let attr = text.attr(line.start + at);
        (attr, text.link(attr))
    }

    /// The web addresses of the text, once it is laid out.
    pub fn links(&self) -> &[String] {
        self.shown.as_ref().map_or(&[], |s| s.text.links())
    }

    fn laid_out(&self, index: usize) -> Option<(&Rendered, &Line)> {
        let shown = self.shown.as_ref()?;
        Some((&shown.text, shown.lines.get(index)?))
    }

    /// Cells that a laid-out line takes.
    pub(crate) fn line_cells(&self, index: usize) -> usize {
        self.shown.as_ref().and_then(|s| s.lines.get(index)).map_or(0, |l| l.cells)
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
