//! Topics: who is interested where, and one publication to all of them in one order.

use super::budget::Budget;
use super::conn::Conn;
use super::filter::{Facts, Filter};
use super::queue::Message;
use super::shard::{Shard, ShardMsg};
use bytes::Bytes;
use chat_protocol::chat::Destination;
use chat_protocol::chat::pattern::Pattern;
use chat_protocol::stomp::{Version, message_head, message_tail};
use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// One message to be published.
pub struct Outgoing<'a> {
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
    /// Superseded soon: dropped where the reader is behind.
    pub ephemeral: bool,
    /// The connection that sent it.
    pub from: Option<u64>,
}

impl Outgoing<'_> {
    fn keep(&self) -> Message {
        Message::published(self.headers, self.body, self.from)
    }
}

/// A subscription that takes publications otherwise than into an outbox at once.
pub trait Tap: Send + Sync {
    /// Called under the topic's lock, so in the order of publications. Must not publish.
    fn publish(&self, message: &Arc<Message>);
}

/// A publication, encoded once per STOMP version in use and shared by all subscribers.
pub struct Encoded {
    pub(super) topic: u64,
    tails: [Bytes; 3],
    /// The whole frame is valid UTF-8.
    pub(super) text: bool,
    pub(super) ephemeral: bool,
    /// Kept while somebody filters the topic.
    facts: Option<Facts>,
}

impl Encoded {
    pub(super) fn tail(&self, version: Version) -> &[u8] {
        &self.tails[index(version)]
    }
    pub(super) fn size(&self) -> usize {
        self.tails.iter().map(Bytes::len).sum()
    }
}

/// A live subscription as the flusher sees it.
pub struct Subscriber {
    pub(super) conn: Arc<Conn>,
    /// What differs per subscriber: command and subscription id.
    pub(super) head: Bytes,
    pub(super) version: Version,
    pub(super) cancelled: AtomicBool,
    filter: Option<Box<Filter>>,
}

impl Subscriber {
    pub(super) fn is_filtered(&self) -> bool {
        self.filter.is_some()
    }

    pub(super) fn wants(&self, encoded: &Encoded) -> bool {
        match (&self.filter, &encoded.facts) {
            (Some(filter), Some(facts)) => filter.wants(facts, self.conn.id),
            _ => true,
        }
    }
}

pub struct Hub {
    shards: Vec<Arc<Shard>>,
    budget: Arc<Budget>,
    topics: Mutex<HashMap<Arc<str>, Held>>,
    /// Those of `topics` that are subscribed to by a wildcard.
    patterns: RwLock<Vec<(Pattern, Arc<Topic>)>>,
    next_topic: AtomicU64,
    /// Names this run of the server in message ids of what is not stored.
    run: String,
    next_message: AtomicU64,
}

struct Held {
    topic: Arc<Topic>,
    holders: usize,
}

struct Topic {
    id: u64,
    key: Arc<str>,
    is_pattern: bool,
    state: Mutex<TopicState>,
}

struct TopicState {
    /// Per shard, live subscriptions per version: shards and versions without any are skipped.
    interest: Vec<[u32; 3]>,
    /// Live subscriptions with a filter.
    filters: u32,
    taps: Vec<Arc<dyn Tap>>,
    /// Place in the log of the last publication since somebody has held this topic.
    head: Option<u64>,
}

impl Hub {
    /// `run`: a few characters that no other run of this server has, for message ids.
    pub fn new(shards: usize, run: String) -> Self {
        Self::bounded(shards, run, usize::MAX)
    }

    /// `unread`: bytes that all connections together may leave unread.
    pub fn bounded(shards: usize, run: String, unread: usize) -> Self {
        let budget = Arc::new(Budget::new(unread));
        let shard = |n| Arc::new(Shard::new(n, budget.clone()));
        Self {
            shards: (0..shards).map(shard).collect(),
            budget,
            topics: Mutex::default(),
            patterns: RwLock::default(),
            next_topic: AtomicU64::new(0),
            run,
            next_message: AtomicU64::new(0),
        }
    }

    pub fn shards(&self) -> &[Arc<Shard>] {
        &self.shards
    }

    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Names this run of the server.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// A `message-id` for what is not in the log.
    pub fn message_id(&self) -> String {
        format!("{}.{}", self.run, self.next_message.fetch_add(1, Ordering::Relaxed))
    }

    /// A shard whose inbox is over its bounds.
    pub fn congested(&self) -> Option<&Arc<Shard>> {
        self.shards.iter().find(|shard| shard.is_congested())
    }

    /// Whether anybody subscribed to `key`.
    pub fn is_held(&self, key: &str) -> bool {
        self.topics.lock().contains_key(key)
    }

    /// Delivers to everybody who is live on `key` now. `position`: its place in the log, for what is
    /// in one; called in that order, and followed by [`Hub::wake`].
    pub fn publish(&self, key: &str, message: &Outgoing<'_>, position: Option<u64>) {
        let topic = match self.topics.lock().get(key) {
            Some(held) => held.topic.clone(),
            None => return,
        };
        self.publish_to(&topic, message, position);
    }

    /// As `publish`, on a plain topic: also to those who subscribed by a wildcard that matches it.
    pub fn publish_plain(&self, destination: &Destination, key: &str, message: &Outgoing<'_>) {
        self.publish(key, message, None);
        let matching: Vec<Arc<Topic>> = {
            let patterns = self.patterns.read();
            let matching = patterns.iter().filter(|(pattern, _)| pattern.matches(destination));
            matching.map(|(_, topic)| topic.clone()).collect()
        };
        for topic in matching {
            self.publish_to(&topic, message, None);
        }
    }

    fn publish_to(&self, topic: &Topic, message: &Outgoing<'_>, position: Option<u64>) {
        let mut state = topic.state.lock();
        if position.is_some() {
            state.head = position;
        }
        if !state.taps.is_empty() {
            let message = Arc::new(message.keep());
            state.taps.iter().for_each(|tap| tap.publish(&message));
        }
        let Some(encoded) = state.encode(topic.id, message) else { return };
        let encoded = Arc::new(encoded);
        for (shard, interest) in self.shards.iter().zip(&state.interest) {
            if *interest != [0; 3] {
                let message = ShardMsg::Publish(encoded.clone());
                // What has a place in the log comes in groups: the flushers are woken for each once.
                if position.is_some() { shard.push_quietly(message) } else { shard.push(message) }
            }
        }
    }

    /// Lets the flushers at what was published with a position.
    pub fn wake(&self) {
        self.shards.iter().for_each(|shard| shard.rouse());
    }

    fn hold(&self, key: &str, pattern: Option<&Pattern>) -> Arc<Topic> {
        let mut topics = self.topics.lock();
        if let Some(held) = topics.get_mut(key) {
            held.holders += 1;
            return held.topic.clone();
        }
        let topic = Arc::new(Topic {
            id: self.next_topic.fetch_add(1, Ordering::Relaxed),
            key: key.into(),
            is_pattern: pattern.is_some(),
            state: Mutex::new(TopicState {
                interest: vec![[0; 3]; self.shards.len()],
                filters: 0,
                taps: Vec::new(),
                head: None,
            }),
        });
        if let Some(pattern) = pattern {
            self.patterns.write().push((pattern.clone(), topic.clone()));
        }
        topics.insert(topic.key.clone(), Held { topic: topic.clone(), holders: 1 });
        topic
    }

    fn release(&self, topic: &Topic) {
        let mut topics = self.topics.lock();
        if let Some(held) = topics.get_mut(&topic.key) {
            held.holders -= 1;
            if held.holders == 0 {
                topics.remove(&topic.key);
                if topic.is_pattern {
                    self.patterns.write().retain(|(_, other)| other.id != topic.id);
                }
            }
        }
    }
}

impl TopicState {
    /// `None` when nobody is live.
    fn encode(&self, topic: u64, message: &Outgoing<'_>) -> Option<Encoded> {
        let mut tails = [const { Bytes::new() }; 3];
        let mut any = false;
        for version in [Version::V1_0, Version::V1_1, Version::V1_2] {
            if self.interest.iter().any(|counts| counts[index(version)] > 0) {
                let headers = message.headers.iter().copied();
                tails[index(version)] = message_tail(headers, message.body, version);
                any = true;
            }
        }
        let text = std::str::from_utf8(message.body).is_ok();
        any.then(|| Encoded {
            topic,
            tails,
            text,
            ephemeral: message.ephemeral,
            facts: (self.filters > 0).then(|| Facts::of(message)),
        })
    }
}

/// What a subscription is to.
#[derive(Default)]
pub struct Interest<'a> {
    /// The topic, or the text of the wildcard.
    pub key: &'a str,
    pub pattern: Option<&'a Pattern>,
    pub filter: Option<Filter>,
}

impl<'a> From<&'a str> for Interest<'a> {
    fn from(key: &'a str) -> Self {
        Self { key, ..Self::default() }
    }
}

/// One subscription of one connection. From its creation on the topic remembers its head; it gets
/// messages once it is live. Dropping it ends it: nothing is delivered afterwards.
pub struct Subscription {
    hub: Arc<Hub>,
    topic: Arc<Topic>,
    to: To,
    live: bool,
}

enum To {
    Outbox(Arc<Subscriber>),
    Tap(Arc<dyn Tap>),
}

impl Subscription {
    pub fn new(
        hub: Arc<Hub>,
        conn: Arc<Conn>,
        interest: Interest<'_>,
        id: Option<&str>,
        version: Version,
    ) -> Self {
        let topic = hub.hold(interest.key, interest.pattern);
        let subscriber = Arc::new(Subscriber {
            conn,
            // Kept as long as the subscription: without room to grow.
            head: Bytes::copy_from_slice(&message_head(id, version)),
            version,
            cancelled: AtomicBool::new(false),
            filter: interest.filter.map(Box::new),
        });
        Self { hub, topic, to: To::Outbox(subscriber), live: false }
    }

    /// The same, with everything given to `tap`. Any filter is the tap's.
    pub fn tapped(hub: Arc<Hub>, interest: &Interest<'_>, tap: Arc<dyn Tap>) -> Self {
        let topic = hub.hold(interest.key, interest.pattern);
        Self { hub, topic, to: To::Tap(tap), live: false }
    }

    /// Everything that is published from now on comes.
    pub fn go_live(&mut self) {
        self.go_live_at(u64::MAX, |_| ());
    }

    /// The switch from replay to live: only when nothing has been published behind `position`.
    /// `before` runs under the topic's lock, ahead of the first live message.
    pub fn go_live_at(&mut self, position: u64, before: impl FnOnce(&Self)) -> bool {
        let topic = self.topic.clone();
        let mut state = topic.state.lock();
        if self.live || state.head.is_some_and(|head| head > position) {
            return self.live;
        }
        before(self);
        match &self.to {
            To::Tap(tap) => state.taps.push(tap.clone()),
            To::Outbox(subscriber) => {
                let shard = subscriber.conn.shard();
                state.interest[shard.index][index(subscriber.version)] += 1;
                state.filters += u32::from(subscriber.filter.is_some());
                // In the inbox it stands behind everything published so far, so nothing comes twice.
                let (topic, subscriber) = (self.topic.id, subscriber.clone());
                shard.push(ShardMsg::Subscribe { topic, subscriber });
            }
        }
        self.live = true;
        true
    }

    /// A message for this subscription alone, ahead of what is published later.
    pub fn push(&self, headers: &[(&str, &str)], body: &[u8]) {
        match &self.to {
            To::Tap(tap) => tap.publish(&Arc::new(Message::published(headers, body, None))),
            To::Outbox(subscriber) => {
                let tail = message_tail(headers.iter().copied(), body, subscriber.version);
                let text = std::str::from_utf8(body).is_ok();
                subscriber.conn.push_parts(&subscriber.head, &tail, text);
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        match &self.to {
            To::Tap(tap) => {
                self.topic.state.lock().taps.retain(|other| !Arc::ptr_eq(other, tap));
            }
            To::Outbox(subscriber) => {
                subscriber.cancelled.store(true, Ordering::Release);
                if self.live {
                    let shard = subscriber.conn.shard();
                    let mut state = self.topic.state.lock();
                    state.interest[shard.index][index(subscriber.version)] -= 1;
                    state.filters -= u32::from(subscriber.filter.is_some());
                    shard.push(ShardMsg::Forget { topic: self.topic.id });
                }
            }
        }
        self.hub.release(&self.topic);
    }
}

fn index(version: Version) -> usize {
    match version {
        Version::V1_0 => 0,
        Version::V1_1 => 1,
        Version::V1_2 => 2,
    }
}

#[cfg(test)]
mod tests;
