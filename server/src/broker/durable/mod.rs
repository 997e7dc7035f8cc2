//! Which durable subscriptions there are, whose they are, and which topics they are to. What a topic's
//! has not read lies in a queue of the same key; a room's remembers only how far it has come. A state
//! machine; knows neither queues nor the store.

use super::filter::Filter;
use super::queue::Message;
use chat_protocol::chat::{Destination, UserName};
use chat_protocol::selector::Selector;
use std::collections::HashMap;
use std::sync::Arc;

/// Durable subscriptions that exist at once.
const MOST: usize = 10_000;

/// Names a durable subscription within the server: its owner and the owner's name for it.
pub fn key(user: &UserName, client_id: &str, name: &str) -> Arc<str> {
    // The lengths keep two owners apart whatever they call themselves.
    format!("durable {} {}:{client_id} {name}", user.folded(), client_id.len()).into()
}

#[derive(Debug, Clone, PartialEq)]
pub struct Durable {
    /// A room, a plain topic, or a pattern of topics.
    pub destination: Destination,
    pub filter: Filter,
    /// In a room: done up to there.
    pub position: Option<Arc<str>>,
}

#[derive(Debug, Default)]
pub struct Durables {
    held: HashMap<Arc<str>, Held>,
    by_topic: HashMap<Arc<str>, Vec<Arc<str>>>,
    patterns: Vec<Arc<str>>,
}

#[derive(Debug)]
struct Held {
    durable: Durable,
    /// The connection that reads it.
    reader: Option<u64>,
    /// The store has it.
    stored: bool,
}

/// What became of a claim.
#[derive(Debug, PartialEq)]
pub enum Claim {
    /// There was none by that name; it is to be stored.
    New,
    /// It goes on, in a room after this message.
    Resumed(Option<Arc<str>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// `unavailable`
    #[error("this durable subscription is being read on another connection; end that one first")]
    InUse,
    /// `forbidden`
    #[error(
        "this durable subscription is to something else or filters otherwise; delete it first with \
         UNSUBSCRIBE and durable:true"
    )]
    Different,
    /// `queue-full`
    #[error("there are as many durable subscriptions as the server allows; delete some first")]
    TooMany,
}

impl Durables {
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Subscriptions to topics, whose messages are kept.
    pub fn topics(&self) -> usize {
        self.by_topic.len() + self.patterns.len()
    }

    /// The connection begins to read it.
    pub fn claim(&mut self, key: &Arc<str>, wanted: &Durable, conn: u64) -> Result<Claim, Refused> {
        let Some(held) = self.held.get_mut(key) else {
            if self.held.len() >= MOST {
                return Err(Refused::TooMany);
            }
            self.insert(key, wanted.clone(), Some(conn), false);
            return Ok(Claim::New);
        };
        let same =
            held.durable.destination == wanted.destination && held.durable.filter == wanted.filter;
        if held.reader.is_some() || !held.stored {
            return Err(Refused::InUse);
        }
        if !same {
            return Err(Refused::Different);
        }
        held.reader = Some(conn);
        Ok(Claim::Resumed(held.durable.position.clone()))
    }

    /// One that the store held.
    pub fn restore(&mut self, key: &Arc<str>, durable: Durable) {
        self.insert(key, durable, None, true);
    }

    /// The store has taken a new one.
    pub fn stored(&mut self, key: &str) {
        if let Some(held) = self.held.get_mut(key) {
            held.stored = true;
        }
    }

    fn insert(&mut self, key: &Arc<str>, durable: Durable, reader: Option<u64>, stored: bool) {
        match &durable.destination {
            Destination::Topic(topic) => {
                self.by_topic.entry(topic.clone()).or_default().push(key.clone());
            }
            Destination::Pattern(_) => self.patterns.push(key.clone()),
            _ => {}
        }
        self.held.insert(key.clone(), Held { durable, reader, stored });
    }

    /// Nobody reads it any more; it stays.
    pub fn release(&mut self, key: &str) {
        if let Some(held) = self.held.get_mut(key) {
            held.reader = None;
        }
    }

    /// It is no more.
    pub fn forget(&mut self, key: &str) {
        let Some(held) = self.held.remove(key) else { return };
        match &held.durable.destination {
            Destination::Topic(topic) => {
                if let Some(keys) = self.by_topic.get_mut(topic) {
                    keys.retain(|other| **other != *key);
                    if keys.is_empty() {
                        self.by_topic.remove(topic);
                    }
                }
            }
            Destination::Pattern(_) => self.patterns.retain(|other| **other != *key),
            _ => {}
        }
    }

    /// A room's has come so far.
    pub fn advance(&mut self, key: &str, position: Arc<str>) {
        if let Some(held) = self.held.get_mut(key) {
            held.durable.position = Some(position);
        }
    }

    /// Those that keep what is published on this plain topic.
    pub fn keeping(&self, topic: &Destination, message: &Message) -> Vec<Arc<str>> {
        let exact = match topic {
            Destination::Topic(name) => self.by_topic.get(name),
            _ => None,
        };
        let matching = self.patterns.iter().filter(|key| self.matches(key, topic));
        let keys = exact.into_iter().flatten().chain(matching);
        keys.filter(|key| self.wants(key, message)).cloned().collect()
    }

    fn matches(&self, key: &str, topic: &Destination) -> bool {
        match self.held.get(key).map(|held| &held.durable.destination) {
            Some(Destination::Pattern(pattern)) => pattern.matches(topic),
            _ => false,
        }
    }

    fn wants(&self, key: &str, message: &Message) -> bool {
        let held = self.held.get(key);
        held.is_some_and(|held| held.durable.filter.wants_message(message, held.reader))
    }
}

impl Durable {
    /// As the store has it. `Err`: it was written by a server that knew more.
    pub fn read(
        destination: &str,
        selector: Option<&str>,
        no_local: bool,
        position: Option<Arc<str>>,
    ) -> Result<Self, String> {
        let destination = Destination::parse_source(destination).map_err(|e| e.to_string())?;
        let selector = selector.map(Selector::parse).transpose().map_err(|e| e.to_string())?;
        Ok(Self { destination, filter: Filter { selector, no_local }, position })
    }
}

#[cfg(test)]
mod tests;
