//! Topics: who is interested where, and one publication to all of them in one order.

use super::conn::Conn;
use super::shard::{Shard, ShardMsg};
use bytes::Bytes;
use chat_protocol::stomp::{Version, message_head, message_tail};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// One message to be published.
pub struct Outgoing<'a> {
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
    /// Superseded soon: dropped where the reader is behind.
    pub ephemeral: bool,
}

/// A publication, encoded once per STOMP version in use and shared by all subscribers.
pub struct Encoded {
    pub(super) topic: u64,
    tails: [Bytes; 3],
    /// The whole frame is valid UTF-8.
    pub(super) text: bool,
    pub(super) ephemeral: bool,
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
}

pub struct Hub {
    shards: Vec<Arc<Shard>>,
    topics: Mutex<HashMap<Arc<str>, Held>>,
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
    state: Mutex<TopicState>,
}

struct TopicState {
    /// Per shard, live subscriptions per version: shards and versions without any are skipped.
    interest: Vec<[u32; 3]>,
    /// Place in the log of the last publication since somebody has held this topic.
    head: Option<u64>,
}

impl Hub {
    /// `run`: a few characters that no other run of this server has, for message ids.
    pub fn new(shards: usize, run: String) -> Self {
        Self {
            shards: (0..shards).map(|n| Arc::new(Shard::new(n))).collect(),
            topics: Mutex::default(),
            next_topic: AtomicU64::new(0),
            run,
            next_message: AtomicU64::new(0),
        }
    }

    pub fn shards(&self) -> &[Arc<Shard>] {
        &self.shards
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

    /// Delivers to everybody who is live on `key` now. `position`: its place in the log, for what is
    /// in one; called in that order.
    pub fn publish(&self, key: &str, message: &Outgoing<'_>, position: Option<u64>) {
        let topic = match self.topics.lock().get(key) {
            Some(held) => held.topic.clone(),
            None => return,
        };
        let mut state = topic.state.lock();
        if position.is_some() {
            state.head = position;
        }
        let Some(encoded) = state.encode(topic.id, message) else { return };
        let encoded = Arc::new(encoded);
        for (shard, interest) in self.shards.iter().zip(&state.interest) {
            if *interest != [0; 3] {
                shard.push(ShardMsg::Publish(encoded.clone()));
            }
        }
    }

    fn hold(&self, key: &str) -> Arc<Topic> {
        let mut topics = self.topics.lock();
        if let Some(held) = topics.get_mut(key) {
            held.holders += 1;
            return held.topic.clone();
        }
        let topic = Arc::new(Topic {
            id: self.next_topic.fetch_add(1, Ordering::Relaxed),
            key: key.into(),
            state: Mutex::new(TopicState { interest: vec![[0; 3]; self.shards.len()], head: None }),
        });
        topics.insert(topic.key.clone(), Held { topic: topic.clone(), holders: 1 });
        topic
    }

    fn release(&self, topic: &Topic) {
        let mut topics = self.topics.lock();
        if let Some(held) = topics.get_mut(&topic.key) {
            held.holders -= 1;
            if held.holders == 0 {
                topics.remove(&topic.key);
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
        any.then_some(Encoded { topic, tails, text, ephemeral: message.ephemeral })
    }
}

/// One subscription of one connection. From its creation on the topic remembers its head; it gets
/// messages once it is live. Dropping it ends it: nothing is delivered afterwards.
pub struct Subscription {
    hub: Arc<Hub>,
    topic: Arc<Topic>,
    subscriber: Arc<Subscriber>,
    live: bool,
}

impl Subscription {
    pub fn new(
        hub: Arc<Hub>,
        conn: Arc<Conn>,
        key: &str,
        id: Option<&str>,
        version: Version,
    ) -> Self {
        let topic = hub.hold(key);
        // Kept as long as the subscription: without room to grow.
        let head = Bytes::copy_from_slice(&message_head(id, version));
        let cancelled = AtomicBool::new(false);
        let subscriber = Arc::new(Subscriber { conn, head, version, cancelled });
        Self { hub, topic, subscriber, live: false }
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
        let conn = &self.subscriber.conn;
        state.interest[conn.shard().index][index(self.subscriber.version)] += 1;
        // In the inbox it stands behind everything published so far, so nothing comes twice.
        let (topic, subscriber) = (self.topic.id, self.subscriber.clone());
        conn.shard().push(ShardMsg::Subscribe { topic, subscriber });
        self.live = true;
        true
    }

    /// A message for this subscription alone, ahead of what is published later.
    pub fn push(&self, headers: &[(&str, &str)], body: &[u8]) {
        let tail = message_tail(headers.iter().copied(), body, self.subscriber.version);
        let text = std::str::from_utf8(body).is_ok();
        self.subscriber.conn.push_parts(&self.subscriber.head, &tail, text);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.subscriber.cancelled.store(true, Ordering::Release);
        if self.live {
            let shard = self.subscriber.conn.shard();
            let mut state = self.topic.state.lock();
            state.interest[shard.index][index(self.subscriber.version)] -= 1;
            shard.push(ShardMsg::Forget { topic: self.topic.id });
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
