//! One queue: its messages in the order of their places, what may be done with each now, and whose
//! turn it is. Nothing here is undone by itself: a place is given back, settled or removed.

use super::Message;
use super::change::{ConsumerId, Delivery, Effects, Step, Tag};
use super::consumer::{Consumer, Consumers, Outlet};
use crate::log::QueueOp;
use chat_protocol::session::AckMode;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug)]
pub(super) struct Fifo {
    name: Arc<str>,
    entries: BTreeMap<u64, Entry>,
    ready: BTreeSet<u64>,
    /// What is being stored. Nothing behind it is delivered, so that order is kept.
    storing: BTreeSet<u64>,
    /// When which place is to be looked at: ends of delays, expiries.
    due: BTreeSet<(Instant, u64)>,
    readers: HashMap<ConsumerId, Reader>,
    /// Readers that may take something, the next one first; some have gone since.
    turn: VecDeque<ConsumerId>,
    bytes: usize,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub message: Arc<Message>,
    /// Its row in the store, when it has one.
    pub row: Option<u64>,
    pub deliveries: u32,
    pub state: State,
}

impl Entry {
    /// A message about to be stored, or put into memory as if.
    pub(super) fn new(message: Arc<Message>, row: Option<u64>, deliveries: u32) -> Self {
        Self { message, row, deliveries, state: State::Storing }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Storing,
    Ready,
    Delayed(Instant),
    Taken(ConsumerId),
    /// Acknowledged or refused; takes effect when the store has decided.
    Settling,
}

#[derive(Debug)]
struct Reader {
    /// What is ready before it has been seen and is not wanted.
    seen: u64,
    taken: BTreeSet<u64>,
    /// It waits in `turn`.
    waits: bool,
    by_pattern: bool,
}

impl Fifo {
    pub(super) fn new(name: Arc<str>) -> Self {
        Self {
            name,
            entries: BTreeMap::new(),
            ready: BTreeSet::new(),
            storing: BTreeSet::new(),
            due: BTreeSet::new(),
            readers: HashMap::new(),
            turn: VecDeque::new(),
            bytes: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Nothing is in it, and nobody named it.
    pub(super) fn is_unused(&self) -> bool {
        self.entries.is_empty() && self.readers.values().all(|reader| reader.by_pattern)
    }

    pub(super) fn fits(&self, bytes: usize, messages: usize, limit: usize) -> bool {
        self.entries.len() < messages
            && (self.entries.is_empty() || self.bytes.saturating_add(bytes) <= limit)
    }

    /// The oldest message that nobody has settled.
    pub(super) fn first_open(&self) -> Option<&Arc<Message>> {
        let open = self.entries.values().find(|entry| entry.state != State::Settling);
        open.map(|entry| &entry.message)
    }

    pub(super) fn readers(&self) -> impl Iterator<Item = ConsumerId> {
        self.readers.keys().copied()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = u64> {
        self.entries.values().filter_map(|entry| entry.row)
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Puts a message at its place, from where it is delivered once it is `ready`.
    pub(super) fn put(&mut self, place: u64, entry: Entry) {
        self.bytes += entry.message.size();
        if let Some(at) = entry.message.expires {
            self.due.insert((at, place));
        }
        self.entries.insert(place, entry);
        self.storing.insert(place);
    }

    pub(super) fn entry(&self, place: u64) -> Option<&Entry> {
        self.entries.get(&place)
    }

    /// Takes a message out for good.
    pub(super) fn remove(&mut self, place: u64) -> Option<Entry> {
        self.release(place);
        let entry = self.entries.remove(&place)?;
        self.bytes -= entry.message.size();
        self.ready.remove(&place);
        self.storing.remove(&place);
        if let Some(at) = entry.message.expires {
            self.due.remove(&(at, place));
        }
        if let State::Delayed(until) = entry.state {
            self.due.remove(&(until, place));
        }
        Some(entry)
    }

    /// A message may be delivered (again), at once or from `until` on.
    pub(super) fn give_back(&mut self, place: u64, until: Option<Instant>) {
        self.release(place);
        let Some(entry) = self.entries.get_mut(&place) else { return };
        if let State::Delayed(until) = entry.state {
            self.due.remove(&(until, place));
        }
        self.storing.remove(&place);
        if let Some(until) = until {
            entry.state = State::Delayed(until);
            self.ready.remove(&place);
            self.due.insert((until, place));
            return;
        }
        if let Some(at) = entry.message.expires {
            self.due.insert((at, place));
        }
        entry.state = State::Ready;
        self.ready.insert(place);
        for reader in self.readers.values_mut().filter(|reader| reader.seen > place) {
            reader.seen = place;
        }
    }

    /// The consumer has had its say; the store decides next.
    pub(super) fn settling(&mut self, place: u64) {
        self.release(place);
        self.ready.remove(&place);
        let Some(entry) = self.entries.get_mut(&place) else { return };
        if let State::Delayed(until) = entry.state {
            self.due.remove(&(until, place));
        }
        entry.state = State::Settling;
    }

    /// Whoever has it has it no more.
    fn release(&mut self, place: u64) {
        if let Some(State::Taken(by)) = self.entries.get(&place).map(|entry| entry.state)
            && let Some(reader) = self.readers.get_mut(&by)
        {
            reader.taken.remove(&place);
        }
    }

    pub(super) fn attach(&mut self, id: ConsumerId, by_pattern: bool) {
        let reader = Reader { seen: 0, taken: BTreeSet::new(), waits: false, by_pattern };
        self.readers.entry(id).or_insert(reader);
        self.wake(id);
    }

    /// Ends a reader: what it had is ready again.
    pub(super) fn detach(&mut self, id: ConsumerId) {
        let Some(reader) = self.readers.remove(&id) else { return };
        for place in reader.taken {
            self.give_back(place, None);
        }
        if self.turn.len() > 2 * self.readers.len() + 16 {
            let readers = &self.readers;
            self.turn.retain(|id| readers.contains_key(id));
        }
    }

    /// What a reader has taken, oldest first.
    pub(super) fn taken(&self, id: ConsumerId) -> impl Iterator<Item = u64> {
        self.readers.get(&id).into_iter().flat_map(|reader| reader.taken.iter().copied())
    }

    /// A reader may take something again.
    pub(super) fn wake(&mut self, id: ConsumerId) {
        if let Some(reader) = self.readers.get_mut(&id)
            && !std::mem::replace(&mut reader.waits, true)
        {
            self.turn.push_back(id);
        }
    }

    /// Hands out what can be: in order of places, to one reader after the other.
    pub(super) fn dispatch(&mut self, consumers: &mut Consumers, out: &mut Effects) {
        let mut misses = 0;
        while misses < self.turn.len() && !self.ready.is_empty() {
            let Some(id) = self.turn.pop_front() else { return };
            let Some(reader) = self.readers.get_mut(&id) else { continue };
            let Some((consumer, outlet)) = consumers.open(id) else {
                reader.waits = false;
                continue;
            };
            self.turn.push_back(id);
            match self.next_for(id, consumer) {
                Some(place) => {
                    self.take(place, id, (consumer, outlet), out);
                    misses = 0;
                }
                None => misses += 1,
            }
        }
    }

    /// The oldest message a reader may have and wants.
    fn next_for(&mut self, id: ConsumerId, consumer: &Consumer) -> Option<u64> {
        let reader = self.readers.get_mut(&id)?;
        let end = self.storing.first().copied().unwrap_or(u64::MAX).max(reader.seen);
        for place in self.ready.range(reader.seen..end) {
            reader.seen = *place;
            if self.entries.get(place).is_some_and(|entry| consumer.wants(&entry.message)) {
                return Some(*place);
            }
            reader.seen += 1;
        }
        None
    }

    fn take(
        &mut self,
        place: u64,
        id: ConsumerId,
        (consumer, outlet): (&mut Consumer, &mut Outlet),
        out: &mut Effects,
    ) {
        let Some(entry) = self.entries.get_mut(&place) else { return };
        entry.state = State::Taken(id);
        entry.deliveries = entry.deliveries.saturating_add(1);
        self.ready.remove(&place);
        if let Some(reader) = self.readers.get_mut(&id) {
            reader.taken.insert(place);
        }
        let tag = Tag { queue: self.name.clone(), place, attempt: entry.deliveries };
        let delivery = Delivery { consumer: id, message: entry.message.clone(), tag };
        let count = entry.row.filter(|_| consumer.mode != AckMode::Auto);
        if let Some(row) = count {
            out.changes.ops.push(QueueOp::Count { row, deliveries: entry.deliveries });
            out.changes.steps.push(Step::Counted { consumer: id, place });
        }
        consumer.take(delivery, count.is_none(), outlet);
        consumer.let_go(&mut out.deliveries);
    }

    /// What is over its time: gives the expired ones, to be removed, and makes the delayed ones
    /// ready. What a consumer has stays with it.
    pub(super) fn handle_timeout(&mut self, now: Instant) -> Vec<u64> {
        let mut expired = Vec::new();
        while let Some(&(at, place)) = self.due.first().filter(|(at, _)| *at <= now) {
            self.due.remove(&(at, place));
            let Some(entry) = self.entries.get(&place) else { continue };
            match entry.state {
                State::Ready | State::Delayed(_) if entry.message.is_expired(now) => {
                    expired.push(place);
                }
                State::Delayed(until) if until <= now => self.give_back(place, None),
                _ => {}
            }
        }
        expired
    }
}
