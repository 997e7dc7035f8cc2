//! SIGKILL at random moments, under load, and nobody lost or saw twice a confirmed message.
//!
//! Writers send and keep a side log of what was confirmed; readers follow with `after`. After every
//! kill: each confirmed message is in history exactly once under the confirmed id, unconfirmed ones
//! at most once, each reader's stream is a run of history, and `prev` is an unbroken chain.
//!
//!     cargo test -p chat-server --test crash -- --kills 300 --seed 7
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test, though not under the test harness

mod proof;

use chat_protocol::chat::MessageId;
use chat_protocol::session::ClientEvent;
use proof::client::{Client, Gone};
use proof::history::{self, Line};
use proof::process::Server;
use proof::{Rng, wait_for};
use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const ROOMS: [&str; 2] = ["crash-a", "crash-b"];
const WINDOW: usize = 16;
/// Threads that serve connections, in turn.
const SHARDS: [&str; 3] = ["1", "2", "4"];
/// Messages between two kills at most.
const ROUND: u64 = 4_000;

#[derive(Clone, Copy)]
struct Plan {
    kills: u64,
    seed: u64,
    writers: u64,
    readers: u64,
}

/// What the outside world holds the server to.
#[derive(Default)]
struct World {
    /// The writers send nothing new.
    stop: AtomicBool,
    /// Writers that have everything confirmed after `stop`.
    resting: AtomicU64,
    /// The readers may go.
    over: AtomicBool,
    /// Messages that may have been sent by now: a run is about its kills, not about its length.
    budget: AtomicU64,
    posted: AtomicU64,
    confirmed: Mutex<Confirmed>,
    sent: Mutex<HashMap<&'static str, HashSet<String>>>,
    read: Mutex<HashMap<String, Vec<Line>>>,
    resends: AtomicU64,
    duplicates: AtomicU64,
}

#[derive(Default)]
struct Confirmed {
    ids: HashMap<&'static str, HashMap<String, MessageId>>,
    /// The same in the order of their coming.
    order: HashMap<&'static str, Vec<(String, MessageId)>>,
    /// The side log, written before anything else learns of the confirmation.
    log: Option<File>,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|a| a == "--list") {
        println!("crash: test");
        return;
    }
    let number = |flag: &str, default: u64| {
        args.iter()
            .position(|a| a == flag)
            .and_then(|i| args.get(i + 1))
            .map_or(default, |v| v.parse().unwrap_or_else(|_| panic!("{flag} takes a number")))
    };
    let plan = Plan {
        kills: number("--kills", 30),
        seed: number("--seed", Rng::from_clock().1),
        writers: number("--writers", 4),
        readers: number("--readers", 4),
    };
    println!("\nrunning 1 test: {} kills, seed {}", plan.kills, plan.seed);
    let summary = run(plan);
    println!("{summary}\ntest crash ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored\n");
}

fn run(plan: Plan) -> String {
    let began = Instant::now();
    let dir = tempfile::tempdir().expect("temp dir");
    let data = dir.path().join("data");
    let world = Arc::new(World::default());
    world.confirmed.lock().unwrap().log =
        Some(File::create(dir.path().join("confirmed.log")).expect("side log"));
    let mut rng = Rng::new(plan.seed);
    let mut server = Server::start(&data, 0, 0, &[]);
    let (ws, tcp) = (server.ws, server.tcp);

    let mut sides = Vec::new();
    for n in 0..plan.writers {
        let world = world.clone();
        sides.push(std::thread::spawn(move || writer(&world, n, ws, tcp)));
    }
    for n in 0..plan.readers {
        let world = world.clone();
        sides.push(std::thread::spawn(move || reader(&world, n, ws, tcp)));
    }
    let mut checker = Checker::default();
    for kill in 1..=plan.kills {
        world.budget.store(world.posted.load(Ordering::Relaxed) + ROUND, Ordering::Relaxed);
        // At least one new confirmation between two kills, then a random moment.
        let before = world.total_confirmed();
        wait_for("a confirmation", Duration::from_secs(60), || {
            (world.total_confirmed() > before || sides.iter().any(|s| s.is_finished()))
                .then_some(())
        });
        assert!(!sides.iter().any(|s| s.is_finished()), "a client gave up, see above");
        pause(Duration::from_millis(rng.below(120)));
        server.kill();
        let shards = SHARDS[kill as usize % SHARDS.len()];
        server = Server::start(&data, ws.port(), tcp.port(), &["--shards", shards]);
        checker.check(&world, ws, &format!("kill {kill}, seed {}", plan.seed));
    }
    world.stop.store(true, Ordering::SeqCst);
    wait_for("the writers to have everything confirmed", Duration::from_secs(60), || {
        (world.resting.load(Ordering::SeqCst) == plan.writers).then_some(())
    });
    checker.check(&world, ws, &format!("the end, seed {}", plan.seed));
    wait_for("the readers to catch up", Duration::from_secs(60), || {
        checker.readers_at_the_end(&world).then_some(())
    });
    world.over.store(true, Ordering::SeqCst);
    for side in sides {
        side.join().expect("a client panicked, see above");
    }
    checker.check(&world, ws, "everything at rest");
    checker.read_again(ws);
    server.kill();
    format!(
        "{} kills in {:.0?}: {} confirmed, {} in history, {} resent, {} of them known already; \
         0 lost, 0 doubled, {} readers equal to history",
        plan.kills,
        began.elapsed(),
        world.total_confirmed(),
        checker.history.values().map(Vec::len).sum::<usize>(),
        world.resends.load(Ordering::SeqCst),
        world.duplicates.load(Ordering::SeqCst),
        plan.readers,
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
    fn total_confirmed(&self) -> usize {
        self.confirmed.lock().unwrap().ids.values().map(HashMap::len).sum()
    }
    fn may_post(&self) -> bool {
        !self.stopping()
            && self.posted.load(Ordering::Relaxed) < self.budget.load(Ordering::Relaxed)
    }
    fn stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

fn connect(n: u64, who: &str, ws: SocketAddr, tcp: SocketAddr) -> Result<Client, Gone> {
    if n.is_multiple_of(2) { Client::websocket(ws, who) } else { Client::tcp(tcp, who) }
}

fn writer(world: &World, n: u64, ws: SocketAddr, tcp: SocketAddr) {
    let who = format!("writer{n}");
    let mut unconfirmed: VecDeque<(&'static str, String)> = VecDeque::new();
    let mut next = 0u64;
    loop {
        let done = connect(n, &who, ws, tcp)
            .and_then(|mut c| write_until_gone(world, &who, &mut c, &mut unconfirmed, &mut next));
        match done {
            Ok(()) => break,
            Err(_) => pause(Duration::from_millis(5)),
        }
    }
    world.resting.fetch_add(1, Ordering::SeqCst);
}

fn write_until_gone(
    world: &World,
    who: &str,
    client: &mut Client,
    unconfirmed: &mut VecDeque<(&'static str, String)>,
    next: &mut u64,
) -> Result<(), Gone> {
    client.subscribe("errors", "/user/queue/errors", &[], None)?;
    for (room, key) in unconfirmed.iter() {
        world.resends.fetch_add(1, Ordering::Relaxed);
        post(client, room, key)?;
    }
    loop {
        while world.may_post() && unconfirmed.len() < WINDOW {
            let room = ROOMS[(*next % 2) as usize];
            let key = format!("{who}-{next}");
            *next += 1;
            world.posted.fetch_add(1, Ordering::Relaxed);
            world.sent.lock().unwrap().entry(room).or_default().insert(key.clone());
            unconfirmed.push_back((room, key.clone()));
            post(client, room, &key)?;
        }
        if world.stopping() && unconfirmed.is_empty() {
            return Ok(());
        }
        match client.poll()? {
            Some(ClientEvent::Receipt { receipt_id, headers }) => {
                let key = receipt_id.as_str().to_owned();
                let id = headers.get("message-id").expect("a chat RECEIPT names the message");
                let id = MessageId::parse(id.as_str()).expect("a message id");
                if headers.get("duplicate").is_some_and(|d| d.as_str() == "true") {
                    world.duplicates.fetch_add(1, Ordering::Relaxed);
                }
                let at = unconfirmed.iter().position(|(_, k)| *k == key);
                let (room, _) = at.and_then(|i| unconfirmed.remove(i)).expect("one receipt each");
                let mut confirmed = world.confirmed.lock().unwrap();
                if let Some(log) = &mut confirmed.log {
                    writeln!(log, "{room} {key} {id}").expect("side log");
                }
                confirmed.order.entry(room).or_default().push((key.clone(), id.clone()));
                let before = confirmed.ids.entry(room).or_default().insert(key, id);
                assert_eq!(before, None, "confirmed twice");
            }
            Some(ClientEvent::Message { headers, .. }) => {
                panic!("refused: {headers:?}");
            }
            Some(ClientEvent::Closed(c)) => return Err(Gone(format!("{c:?}"))),
            _ => {}
        }
    }
}

fn post(client: &mut Client, room: &str, key: &str) -> Result<(), Gone> {
    let headers = [("idempotency-key", key), ("content-type", "text/plain")];
    client.send(&format!("/app/room.{room}"), &headers, Some(key), format!("{key} 안녕하세요"))
}

struct Reading {
    room: &'static str,
    who: String,
    /// What to say in `after`.
    position: Option<MessageId>,
}

fn reader(world: &World, n: u64, ws: SocketAddr, tcp: SocketAddr) {
    let room = ROOMS[(n / 2 % 2) as usize];
    let mut reading = Reading { room, who: format!("reader{n}"), position: None };
    loop {
        let done = connect(n, &reading.who, ws, tcp)
            .and_then(|mut c| read_until_gone(world, &mut c, &mut reading));
        match done {
            Ok(()) => return,
            Err(_) => pause(Duration::from_millis(5)),
        }
    }
}

fn read_until_gone(world: &World, client: &mut Client, r: &mut Reading) -> Result<(), Gone> {
    let destination = format!("/topic/room.{}", r.room);
    let (name, value) = match &r.position {
        Some(id) => ("after", id.to_string()),
        None => ("last", "0".to_owned()),
    };
    client.subscribe("room", &destination, &[(name, &value)], Some("joined"))?;
    loop {
        match client.poll()? {
            Some(ClientEvent::Message { headers, body, .. }) => take(world, r, &headers, &body),
            Some(ClientEvent::Closed(c)) => return Err(Gone(format!("{c:?}"))),
            None if world.over.load(Ordering::SeqCst) => return Ok(()),
            _ => {}
        }
    }
}

fn take(world: &World, r: &mut Reading, headers: &chat_protocol::stomp::Headers, body: &[u8]) {
    let text = |name: &str| headers.get(name).map(|v| v.as_str().to_owned());
    let json: serde_json::Value = serde_json::from_slice(body).expect("a JSON body");
    if text("kind").as_deref() == Some("sync") {
        assert_eq!(json["recovered"], true, "a reset on {}: {json}", r.who);
        let position = json["position"].as_str().expect("a sync has a position");
        r.position.get_or_insert_with(|| MessageId::parse(position).expect("an id"));
        return;
    }
    let id = MessageId::parse(&text("message-id").expect("message-id")).expect("an id");
    let mut read = world.read.lock().unwrap();
    let stream = read.entry(r.who.clone()).or_default();
    if let Some(last) = stream.last() {
        let prev = text("prev");
        assert_eq!(prev.as_deref(), Some(last.id.as_str()), "{}: prev is broken at {id}", r.who);
    }
    stream.push(Line { id: id.clone(), key: json["key"].as_str().unwrap_or_default().to_owned() });
    r.position = Some(id);
}

/// Goes on from what it has checked before: a run may be as long as one likes. At the end the whole
/// history is read again.
#[derive(Default)]
struct Checker {
    history: HashMap<&'static str, Vec<Line>>,
    /// Where each key stands in it.
    places: HashMap<&'static str, HashMap<String, usize>>,
    /// Confirmations that have been found.
    found: HashMap<&'static str, usize>,
    /// Of each reader: where its stream begins in history, and how much of it has been compared.
    readers: HashMap<String, (usize, usize)>,
    /// Of each writer and room: the number of its last message.
    last: HashMap<(&'static str, String), u64>,
}

impl Checker {
    fn check(&mut self, world: &World, ws: SocketAddr, when: &str) {
        for room in ROOMS {
            // What is confirmed and read by now must be in the history read next.
            let confirmed = {
                let confirmed = world.confirmed.lock().unwrap();
                let order = confirmed.order.get(room).map_or(&[][..], Vec::as_slice);
                order[self.found.get(room).copied().unwrap_or(0)..].to_vec()
            };
            let read: HashMap<String, usize> = {
                let read = world.read.lock().unwrap();
                read.iter().map(|(who, stream)| (who.clone(), stream.len())).collect()
            };
            self.extend(world, room, ws, when);
            let (history, places) = (&self.history[room], &self.places[room]);
            for (key, id) in &confirmed {
                let stored = places.get(key).map(|at| &history[*at].id);
                assert_eq!(stored, Some(id), "{when}: {key} was confirmed as {id}");
            }
            *self.found.entry(room).or_default() += confirmed.len();
            self.check_readers(world, room, &read, when);
        }
    }

    fn extend(&mut self, world: &World, room: &'static str, ws: SocketAddr, when: &str) {
        let known = self.history.entry(room).or_default();
        let places = self.places.entry(room).or_default();
        let more = read_history(room, ws, known.last().map(|l| l.id.clone()), when);
        let sent = world.sent.lock().unwrap();
        for line in more {
            assert!(sent[room].contains(&line.key), "{when}: nobody sent {}", line.key);
            let twice = places.insert(line.key.clone(), known.len());
            assert!(twice.is_none(), "{when}: {} is in {room} twice", line.key);
            let (who, n) = line.key.rsplit_once('-').expect("our own keys");
            let n: u64 = n.parse().expect("our own keys");
            // One writer's messages stand in history in the order it sent them.
            if let Some(before) = self.last.insert((room, who.to_owned()), n) {
                assert!(before < n, "{when}: {who} {n} came after {before}");
            }
            known.push(line);
        }
    }

    /// What each reader saw is a run of history.
    fn check_readers(
        &mut self,
        world: &World,
        room: &str,
        read: &HashMap<String, usize>,
        when: &str,
    ) {
        let (history, places) = (&self.history[room], &self.places[room]);
        let streams = world.read.lock().unwrap();
        for (who, len) in read {
            let stream = &streams[who][..*len];
            let Some(&start) = stream.first().and_then(|line| places.get(&line.key)) else {
                continue; // it has read nothing, or reads the other room
            };
            let (_, done) = *self.readers.entry(who.clone()).or_insert((start, 0));
            let run = &history[(start + done).min(history.len())..history.len().min(start + len)];
            assert_eq!(run, &stream[done..], "{when}: {who} saw something else than {room} holds");
            self.readers.insert(who.clone(), (start, *len));
        }
    }

    /// The history as it is read anew is the history that was read bit by bit.
    fn read_again(&self, ws: SocketAddr) {
        for (room, history) in &self.history {
            let again = read_history(room, ws, None, "the end");
            assert!(again == *history, "the history of {room} has changed");
        }
    }

    fn readers_at_the_end(&self, world: &World) -> bool {
        let read = world.read.lock().unwrap();
        read.values().all(|stream| {
            self.history.values().any(|h| h.last().map(|l| &l.id) == stream.last().map(|l| &l.id))
        })
    }
}

fn read_history(room: &str, ws: SocketAddr, after: Option<MessageId>, when: &str) -> Vec<Line> {
    wait_for("history", Duration::from_secs(60), || {
        let mut client = Client::websocket(ws, "checker").ok()?;
        client.subscribe("replies", "/user/queue/replies", &[], None).ok()?;
        client.subscribe("errors", "/user/queue/errors", &[], None).ok()?;
        history::after(&mut client, room, after.clone())
            .map_err(|e| eprintln!("{when}: {e:?}"))
            .ok()
    })
}
