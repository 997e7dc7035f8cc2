//! What a connection was sent and has not acknowledged: finds the deliveries an ACK or NACK settles
//! (rows A01–A07, A11–A14). The application keeps one per connection and registers each delivery
//! of a subscription whose mode is not `auto`; ACKs of anything else are unknown (A08).
//!
//! A subscription that ends gives back what it still owes. An ACK for it that was under way by then
//! is no fault: it is found [`late`](Settled::late), as long as not too many are. Knows no queue.

use super::{AckMode, AckRef, SubscriptionKey};
use crate::code::Code;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// Deliveries of ended subscriptions that are remembered for a late ACK, by a connection.
const LATE: usize = 1024;

/// The ACK or NACK names nothing that is owed here: never sent, to somebody else, or settled
/// before. `fail` the frame with [`UnknownAck::CODE`] and the error's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no unacknowledged message here has this id; acknowledge each once, where it was received")]
pub struct UnknownAck;

impl UnknownAck {
    pub const CODE: Code = Code::UnknownAck;
}

/// What one ACK or NACK covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled<T> {
    pub subscription: SubscriptionKey,
    /// Oldest first; more than one only in mode `client`.
    pub deliveries: Vec<T>,
    /// The subscription has ended and these were given back by [`Unsettled::end`]: they may have
    /// gone to somebody else since.
    pub late: bool,
}

/// One connection's unacknowledged deliveries, each with whatever `T` the application knows it by.
#[derive(Debug)]
pub struct Unsettled<T> {
    session: Box<str>,
    /// The serial of the next delivery.
    next: u64,
    subscriptions: HashMap<SubscriptionKey, Owing<T>>,
    /// Whose each delivery is, by serial: everything an ACK may name, late ones included.
    owners: BTreeMap<u64, SubscriptionKey>,
    by_message: HashMap<Arc<str>, BTreeSet<u64>>,
    /// What was given back, oldest first; some of it settled since.
    late: VecDeque<u64>,
}

#[derive(Debug)]
struct Owing<T> {
    id: Option<Arc<str>>,
    mode: AckMode,
    ended: bool,
    deliveries: BTreeMap<u64, Delivery<T>>,
}

#[derive(Debug)]
struct Delivery<T> {
    message_id: Arc<str>,
    what: T,
}

/// What an ACK takes out, with what it needs to be put back.
struct Taken<T> {
    subscription: SubscriptionKey,
    late: bool,
    deliveries: Vec<(u64, Delivery<T>)>,
}

impl<T: Clone> Unsettled<T> {
    /// `session` is what CONNECTED says: it keeps this connection's ack ids from being another's.
    pub fn new(session: &str) -> Self {
        Self {
            session: session.into(),
            next: 1,
            subscriptions: HashMap::new(),
            owners: BTreeMap::new(),
            by_message: HashMap::new(),
            late: VecDeque::new(),
        }
    }

    /// A subscription begins. In mode `auto` nothing is owed for it.
    pub fn begin(&mut self, key: SubscriptionKey, id: Option<Arc<str>>, mode: AckMode) {
        if mode != AckMode::Auto {
            let owing = Owing { id, mode, ended: false, deliveries: BTreeMap::new() };
            self.subscriptions.insert(key, owing);
        }
    }

    /// A message is about to be sent. Gives the value of its `ack` header, which a 1.2 client needs
    /// and no other may get; `None` where nothing is owed for it.
    pub fn register(&mut self, key: SubscriptionKey, message_id: &str, what: T) -> Option<String> {
        let owing = self.subscriptions.get_mut(&key).filter(|owing| !owing.ended)?;
        let serial = self.next;
        self.next = serial.checked_add(1)?;
        let message_id: Arc<str> = message_id.into();
        self.by_message.entry(Arc::clone(&message_id)).or_default().insert(serial);
        self.owners.insert(serial, key);
        owing.deliveries.insert(serial, Delivery { message_id, what });
        Some(format!("{}-{serial}", self.session))
    }

    /// Deliveries that a running subscription has not settled.
    pub fn owed(&self, key: SubscriptionKey) -> usize {
        let owing = self.subscriptions.get(&key).filter(|owing| !owing.ended);
        owing.map_or(0, |owing| owing.deliveries.len())
    }

    /// One ACK or NACK: in mode `client` everything up to the message in its subscription, in
    /// `client-individual` the message alone.
    pub fn settle(&mut self, reference: &AckRef) -> Result<Settled<T>, UnknownAck> {
        let taken = self.find(reference).and_then(|serial| self.take(serial)).ok_or(UnknownAck)?;
        Ok(self.finish(taken))
    }

    /// Those of a transaction, in order: all, or on an error none (row T09).
    pub fn settle_all<'a>(
        &mut self,
        references: impl IntoIterator<Item = &'a AckRef>,
    ) -> Result<Vec<Settled<T>>, UnknownAck> {
        let mut all = Vec::new();
        for reference in references {
            match self.find(reference).and_then(|serial| self.take(serial)) {
                Some(taken) => all.push(taken),
                None => {
                    all.into_iter().for_each(|taken| self.put_back(taken));
                    return Err(UnknownAck);
                }
            }
        }
        Ok(all.into_iter().map(|taken| self.finish(taken)).collect())
    }

    /// A subscription ends: what it owes, oldest first, to be delivered again where that applies.
    pub fn end(&mut self, key: SubscriptionKey) -> Vec<T> {
        let Some(owing) = self.subscriptions.get_mut(&key).filter(|owing| !owing.ended) else {
            return Vec::new();
        };
        owing.ended = true;
        self.late.extend(owing.deliveries.keys());
        let owed = owing.deliveries.values().map(|delivery| delivery.what.clone()).collect();
        self.forget_if_done(key);
        while self.late.len() > LATE {
            self.forget_oldest_late();
        }
        owed
    }

    /// The connection ends: everything that running subscriptions owe, oldest first.
    pub fn drain(&mut self) -> Vec<(SubscriptionKey, T)> {
        let mut subscriptions = std::mem::take(&mut self.subscriptions);
        subscriptions.retain(|_, owing| !owing.ended);
        self.by_message = HashMap::new();
        self.late = VecDeque::new();
        let owed = |(serial, key): (u64, SubscriptionKey)| {
            let delivery = subscriptions.get_mut(&key)?.deliveries.remove(&serial)?;
            Some((key, delivery.what))
        };
        std::mem::take(&mut self.owners).into_iter().filter_map(owed).collect()
    }

    /// The serial of what is named; of deliveries with one name the oldest, late ones last.
    fn find(&self, reference: &AckRef) -> Option<u64> {
        match reference {
            AckRef::Ack(id) => {
                let serial = id.as_str().strip_prefix(&*self.session)?.strip_prefix('-')?;
                let number: u64 = serial.parse().ok()?;
                (number.to_string() == serial).then_some(number)
            }
            AckRef::Delivery { message_id, subscription } => {
                let name = Some(subscription.as_str());
                self.named(message_id.as_str(), |owing| owing.id.as_deref() == name)
            }
            AckRef::Message(message_id) => self.named(message_id.as_str(), |_| true),
        }
    }

    fn named(&self, message_id: &str, of: impl Fn(&Owing<T>) -> bool) -> Option<u64> {
        let serials = self.by_message.get(message_id)?;
        let is = |serial: &u64, ended: bool| {
            let key = self.owners.get(serial);
            let owing = key.and_then(|key| self.subscriptions.get(key));
            owing.is_some_and(|owing| owing.ended == ended && of(owing))
        };
        let running = serials.iter().find(|serial| is(serial, false));
        running.or_else(|| serials.iter().find(|serial| is(serial, true))).copied()
    }

    fn take(&mut self, serial: u64) -> Option<Taken<T>> {
        let subscription = *self.owners.get(&serial)?;
        let owing = self.subscriptions.get_mut(&subscription)?;
        let mut deliveries = Vec::new();
        if owing.mode == AckMode::Client {
            while let Some(first) = owing.deliveries.first_entry().filter(|e| *e.key() <= serial) {
                deliveries.push(first.remove_entry());
            }
        } else {
            deliveries.extend(owing.deliveries.remove_entry(&serial));
        }
        let late = owing.ended;
        for (serial, delivery) in &deliveries {
            self.unname(*serial, &delivery.message_id);
        }
        Some(Taken { subscription, late, deliveries })
    }

    fn put_back(&mut self, taken: Taken<T>) {
        let Some(owing) = self.subscriptions.get_mut(&taken.subscription) else { return };
        for (serial, delivery) in taken.deliveries {
            self.owners.insert(serial, taken.subscription);
            self.by_message.entry(Arc::clone(&delivery.message_id)).or_default().insert(serial);
            owing.deliveries.insert(serial, delivery);
        }
    }

    fn finish(&mut self, taken: Taken<T>) -> Settled<T> {
        let Taken { subscription, late, deliveries } = taken;
        self.forget_if_done(subscription);
        let deliveries = deliveries.into_iter().map(|(_, delivery)| delivery.what).collect();
        Settled { subscription, deliveries, late }
    }

    fn unname(&mut self, serial: u64, message_id: &str) {
        self.owners.remove(&serial);
        if let Some(serials) = self.by_message.get_mut(message_id) {
            serials.remove(&serial);
            if serials.is_empty() {
                self.by_message.remove(message_id);
            }
        }
    }

    fn forget_oldest_late(&mut self) {
        let Some(serial) = self.late.pop_front() else { return };
        let Some(key) = self.owners.get(&serial).copied() else { return };
        let owing = self.subscriptions.get_mut(&key);
        if let Some(delivery) = owing.and_then(|owing| owing.deliveries.remove(&serial)) {
            self.unname(serial, &delivery.message_id);
        }
        self.forget_if_done(key);
    }

    fn forget_if_done(&mut self, key: SubscriptionKey) {
        if self.subscriptions.get(&key).is_some_and(|o| o.ended && o.deliveries.is_empty()) {
            self.subscriptions.remove(&key);
        }
    }
}
