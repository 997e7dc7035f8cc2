//! One task per shard: takes the inbox, appends to the outboxes, writes every dirty connection once.
//! There is no timer: what is batched is what arrived while it was working.

use super::conn::{Conn, Delivery};
use super::hub::{Encoded, Subscriber};
use super::shard::{Inbox, Shard, ShardMsg};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::task::yield_now;

/// Appends between two chances for the shard's other tasks to run.
const APPENDS_PER_TURN: usize = 8192;
/// Writes between two such chances: about a millisecond.
const WRITES_PER_TURN: usize = 256;

pub struct Flusher {
    shard: Arc<Shard>,
    topics: HashMap<u64, Vec<Arc<Subscriber>>>,
    dirty: Vec<Arc<Conn>>,
    /// Topics with cancelled subscribers, swept once a turn, so that coming and going stays linear.
    stale: HashSet<u64>,
}

impl Flusher {
    pub fn new(shard: Arc<Shard>) -> Self {
        Self { shard, topics: HashMap::new(), dirty: Vec::new(), stale: HashSet::new() }
    }

    /// Until the shard is stopped.
    pub async fn run(mut self) {
        let mut inbox = Inbox::default();
        while !self.shard.is_stopped() {
            self.shard.woken().await;
            while self.shard.swap(&mut inbox) {
                self.turn(&mut inbox).await;
                yield_now().await;
            }
        }
    }

    async fn turn(&mut self, inbox: &mut Inbox) {
        self.dirty.append(&mut inbox.dirty);
        let mut now = Instant::now();
        let mut appends = 0;
        let lone = inbox.messages.len() == 1;
        for message in inbox.messages.drain(..) {
            match message {
                ShardMsg::Publish(encoded) => {
                    appends += self.publish(&encoded, lone, now) + 1;
                    self.shard.done(&encoded);
                }
                ShardMsg::Subscribe { topic, subscriber } => {
                    self.topics.entry(topic).or_default().push(subscriber);
                }
                ShardMsg::Forget { topic } => drop(self.stale.insert(topic)),
            }
            if appends >= APPENDS_PER_TURN {
                self.write_dirty().await;
                yield_now().await;
                now = Instant::now();
                appends = 0;
            }
        }
        self.sweep();
        self.write_dirty().await;
    }

    /// A lone message is written subscriber by subscriber: with nothing to batch, the connection and
    /// the buffer are then still in the processor's cache.
    fn publish(&mut self, encoded: &Encoded, lone: bool, now: Instant) -> usize {
        let Some(subscribers) = self.topics.get(&encoded.topic) else { return 0 };
        let at_once = lone && subscribers.len() <= WRITES_PER_TURN;
        for subscriber in subscribers {
            let delivery = Delivery {
                head: &subscriber.head,
                tail: encoded.tail(subscriber.version),
                text: encoded.text,
                ephemeral: encoded.ephemeral,
                now,
            };
            if subscriber.conn.deliver(&delivery, &subscriber.cancelled) {
                if at_once {
                    subscriber.conn.flush(now);
                } else {
                    self.dirty.push(subscriber.conn.clone());
                }
            }
        }
        subscribers.len()
    }

    fn sweep(&mut self) {
        for topic in self.stale.drain() {
            let Some(subscribers) = self.topics.get_mut(&topic) else { continue };
            subscribers.retain(|s| !s.cancelled.load(Ordering::Acquire));
            if subscribers.is_empty() {
                self.topics.remove(&topic);
            }
        }
    }

    async fn write_dirty(&mut self) {
        for (n, conn) in self.dirty.drain(..).enumerate() {
            if n % WRITES_PER_TURN == WRITES_PER_TURN - 1 {
                yield_now().await;
            }
            conn.flush(Instant::now());
        }
        if self.dirty.capacity() > 4096 {
            self.dirty = Vec::new();
        }
    }
}
