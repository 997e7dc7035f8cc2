//! SIGKILL at random moments while a queue is written and read: no confirmed message is lost, none is
//! delivered after its acknowledgement was confirmed, deliveries are counted, transactions are whole.
//!
//!     cargo test -p chat-server --test crash_queues -- --kills 100 --seed 7
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test, though not under the test harness

mod peer;
#[path = "../proof/mod.rs"]
mod proof;

use chat_protocol::stomp::{Command, Frame};
use peer::{Gone, Peer, header};
use proof::process::Server;
use proof::{Rng, wait_for};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const QUEUE: &str = "/queue/crash";
const WRITERS: u64 = 3;
const READERS: u64 = 3;
/// Messages or transactions of a writer that await their receipts.
const WINDOW: usize = 12;
/// Readers are slower than writers; these wait when this much does.
const BACKLOG: usize = 500;
/// Messages of one transaction.
const PARTS: u64 = 3;
const PATIENCE: Duration = Duration::from_secs(60);

/// What the outside world holds the server to.
#[derive(Default)]
struct World {
    /// The writers send nothing new.
    stop: AtomicBool,
    /// The readers may go.
    over: AtomicBool,
    resting: AtomicU64,
    confirmed: Mutex<BTreeSet<String>>,
    /// Every delivery read: the attempts of each message.
    delivered: Mutex<HashMap<String, Vec<u32>>>,
    /// The attempt whose ACK was confirmed.
    acked: Mutex<HashMap<String, u32>>,
    /// Its ACK was sent, and the connection died before the receipt.
    maybe: Mutex<HashSet<String>>,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|a| a == "--list") {
        println!("crash_queues: test");
        return;
    }
    let number = |flag: &str, default: u64| {
        args.iter()
            .position(|a| a == flag)
            .and_then(|i| args.get(i + 1))
            .map_or(default, |v| v.parse().unwrap_or_else(|_| panic!("{flag} takes a number")))
    };
    let (kills, seed) = (number("--kills", 20), number("--seed", Rng::from_clock().1));
    println!("\nrunning 1 test: {kills} kills, seed {seed}");
    let summary = run(kills, seed);
    println!("{summary}\ntest crash_queues ... ok\n\ntest result: ok. 1 passed; 0 failed\n");
}

fn run(kills: u64, seed: u64) -> String {
    let began = Instant::now();
    let dir = tempfile::tempdir().expect("temp dir");
    let data = dir.path().join("data");
    let world = Arc::new(World::default());
    let mut rng = Rng::new(seed);
    let never = ["--max-deliveries", "1000000", "--redelivery-delay", "1ms"];
    let mut server = Server::start(&data, 0, 0, &never);
    let (ws, tcp) = (server.ws, server.tcp);
    let mut sides = Vec::new();
    for n in 0..WRITERS {
        let world = world.clone();
        sides.push(std::thread::spawn(move || writer(&world, n, tcp)));
    }
    for n in 0..READERS {
        let (world, seed) = (world.clone(), rng.next());
        sides.push(std::thread::spawn(move || reader(&world, n, seed, tcp)));
    }
    for _ in 0..kills {
        let before = world.progress();
        wait_for("a confirmation of each kind", PATIENCE, || {
            let now = world.progress();
            let gone = sides.iter().any(|side| side.is_finished());
            (gone || now.0 > before.0 && now.1 > before.1).then_some(())
        });
        assert!(!sides.iter().any(|s| s.is_finished()), "a client gave up, see above");
        pause(Duration::from_millis(rng.below(100)));
        server.kill();
        server = Server::start(&data, ws.port(), tcp.port(), &never);
    }
    world.stop.store(true, Ordering::SeqCst);
    wait_for("the writers to rest", PATIENCE, || {
        (world.resting.load(Ordering::SeqCst) == WRITERS).then_some(())
    });
    wait_for("every confirmed message to be acknowledged", PATIENCE, || {
        world.unread().is_empty().then_some(())
    });
    world.over.store(true, Ordering::SeqCst);
    for side in sides {
        side.join().expect("a client panicked, see above");
    }
    world.check_deliveries();
    server.kill();
    let deliveries: usize = world.delivered.lock().unwrap().values().map(Vec::len).sum();
    let (confirmed, acked) = world.progress();
    format!(
        "{kills} kills in {:.0?}: {confirmed} confirmed, {deliveries} deliveries, {acked} \
         acknowledgements confirmed; 0 lost, 0 after their ACK, 0 counted twice",
        began.elapsed(),
    )
}

/// The moment of a kill is the point of the test; this is no wait for a condition.
fn pause(time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        std::thread::park_timeout(end.saturating_duration_since(Instant::now()));
    }
}

impl World {
    fn progress(&self) -> (usize, usize) {
        (self.confirmed.lock().unwrap().len(), self.acked.lock().unwrap().len())
    }

    /// About how much waits in the queue.
    fn backlog(&self) -> usize {
        let (confirmed, acked) = self.progress();
        confirmed.saturating_sub(acked + self.maybe.lock().unwrap().len())
    }

    /// Confirmed, and nobody knows of an ACK that could have reached the server.
    fn unread(&self) -> Vec<String> {
        let (acked, maybe) = (self.acked.lock().unwrap(), self.maybe.lock().unwrap());
        let confirmed = self.confirmed.lock().unwrap();
        let read = |key: &&String| acked.contains_key(*key) || maybe.contains(*key);
        confirmed.iter().filter(|key| !read(key)).cloned().collect()
    }

    fn check_deliveries(&self) {
        let (delivered, acked) = (self.delivered.lock().unwrap(), self.acked.lock().unwrap());
        for (key, attempts) in delivered.iter() {
            let distinct: BTreeSet<u32> = attempts.iter().copied().collect();
            assert_eq!(distinct.len(), attempts.len(), "{key} was not counted: {attempts:?}");
            if let (Some(acked), Some(last)) = (acked.get(key), distinct.last()) {
                assert!(last <= acked, "{key} came again ({last}) after its ACK ({acked})");
            }
        }
        self.check_transactions(&delivered);
    }

    /// Of a transaction that was not confirmed, all parts came or none.
    fn check_transactions(&self, delivered: &HashMap<String, Vec<u32>>) {
        let mut parts: BTreeMap<&str, u64> = BTreeMap::new();
        for key in delivered.keys() {
            if let Some((transaction, _)) = key.split_once('/') {
                *parts.entry(transaction).or_default() += 1;
            }
        }
        for (transaction, count) in parts {
            assert_eq!(count, PARTS, "{transaction} came in part");
        }
    }
}

fn message(key: &str) -> Frame {
    let send = Frame::new(Command::Send).with("destination", QUEUE).with("persistent", "true");
    send.body(key.to_owned())
}

fn writer(world: &World, n: u64, at: SocketAddr) {
    let mut next = 0;
    loop {
        let done = Peer::connect(at, &format!("writer{n}"))
            .and_then(|mut peer| write_until_gone(world, n, &mut peer, &mut next));
        match done {
            Ok(()) => break,
            Err(Gone) => pause(Duration::from_millis(5)),
        }
    }
    world.resting.fetch_add(1, Ordering::SeqCst);
}

/// What a kill leaves unconfirmed is not sent again: it may come or not.
fn write_until_gone(world: &World, n: u64, peer: &mut Peer, next: &mut u64) -> Result<(), Gone> {
    let mut unconfirmed: HashMap<String, Vec<String>> = HashMap::new();
    loop {
        let stopping = world.stop.load(Ordering::SeqCst);
        while !stopping && unconfirmed.len() < WINDOW && world.backlog() < BACKLOG {
            let key = format!("writer{n}-{next}");
            *next += 1;
            if n == 0 {
                unconfirmed.insert(key.clone(), transaction(peer, &key)?);
            } else {
                peer.send(&message(&key).with("receipt", &key))?;
                unconfirmed.insert(key.clone(), vec![key]);
            }
        }
        if stopping && unconfirmed.is_empty() {
            return Ok(());
        }
        if let Some(frame) = peer.poll()?
            && let Some(keys) = header(&frame, "receipt-id").and_then(|id| unconfirmed.remove(id))
        {
            world.confirmed.lock().unwrap().extend(keys);
        }
    }
}

fn transaction(peer: &mut Peer, key: &str) -> Result<Vec<String>, Gone> {
    let within = |frame: Frame| frame.with("transaction", key);
    let keys: Vec<_> = (0..PARTS).map(|part| format!("{key}/{part}")).collect();
    peer.send(&within(Frame::new(Command::Begin)))?;
    for key in &keys {
        peer.send(&within(message(key)))?;
    }
    peer.send(&within(Frame::new(Command::Commit)).with("receipt", key))?;
    Ok(keys)
}

fn reader(world: &World, n: u64, seed: u64, at: SocketAddr) {
    let mut rng = Rng::new(seed);
    loop {
        let mut unconfirmed = HashMap::new();
        let done = Peer::connect(at, &format!("reader{n}"))
            .and_then(|mut peer| read_until_gone(world, &mut rng, &mut peer, &mut unconfirmed));
        world.maybe.lock().unwrap().extend(unconfirmed.into_values().map(|(key, _)| key));
        match done {
            Ok(true) => return,
            // Died on purpose: what it had goes to others.
            Ok(false) => {}
            Err(Gone) => pause(Duration::from_millis(5)),
        }
    }
}

/// `true`: all is done.
fn read_until_gone(
    world: &World,
    rng: &mut Rng,
    peer: &mut Peer,
    unconfirmed: &mut HashMap<String, (String, u32)>,
) -> Result<bool, Gone> {
    let subscribe = Frame::new(Command::Subscribe).with("id", "s").with("destination", QUEUE);
    peer.send(&subscribe.with("ack", "client-individual").with("prefetch-count", "8"))?;
    // The last first attempt of each writer: one connection gets them in order.
    let mut last: HashMap<String, u64> = HashMap::new();
    let mut acks = 0;
    loop {
        let Some(frame) = peer.poll()? else {
            if world.over.load(Ordering::SeqCst) && unconfirmed.is_empty() {
                return Ok(true);
            }
            continue;
        };
        if let Some(receipt) = header(&frame, "receipt-id") {
            let (key, attempt) = unconfirmed.remove(receipt).expect("a receipt of ours");
            world.acked.lock().unwrap().insert(key, attempt);
            continue;
        }
        let key = String::from_utf8(frame.body.to_vec()).expect("our own text");
        let attempt: u32 = header(&frame, "delivery-count").unwrap().parse().unwrap();
        assert_eq!(header(&frame, "redelivered").is_some(), attempt > 1, "{key}");
        world.delivered.lock().unwrap().entry(key.clone()).or_default().push(attempt);
        if attempt == 1 {
            in_order(&mut last, &key);
        }
        let id = header(&frame, "ack").expect("an ack header").to_owned();
        match rng.below(100) {
            0 if !world.stop.load(Ordering::SeqCst) => return Ok(false),
            1..=5 => peer.send(&Frame::new(Command::Nack).with("id", &id))?,
            _ => {
                acks += 1;
                let receipt = format!("ack-{acks}");
                unconfirmed.insert(receipt.clone(), (key, attempt));
                peer.send(&Frame::new(Command::Ack).with("id", &id).with("receipt", &receipt))?;
            }
        }
    }
}

fn in_order(last: &mut HashMap<String, u64>, key: &str) {
    let (writer, rest) = key.split_once('-').expect("our own keys");
    let (n, part) = rest.split_once('/').unwrap_or((rest, "0"));
    let place = n.parse::<u64>().unwrap() * PARTS + part.parse::<u64>().unwrap();
    if let Some(before) = last.insert(writer.to_owned(), place) {
        assert!(before < place, "{key} came out of order");
    }
}
