//! All queues, by name, and all their consumers.

mod readers;

use super::change::{Change, ConsumerId, Effects, Full, Outcome, Place, Step, Tag};
use super::consumer::Consumers;
use super::fifo::{Entry, Fifo, State};
use super::{Message, QueueLimits};
use crate::log::{QueueOp, StoredMessage};
use chat_protocol::chat::{Destination, Pattern};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

/// How long a queue lasts, and what of it is in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// `/queue/…`: while it holds something or has a consumer that names it. Persistent messages are
    /// stored.
    WhileUsed,
    /// Until it is deleted; nothing is stored.
    InMemory,
    /// The same, for one reader of a topic: all of a connection have one bound together.
    Subscription(u64),
    /// Until it is deleted; everything is stored.
    Stored,
}

/// What a consumer reads.
#[derive(Debug, Clone)]
pub enum Source {
    Queue(Arc<str>),
    /// Every `/queue/…` that matches, also those to come.
    Pattern(Pattern),
}

#[derive(Debug)]
pub struct Queues {
    limits: QueueLimits,
    queues: HashMap<Arc<str>, Held>,
    consumers: Consumers,
    patterns: Vec<(Pattern, ConsumerId)>,
    /// When a queue is to be looked at, each at most once.
    due: BTreeSet<(Instant, Arc<str>)>,
    bytes: usize,
    /// Bytes that wait for the topics' readers of each connection; not among `bytes`.
    waiting: HashMap<u64, usize>,
    /// Above every place and row there is.
    next_place: u64,
    next_consumer: u64,
}

#[derive(Debug)]
struct Held {
    fifo: Fifo,
    keep: Keep,
    /// Where its messages go that nobody could use.
    dead_letters: Option<Arc<str>>,
    /// As noted in `Queues::due`.
    due: Option<Instant>,
}

impl Queues {
    pub fn new(limits: QueueLimits) -> Self {
        Self {
            limits,
            queues: HashMap::new(),
            consumers: Consumers::default(),
            patterns: Vec::new(),
            due: BTreeSet::new(),
            bytes: 0,
            waiting: HashMap::new(),
            next_place: 1,
            next_consumer: 1,
        }
    }

    pub fn limits(&self) -> &QueueLimits {
        &self.limits
    }

    /// Messages in a queue, whatever their state; `None` when there is no such queue.
    pub fn len(&self, name: &str) -> Option<usize> {
        self.queues.get(name).map(|held| held.fifo.len())
    }

    /// Bytes in a queue.
    pub fn bytes_in(&self, name: &str) -> usize {
        self.queues.get(name).map_or(0, |held| held.fifo.bytes())
    }

    /// The oldest message of a queue that nobody has settled.
    pub fn first_open(&self, name: &str) -> Option<&Arc<Message>> {
        self.queues.get(name)?.fifo.first_open()
    }

    /// No queue exists.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    /// Bytes in all queues but those of topics' readers.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Makes a queue that is kept until it is deleted. `dead_letters`: where its refused messages
    /// go; without it they are tried for ever.
    pub fn create(&mut self, name: Arc<str>, keep: Keep, dead_letters: Option<Arc<str>>) {
        let fifo = Fifo::new(name.clone());
        let held = Held { fifo, keep, dead_letters, due: None };
        self.queues.entry(name).or_insert(held);
    }

    /// Puts a message back that the store held when the server started. Order is that of places.
    pub fn restore(&mut self, stored: &StoredMessage, message: Message) {
        self.open(&stored.queue);
        self.next_place = self.next_place.max(stored.place + 1).max(stored.row + 1);
        let message = Arc::new(message);
        let (row, deliveries) = (Some(stored.row), stored.deliveries);
        self.insert(&stored.queue, stored.place, Entry::new(message, row, deliveries));
        if let Some(held) = self.queues.get_mut(&stored.queue) {
            held.fifo.give_back(stored.place, None);
        }
        self.note_due(&stored.queue);
    }

    /// The queue by this name, created when there is none. Bounds are the caller's.
    fn open(&mut self, name: &Arc<str>) -> &mut Held {
        let Self { queues, consumers, patterns, .. } = self;
        queues.entry(name.clone()).or_insert_with(|| {
            let destination = Destination::Queue(name.clone());
            let mut fifo = Fifo::new(name.clone());
            for (_, id) in patterns.iter().filter(|(p, _)| p.matches(&destination)) {
                if let Some(consumer) = consumers.get_mut(*id) {
                    fifo.attach(*id, true);
                    consumer.queues.insert(name.clone());
                }
            }
            let dead_letters = destination.dead_letter().map(|to| to.to_string().into());
            Held { fifo, keep: Keep::WhileUsed, dead_letters, due: None }
        })
    }

    fn insert(&mut self, name: &Arc<str>, place: u64, entry: Entry) {
        let Some(held) = self.queues.get_mut(name) else { return };
        match held.keep {
            Keep::Subscription(conn) => {
                *self.waiting.entry(conn).or_default() += entry.message.size();
            }
            _ => self.bytes += entry.message.size(),
        }
        held.fifo.put(place, entry);
    }

    fn remove(&mut self, name: &Arc<str>, place: u64) -> Option<Entry> {
        let held = self.queues.get_mut(name)?;
        let (keep, entry) = (held.keep, held.fifo.remove(place)?);
        self.less(keep, entry.message.size());
        Some(entry)
    }

    /// So many bytes are gone from a queue.
    fn less(&mut self, keep: Keep, bytes: usize) {
        let Keep::Subscription(conn) = keep else {
            self.bytes -= bytes;
            return;
        };
        if let Some(waiting) = self.waiting.get_mut(&conn) {
            *waiting -= bytes;
            if *waiting == 0 {
                self.waiting.remove(&conn);
            }
        }
    }

    /// Whether a message of this size may be added.
    fn fits(&self, name: &str, size: usize) -> Result<(), Full> {
        let limits = &self.limits;
        let Some(held) = self.queues.get(name) else {
            return if self.queues.len() < limits.queues { Ok(()) } else { Err(Full::Queues) };
        };
        if let Keep::Subscription(conn) = held.keep {
            let waiting = self.waiting.get(&conn).copied().unwrap_or(0);
            let fits = waiting == 0 || waiting + size <= limits.subscription_bytes;
            return if fits { Ok(()) } else { Err(Full::Queue) };
        }
        let fits = held.fifo.fits(size, limits.messages, limits.bytes);
        if fits { Ok(()) } else { Err(Full::Queue) }
    }

    fn place(&mut self) -> u64 {
        let place = self.next_place;
        self.next_place += 1;
        place
    }

    /// Puts a message into a queue once `change` is decided. On an error nothing of `change` may be
    /// kept: it is to be decided as refused.
    pub fn send(
        &mut self,
        name: &Arc<str>,
        message: &Arc<Message>,
        change: &mut Change,
    ) -> Result<(), Full> {
        let size = message.size();
        self.fits(name, size)?;
        let own = self.queues.get(name).is_some_and(|q| matches!(q.keep, Keep::Subscription(_)));
        if !own && self.bytes > 0 && self.bytes + size > self.limits.total_bytes {
            return Err(Full::All);
        }
        let stored = match self.open(name).keep {
            Keep::WhileUsed => message.persistent,
            Keep::InMemory | Keep::Subscription(_) => false,
            Keep::Stored => true,
        };
        let place = self.place();
        let row = stored.then_some(place);
        self.insert(name, place, Entry::new(message.clone(), row, 0));
        if let Some(row) = row {
            change.ops.push(QueueOp::Put(stored_message(name, row, message)));
        }
        change.steps.push(Step::Put(Place { queue: name.clone(), place }));
        Ok(())
    }

    /// One delivery is acknowledged (`ok`) or refused once `change` is decided. What has been
    /// settled, or given to somebody else meanwhile, is left alone.
    pub fn settle(&mut self, tag: &Tag, ok: bool, change: &mut Change) {
        let Some(held) = self.queues.get_mut(&tag.queue) else { return };
        let entry = held.fifo.entry(tag.place).filter(|entry| entry.deliveries == tag.attempt);
        let Some(entry) = entry else { return };
        let place = Place { queue: tag.queue.clone(), place: tag.place };
        let row = entry.row;
        let step = match entry.state {
            State::Taken(by) if ok => Step::Done(place, Some(by)),
            State::Taken(by) => Step::Nacked(place, by),
            // It came back before the ACK did.
            State::Ready | State::Delayed(_) if ok => Step::Done(place, None),
            _ => return,
        };
        held.fifo.settling(tag.place);
        change.ops.extend(row.filter(|_| ok).map(|row| QueueOp::Remove { row }));
        change.steps.push(step);
    }

    /// The store has decided about a change.
    pub fn decide(&mut self, steps: &[Step], outcome: Outcome, now: Instant) -> Effects {
        let mut out = Effects::default();
        let mut touched = BTreeSet::new();
        let mut freed = BTreeSet::new();
        for step in steps {
            match step {
                Step::Counted { consumer, place } => {
                    if let Some(consumer) = self.consumers.get_mut(*consumer) {
                        consumer.counted(*place);
                        consumer.let_go(&mut out.deliveries);
                    }
                }
                Step::Put(at) => {
                    self.decide_put(at, outcome);
                    touched.insert(at.queue.clone());
                }
                Step::Done(at, by) => {
                    self.decide_done(at, outcome);
                    touched.insert(at.queue.clone());
                    freed.extend(by.filter(|by| self.free(*by)));
                }
                Step::Nacked(at, by) => {
                    touched.extend(self.decide_nacked(at, outcome, now, &mut out));
                    touched.insert(at.queue.clone());
                    freed.extend(Some(*by).filter(|by| self.free(*by)));
                }
            }
        }
        for name in &touched {
            self.finish(name, now, &mut out);
        }
        for id in freed {
            self.serve(id, now, &mut out);
        }
        out
    }

    fn decide_put(&mut self, at: &Place, outcome: Outcome) {
        match outcome {
            Outcome::Refused => drop(self.remove(&at.queue, at.place)),
            Outcome::Stored => self.give_back(at),
        }
    }

    fn decide_done(&mut self, at: &Place, outcome: Outcome) {
        match outcome {
            Outcome::Refused => self.give_back(at),
            Outcome::Stored => drop(self.remove(&at.queue, at.place)),
        }
    }

    fn give_back(&mut self, at: &Place) {
        if let Some(held) = self.queues.get_mut(&at.queue) {
            held.fifo.give_back(at.place, None);
        }
    }

    /// Gives the queue of dead letters, when it has become one.
    fn decide_nacked(
        &mut self,
        at: &Place,
        outcome: Outcome,
        now: Instant,
        out: &mut Effects,
    ) -> Option<Arc<str>> {
        let limits = self.limits;
        let held = self.queues.get_mut(&at.queue)?;
        let entry = held.fifo.entry(at.place)?;
        let (tries, size) = (entry.deliveries, entry.message.size());
        if outcome == Outcome::Refused {
            held.fifo.give_back(at.place, None);
            return None;
        }
        held.fifo.give_back(at.place, Some(now + limits.delay(tries)));
        let to = held.dead_letters.clone().filter(|_| tries >= limits.deliveries)?;
        if self.fits(&to, size).is_err() {
            return None;
        }
        let entry = self.remove(&at.queue, at.place)?;
        self.open(&to);
        let place = self.place();
        out.changes.ops.extend(entry.row.map(|row| QueueOp::Move {
            row,
            queue: to.clone(),
            place,
        }));
        self.insert(&to, place, Entry::new(entry.message, entry.row, 0));
        self.give_back(&Place { queue: to.clone(), place });
        Some(to)
    }

    #[cfg(test)]
    pub(super) fn message_at(&self, at: &Place) -> Option<&Arc<Message>> {
        Some(&self.queues.get(&at.queue)?.fifo.entry(at.place)?.message)
    }

    /// A consumer owes one less.
    fn free(&mut self, id: ConsumerId) -> bool {
        let consumer = self.consumers.get_mut(id);
        consumer.map(|consumer| consumer.owed = consumer.owed.saturating_sub(1)).is_some()
    }
}

fn stored_message(queue: &Arc<str>, row: u64, message: &Message) -> StoredMessage {
    StoredMessage {
        row,
        place: row,
        queue: queue.clone(),
        message_id: message.message_id.clone(),
        destination: message.destination.clone(),
        headers: message.headers.clone(),
        body: message.body.clone(),
        persistent: message.persistent,
        deliveries: 0,
    }
}
