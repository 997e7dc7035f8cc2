//! On virtual time, with a store that decides when it is told to.

mod delivery;
mod limits;
mod model;
mod settling;
mod store;

use super::*;
use bytes::Bytes;
use chat_protocol::chat::{Destination, Pattern};
use chat_protocol::session::{AckMode, SubscribeOptions};
use chat_protocol::stomp::Headers;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(super) const JOBS: &str = "/queue/jobs";

/// Queues, and a store that says yes at once unless it is to be asked.
pub(super) struct World {
    pub queues: Queues,
    pub now: Instant,
    /// What has been delivered and not looked at yet.
    pub delivered: Vec<Delivery>,
    /// Changes that wait for the store, when `asks`.
    pub pending: Vec<Change>,
    pub asks: bool,
    /// Nothing leaves any outbox.
    pub stuck: bool,
}

impl World {
    pub fn new(limits: QueueLimits) -> Self {
        Self {
            queues: Queues::new(limits),
            now: Instant::now(),
            delivered: Vec::new(),
            pending: Vec::new(),
            asks: false,
            stuck: false,
        }
    }

    pub fn run(&mut self, effects: Effects) {
        let mut effects = effects;
        loop {
            let mut served: Vec<_> = effects.deliveries.iter().map(|d| d.consumer).collect();
            served.dedup();
            self.delivered.append(&mut effects.deliveries);
            let changes = std::mem::take(&mut effects.changes);
            self.submit(changes);
            if served.is_empty() || self.stuck {
                return;
            }
            effects = Effects::default();
            for id in served {
                effects.add(self.queues.sent(id, self.now));
            }
        }
    }

    pub fn submit(&mut self, change: Change) {
        if change.is_empty() {
        } else if self.asks && !change.ops.is_empty() {
            self.pending.push(change);
        } else {
            let effects = self.queues.decide(&change.steps, Outcome::Stored, self.now);
            self.run(effects);
        }
    }

    /// The store decides about the oldest change.
    pub fn decide(&mut self, outcome: Outcome) {
        let change = self.pending.remove(0);
        let effects = self.queues.decide(&change.steps, outcome, self.now);
        self.run(effects);
    }

    pub fn try_send(&mut self, queue: &str, message: Message) -> Result<(), Full> {
        let mut change = Change::default();
        let sent = self.queues.send(&queue.into(), &Arc::new(message), &mut change);
        match &sent {
            Ok(()) => self.submit(change),
            Err(_) => {
                let effects = self.queues.decide(&change.steps, Outcome::Refused, self.now);
                self.run(effects);
            }
        }
        sent
    }

    pub fn send(&mut self, queue: &str, id: &str) {
        self.try_send(queue, message(id)).unwrap();
    }

    pub fn subscribe(&mut self, source: Source, options: SubscribeOptions) -> ConsumerId {
        self.subscribe_from(1, source, options)
    }

    pub fn subscribe_from(
        &mut self,
        conn: u64,
        source: Source,
        options: SubscribeOptions,
    ) -> ConsumerId {
        let id = self.queues.subscribe(conn, &source, &options);
        let mut effects = Effects::default();
        self.queues.serve(id, self.now, &mut effects);
        self.run(effects);
        id
    }

    /// A consumer of `/queue/jobs`.
    pub fn reader(&mut self, mode: AckMode, prefetch: u32) -> ConsumerId {
        self.subscribe(Source::Queue(JOBS.into()), options(mode, prefetch))
    }

    pub fn leave(&mut self, ids: &[ConsumerId]) {
        let effects = self.queues.leave(ids, self.now);
        self.run(effects);
    }

    pub fn settle(&mut self, deliveries: &[Delivery], ok: bool) {
        let mut change = Change::default();
        for delivery in deliveries {
            self.queues.settle(&delivery.tag, ok, &mut change);
        }
        self.submit(change);
    }

    pub fn advance(&mut self, by: Duration) {
        self.now += by;
        let effects = self.queues.handle_timeout(self.now);
        self.run(effects);
    }

    pub fn taken(&mut self) -> Vec<Delivery> {
        std::mem::take(&mut self.delivered)
    }

    /// Who got what since the last look.
    pub fn got(&mut self) -> Vec<(ConsumerId, String)> {
        self.taken().into_iter().map(|d| (d.consumer, d.message.message_id.to_string())).collect()
    }

    /// What was delivered since the last look, with the attempts.
    pub fn attempts(&mut self) -> Vec<(String, u32)> {
        self.taken()
            .into_iter()
            .map(|d| (d.message.message_id.to_string(), d.tag.attempt))
            .collect()
    }
}

pub(super) fn options(ack: AckMode, prefetch: u32) -> SubscribeOptions {
    SubscribeOptions { ack, prefetch: Some(prefetch), ..SubscribeOptions::default() }
}

pub(super) fn message(id: &str) -> Message {
    Message {
        message_id: id.into(),
        destination: JOBS.into(),
        headers: Headers::new(),
        body: Bytes::new(),
        persistent: false,
        expires: None,
        sender: None,
    }
}

pub(super) fn pattern(text: &str) -> Pattern {
    match Destination::parse_source(text).unwrap() {
        Destination::Pattern(pattern) => pattern,
        other => panic!("{other:?} is no pattern"),
    }
}
