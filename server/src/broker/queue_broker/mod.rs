//! Queues at work: the state machine under one lock, the store behind it, connections before it.
//! What is to be stored is handed to the log in the order of the lock, and takes effect on the log's
//! thread once it is decided. Plain fan-out never comes here.

mod commit;
mod reader;
mod topics;
mod transact;

pub use reader::{Debt, Owed, Reader};
pub use topics::{Begun, DurableError};
pub use transact::{Refusal, Target, Transaction};

use super::durable::Durables;
use super::hub::Hub;
use super::queue::{
    Change, ConsumerId, Effects, Full, Keep, Message, Outcome, QueueLimits, Queues, Source, Tag,
    expiry,
};
use crate::log::{AppendError, Clock, Log, QueueOp, StoredQueues};
use chat_protocol::chat::Destination;
use chat_protocol::session::SubscribeOptions;
use commit::Waiting;
use parking_lot::Mutex;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};

/// The answer of the store, for whoever waits. A dropped sender means [`AppendError::Failed`].
pub type Stored = oneshot::Receiver<Result<(), AppendError>>;
type Answer = oneshot::Sender<Result<(), AppendError>>;

pub struct QueueBroker {
    me: Weak<Self>,
    state: Mutex<State>,
    log: Arc<dyn Log>,
    hub: Arc<Hub>,
    clock: Clock,
    /// A deadline has come nearer.
    sooner: Notify,
    /// Durable subscriptions to topics; while there are none, publications need not come here.
    durable_topics: AtomicUsize,
}

struct State {
    queues: Queues,
    readers: HashMap<ConsumerId, Arc<Reader>>,
    durables: Durables,
    /// Queues of readers that remember how far they have come in a room.
    cursors: HashMap<Arc<str>, topics::Cursor>,
    /// Removals that the store refused; they go with the next change.
    unwritten: Vec<QueueOp>,
}

/// Something on a topic that waits for a commit.
pub(super) struct Publication {
    pub key: String,
    pub to: Destination,
    pub message: Arc<Message>,
}

impl QueueBroker {
    /// With what the store held.
    pub fn new(
        limits: QueueLimits,
        log: Arc<dyn Log>,
        hub: Arc<Hub>,
        clock: Clock,
        stored: StoredQueues,
    ) -> Arc<Self> {
        let mut state = State {
            queues: Queues::new(limits),
            readers: HashMap::new(),
            durables: Durables::default(),
            cursors: HashMap::new(),
            unwritten: Vec::new(),
        };
        state.restore(stored, Instant::now(), clock());
        let durable_topics = AtomicUsize::new(state.durables.topics());
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            state: Mutex::new(state),
            log,
            hub,
            clock,
            sooner: Notify::new(),
            durable_topics,
        })
    }

    /// ms since 1970.
    pub fn wall(&self) -> u64 {
        (self.clock)()
    }

    /// Whether there may be a queue more for this consumer.
    pub fn check(&self, source: &Source) -> Result<(), Full> {
        self.state.lock().queues.check(source)
    }

    /// A consumer of a queue, which gets what there is at once. Its RECEIPT has been sent.
    pub fn subscribe(
        &self,
        reader: Arc<Reader>,
        source: &Source,
        options: &SubscribeOptions,
        now: Instant,
    ) -> ConsumerId {
        let mut state = self.state.lock();
        let id = state.queues.subscribe(reader.conn.id, source, options);
        state.readers.insert(id, reader);
        let mut effects = Effects::default();
        state.queues.serve(id, now, &mut effects);
        self.run(&mut state, effects, now);
        id
    }

    /// These consumers of one connection are gone: what they had goes to others.
    pub fn leave(&self, ids: &[ConsumerId], now: Instant) {
        self.with(now, |state| {
            for id in ids {
                state.readers.remove(id);
            }
            state.queues.leave(ids, now)
        });
    }

    /// The outboxes of these consumers have drained.
    pub fn drained(&self, ids: &[ConsumerId], now: Instant) {
        self.with(now, |state| {
            let mut effects = Effects::default();
            for id in ids {
                if let Some(reader) = state.readers.get(id) {
                    reader.resume();
                    effects.add(state.sent(*id, now));
                }
            }
            effects
        });
    }

    /// A queue of one connection alone, which ends with it.
    pub fn create_temporary(&self, name: &Arc<str>) {
        self.state.lock().queues.create(name.clone(), Keep::InMemory, None);
    }

    /// Deletes a connection's own queue.
    pub fn delete(&self, name: &Arc<str>, now: Instant) {
        self.with(now, |state| {
            state.cursors.remove(name);
            let changes = Change { ops: state.queues.delete(name), steps: Vec::new() };
            Effects { deliveries: Vec::new(), changes }
        });
    }

    /// ACK (`ok`) or NACK of deliveries. `None`: it is done; else the store decides.
    pub fn settle(&self, tags: &[Tag], ok: bool, now: Instant) -> Option<Stored> {
        let mut state = self.state.lock();
        let before = state.queues.poll_timeout();
        let mut change = Change::default();
        state.settle(tags, ok, &mut change);
        let stored = self.submit(&mut state, change, now);
        self.note_due(&state, before);
        stored
    }

    /// Ends delays and drops what has expired, for ever.
    pub async fn keep_time(&self) {
        loop {
            let due = self.state.lock().queues.poll_timeout();
            // The far deadline only keeps the wait finite.
            let due = due.unwrap_or_else(|| Instant::now() + Duration::from_secs(3600));
            tokio::select! {
                () = tokio::time::sleep_until(due.into()) => {
                    let now = Instant::now();
                    self.with(now, |state| state.queues.handle_timeout(now));
                }
                () = self.sooner.notified() => {}
            }
        }
    }

    /// Does something to the queues, and all that follows from it.
    fn with(&self, now: Instant, act: impl FnOnce(&mut State) -> Effects) {
        let mut state = self.state.lock();
        let before = state.queues.poll_timeout();
        let effects = act(&mut state);
        self.run(&mut state, effects, now);
        self.note_due(&state, before);
    }

    fn note_due(&self, state: &State, before: Option<Instant>) {
        let after = state.queues.poll_timeout();
        if after.is_some_and(|after| before.is_none_or(|before| after < before)) {
            self.sooner.notify_one();
        }
    }

    /// Delivers, and has written what is to be written.
    fn run(&self, state: &mut State, mut effects: Effects, now: Instant) {
        loop {
            let served: BTreeSet<_> = effects.deliveries.iter().map(|d| d.consumer).collect();
            for delivery in effects.deliveries.drain(..) {
                if let Some(reader) = state.readers.get(&delivery.consumer) {
                    reader.deliver(&delivery);
                }
            }
            let change = std::mem::take(&mut effects.changes);
            if !change.ops.is_empty() {
                self.hand_in(state, change, Waiting::default(), now);
            } else if !change.steps.is_empty() {
                effects.add(state.queues.decide(&change.steps, Outcome::Stored, now));
            }
            for id in served {
                let reader = state.readers.get(&id);
                if reader.is_some_and(|reader| reader.has_room(state.queues.limits())) {
                    effects.add(state.sent(id, now));
                }
            }
            if effects.deliveries.is_empty() && effects.changes.is_empty() {
                return;
            }
        }
    }

    /// A change somebody waits for. `None`: it needed no store.
    fn submit(&self, state: &mut State, change: Change, now: Instant) -> Option<Stored> {
        if change.ops.is_empty() {
            let effects = state.queues.decide(&change.steps, Outcome::Stored, now);
            self.run(state, effects, now);
            return None;
        }
        let (answer, stored) = oneshot::channel();
        let waiting = Waiting { answer: Some(answer), ..Waiting::default() };
        self.hand_in(state, change, waiting, now);
        Some(stored)
    }
}

#[cfg(test)]
mod tests;
