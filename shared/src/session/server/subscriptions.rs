//! Which subscriptions a connection holds, by key and by what the client calls them.

use super::SubscriptionKey;
use crate::chat::Destination;
use std::sync::Arc;

pub(super) struct Subscription {
    /// `None` only in a 1.0 session.
    pub id: Option<Arc<str>>,
    pub destination: Destination,
}

#[derive(Default)]
pub(super) struct Subscriptions {
    /// By key, which is oldest first. A vector: most connections hold few, and a map would be larger
    /// than all of them.
    held: Vec<(SubscriptionKey, Subscription)>,
    next: u32,
}

impl Subscriptions {
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    pub(super) fn get(&self, key: SubscriptionKey) -> Option<&Subscription> {
        let at = self.at(key)?;
        self.held.get(at).map(|(_, subscription)| subscription)
    }

    /// The first that satisfies `wanted`, oldest first.
    pub(super) fn find(&self, wanted: impl Fn(&Subscription) -> bool) -> Option<SubscriptionKey> {
        self.held.iter().find(|(_, subscription)| wanted(subscription)).map(|(key, _)| *key)
    }

    pub(super) fn by_id(&self, id: &str) -> Option<SubscriptionKey> {
        self.find(|held| held.id.as_deref() == Some(id))
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
    ) -> Option<SubscriptionKey> {
        let taken = match &id {
            Some(id) => self.by_id(id).is_some(),
            None => self.find(|s| s.id.is_none() && s.destination == destination).is_some(),
        };
        let next = self.next.checked_add(1)?;
        if taken {
            return None;
        }
        let key = SubscriptionKey(self.next);
        self.next = next;
        if self.held.is_empty() {
            self.held.reserve_exact(1);
        }
        self.held.push((key, Subscription { id, destination }));
        Some(key)
    }

    pub(super) fn remove(&mut self, key: SubscriptionKey) -> Option<Subscription> {
        let at = self.at(key)?;
        Some(self.held.remove(at).1)
    }

    fn at(&self, key: SubscriptionKey) -> Option<usize> {
        self.held.binary_search_by_key(&key, |(key, _)| *key).ok()
    }
}
