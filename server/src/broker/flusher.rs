//! One task per shard: takes the inbox, appends to the outboxes, writes every dirty connection once.
//! There is no timer: what is batched is what arrived while it was working.

use super::conn::Conn;
use super::hub::Subscriber;
use super::run::Run;
use super::shard::{Inbox, Shard, ShardMsg};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::task::yield_now;

/// Appends between two chances for the shard's other tasks to run.
const APPENDS_PER_TURN: usize = 8192;
/// A run is cut when it has so many bytes: about what a socket takes at once.
const RUN_BYTES: usize = 48 * 1024;
/// Writes between two such chances: about a millisecond.
const WRITES_PER_TURN: usize = 256;

pub struct Flusher {
    shard: Arc<Shard>,
    topics: HashMap<u64, Vec<Arc<Subscriber>>>,
    dirty: Vec<Arc<Conn>>,
    /// Publications in a row on one topic.
    run: Run,
    /// Topics with cancelled subscribers, swept once a turn, so that coming and going stays linear.
    stale: HashSet<u64>,
}

impl Flusher {
    pub fn new(shard: Arc<Shard>) -> Self {
        Self {
            shard,
            topics: HashMap::new(),
            dirty: Vec::new(),
            run: Run::default(),
            stale: HashSet::new(),
        }
    }

    /// Until the shard is stopped.
    pub async fn run(mut self) {
        let mut inbox = Inbox::default();
        while !self.shard.is_stopped() {
            self.shard.woken().await;
            while self.shard.swap(&mut inbox) {
                self.turn(&mut inbox).await;
                if self.shard.has_more() {
                    // First those who have something to publish: it goes with the next turn.
                    yield_now().await;
                }
            }
        }
    }

    async fn turn(&mut self, inbox: &mut Inbox) {
        self.dirty.append(&mut inbox.dirty);
        let mut now = Instant::now();
        let mut appends = 0;
        let all = inbox.messages.len();
        let mut messages = inbox.messages.drain(..).peekable();
        while let Some(message) = messages.next() {
            match message {
                ShardMsg::Publish(encoded) => {
                    let topic = encoded.topic;
                    let longest = APPENDS_PER_TURN / self.topics.get(&topic).map_or(1, Vec::len);
                    self.run.push(encoded);
                    while self.run.len() < longest
                        && self.run.bytes() < RUN_BYTES
                        && let Some(ShardMsg::Publish(next)) =
                            messages.next_if(|message| message.is_on(topic))
                    {
                        self.run.push(next);
                    }
                    let alone = self.run.len() == all;
                    appends += self.publish(topic, alone, now) + 1;
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

    /// Appends the run to each subscriber's outbox. When there is nothing else in this turn it is
    /// written there and then: the connection and its buffer are still in the processor's cache.
    fn publish(&mut self, topic: u64, alone: bool, now: Instant) -> usize {
        let subscribers = self.topics.get(&topic).map_or(&[][..], Vec::as_slice);
        let at_once = alone && subscribers.len() <= WRITES_PER_TURN;
        if at_once && subscribers.len() > 16 * self.dirty.len() {
            // Answers that wait do not wait for all of it.
            self.dirty.drain(..).for_each(|conn| conn.flush(now));
        }
        for subscriber in subscribers {
            if subscriber.conn.deliver(subscriber, &mut self.run, at_once, now) {
                if at_once {
                    subscriber.conn.flush(now);
                } else {
                    self.dirty.push(subscriber.conn.clone());
                }
            }
        }
        let appends = subscribers.len() * self.run.len();
        for encoded in self.run.drain() {
            self.shard.done(&encoded);
        }
        appends
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

#[cfg(test)]
mod tests;
