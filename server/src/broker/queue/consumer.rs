//! Who reads queues: what each wants, and how much it may still be given.

use super::change::{ConsumerId, Delivery};
use super::{Message, QueueLimits};
use chat_protocol::selector::Selector;
use chat_protocol::session::{AckMode, SubscribeOptions};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

/// All consumers, and the outboxes they share.
#[derive(Debug, Default)]
pub(super) struct Consumers {
    held: HashMap<ConsumerId, Consumer>,
    outlets: HashMap<u64, Outlet>,
}

/// What one connection may still be given until what it was given has left; one message goes beyond.
#[derive(Debug)]
pub(super) struct Outlet {
    room: usize,
    consumers: BTreeSet<ConsumerId>,
}

impl Consumers {
    pub(super) fn insert(&mut self, id: ConsumerId, consumer: Consumer, room: usize) {
        let outlet = || Outlet { room, consumers: BTreeSet::new() };
        self.outlets.entry(consumer.conn).or_insert_with(outlet).consumers.insert(id);
        self.held.insert(id, consumer);
    }

    pub(super) fn remove(&mut self, id: ConsumerId) -> Option<Consumer> {
        let consumer = self.held.remove(&id)?;
        if let Some(outlet) = self.outlets.get_mut(&consumer.conn) {
            outlet.consumers.remove(&id);
            if outlet.consumers.is_empty() {
                self.outlets.remove(&consumer.conn);
            }
        }
        Some(consumer)
    }

    pub(super) fn get(&self, id: ConsumerId) -> Option<&Consumer> {
        self.held.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: ConsumerId) -> Option<&mut Consumer> {
        self.held.get_mut(&id)
    }

    /// A consumer that may be given something, and the outbox that takes it.
    pub(super) fn open(&mut self, id: ConsumerId) -> Option<(&mut Consumer, &mut Outlet)> {
        let consumer = self.held.get_mut(&id).filter(|consumer| consumer.has_credit())?;
        let outlet = self.outlets.get_mut(&consumer.conn).filter(|outlet| outlet.room > 0)?;
        Some((consumer, outlet))
    }

    pub(super) fn is_open(&mut self, id: ConsumerId) -> bool {
        self.open(id).is_some()
    }

    /// What the connection was given has left. Gives its consumers when they have been waiting.
    pub(super) fn has_room(&mut self, conn: u64, room: usize) -> Vec<ConsumerId> {
        let Some(outlet) = self.outlets.get_mut(&conn) else { return Vec::new() };
        let waited = outlet.room == 0;
        outlet.room = room;
        if waited { outlet.consumers.iter().copied().collect() } else { Vec::new() }
    }
}

#[derive(Debug)]
pub(super) struct Consumer {
    /// The connection it belongs to.
    pub conn: u64,
    pub mode: AckMode,
    window: usize,
    /// Deliveries it has not settled.
    pub owed: usize,
    selector: Option<Selector>,
    no_local: bool,
    /// The queues it reads now.
    pub queues: BTreeSet<Arc<str>>,
    /// The queue it was served from last.
    turn: Option<Arc<str>>,
    /// Deliveries not let go yet, in order, so that nothing overtakes one that is being counted.
    line: VecDeque<InLine>,
}

#[derive(Debug)]
struct InLine {
    delivery: Delivery,
    counted: bool,
}

impl Consumer {
    pub(super) fn new(conn: u64, options: &SubscribeOptions, limits: &QueueLimits) -> Self {
        Self {
            conn,
            mode: options.ack,
            window: limits.window(options.prefetch),
            owed: 0,
            selector: options.selector.clone(),
            no_local: options.no_local,
            queues: BTreeSet::new(),
            turn: None,
            line: VecDeque::new(),
        }
    }

    pub(super) fn has_credit(&self) -> bool {
        self.owed < self.window
    }

    pub(super) fn wants(&self, message: &Message) -> bool {
        let foreign = !self.no_local || message.sender != Some(self.conn);
        foreign && self.selector.as_ref().is_none_or(|s| s.matches(|name| message.header(name)))
    }

    /// Takes a delivery; `counted`: it need not be counted in the store first.
    pub(super) fn take(&mut self, delivery: Delivery, counted: bool, outlet: &mut Outlet) {
        self.owed += 1;
        outlet.room = outlet.room.saturating_sub(delivery.message.size());
        self.turn = Some(delivery.tag.queue.clone());
        self.line.push_back(InLine { delivery, counted });
    }

    pub(super) fn counted(&mut self, place: u64) {
        if let Some(waiting) = self.line.iter_mut().find(|w| w.delivery.tag.place == place) {
            waiting.counted = true;
        }
    }

    /// The queues it reads, beginning after the one it was served from last.
    pub(super) fn in_turn(&self) -> Vec<Arc<str>> {
        let Some(last) = &self.turn else { return self.queues.iter().cloned().collect() };
        let after = self.queues.range::<Arc<str>, _>((Bound::Excluded(last), Bound::Unbounded));
        after.chain(self.queues.range::<Arc<str>, _>(..=last)).cloned().collect()
    }

    /// Gives what may leave now.
    pub(super) fn let_go(&mut self, out: &mut Vec<Delivery>) {
        while self.line.front().is_some_and(|first| first.counted) {
            out.extend(self.line.pop_front().map(|first| first.delivery));
        }
    }
}
