//! Which subscriptions a connection holds, by key and by what the client calls them.
//!
//! Most connections hold a few: those lie in a vector, smaller than any map and searched through.
//! Beyond [`FEW`] nothing takes longer for there being many (row S22).

use super::SubscriptionKey;
use crate::chat::Destination;
use crate::text::PeerString;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// From here on a connection's subscriptions are indexed.
const FEW: usize = 16;

pub(super) struct Subscription {
    /// `None` only in a 1.0 session.
    pub id: Option<Arc<str>>,
    pub destination: Destination,
    /// The name of the durable subscription it reads.
    pub durable: Option<PeerString>,
}

#[derive(Default)]
pub(super) struct Subscriptions {
    held: Held,
    next: u32,
}

enum Held {
    /// Oldest first.
    Few(Vec<(SubscriptionKey, Subscription)>),
    Many(Box<Many>),
}

#[derive(Default)]
struct Many {
    by_key: HashMap<SubscriptionKey, Subscription>,
    by_id: HashMap<Arc<str>, SubscriptionKey>,
    /// Those that the client named by destination alone.
    nameless: HashMap<Destination, SubscriptionKey>,
    /// Oldest first.
    by_destination: HashMap<Destination, BTreeSet<SubscriptionKey>>,
}

impl Default for Held {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Subscriptions {
    pub(super) fn len(&self) -> usize {
        match &self.held {
            Held::Few(few) => few.len(),
            Held::Many(many) => many.by_key.len(),
        }
    }

    pub(super) fn get(&self, key: SubscriptionKey) -> Option<&Subscription> {
        match &self.held {
            Held::Few(few) => few.iter().find(|(k, _)| *k == key).map(|(_, held)| held),
            Held::Many(many) => many.by_key.get(&key),
        }
    }

    pub(super) fn by_id(&self, id: &str) -> Option<SubscriptionKey> {
        match &self.held {
            Held::Few(few) => find(few, |held| held.id.as_deref() == Some(id)),
            Held::Many(many) => many.by_id.get(id).copied(),
        }
    }

    /// The oldest to it.
    pub(super) fn to(&self, destination: &Destination) -> Option<SubscriptionKey> {
        match &self.held {
            Held::Few(few) => find(few, |held| held.destination == *destination),
            Held::Many(many) => many.by_destination.get(destination)?.first().copied(),
        }
    }

    /// Which one a client means that names it by destination alone.
    pub(super) fn by_destination(&self, destination: &Destination) -> Option<SubscriptionKey> {
        self.nameless(destination).or_else(|| self.to(destination))
    }

    fn nameless(&self, destination: &Destination) -> Option<SubscriptionKey> {
        match &self.held {
            Held::Few(few) => {
                find(few, |held| held.id.is_none() && held.destination == *destination)
            }
            Held::Many(many) => many.nameless.get(destination).copied(),
        }
    }

    /// `None` when the client holds one by that name, or without an id to that destination.
    pub(super) fn add(&mut self, subscription: Subscription) -> Option<SubscriptionKey> {
        let taken = match &subscription.id {
            Some(id) => self.by_id(id),
            None => self.nameless(&subscription.destination),
        };
        let next = self.next.checked_add(1)?;
        if taken.is_some() {
            return None;
        }
        let key = SubscriptionKey(self.next);
        self.next = next;
        match &mut self.held {
            Held::Few(few) if few.len() < FEW => {
                if few.is_empty() {
                    few.reserve_exact(1);
                }
                few.push((key, subscription));
            }
            Held::Few(few) => {
                let mut many = Box::<Many>::default();
                for (key, held) in few.drain(..).chain([(key, subscription)]) {
                    many.add(key, held);
                }
                self.held = Held::Many(many);
            }
            Held::Many(many) => many.add(key, subscription),
        }
        Some(key)
    }

    pub(super) fn remove(&mut self, key: SubscriptionKey) -> Option<Subscription> {
        match &mut self.held {
            Held::Few(few) => {
                let at = few.iter().position(|(k, _)| *k == key)?;
                Some(few.remove(at).1)
            }
            Held::Many(many) => many.remove(key),
        }
    }
}

/// The first that satisfies `wanted`, oldest first.
fn find(
    few: &[(SubscriptionKey, Subscription)],
    wanted: impl Fn(&Subscription) -> bool,
) -> Option<SubscriptionKey> {
    few.iter().find(|(_, held)| wanted(held)).map(|(key, _)| *key)
}

impl Many {
    fn add(&mut self, key: SubscriptionKey, subscription: Subscription) {
        let Subscription { id, destination, .. } = &subscription;
        match id {
            Some(id) => self.by_id.insert(Arc::clone(id), key),
            None => self.nameless.insert(destination.clone(), key),
        };
        self.by_destination.entry(destination.clone()).or_default().insert(key);
        self.by_key.insert(key, subscription);
    }

    fn remove(&mut self, key: SubscriptionKey) -> Option<Subscription> {
        let subscription = self.by_key.remove(&key)?;
        match &subscription.id {
            Some(id) => self.by_id.remove(id),
            None => self.nameless.remove(&subscription.destination),
        };
        if let Some(keys) = self.by_destination.get_mut(&subscription.destination) {
            keys.remove(&key);
            if keys.is_empty() {
                self.by_destination.remove(&subscription.destination);
            }
        }
        Some(subscription)
    }
}
