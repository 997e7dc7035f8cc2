//! Which subscriptions a connection holds, by key and by what the client calls them. Nothing here
//! takes longer for there being many (row S22).

use super::SubscriptionKey;
use crate::chat::Destination;
use crate::text::PeerString;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

pub(super) struct Subscription {
    /// `None` only in a 1.0 session.
    pub id: Option<Arc<str>>,
    pub destination: Destination,
    /// The name of the durable subscription it reads.
    pub durable: Option<PeerString>,
}

#[derive(Default)]
pub(super) struct Subscriptions {
    by_key: HashMap<SubscriptionKey, Subscription>,
    by_id: HashMap<Arc<str>, SubscriptionKey>,
    /// Those that the client named by destination alone.
    nameless: HashMap<Destination, SubscriptionKey>,
    /// Oldest first.
    by_destination: HashMap<Destination, BTreeSet<SubscriptionKey>>,
    next: u32,
}

impl Subscriptions {
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn get(&self, key: SubscriptionKey) -> Option<&Subscription> {
        self.by_key.get(&key)
    }

    pub(super) fn by_id(&self, id: &str) -> Option<SubscriptionKey> {
        self.by_id.get(id).copied()
    }

    /// The oldest to it.
    pub(super) fn to(&self, destination: &Destination) -> Option<SubscriptionKey> {
        self.by_destination.get(destination)?.first().copied()
    }

    /// Which one a client means that names it by destination alone.
    pub(super) fn by_destination(&self, destination: &Destination) -> Option<SubscriptionKey> {
        self.nameless.get(destination).copied().or_else(|| self.to(destination))
    }

    /// `None` when the client holds one by that name, or without an id to that destination.
    pub(super) fn add(&mut self, subscription: Subscription) -> Option<SubscriptionKey> {
        let Subscription { id, destination, .. } = &subscription;
        let taken = match id {
            Some(id) => self.by_id.contains_key(id),
            None => self.nameless.contains_key(destination),
        };
        let next = self.next.checked_add(1)?;
        if taken {
            return None;
        }
        let key = SubscriptionKey(self.next);
        self.next = next;
        match id {
            Some(id) => self.by_id.insert(Arc::clone(id), key),
            None => self.nameless.insert(destination.clone(), key),
        };
        self.by_destination.entry(destination.clone()).or_default().insert(key);
        self.by_key.insert(key, subscription);
        Some(key)
    }

    pub(super) fn remove(&mut self, key: SubscriptionKey) -> Option<Subscription> {
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
