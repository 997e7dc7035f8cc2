//! Consumers of queues: how they come and go, and how they are served.

use super::super::change::{ConsumerId, Effects, Full};
use super::super::consumer::Consumer;
use super::{Keep, Queues, Source};
use crate::log::QueueOp;
use chat_protocol::chat::Destination;
use chat_protocol::session::{AckMode, SubscribeOptions};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

impl Queues {
    /// Whether a consumer may come that needs this queue.
    pub fn check(&self, source: &Source) -> Result<(), Full> {
        match source {
            Source::Queue(name)
                if !self.queues.contains_key(name) && self.queues.len() >= self.limits.queues =>
            {
                Err(Full::Queues)
            }
            _ => Ok(()),
        }
    }

    /// A consumer of the connection `conn`. What it is given at once comes with
    /// [`serve`](Self::serve), so that it can be made known first.
    pub fn subscribe(
        &mut self,
        conn: u64,
        source: &Source,
        options: &SubscribeOptions,
    ) -> ConsumerId {
        let id = ConsumerId(self.next_consumer);
        self.next_consumer += 1;
        let mut consumer = Consumer::new(conn, options, &self.limits);
        match source {
            Source::Queue(name) => {
                self.open(name).fifo.attach(id, false);
                consumer.queues.insert(name.clone());
            }
            Source::Pattern(pattern) => {
                for (name, held) in &mut self.queues {
                    let named = held.keep == Keep::WhileUsed;
                    if named && pattern.matches(&Destination::Queue(name.clone())) {
                        held.fifo.attach(id, true);
                        consumer.queues.insert(name.clone());
                    }
                }
                self.patterns.push((pattern.clone(), id));
            }
        }
        self.consumers.insert(id, consumer, self.limits.outbox);
        id
    }

    /// These consumers are gone, all at once: what they had returns to its place, and is delivered
    /// to others as redelivered.
    pub fn leave(&mut self, ids: &[ConsumerId], now: Instant) -> Effects {
        let mut out = Effects::default();
        let mut touched = BTreeSet::new();
        let mut conns = BTreeSet::new();
        for id in ids {
            let Some(consumer) = self.consumers.remove(*id) else { continue };
            conns.insert(consumer.conn);
            for name in consumer.queues {
                if let Some(held) = self.queues.get_mut(&name) {
                    held.fifo.detach(*id);
                }
                touched.insert(name);
            }
            self.patterns.retain(|(_, held)| held != id);
        }
        for name in touched {
            self.finish(&name, now, &mut out);
        }
        // What they had not let go of, or would have told us of, nobody else waits for.
        for conn in conns {
            for other in self.consumers.has_room(conn, self.limits.outbox) {
                self.serve(other, now, &mut out);
            }
        }
        out
    }

    /// What a consumer was given has left: it may be given more. In mode `auto` that settles it.
    pub fn sent(&mut self, id: ConsumerId, now: Instant) -> Effects {
        let mut out = Effects::default();
        let Some(consumer) = self.consumers.get_mut(id) else { return out };
        if consumer.mode == AckMode::Auto {
            consumer.owed = 0;
            let queues = consumer.in_turn();
            self.settle_taken(id, &queues, &mut out);
        }
        let conn = self.consumers.get(id).map_or(0, |consumer| consumer.conn);
        let waiting = self.consumers.has_room(conn, self.limits.outbox);
        self.serve(id, now, &mut out);
        for other in waiting.into_iter().filter(|other| *other != id) {
            self.serve(other, now, &mut out);
        }
        out
    }

    fn settle_taken(&mut self, id: ConsumerId, queues: &[Arc<str>], out: &mut Effects) {
        for name in queues {
            let taken: Vec<u64> =
                self.queues.get(name).map_or_else(Vec::new, |q| q.fifo.taken(id).collect());
            for place in taken {
                let row = self.remove(name, place).and_then(|entry| entry.row);
                out.changes.ops.extend(row.map(|row| QueueOp::Remove { row }));
            }
        }
    }

    /// Deletes a queue with all that is in it, its consumers' claims included.
    pub fn delete(&mut self, name: &Arc<str>) -> Vec<QueueOp> {
        let Some(held) = self.queues.remove(name) else { return Vec::new() };
        self.less(held.keep, held.fifo.bytes());
        if let Some(due) = held.due {
            self.due.remove(&(due, name.clone()));
        }
        for id in held.fifo.readers() {
            if let Some(consumer) = self.consumers.get_mut(id) {
                consumer.queues.remove(name);
            }
        }
        held.fifo.rows().map(|row| QueueOp::Remove { row }).collect()
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Ends delays, and drops what has expired.
    pub fn handle_timeout(&mut self, now: Instant) -> Effects {
        let mut out = Effects::default();
        while let Some((_, name)) = self.due.first().filter(|(at, _)| *at <= now).cloned() {
            self.finish(&name, now, &mut out);
        }
        out
    }

    /// Gives a consumer what it may have, from its queues in turn.
    pub fn serve(&mut self, id: ConsumerId, now: Instant, out: &mut Effects) {
        let Some(consumer) = self.consumers.get(id) else { return };
        for name in consumer.in_turn() {
            if !self.consumers.is_open(id) {
                return;
            }
            if let Some(held) = self.queues.get_mut(&name) {
                held.fifo.wake(id);
            }
            self.finish(&name, now, out);
        }
    }

    /// After anything has happened to a queue.
    pub(super) fn finish(&mut self, name: &Arc<str>, now: Instant, out: &mut Effects) {
        let Some(held) = self.queues.get_mut(name) else { return };
        let expired = held.fifo.handle_timeout(now);
        for place in expired {
            let row = self.remove(name, place).and_then(|entry| entry.row);
            out.changes.ops.extend(row.map(|row| QueueOp::Remove { row }));
        }
        let Some(held) = self.queues.get_mut(name) else { return };
        held.fifo.dispatch(&mut self.consumers, out);
        self.note_due(name);
        let unused = |held: &&super::Held| held.keep == Keep::WhileUsed && held.fifo.is_unused();
        if self.queues.get(name).filter(unused).is_some() {
            self.delete(name);
        }
    }

    pub(super) fn note_due(&mut self, name: &Arc<str>) {
        let Some(held) = self.queues.get_mut(name) else { return };
        let due = held.fifo.next_due();
        if due == held.due {
            return;
        }
        if let Some(old) = std::mem::replace(&mut held.due, due) {
            self.due.remove(&(old, name.clone()));
        }
        if let Some(due) = due {
            self.due.insert((due, name.clone()));
        }
    }
}
