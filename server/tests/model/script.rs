//! What a script may do next: mostly what is sound, now and then what is not.

use crate::proof::Rng;
use crate::queues::Reference;
use crate::world::{Conn, Mode, Op, Selector, Sent, Subscription, Version};
use std::collections::BTreeMap;

const TOPICS: [&str; 6] = ["a", "b", "a.b", "a/b", "a.b.c", "c/a.b"];
const QUEUES: [&str; 3] = ["q", "a.q", "a/b"];
const PATTERNS: [&str; 8] = ["*", "a.*", "a/>", "#", "*.b", "a.**", "*/*/*", ">"];
const TEXTS: [&str; 8] = ["", "x", "a:b", "\\", "a\\nb", "한글😀", "two\nlines", "c\r\rd:"];

const BROKEN: [(&str, &str); 14] = [
    ("NONSENSE\nreceipt:R\n\n\0", "bad-command"),
    ("MESSAGE\nreceipt:R\n\n\0", "bad-command"),
    ("SEND\nreceipt:R\n\nx\0", "missing-header"),
    ("SEND\nreceipt:R\ndestination:/nowhere\n\n\0", "bad-destination"),
    ("SEND\nreceipt:R\ndestination:/topic/a.>\n\n\0", "bad-destination"),
    ("SEND\nreceipt:R\nno colon\n\n\0", "bad-header"),
    ("SEND\nreceipt:R\ndestination:/topic/x\ncontent-length:1\n\nxyz\0", "bad-body-end"),
    ("SEND\nreceipt:R\ndestination:/topic/x\ncontent-length:x\n\n\0", "bad-content-length"),
    ("SUBSCRIBE\nreceipt:R\nid:new\n\n\0", "missing-header"),
    ("SUBSCRIBE\nreceipt:R\nid:new\ndestination:/topic/a\nack:no\n\n\0", "bad-header"),
    ("SUBSCRIBE\nreceipt:R\nid:new\ndestination:/topic/a\nselector:(\n\n\0", "bad-selector"),
    ("BEGIN\nreceipt:R\n\n\0", "missing-header"),
    ("ABORT\nreceipt:R\ntransaction:x\n\nbody\0", "body-not-allowed"),
    ("CONNECT\nreceipt:R\naccept-version:1.2\n\n\0", "already-connected"),
];

pub fn pick<'a, T: ?Sized>(rng: &mut Rng, all: &[&'a T]) -> &'a T {
    all[rng.below(all.len() as u64) as usize]
}

pub fn version(rng: &mut Rng) -> Version {
    Version::ALL[rng.below(3) as usize]
}

/// What a script is made of.
pub struct Script<'a> {
    pub name: &'a str,
    /// Whether there are queues in it.
    pub queues: bool,
    /// The number of the next message or subscription.
    pub number: u64,
}

impl Script<'_> {
    /// Its plain destinations.
    pub fn destinations(&self) -> Vec<String> {
        let topics = TOPICS.iter().map(|name| format!("/topic/{}.{name}", self.name));
        let queues = QUEUES.iter().map(|name| format!("/queue/{}.{name}", self.name));
        topics.chain(queues.filter(|_| self.queues)).collect()
    }

    fn number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    pub fn next(&mut self, rng: &mut Rng, conn: &Conn) -> Op {
        let names: Vec<u64> = conn.open.keys().copied().collect();
        let some_name = |rng: &mut Rng| names.get(rng.below(4) as usize).copied();
        let within = |rng: &mut Rng| (rng.below(3) == 0).then(|| some_name(rng)).flatten();
        match rng.below(100) {
            0..15 if !conn.given.is_empty() => {
                let within = within(rng);
                self.settle(rng, conn, within)
            }
            0..45 => {
                let within = within(rng);
                Op::Send(self.sent(rng, conn.version), within)
            }
            45..70 => Op::Subscribe(self.subscription(rng, conn)),
            70..80 => match conn.subscriptions.get(rng.below(4) as usize) {
                Some(held) => Op::Unsubscribe(held.key()),
                None => Op::Begin(fresh(rng, &names)),
            },
            80..88 => Op::Begin(fresh(rng, &names)),
            88..92 => some_name(rng).map_or(Op::Begin(fresh(rng, &names)), Op::Commit),
            92..95 => some_name(rng).map_or(Op::Begin(fresh(rng, &names)), Op::Abort),
            95 => Op::Disconnect,
            96 => self.unsound(rng, conn),
            _ => {
                let (octets, code) = BROKEN[rng.below(BROKEN.len() as u64) as usize];
                Op::Broken(octets, code)
            }
        }
    }

    fn settle(&mut self, rng: &mut Rng, conn: &Conn, within: Option<u64>) -> Op {
        let given = &conn.given[rng.below(conn.given.len() as u64) as usize];
        let ok = conn.version == Version::V0 || rng.below(8) > 0;
        let ack = given.ack.clone().unwrap_or_default();
        let (key, message_id) = (given.key.clone(), given.message_id.clone());
        Op::Settle(Reference { key, message_id, ack }, ok, within)
    }

    /// Sound as a frame, but not as things are.
    fn unsound(&mut self, rng: &mut Rng, conn: &Conn) -> Op {
        let none = || "none".to_owned();
        match rng.below(8) {
            0 => Op::Unsubscribe("none".to_owned()),
            1 => Op::Commit(1000),
            2 => Op::Abort(1000),
            3 => Op::Send(self.sent(rng, conn.version), Some(1000)),
            4 => Op::Settle(Reference { key: none(), message_id: none(), ack: none() }, true, None),
            5 => Op::Settle(
                Reference { key: none(), message_id: none(), ack: none() },
                true,
                Some(1000),
            ),
            6 => match conn.open.keys().next() {
                Some(name) => Op::Begin(*name),
                None => Op::Commit(1000),
            },
            _ => match conn.subscriptions.iter().find(|held| held.id.is_some()) {
                Some(held) => Op::Subscribe(held.clone()),
                None => Op::Unsubscribe("none".to_owned()),
            },
        }
    }

    fn sent(&mut self, rng: &mut Rng, version: Version) -> Sent {
        let all = self.destinations();
        let to = all[rng.below(all.len() as u64) as usize].clone();
        let n = (rng.below(4) > 0).then(|| rng.below(10));
        let mut mine: String = (0..rng.below(4)).map(|_| pick(rng, &TEXTS)).collect();
        // What the sender's version cannot say, and what it trims.
        match version {
            Version::V0 => mine = mine.replace(['\n', '\r'], "").trim().to_owned(),
            Version::V1 => mine = mine.replace('\r', ""),
            Version::V2 => {}
        }
        let alphabet = b"\0\n\r:ab\xff\xea";
        let length = if rng.below(20) == 0 { rng.below(400) } else { rng.below(8) };
        let body = (0..length).map(|_| alphabet[rng.below(8) as usize]).collect();
        let persistent = to.starts_with("/queue/") && rng.below(20) == 0;
        Sent { to, serial: self.number(), persistent, n, mine, body }
    }

    fn subscription(&mut self, rng: &mut Rng, conn: &Conn) -> Subscription {
        let queue = self.queues && rng.below(2) == 0;
        let (kind, names) = if queue { ("queue", &QUEUES[..]) } else { ("topic", &TOPICS[..]) };
        let name = if rng.below(3) == 0 { pick(rng, &PATTERNS) } else { pick(rng, names) };
        let source = format!("/{kind}/{}.{name}", self.name);
        // Without an id messages are told by their destination, which must not be a pattern then.
        let nameless = conn.version == Version::V0
            && rng.below(2) == 0
            && !name.contains(['*', '>', '#'])
            && conn.subscriptions.iter().all(|held| held.key() != source);
        let id = (!nameless).then(|| {
            let start = rng.below(100);
            (start..)
                .map(|n| format!("s{n}"))
                .find(|id| {
                    conn.subscriptions.iter().all(|held| held.id.as_ref() != Some(id))
                        && conn.given.iter().all(|given| given.key != *id)
                })
                .unwrap()
        });
        let selector = match rng.below(8) {
            0 => Some(Selector::AtLeast(rng.below(10))),
            1 => Some(Selector::Not(rng.below(10))),
            2 => Some(Selector::Missing),
            _ => None,
        };
        let mode = match rng.below(4) {
            0 | 1 if self.queues => Mode::Client,
            2 if self.queues => Mode::Individual,
            _ => Mode::Auto,
        };
        Subscription {
            number: self.number(),
            id,
            source,
            selector,
            no_local: rng.below(6) == 0,
            mode,
            prefetch: (mode != Mode::Auto && rng.below(2) == 0).then(|| 1 + rng.below(3) as usize),
            newest: BTreeMap::new(),
        }
    }
}

/// A name that is not open; there may be 16.
fn fresh(rng: &mut Rng, open: &[u64]) -> u64 {
    if open.len() >= 10 {
        return open[0];
    }
    let start = rng.below(100);
    (start..).find(|name| !open.contains(name)).unwrap()
}
