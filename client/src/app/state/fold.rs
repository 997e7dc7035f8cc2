//! What later rows of the log do to the messages that are held: edits, deletes, reactions. The rule
//! itself is the protocol's (`ChatMessage::apply`); this finds the message and shows what became of it.
//!
//! A row about a message that is not held changes nothing: when its page comes, it comes as it is by
//! then. Rows that are held are applied again after each page, since a page may be older than a row
//! that came meanwhile; applied twice they change nothing.

use super::entry::{Entry, EntryId};
use super::timeline::Timeline;
use chat_protocol::chat::{ChatMessage, MessageId};

impl Timeline {
    /// Applies a row to the message it is about.
    pub(super) fn fold(&mut self, row: &ChatMessage, mention: bool) {
        let Some(target) = row.target() else { return };
        let Some(entry) = self.message_mut(target) else { return };
        let before = entry.text.as_str().len();
        if entry.apply(row, mention) {
            let after = entry.text.as_str().len();
            // Of what is kept aside nothing is counted.
            if self.position(&EntryId::Message(target.clone())).is_some() {
                self.bytes = self.bytes + after - before;
            }
        }
    }

    /// Applies every row that is held, in the log's order.
    pub(super) fn refold(&mut self) {
        let rows = self.items.iter().chain(&self.tail).filter(|e| e.changes_another());
        let rows: Vec<_> = rows.filter_map(|e| Some((e.row.clone()?, e.mention))).collect();
        for (row, mention) in rows {
            self.fold(&row, mention);
        }
    }

    /// The messages that changes of ours are on the way to.
    pub(crate) fn changing(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.items.iter_mut().chain(&mut self.tail).filter(|e| !e.changes.is_empty())
    }

    /// As [`Self::message`].
    pub(crate) fn message_mut(&mut self, id: &MessageId) -> Option<&mut Entry> {
        let id = EntryId::Message(id.clone());
        if let Some(at) = self.position(&id) {
            return self.items.get_mut(at);
        }
        self.tail.iter_mut().find(|e| e.id == id)
    }

    /// A message that is held, by its id.
    pub fn message(&self, id: &MessageId) -> Option<&Entry> {
        let id = EntryId::Message(id.clone());
        match self.position(&id) {
            Some(at) => self.get(at),
            None => self.tail.iter().find(|e| e.id == id),
        }
    }
}
