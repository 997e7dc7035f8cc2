//! The model: connections, subscriptions, transactions, and the messages each subscription is owed.

use crate::queues::{Delivery, Queued, Reference};
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V0,
    V1,
    V2,
}

impl Version {
    pub const ALL: [Self; 3] = [Self::V0, Self::V1, Self::V2];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::V0 => "1.0",
            Self::V1 => "1.1",
            Self::V2 => "1.2",
        }
    }

    /// A header's value as this version writes it.
    pub fn escape(self, value: &str) -> String {
        let mut out = String::new();
        for c in value.chars() {
            match (self, c) {
                (Self::V0, '\n' | '\r') | (Self::V1, '\r') => out.push(' '),
                (Self::V1 | Self::V2, '\n') => out.push_str("\\n"),
                (Self::V1 | Self::V2, ':') => out.push_str("\\c"),
                (Self::V1 | Self::V2, '\\') => out.push_str("\\\\"),
                (Self::V2, '\r') => out.push_str("\\r"),
                _ => out.push(c),
            }
        }
        out
    }
}

/// What is sent; also what a subscription is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub to: String,
    /// A header that tells it from all others.
    pub serial: u64,
    pub persistent: bool,
    /// A header for selectors.
    pub n: Option<u64>,
    /// A header of any text.
    pub mine: String,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
pub enum Selector {
    AtLeast(u64),
    Not(u64),
    Missing,
}

impl Selector {
    fn takes(self, n: Option<u64>) -> bool {
        match self {
            Self::AtLeast(least) => n.is_some_and(|n| n >= least),
            Self::Not(other) => n.is_some_and(|n| n != other),
            Self::Missing => n.is_none(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Auto,
    Client,
    Individual,
}

#[derive(Debug, Clone)]
pub struct Subscription {
    /// Of all there were.
    pub number: u64,
    pub id: Option<String>,
    pub source: String,
    pub selector: Option<Selector>,
    pub no_local: bool,
    pub mode: Mode,
    pub prefetch: Option<usize>,
    /// The newest place of a first delivery, by queue.
    pub newest: BTreeMap<String, u64>,
}

impl Subscription {
    /// A topic's messages that must be acknowledged wait in a queue of the subscription's own.
    pub fn own_queue(&self) -> Option<String> {
        let own = self.mode != Mode::Auto && self.source.starts_with("/topic/");
        own.then(|| format!("of subscription {}", self.number))
    }

    pub fn reads(&self, queue: &str) -> bool {
        match self.own_queue() {
            Some(own) => own == queue,
            None => matches(&self.source, queue),
        }
    }

    pub fn wants(&self, sent: &Sent) -> bool {
        self.selector.is_none_or(|selector| selector.takes(sent.n))
    }

    /// What its messages can be told by.
    pub fn key(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.source.clone())
    }
}

#[derive(Debug, Clone)]
pub enum Op {
    Send(Sent, Option<u64>),
    /// ACK or NACK.
    Settle(Reference, bool, Option<u64>),
    Subscribe(Subscription),
    Unsubscribe(String),
    Begin(u64),
    Commit(u64),
    Abort(u64),
    /// Octets with `receipt:R` to be filled in, and what they come to.
    Broken(&'static str, &'static str),
    Disconnect,
}

/// What a transaction holds.
#[derive(Debug, Clone)]
pub enum Action {
    Send(Sent),
    Settle(Reference, bool),
}

#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Receipt,
    /// ERROR with this code, and the end.
    Error(&'static str),
    /// RECEIPT, and the end.
    Bye,
}

#[derive(Clone)]
pub struct Conn {
    /// Its number of all there were.
    pub born: u64,
    pub version: Version,
    pub subscriptions: Vec<Subscription>,
    pub open: BTreeMap<u64, Vec<Action>>,
    /// Of topics, by the key of the subscription.
    pub owed: BTreeMap<String, VecDeque<Sent>>,
    /// Of queues, to be acknowledged, oldest first.
    pub given: Vec<Delivery>,
}

impl Conn {
    pub fn new(version: Version, born: u64) -> Self {
        let (subscriptions, open, owed, given) = Default::default();
        Self { born, version, subscriptions, open, owed, given }
    }

    pub fn owes_nothing(&self) -> bool {
        self.owed.values().all(VecDeque::is_empty)
    }
}

/// A connection that ends is replaced by the driver; until then it is owed no more.
#[derive(Clone)]
pub struct World {
    pub conns: Vec<Conn>,
    pub queues: BTreeMap<String, Vec<Queued>>,
    pub places: u64,
}

impl World {
    pub fn apply(&mut self, by: usize, op: &Op) -> Answer {
        let conn = &mut self.conns[by];
        match op {
            Op::Send(sent, None) => self.publish(by, sent.clone()),
            Op::Send(sent, Some(name)) => match conn.open.get_mut(name) {
                Some(open) => open.push(Action::Send(sent.clone())),
                None => return self.fail(by, "unknown-transaction"),
            },
            Op::Settle(what, ok, Some(name)) => match conn.open.get_mut(name) {
                Some(open) => open.push(Action::Settle(what.clone(), *ok)),
                None => return self.fail(by, "unknown-transaction"),
            },
            Op::Settle(what, ok, None) => match self.settle(by, what) {
                Some(covered) => covered.iter().for_each(|given| self.settled(given, *ok)),
                None => return self.fail(by, "unknown-ack"),
            },
            Op::Subscribe(new) => {
                if conn.subscriptions.iter().any(|held| held.id == new.id && new.id.is_some()) {
                    return self.fail(by, "duplicate-subscription");
                }
                conn.subscriptions.push(new.clone());
            }
            Op::Unsubscribe(key) => {
                let at = conn.subscriptions.iter().position(|held| held.key() == *key);
                let Some(at) = at else { return self.fail(by, "unknown-subscription") };
                let ended = conn.subscriptions.remove(at);
                self.give_back(&ended);
            }
            Op::Begin(name) => {
                if conn.open.insert(*name, Vec::new()).is_some() {
                    return self.fail(by, "duplicate-transaction");
                }
            }
            Op::Commit(name) => match conn.open.remove(name) {
                Some(all) => return self.commit(by, all),
                None => return self.fail(by, "unknown-transaction"),
            },
            Op::Abort(name) => {
                if conn.open.remove(name).is_none() {
                    return self.fail(by, "unknown-transaction");
                }
            }
            Op::Broken(_, code) => return self.fail(by, code),
            Op::Disconnect => {
                self.end(by);
                return Answer::Bye;
            }
        }
        Answer::Receipt
    }

    /// All or nothing.
    fn commit(&mut self, by: usize, all: Vec<Action>) -> Answer {
        let before = self.clone();
        for action in all {
            match action {
                Action::Send(sent) => self.publish(by, sent),
                Action::Settle(what, ok) => match self.settle(by, &what) {
                    Some(covered) => covered.iter().for_each(|given| self.settled(given, ok)),
                    None => {
                        *self = before;
                        return self.fail(by, "unknown-ack");
                    }
                },
            }
        }
        Answer::Receipt
    }

    fn fail(&mut self, by: usize, code: &'static str) -> Answer {
        self.end(by);
        Answer::Error(code)
    }

    /// The link is gone, and everything of it.
    pub fn end(&mut self, by: usize) {
        let conn = &mut self.conns[by];
        conn.open.clear();
        for ended in std::mem::take(&mut conn.subscriptions) {
            self.give_back(&ended);
        }
    }

    fn publish(&mut self, by: usize, sent: Sent) {
        if sent.to.starts_with("/queue/") {
            let queue = sent.to.clone();
            return self.enqueue(by, queue, sent);
        }
        let mut own = Vec::new();
        for (number, conn) in self.conns.iter_mut().enumerate() {
            for held in &conn.subscriptions {
                let wanted = held.wants(&sent) && !(held.no_local && number == by);
                if !wanted || !matches(&held.source, &sent.to) {
                    continue;
                }
                match held.own_queue() {
                    Some(queue) => own.push(queue),
                    None => conn.owed.entry(held.key()).or_default().push_back(sent.clone()),
                }
            }
        }
        own.into_iter().for_each(|queue| self.enqueue(by, queue, sent.clone()));
    }
}

/// Whether a source, with or without wildcards, is read by one who subscribed to it.
pub fn matches(source: &str, destination: &str) -> bool {
    let segments = |text: &str| -> Vec<String> {
        text.trim_start_matches('/').split(['.', '/']).map(str::to_owned).collect()
    };
    let pattern = segments(source);
    let wild = |s: &String| ["*", ">", "#", "**"].contains(&s.as_str());
    if !pattern.iter().any(wild) {
        return source == destination;
    }
    let given = segments(destination);
    for (n, segment) in pattern.iter().enumerate() {
        match (segment.as_str(), given.get(n)) {
            (">" | "#" | "**", _) => return true,
            ("*", Some(_)) => {}
            (plain, Some(other)) if plain == other => {}
            _ => return false,
        }
    }
    pattern.len() == given.len()
}
