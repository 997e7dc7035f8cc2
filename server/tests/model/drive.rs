//! Drives the connections of a script: writes bursts of frames, and compares what comes with the model.

use crate::host::Host;
use crate::peer::{BOTH, Frame, PATIENCE, Peer};
use crate::proof::Rng;
use crate::queues::Reference;
use crate::script::{self, Script};
use crate::world::{Answer, Conn, Mode, Op, Selector, Sent, Subscription, Version, World};
use std::collections::BTreeMap;
use std::time::Instant;

const CONNS: usize = 3;

pub struct Driver {
    host: &'static Host,
    peers: Vec<Peer>,
    world: World,
    receipts: u64,
    /// Connections there were.
    born: u64,
    /// What the script did, for whom it fails.
    pub log: Vec<String>,
}

impl Driver {
    pub fn new(host: &'static Host) -> Self {
        let world = World { conns: Vec::new(), queues: BTreeMap::new(), places: 0 };
        Self { host, peers: Vec::new(), world, receipts: 0, born: 0, log: Vec::new() }
    }

    pub fn script(&mut self, seed: u64, number: u64) {
        self.log.clear();
        let mut rng = Rng::new(seed.wrapping_add(number.wrapping_mul(0x9e37_79b9)));
        let name = format!("m{number}");
        let queues = rng.below(2) == 0;
        let mut script = Script { name: &name, queues, number: 0 };
        // The versions are the script's; a connection of the script before may serve.
        for by in 0..CONNS {
            let version = script::version(&mut rng);
            let via = rng.below(2);
            if self.peers.len() <= by {
                self.peers.push(self.host.raw(BOTH[via as usize]).login(version.as_str()));
                self.born += 1;
                self.world.conns.push(Conn::new(version, self.born));
            } else if self.world.conns[by].version != version {
                self.replace(by, version, via);
            }
        }
        self.world.queues.clear();
        for _ in 0..2 + rng.below(10) {
            self.burst(&mut rng, &mut script);
        }
        self.finish(&mut rng, &script);
    }

    fn replace(&mut self, by: usize, version: Version, via: u64) {
        self.log.push(format!("{by} is new, {}", version.as_str()));
        self.world.end(by);
        self.born += 1;
        self.world.conns[by] = Conn::new(version, self.born);
        self.peers[by] = self.host.raw(BOTH[via as usize]).login(version.as_str());
    }

    /// Some frames of one connection in one go.
    fn burst(&mut self, rng: &mut Rng, script: &mut Script<'_>) {
        let by = rng.below(CONNS as u64) as usize;
        let holds = !self.world.conns[by].subscriptions.is_empty();
        // Lost without a word; when the server sees that is not known, so no queue may depend on it.
        if rng.below(40) == 0 && !(script.queues && holds) {
            let (version, via) = (script::version(rng), rng.below(2));
            return self.replace(by, version, via);
        }
        let mut octets = Vec::new();
        let mut answers = Vec::new();
        for _ in 0..1 + rng.below(5) {
            let op = script.next(rng, &self.world.conns[by]);
            let ends = self.world.clone().apply(by, &op) != Answer::Receipt;
            let settles = matches!(op, Op::Settle(..) | Op::Commit(_));
            if matches!(op, Op::Unsubscribe(_)) || script.queues && (ends || settles) {
                // What is under way may not be dropped, nor be with nobody knows whom.
                self.exchange(rng, by, &mut octets, &mut answers);
                self.drain(by);
                self.settle_down(script);
            }
            self.say(rng, by, &op, &mut octets, &mut answers);
            if ends && script.queues {
                break;
            }
        }
        self.exchange(rng, by, &mut octets, &mut answers);
        self.settle_down(script);
    }

    /// Reads what queues have given, and checks that nothing rests which somebody could have.
    fn settle_down(&mut self, script: &Script<'_>) {
        if !script.queues {
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            for by in 0..CONNS {
                self.peers[by].say("SEND destination:/topic/nobody receipt:barrier", "");
                assert_eq!(self.answer(by).get("receipt-id"), Some("barrier"));
            }
            let Some(rests) = self.world.rests() else { return };
            // The delivery of a persistent one is counted in the store before it leaves.
            let may_wait = self.world.queues.values().flatten().any(|held| held.sent.persistent);
            assert!(may_wait && Instant::now() < deadline, "rests: {rests}");
        }
    }

    /// Encodes one frame and notes what must become of it, unless the end came before.
    fn say(
        &mut self,
        rng: &mut Rng,
        by: usize,
        op: &Op,
        octets: &mut Vec<u8>,
        answers: &mut Vec<(String, Answer)>,
    ) {
        self.receipts += 1;
        let receipt = format!("r{}", self.receipts);
        let version = self.world.conns[by].version;
        self.log.push(format!("{by} {}: {op:?} {receipt}", version.as_str()));
        encode(rng, op, version, &receipt, octets);
        octets.extend(b"\n".repeat(rng.below(3).saturating_sub(1) as usize));
        if answers.last().is_none_or(|(_, answer)| *answer == Answer::Receipt) {
            let answer = self.world.apply(by, op);
            answers.push((receipt, answer));
        }
    }

    /// Writes what was encoded, in pieces, and reads the answers.
    fn exchange(
        &mut self,
        rng: &mut Rng,
        by: usize,
        octets: &mut Vec<u8>,
        answers: &mut Vec<(String, Answer)>,
    ) {
        let pieces = 1 + rng.below(3) as usize;
        for piece in octets.chunks((octets.len() / pieces).max(1)) {
            self.peers[by].write(piece);
        }
        octets.clear();
        let mut ended = false;
        for (receipt, answer) in answers.drain(..) {
            let frame = self.answer(by);
            let expected = match &answer {
                Answer::Receipt | Answer::Bye => ("RECEIPT", None),
                Answer::Error(code) => ("ERROR", Some(*code)),
            };
            assert_eq!((&frame.command[..], frame.get("code")), expected, "{receipt}: {frame:?}");
            assert_eq!(frame.get("receipt-id"), Some(&receipt[..]), "{frame:?}");
            ended = answer != Answer::Receipt;
        }
        if ended {
            self.peers[by].ends();
            let (version, via) = (script::version(rng), rng.below(2));
            self.replace(by, version, via);
        }
    }

    /// The next frame that is no message; messages are checked on the way.
    fn answer(&mut self, by: usize) -> Frame {
        loop {
            let frame = self.peers[by].next();
            if frame.command != "MESSAGE" {
                return frame;
            }
            self.message(by, &frame);
        }
    }

    fn message(&mut self, by: usize, frame: &Frame) {
        let key = frame.get("subscription").unwrap_or_else(|| frame.need("destination"));
        let conn = &self.world.conns[by];
        let acks = |held: &Subscription| held.key() == key && held.own_queue().is_some();
        let queue = frame.need("destination").starts_with("/queue/");
        let owed = if queue || conn.subscriptions.iter().any(acks) {
            self.world.delivered(by, key, frame)
        } else {
            let owed = self.world.conns[by].owed.get_mut(key).and_then(|owed| owed.pop_front());
            owed.unwrap_or_else(|| panic!("{by} is not owed {frame:?}"))
        };
        let conn = &self.world.conns[by];
        let mine = conn.version.escape(&owed.mine);
        let n = owed.n.map(|n| n.to_string());
        assert_eq!(frame.get("destination"), Some(&owed.to[..]), "{by}: {frame:?}");
        assert_eq!(frame.get("mine"), Some(&mine[..]), "{by}: {frame:?}");
        assert_eq!(frame.get("n"), n.as_deref(), "{by}: {frame:?}");
        assert_eq!(frame.body, owed.body, "{by}: {frame:?}");
        assert_eq!((frame.get("receipt"), frame.get("transaction")), (None, None));
    }

    /// Reads everything the connection is owed.
    fn drain(&mut self, by: usize) {
        while !self.world.conns[by].owes_nothing() {
            let frame = self.peers[by].next();
            assert_eq!(frame.command, "MESSAGE", "{by}: {frame:?}");
            self.message(by, &frame);
        }
    }

    /// One more message to every topic: what was too much would come before it. Queues are emptied.
    /// Then everything is undone, so that the connections can serve another script.
    fn finish(&mut self, rng: &mut Rng, script: &Script<'_>) {
        let (mut octets, mut answers) = (Vec::new(), Vec::new());
        for by in 0..CONNS {
            self.drain(by);
            let held = self.world.conns[by].subscriptions.clone();
            let queues = |held: &&Subscription| {
                held.source.starts_with("/queue/") || held.own_queue().is_some()
            };
            for held in held.iter().filter(queues) {
                let op = Op::Unsubscribe(held.key());
                self.say(rng, by, &op, &mut octets, &mut answers);
                self.exchange(rng, by, &mut octets, &mut answers);
                self.settle_down(script);
            }
        }
        for (n, to) in script.destinations().into_iter().enumerate() {
            let op = Op::Subscribe(last_reader(n, to.clone()));
            if to.starts_with("/queue/") {
                self.say(rng, 0, &op, &mut octets, &mut answers);
                continue;
            }
            for n in [None, Some(0), Some(9)] {
                let (to, mine, body) = (to.clone(), String::new(), b"end".to_vec());
                let sent = Sent { to, serial: 0, persistent: false, n, mine, body };
                self.say(rng, 0, &Op::Send(sent, None), &mut octets, &mut answers);
            }
        }
        self.exchange(rng, 0, &mut octets, &mut answers);
        self.settle_down(script);
        for by in 0..CONNS {
            self.drain(by);
            let conn = &self.world.conns[by];
            let open = conn.open.keys().map(|name| Op::Abort(*name));
            let held = conn.subscriptions.iter().map(|held| Op::Unsubscribe(held.key()));
            let all: Vec<Op> = held.chain(open).collect();
            for op in all {
                self.say(rng, by, &op, &mut octets, &mut answers);
            }
            self.exchange(rng, by, &mut octets, &mut answers);
        }
    }
}

/// Takes everything a queue still has.
fn last_reader(n: usize, source: String) -> Subscription {
    Subscription {
        number: 1_000_000 + n as u64,
        id: Some(format!("last-{n}")),
        source,
        selector: None,
        no_local: false,
        mode: Mode::Auto,
        prefetch: None,
        newest: BTreeMap::new(),
    }
}

fn encode(rng: &mut Rng, op: &Op, version: Version, receipt: &str, out: &mut Vec<u8>) {
    let mut body: &[u8] = b"";
    let head = match op {
        Op::Send(sent, transaction) => {
            let n = sent.n.map_or(String::new(), |n| format!("n:{n}\n"));
            let within = transaction.map_or(String::new(), |t| format!("transaction:{t}\n"));
            let mine = version.escape(&sent.mine);
            body = &sent.body;
            let counted = body.contains(&0) || rng.below(2) == 0;
            let length =
                if counted { format!("content-length:{}\n", body.len()) } else { String::new() };
            let persistent = if sent.persistent { "persistent:true\n" } else { "" };
            let Sent { to, serial, .. } = sent;
            format!(
                "SEND\ndestination:{to}\nserial:{serial}\n{persistent}{n}{within}mine:{mine}\n{length}"
            )
        }
        Op::Subscribe(new) => {
            let id = new.id.as_ref().map_or(String::new(), |id| format!("id:{id}\n"));
            let selector = match new.selector {
                None => String::new(),
                Some(Selector::AtLeast(n)) => format!("selector:n >= {n}\n"),
                Some(Selector::Not(n)) => format!("selector:NOT (n = {n})\n"),
                Some(Selector::Missing) => "selector:n IS NULL\n".to_owned(),
            };
            let no_local = if new.no_local { "no-local:true\n" } else { "" };
            let mode = match new.mode {
                Mode::Auto => "",
                Mode::Client => "ack:client\n",
                Mode::Individual => "ack:client-individual\n",
            };
            let prefetch = new.prefetch.map_or(String::new(), |n| format!("prefetch-count:{n}\n"));
            let source = &new.source;
            format!("SUBSCRIBE\n{id}destination:{source}\n{selector}{no_local}{mode}{prefetch}")
        }
        Op::Settle(Reference { key, message_id, ack }, ok, within) => {
            let command = if *ok { "ACK" } else { "NACK" };
            let within = within.map_or(String::new(), |t| format!("transaction:{t}\n"));
            let what = match version {
                Version::V0 => format!("message-id:{message_id}\n"),
                Version::V1 => format!("message-id:{message_id}\nsubscription:{key}\n"),
                Version::V2 => format!("id:{ack}\n"),
            };
            format!("{command}\n{what}{within}")
        }
        Op::Unsubscribe(key) if key.starts_with('/') => format!("UNSUBSCRIBE\ndestination:{key}\n"),
        Op::Unsubscribe(key) => format!("UNSUBSCRIBE\nid:{key}\n"),
        Op::Begin(name) => format!("BEGIN\ntransaction:{name}\n"),
        Op::Commit(name) => format!("COMMIT\ntransaction:{name}\n"),
        Op::Abort(name) => format!("ABORT\ntransaction:{name}\n"),
        Op::Disconnect => "DISCONNECT\n".to_owned(),
        Op::Broken(octets, _) => {
            return out.extend(octets.replace("receipt:R", &format!("receipt:{receipt}")).bytes());
        }
    };
    out.extend(format!("{head}receipt:{receipt}\n\n").bytes());
    out.extend(body);
    out.push(0);
}
