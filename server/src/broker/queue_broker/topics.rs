//! The topic side: subscriptions to topics and rooms that acknowledge, and durable ones. Each reads a
//! queue of its own, which a tap on the topic fills, or for a durable subscription to a plain topic
//! whoever publishes there.

use super::super::durable::{Claim, Durable, Refused};
use super::super::filter::Filter;
use super::super::hub::Tap;
use super::super::queue::{Change, ConsumerId, Effects, Keep, Message, Outcome, Source};
use super::{QueueBroker, Reader, State, Stored, Tag, expiry};
use crate::log::{QueueOp, StoredDurable, StoredMessage, StoredQueues};
use chat_protocol::chat::{Destination, header};
use chat_protocol::code::Code;
use chat_protocol::session::SubscribeOptions;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Instant;

/// How far a durable subscription has come in its room.
pub(super) struct Cursor {
    durable: Arc<str>,
    /// The id of the newest message it was given.
    last: Option<Arc<str>>,
    /// What is said or being said to the store.
    done: Option<Arc<str>>,
}

/// A durable subscription that has been claimed.
pub enum Begun {
    /// It is being stored; it may be read when that is done.
    Storing(Stored),
    /// It was there. In a room: done up to this message.
    There(Option<Arc<str>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct DurableError(#[from] Refused);

impl DurableError {
    pub fn code(&self) -> Code {
        match self.0 {
            Refused::InUse => Code::Unavailable,
            Refused::Different => Code::Forbidden,
            Refused::TooMany => Code::QueueFull,
        }
    }
}

/// Fills the queue of one subscription to a topic.
struct TopicTap {
    broker: Weak<QueueBroker>,
    queue: Arc<str>,
    filter: Filter,
    reader: Arc<Reader>,
}

impl Tap for TopicTap {
    fn publish(&self, message: &Arc<Message>) {
        if self.filter.wants_message(message, Some(self.reader.conn.id))
            && let Some(broker) = self.broker.upgrade()
        {
            broker.tapped(&self.queue, message, &self.reader);
        }
    }
}

impl QueueBroker {
    /// A subscription to a topic that does not take everything as it comes: the tap that fills its
    /// queue. `durable`: it remembers how far it has come in a room.
    pub fn tap(
        &self,
        queue: &Arc<str>,
        filter: Filter,
        reader: Reader,
        options: &SubscribeOptions,
        durable: Option<&Arc<str>>,
    ) -> (ConsumerId, Arc<dyn Tap>, Arc<Reader>) {
        let cursor = durable.map(|_| queue.clone());
        let reader = Arc::new(reader.with_cursor(cursor));
        let mut state = self.state.lock();
        state.queues.create(queue.clone(), Keep::Subscription(reader.conn.id), None);
        if let Some(durable) = durable {
            let cursor = Cursor { durable: durable.clone(), last: None, done: None };
            state.cursors.insert(queue.clone(), cursor);
        }
        // What it does not want does not get as far as its queue.
        let options = SubscribeOptions { selector: None, no_local: false, ..options.clone() };
        let id = state.queues.subscribe(reader.conn.id, &Source::Queue(queue.clone()), &options);
        state.readers.insert(id, reader.clone());
        let (broker, queue) = (self.me.clone(), queue.clone());
        let tap = TopicTap { broker, queue, filter, reader: reader.clone() };
        (id, Arc::new(tap), reader)
    }

    /// A reader that leaves more waiting than it may is cut, as one is that does not read its socket.
    fn tapped(&self, queue: &Arc<str>, message: &Arc<Message>, reader: &Reader) {
        let now = Instant::now();
        self.with(now, |state| {
            let mut change = Change::default();
            if state.queues.send(queue, message, &mut change).is_err() {
                reader.conn.cut(now);
                reader.conn.rouse();
                return Effects::default();
            }
            let live = message.header(header::KIND) != Some("sync");
            if live && let Some(cursor) = state.cursors.get_mut(queue) {
                cursor.last = Some(message.message_id.clone());
            }
            state.queues.decide(&change.steps, Outcome::Stored, now)
        });
    }

    /// Bytes that wait for a subscription.
    pub fn waiting(&self, queue: &str) -> usize {
        self.state.lock().queues.bytes_in(queue)
    }

    /// The connection takes a durable subscription up. `position`: where a new one in a room begins.
    pub fn claim(
        &self,
        key: &Arc<str>,
        wanted: &Durable,
        conn: u64,
        now: Instant,
    ) -> Result<Begun, DurableError> {
        let mut state = self.state.lock();
        if let Claim::Resumed(position) = state.durables.claim(key, wanted, conn)? {
            return Ok(Begun::There(position));
        }
        state.keep(key, &wanted.destination);
        self.durable_topics.store(state.durables.topics(), Ordering::Release);
        let selector = wanted.filter.selector.as_ref().map(|s| s.text().as_str().into());
        let stored = StoredDurable {
            key: key.clone(),
            destination: wanted.destination.to_string().into(),
            selector,
            no_local: wanted.filter.no_local,
            position: wanted.position.clone(),
        };
        let change = Change { ops: vec![QueueOp::Subscribe(stored)], steps: Vec::new() };
        Ok(match self.submit(&mut state, change, now) {
            Some(stored) => Begun::Storing(stored),
            None => Begun::There(wanted.position.clone()),
        })
    }

    /// Nobody reads it for now.
    pub fn release(&self, key: &str) {
        self.state.lock().durables.release(key);
    }

    /// Deletes a durable subscription with all that waits for it.
    pub fn forget(&self, key: &Arc<str>, now: Instant) -> Option<Stored> {
        let mut state = self.state.lock();
        let mut ops = self.drop_durable(&mut state, key);
        ops.push(QueueOp::Forget { key: key.clone() });
        self.submit(&mut state, Change { ops, steps: Vec::new() }, now)
    }

    /// It is no more in memory; gives what is to be removed from the store.
    pub(super) fn drop_durable(&self, state: &mut State, key: &Arc<str>) -> Vec<QueueOp> {
        state.durables.forget(key);
        self.durable_topics.store(state.durables.topics(), Ordering::Release);
        state.queues.delete(key)
    }

    /// Whether what is published on plain topics has to come here.
    pub fn keeps_topics(&self) -> bool {
        self.durable_topics.load(Ordering::Acquire) > 0
    }
}

impl State {
    pub(super) fn restore(&mut self, stored: StoredQueues, now: Instant, wall: u64) {
        for durable in stored.durables {
            let StoredDurable { key, destination, selector, no_local, position } = durable;
            match Durable::read(&destination, selector.as_deref(), no_local, position) {
                Ok(durable) => {
                    self.keep(&key, &durable.destination);
                    self.durables.restore(&key, durable);
                }
                Err(cause) => tracing::warn!(cause, "a durable subscription cannot be read"),
            }
        }
        for stored in &stored.messages {
            if stored.queue.starts_with("/queue/") || self.queues.len(&stored.queue).is_some() {
                self.queues.restore(stored, message(stored, now, wall));
            }
        }
    }

    /// The queue of a durable subscription to topics.
    fn keep(&mut self, key: &Arc<str>, destination: &Destination) {
        match destination {
            Destination::Topic(topic) => {
                self.queues.create(key.clone(), Keep::Stored, dead_letters(topic));
            }
            Destination::Pattern(_) => self.queues.create(key.clone(), Keep::Stored, None),
            _ => {}
        }
    }

    pub(super) fn settle(&mut self, tags: &[Tag], ok: bool, change: &mut Change) {
        for tag in tags {
            self.queues.settle(tag, ok, change);
        }
        if let Some(tag) = tags.first().filter(|_| ok) {
            change.ops.extend(self.progress(&tag.queue));
        }
    }

    /// What a consumer was given has left.
    pub(super) fn sent(&mut self, id: ConsumerId, now: Instant) -> Effects {
        let mut effects = self.queues.sent(id, now);
        if let Some(queue) = self.readers.get(&id).and_then(|reader| reader.cursor.clone()) {
            effects.changes.ops.extend(self.progress(&queue));
        }
        effects
    }

    /// How far a reader has come in its room, when that is news.
    fn progress(&mut self, queue: &str) -> Option<QueueOp> {
        let cursor = self.cursors.get_mut(queue)?;
        let position = match self.queues.first_open(queue) {
            Some(open) => open.header(header::PREV).map(Arc::from),
            None => cursor.last.clone(),
        }?;
        if cursor.done.as_ref() == Some(&position) {
            return None;
        }
        cursor.done = Some(position.clone());
        Some(QueueOp::Advance { key: cursor.durable.clone(), position })
    }
}

/// Where the messages of a durable subscription go that its reader cannot use.
fn dead_letters(topic: &str) -> Option<Arc<str>> {
    let name = topic.strip_prefix("/topic/")?;
    let queue = Destination::parse(&format!("/queue/{name}")).ok()?.dead_letter()?;
    Some(queue.to_string().into())
}

fn message(stored: &StoredMessage, now: Instant, wall: u64) -> Message {
    let expires = stored.headers.get("expires").map(|value| value.as_str());
    Message {
        message_id: stored.message_id.clone(),
        destination: stored.destination.clone(),
        headers: stored.headers.clone(),
        body: stored.body.clone(),
        persistent: stored.persistent,
        expires: expiry(expires, now, wall).unwrap_or_default(),
        sender: None,
    }
}
