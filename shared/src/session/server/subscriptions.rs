//! Which subscriptions a connection holds, by key and by what the client calls them.

use super::SubscriptionKey;
use crate::chat::Destination;
use crate::text::PeerString;
use std::collections::{BTreeMap, HashMap};
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
    by_key: BTreeMap<SubscriptionKey, Subscription>,
    by_id: HashMap<Arc<str>, SubscriptionKey>,
    next: u32,
}

impl Subscriptions {
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn get(&self, key: SubscriptionKey) -> Option<&Subscription> {
        self.by_key.get(&key)
    }

    /// The first that satisfies `wanted`, oldest first.
    pub(super) fn find(&self, wanted: impl Fn(&Subscription) -> bool) -> Option<SubscriptionKey> {
        self.by_key.iter().find(|(_, subscription)| wanted(subscription)).map(|(key, _)| *key)
    }

    pub(super) fn by_id(&self, id: &str) -> Option<SubscriptionKey> {
        self.by_id.get(id).copied()
    }

    /// A subscription that the client named by destination alone.
    pub(super) fn by_destination(&self, destination: &Destination) -> Option<SubscriptionKey> {
        self.find(|held| held.id.is_none() && held.destination == *destination)
            .or_else(|| self.find(|held| held.destination == *destination))
    }

    /// `None` when the client holds one by that name, or without an id to that destination.
    pub(super) fn add(
        &mut self,
        id: Option<Arc<str>>,
        destination: Destination,
        durable: Option<PeerString>,
    ) -> Option<SubscriptionKey> {
        let taken = match &id {
            Some(id) => self.by_id.contains_key(id),
            None => self.find(|s| s.id.is_none() && s.destination == destination).is_some(),
        };
        let next = self.next.checked_add(1)?;
        if taken {
            return None;
        }
        let key = SubscriptionKey(self.next);
        self.next = next;
        if let Some(id) = &id {
            self.by_id.insert(Arc::clone(id), key);
        }
        self.by_key.insert(key, Subscription { id, destination, durable });
        Some(key)
    }

    pub(super) fn remove(&mut self, key: SubscriptionKey) -> Option<Subscription> {
        let subscription = self.by_key.remove(&key)?;
        if let Some(id) = &subscription.id {
            self.by_id.remove(id);
        }
        Some(subscription)
    }
}
