//! The messages of one room that are held: a bounded window of the room's order, and our own messages
//! that have no place in that order yet. Who reads where is in [`rows`](super::rows).
//!
//! The window ends at the newest message (it is *live*) unless one reads so far up that newer ones
//! were dropped; then the pages after it are asked for as one comes down. Messages are chained by
//! `prev`, so a hole is noticed, and what is beyond it is dropped and asked for again.

use super::entry::{Delivery, Entry, EntryId};
use super::passing::Passing;
use super::rows::{Anchor, RowRef};
use chat_protocol::chat::MessageId;
use std::collections::{HashMap, VecDeque};

/// Messages held at most, and bytes of their text.
pub const WINDOW: usize = 2000;
const WINDOW_BYTES: usize = 2 * 1024 * 1024;
/// Newest messages kept aside while the window is not live, to join it again.
const TAIL: usize = 300;

#[derive(Debug)]
pub struct Timeline {
    pub(super) items: VecDeque<Entry>,
    /// Ours, in the order of sending.
    own: VecDeque<Entry>,
    /// Sequence numbers of `items`; the first one has `first`.
    index: HashMap<EntryId, i64>,
    first: i64,
    pub(super) bytes: usize,
    live: bool,
    pub(super) tail: VecDeque<Entry>,
    generation: u64,
    pub anchor: Anchor,
    pub(super) selected: Option<EntryId>,
    /// The room has older messages than the window.
    pub more_before: bool,
    /// Messages that came while the end was not in view.
    pub below: usize,
    /// "Read up to here" stands after this message.
    pub read_line: Option<MessageId>,
    /// The subscription's replay is complete.
    pub(crate) synced: bool,
    pub(super) width: usize,
    pub(super) rows: Vec<RowRef>,
}

/// What became of a message that was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is in the window, or will be when one comes down to it.
    New,
    Known,
}

impl Timeline {
    pub fn new(read_line: Option<MessageId>) -> Self {
        Self {
            items: VecDeque::new(),
            own: VecDeque::new(),
            index: HashMap::new(),
            first: 0,
            bytes: 0,
            live: true,
            tail: VecDeque::new(),
            generation: 0,
            anchor: Anchor::Bottom,
            selected: None,
            more_before: true,
            below: 0,
            read_line,
            synced: false,
            width: 0,
            rows: Vec::new(),
        }
    }

    /// Messages in the room's order, then ours that are not in it yet.
    pub fn len(&self) -> usize {
        self.items.len() + self.own.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> Option<&Entry> {
        match index.checked_sub(self.items.len()) {
            None => self.items.get(index),
            Some(own) => self.own.get(own),
        }
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Entry> {
        match index.checked_sub(self.items.len()) {
            None => self.items.get_mut(index),
            Some(own) => self.own.get_mut(own),
        }
    }

    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.items.iter().chain(&self.own)
    }

    /// Ours that are not in the room's order yet, in the order of sending.
    pub fn own(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.own.iter()
    }

    pub(crate) fn own_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Entry> {
        self.own.iter_mut()
    }

    /// The window reaches to the newest message.
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// It shows the newest messages already.
    pub(crate) fn has_end(&self) -> bool {
        self.live && !self.items.is_empty()
    }

    pub fn first_id(&self) -> Option<&MessageId> {
        self.items.front().and_then(message_id)
    }

    pub fn last_id(&self) -> Option<&MessageId> {
        self.items.back().and_then(message_id)
    }

    /// The newest message that is known of, in the window or not.
    pub fn newest_id(&self) -> Option<&MessageId> {
        self.tail.back().and_then(message_id).or_else(|| self.last_id())
    }

    pub(crate) fn position(&self, id: &EntryId) -> Option<usize> {
        if let Some(seq) = self.index.get(id) {
            return usize::try_from(seq - self.first).ok();
        }
        let own = self.own.iter().position(|e| e.id == *id)?;
        Some(self.items.len() + own)
    }

    /// The index of what comes after this message; `None` when that is not held.
    pub(crate) fn after(&self, id: &MessageId) -> Option<usize> {
        let held = self.position(&EntryId::Message(id.clone())).map(|at| at + 1);
        // Before the beginning of the room there is nothing.
        let is_before = |first: &Entry| !self.more_before || first.prev.as_ref() == Some(id);
        held.or_else(|| self.items.front().filter(|e| is_before(e)).map(|_| 0))
    }

    fn unread_from(&self, id: &MessageId) -> Option<impl Iterator<Item = &Entry>> {
        let from = self.after(id).filter(|_| self.live)?;
        let rows = self.items.range(from..);
        Some(rows.filter(|e| e.is_said() && !e.own && !e.is_deleted()))
    }

    /// How many messages of others come after this one, and how many of them mention us; `None` when
    /// they are not all held.
    pub(crate) fn unread_after(&self, id: &MessageId) -> Option<(usize, usize)> {
        let count = |(all, mentions), e: &Entry| (all + 1, mentions + usize::from(e.mention));
        Some(self.unread_from(id)?.fold((0, 0), count))
    }

    pub(crate) fn first_mention_after(&self, id: &MessageId) -> Option<&MessageId> {
        self.unread_from(id)?.find(|e| e.mention).and_then(message_id)
    }

    /// A connection begins: what comes now is told from what was there.
    pub(crate) fn begin_replay(&mut self) {
        self.generation += 1;
        self.synced = false;
    }

    /// A message from the subscription, in the room's order.
    pub(crate) fn append(&mut self, mut entry: Entry) -> Added {
        entry.generation = self.generation;
        self.settle(&entry);
        if let Some(row) = entry.row.as_deref().filter(|_| entry.changes_another()) {
            self.fold(row, entry.mention);
        }
        if let Some(known) = self.position(&entry.id) {
            let is_replay = !self.synced;
            if let Some(known) = self.items.get_mut(known) {
                known.generation = self.generation;
                // A replay brings messages as they are by now.
                if is_replay {
                    self.bytes = self.bytes + entry.text.as_str().len() - known.text.as_str().len();
                    known.adopt(entry);
                }
            }
            return Added::Known;
        }
        let follows = entry.prev.is_none() || entry.prev.as_ref() == self.last_id();
        let opens = self.items.is_empty() && self.live;
        if !(opens || follows && (self.live || entry.prev.is_some())) {
            // A hole, or one reads far above: the pages between are asked for as they are needed.
            self.live = false;
            return self.keep_aside(entry);
        }
        if entry.prev.is_none() && opens {
            self.more_before = false;
        }
        if self.is_full() && self.reads_upper_half() {
            self.live = false;
            return self.keep_aside(entry);
        }
        self.live = true;
        self.push_back(entry);
        Added::New
    }

    /// Notes who came or went below the newest message.
    pub(crate) fn pass(&mut self, change: impl FnOnce(&mut Passing)) {
        let newest = if self.live { &mut self.items } else { &mut self.tail };
        if let Some(entry) = newest.iter_mut().rev().find(|e| !e.changes_another()) {
            change(&mut entry.passing);
        }
    }

    fn keep_aside(&mut self, entry: Entry) -> Added {
        if self.tail.iter().any(|e| e.id == entry.id) {
            return Added::Known;
        }
        let end = self.tail.back().and_then(message_id);
        if end.is_some() && entry.prev.is_some() && entry.prev.as_ref() != end {
            self.tail.clear();
        }
        if self.tail.len() == TAIL {
            self.tail.pop_front();
        }
        self.tail.push_back(entry);
        Added::New
    }

    /// The page before the window.
    pub(crate) fn prepend_page(&mut self, page: Vec<Entry>, more_before: bool) {
        if self.is_full() && !self.reads_upper_half() {
            return;
        }
        self.more_before = more_before;
        for mut entry in page.into_iter().rev() {
            self.settle(&entry);
            entry.generation = self.generation;
            self.push_front(entry);
        }
        self.refold();
    }

    /// The page after the window.
    pub(crate) fn append_page(&mut self, page: Vec<Entry>, more_after: bool) {
        if self.live || (self.is_full() && self.reads_upper_half()) {
            return;
        }
        for mut entry in page {
            self.settle(&entry);
            entry.generation = self.generation;
            self.push_back(entry);
        }
        self.join_tail(more_after);
        self.refold();
    }

    /// The newest page in the place of the window.
    pub(crate) fn replace(&mut self, page: Vec<Entry>, more_before: bool, more_after: bool) {
        self.clear_items();
        self.live = false;
        self.append_page(page, more_after);
        self.more_before = more_before;
        if !self.anchor_exists() {
            self.anchor = Anchor::Bottom;
        }
    }

    /// What was kept aside follows the window, unless the page did not reach so far.
    fn join_tail(&mut self, more_after: bool) {
        let newest = self.tail.back().map(|e| e.id.clone());
        if newest.as_ref().is_none_or(|id| self.position(id).is_some()) {
            self.live = !more_after || newest.is_some();
        } else if let Some(last) = self.last_id().cloned() {
            let end = EntryId::Message(last.clone());
            let overlap = self.tail.iter().position(|e| e.id == end).map(|i| i + 1);
            let joint = || self.tail.iter().position(|e| e.prev.as_ref() == Some(&last));
            let Some(joint) = overlap.or_else(joint) else { return };
            self.live = true;
            for entry in self.tail.split_off(joint) {
                self.push_back(entry);
            }
        }
        if self.live {
            self.tail.clear();
        }
    }

    /// What came on this connection is the newest page and replaces what was shown before.
    pub(crate) fn reset(&mut self) {
        let generation = self.generation;
        let held = self.items.drain(..).chain(self.tail.drain(..));
        let kept: Vec<_> = held.filter(|e| e.generation == generation).collect();
        self.clear_items();
        self.live = true;
        self.more_before = !kept.is_empty();
        for entry in kept {
            self.push_back(entry);
        }
        if !self.anchor_exists() {
            self.anchor = Anchor::Bottom;
        }
    }

    fn clear_items(&mut self) {
        self.items.clear();
        self.index.clear();
        self.bytes = 0;
        self.first = 0;
    }

    pub(crate) fn push_own(&mut self, entry: Entry) {
        self.own.push_back(entry);
    }

    pub(crate) fn own_by_key(&mut self, key: &str) -> Option<&mut Entry> {
        self.own.iter_mut().find(|e| matches!(&e.id, EntryId::Own(k) if k == key))
    }

    pub(crate) fn remove_own(&mut self, key: &str) -> Option<Entry> {
        let at = self.own.iter().position(|e| matches!(&e.id, EntryId::Own(k) if k == key))?;
        let gone = self.own.remove(at);
        if !self.anchor_exists() {
            self.anchor = Anchor::Bottom;
        }
        gone
    }

    /// One of ours is on the server's disk. It goes when the room's order has it.
    pub(crate) fn confirm(&mut self, key: &str, id: &MessageId) -> bool {
        let is_there = self.position(&EntryId::Message(id.clone())).is_some();
        if is_there {
            return self.remove_own(key).is_some();
        }
        match self.own_by_key(key) {
            Some(entry) => {
                entry.delivery = Delivery::Confirmed(id.clone());
                true
            }
            None => false,
        }
    }

    /// `stored` is in the room's order: if it is one of ours, it is not shown a second time.
    fn settle(&mut self, stored: &Entry) {
        if self.own.is_empty() {
            return;
        }
        let EntryId::Message(id) = &stored.id else { return };
        let is_it = |e: &Entry| match (&e.delivery, &e.id) {
            (Delivery::Confirmed(confirmed), _) => confirmed == id,
            (_, EntryId::Own(key)) => {
                stored.own && stored.key.as_ref().is_some_and(|k| k.as_str() == key)
            }
            _ => false,
        };
        let Some(at) = self.own.iter().position(is_it) else { return };
        let Some(gone) = self.own.remove(at) else { return };
        self.anchor.rename(&gone.id, &stored.id);
        if self.selected.as_ref() == Some(&gone.id) {
            self.selected = Some(stored.id.clone());
        }
    }

    /// Unless it is there.
    fn push_back(&mut self, entry: Entry) {
        if self.index.contains_key(&entry.id) {
            return;
        }
        self.bytes += entry.text.as_str().len();
        self.index.insert(entry.id.clone(), self.first + self.items.len() as i64);
        self.items.push_back(entry);
        while self.is_over() {
            self.drop_front();
        }
    }

    /// Unless it is there.
    fn push_front(&mut self, entry: Entry) {
        if self.index.contains_key(&entry.id) {
            return;
        }
        self.bytes += entry.text.as_str().len();
        self.first -= 1;
        self.index.insert(entry.id.clone(), self.first);
        self.items.push_front(entry);
        while self.is_over() {
            self.drop_back();
        }
    }

    fn drop_front(&mut self) {
        let Some(gone) = self.items.pop_front() else { return };
        self.bytes -= gone.text.as_str().len();
        self.index.remove(&gone.id);
        self.first += 1;
        self.more_before = true;
    }

    fn drop_back(&mut self) {
        let Some(gone) = self.items.pop_back() else { return };
        self.bytes -= gone.text.as_str().len();
        self.index.remove(&gone.id);
        self.live = false;
        if self.tail.len() < TAIL {
            self.tail.push_front(gone);
        }
    }

    /// What is in view comes near the beginning of the window, and the room goes on before it.
    pub(crate) fn wants_older(&self, height: usize) -> bool {
        let near = match &self.anchor {
            Anchor::Bottom => self.items.len() <= height && !self.is_full(),
            Anchor::At { id, .. } => self.position(id).is_some_and(|at| at <= height),
        };
        self.more_before && near && (!self.is_full() || self.reads_upper_half())
    }

    /// What is in view comes near the end of the window, and the room goes on after it.
    pub(crate) fn wants_newer(&self, height: usize) -> bool {
        let Anchor::At { id, .. } = &self.anchor else { return false };
        let near = self.position(id).is_some_and(|at| at + 2 * height >= self.items.len());
        !self.live && near && !(self.is_full() && self.reads_upper_half())
    }

    fn is_full(&self) -> bool {
        self.items.len() >= WINDOW || self.bytes >= WINDOW_BYTES
    }

    fn is_over(&self) -> bool {
        self.items.len() > 1 && (self.items.len() > WINDOW || self.bytes > WINDOW_BYTES)
    }

    fn reads_upper_half(&self) -> bool {
        let Anchor::At { id, .. } = &self.anchor else { return false };
        self.position(id).is_some_and(|at| at < self.items.len() / 2)
    }

    /// The change with this key, and the message it is to change.
    pub(crate) fn change_mut(&mut self, key: &str) -> Option<(&mut Entry, usize)> {
        let entries = self.items.iter_mut().rev();
        entries.filter_map(|e| e.changes.iter().position(|c| c.key == key).map(|at| (e, at))).next()
    }

    pub(super) fn anchor_exists(&self) -> bool {
        match &self.anchor {
            Anchor::Bottom => true,
            Anchor::At { id, .. } => self.position(id).is_some(),
        }
    }
}

fn message_id(entry: &Entry) -> Option<&MessageId> {
    match &entry.id {
        EntryId::Message(id) => Some(id),
        _ => None,
    }
}
