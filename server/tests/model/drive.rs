//! Drives the connections of a script: writes bursts of frames, and compares what comes with the model.

use crate::host::Host;
use crate::peer::{BOTH, Frame, Peer};
use crate::proof::Rng;
use crate::script;
use crate::world::{Answer, Conn, Op, Selector, Sent, Version, World};

const CONNS: usize = 3;

pub struct Driver {
    host: &'static Host,
    peers: Vec<Peer>,
    world: World,
    receipts: u64,
    /// What the script did, for whom it fails.
    pub log: Vec<String>,
}

impl Driver {
    pub fn new(host: &'static Host) -> Self {
        let (peers, conns) = (Vec::new(), Vec::new());
        Self { host, peers, world: World { conns }, receipts: 0, log: Vec::new() }
    }

    pub fn script(&mut self, seed: u64, number: u64) {
        self.log.clear();
        let mut rng = Rng::new(seed.wrapping_add(number.wrapping_mul(0x9e37_79b9)));
        let name = format!("m{number}");
        // The versions are the script's; a connection of the script before may serve.
        for by in 0..CONNS {
            let version = script::version(&mut rng);
            let via = rng.below(2);
            if self.peers.len() <= by {
                self.peers.push(self.host.raw(BOTH[via as usize]).login(version.as_str()));
                self.world.conns.push(Conn::new(version));
            } else if self.world.conns[by].version != version {
                self.replace(by, version, via);
            }
        }
        for _ in 0..2 + rng.below(10) {
            self.burst(&mut rng, &name);
        }
        self.finish(&mut rng, &name);
    }

    fn replace(&mut self, by: usize, version: Version, via: u64) {
        self.log.push(format!("{by} is new, {}", version.as_str()));
        self.world.end(by);
        self.world.conns[by] = Conn::new(version);
        self.peers[by] = self.host.raw(BOTH[via as usize]).login(version.as_str());
    }

    /// Some frames of one connection in one go.
    fn burst(&mut self, rng: &mut Rng, name: &str) {
        let by = rng.below(CONNS as u64) as usize;
        if rng.below(40) == 0 {
            // Lost without a word.
            let (version, via) = (script::version(rng), rng.below(2));
            return self.replace(by, version, via);
        }
        let mut octets = Vec::new();
        let mut answers = Vec::new();
        for _ in 0..1 + rng.below(5) {
            let op = script::next(rng, name, &self.world.conns[by]);
            if matches!(op, Op::Unsubscribe(_)) {
                // What it was owed may not be dropped.
                self.exchange(rng, by, &mut octets, &mut answers);
                self.drain(by);
            }
            self.say(rng, by, &op, &mut octets, &mut answers);
        }
        self.exchange(rng, by, &mut octets, &mut answers);
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
        let conn = &mut self.world.conns[by];
        let key = frame.get("subscription").unwrap_or_else(|| frame.need("destination"));
        let owed = conn.owed.get_mut(key).and_then(|owed| owed.pop_front());
        let Some(owed) = owed else { panic!("{by} is not owed {frame:?}") };
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

    /// One more message to every topic: what was too much would come before it. Then everything is
    /// undone, so that the connections can serve another script.
    fn finish(&mut self, rng: &mut Rng, name: &str) {
        let (mut octets, mut answers) = (Vec::new(), Vec::new());
        for to in script::topics(name) {
            let body = b"end".to_vec();
            for n in [None, Some(0), Some(9)] {
                let sent = Sent { to: to.clone(), n, mine: String::new(), body: body.clone() };
                self.say(rng, 0, &Op::Send(sent, None), &mut octets, &mut answers);
            }
        }
        self.exchange(rng, 0, &mut octets, &mut answers);
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
            format!("SEND\ndestination:{}\n{n}{within}mine:{mine}\n{length}", sent.to)
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
            format!("SUBSCRIBE\n{id}destination:{}\n{selector}{no_local}", new.source)
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
