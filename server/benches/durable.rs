//! What durability costs: the real server beside a bare SQLite loop that writes the same tables, turn by
//! turn in the same minutes, in short turns: what a sync takes can change from one second to the next.
//!
//!     cargo bench -p chat-server --bench durable -- [--rounds 25] [--millis 400] [--dir DIR]
//!
//! The stores are made in DIR, else on the disk of the build: the directory for temporary files may be in
//! memory, where a sync costs nothing. With such a DIR it shows what is not the disk's.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a program for the one who runs it

#[path = "../tests/proof/mod.rs"]
mod proof;

use chat_protocol::session::ClientEvent;
use proof::client::Client;
use proof::process::Server;
use rusqlite::{Connection, params};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Messages of one sender on their way at once.
const WINDOW: u64 = 64;
const SUBSCRIBERS: usize = 100;
const ROOM: &str = "/topic/room.bench";
const TEXT: &str = "a message of an ordinary length, 64 octets of it, as people write";
const WARM_UP: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(30);

fn main() {
    let number = |flag, default| option(flag).map_or(default, |n| n.parse().expect("a number"));
    let (rounds, time) = (number("--rounds", 25), Duration::from_millis(number("--millis", 400)));
    let dir = option("--dir").unwrap_or_else(|| env!("CARGO_TARGET_TMPDIR").to_owned());
    let template = Store::template(Path::new(&dir));
    let mut all = [const { Vec::new() }; 7];
    for _ in 0..rounds {
        for (all, figure) in all.iter_mut().zip(measure(&template, time)) {
            all.push(figure);
        }
    }
    let [bare, quiet, read, bare_p50, bare_p99, p50, p99] = all.map(median);
    println!("medians of {rounds}, {time:?} each, {} octets a text", TEXT.len());
    println!("{WINDOW} in flight, messages/s   bare {bare:8.0}");
    println!("  server, 0 subscribers          {quiet:8.0}  {:.2} of bare", quiet / bare);
    println!("  server, {SUBSCRIBERS} subscribers        {read:8.0}  {:.2} of bare", read / bare);
    println!("one in flight, us          p50 bare {bare_p50:6.0}  p99 bare {bare_p99:6.0}");
    println!(
        "  server, SEND to RECEIPT  p50      {p50:6.0}  p99      {p99:6.0}  {:.2} and {:.2} of bare",
        p50 / bare_p50,
        p99 / bare_p99
    );
}

fn option(flag: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != flag).nth(1)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn measure(template: &Store, time: Duration) -> [f64; 7] {
    // A file that grows is slower to sync than one that is overwritten: everybody begins with a new one.
    let fresh = || template.copy();
    let store = fresh();
    let bare = Bare::open(&store.file()).saturated(time);
    let quiet = fresh().serve(|server| saturated(server.ws, time));
    let read = fresh().serve(|server| watched(server, time));
    let store = fresh();
    let (bare_p50, bare_p99) = percentiles(Bare::open(&store.file()).one_by_one(time));
    let (p50, p99) = percentiles(fresh().serve(|server| one_by_one(server.ws, time)));
    [bare, quiet, read, bare_p50, bare_p99, p50, p99]
}

/// A data directory of its own.
struct Store(TempDir);

impl Store {
    /// With the room, the sender and one message; closed.
    fn template(dir: &Path) -> Self {
        let store = Self(tempfile::tempdir_in(dir).unwrap());
        store.serve(|server| {
            let mut client = Client::websocket(server.ws, "bench").unwrap();
            post(&mut client, 0);
            client.until(PATIENCE, |e| matches!(e, ClientEvent::Receipt { .. })).unwrap();
        });
        // The server was killed; to open and close it brings all into the one file.
        drop(Bare::open(&store.file()));
        store
    }

    fn copy(&self) -> Self {
        let copy = Self(tempfile::tempdir_in(self.0.path().parent().unwrap()).unwrap());
        std::fs::copy(self.file(), copy.file()).unwrap();
        copy
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("chat.sqlite")
    }

    fn serve<T>(&self, measure: impl FnOnce(&Server) -> T) -> T {
        measure(&Server::start(self.0.path(), 0, 0, &[]))
    }
}

/// Microseconds.
fn percentiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e6;
    (at(50), at(99))
}

/// Confirmed messages per second with a full window.
fn saturated(server: SocketAddr, time: Duration) -> f64 {
    let mut client = Client::websocket(server, "bench").unwrap();
    let (mut sent, mut confirmed) = (0, 0);
    let mut began: Option<(Instant, u64)> = None;
    let start = Instant::now();
    loop {
        while sent - confirmed < WINDOW {
            post(&mut client, sent);
            sent += 1;
        }
        if let Some(ClientEvent::Receipt { .. }) = client.poll().unwrap() {
            confirmed += 1;
        }
        match began {
            None if start.elapsed() > WARM_UP => began = Some((Instant::now(), confirmed)),
            Some((at, before)) if at.elapsed() > time => {
                return (confirmed - before) as f64 / at.elapsed().as_secs_f64();
            }
            _ => {}
        }
    }
}

/// The same with readers of the room, who must get all of it. One thread reads for all of them, as
/// cheaply as can be: it shares the cores with the server.
fn watched(server: &Server, time: Duration) -> f64 {
    let frames = Arc::new(AtomicU64::new(0));
    let readers: Vec<_> = (0..SUBSCRIBERS).map(|_| subscriber(server.tcp)).collect();
    let read = frames.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let tasks: Vec<_> = readers
                .into_iter()
                .map(|reader| tokio::spawn(count(reader, read.clone())))
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
    let rate = saturated(server.ws, time);
    let least = (rate * time.as_secs_f64()) as u64 * SUBSCRIBERS as u64;
    proof::wait_for("the last delivery", PATIENCE, || {
        (frames.load(Ordering::Relaxed) >= least).then_some(())
    });
    rate
}

/// Counts what ends a frame until the server has gone.
async fn count(reader: TcpStream, frames: Arc<AtomicU64>) {
    reader.set_nonblocking(true).unwrap();
    let mut reader = tokio::net::TcpStream::from_std(reader).unwrap();
    let mut buffer = [0; 16 * 1024];
    while let Ok(n @ 1..) = tokio::io::AsyncReadExt::read(&mut reader, &mut buffer).await {
        let ends = buffer[..n].iter().filter(|octet| **octet == 0).count();
        frames.fetch_add(ends as u64, Ordering::Relaxed);
    }
}

/// A raw connection that has subscribed to the room.
fn subscriber(server: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(server).unwrap();
    let hello = format!(
        "CONNECT\naccept-version:1.2\nhost:h\nlogin:reader\n\n\0\
         SUBSCRIBE\nid:0\ndestination:{ROOM}\npresence:false\nreceipt:r\n\n\0"
    );
    stream.write_all(hello.as_bytes()).unwrap();
    let mut answers = Vec::new();
    let mut octet = [0];
    while !String::from_utf8_lossy(&answers).contains("RECEIPT") || octet != [0] {
        stream.read_exact(&mut octet).unwrap();
        answers.push(octet[0]);
    }
    stream
}

/// From SEND to its RECEIPT, with nothing else going on.
fn one_by_one(server: SocketAddr, time: Duration) -> Vec<Duration> {
    let mut client = Client::websocket(server, "bench").unwrap();
    let mut times = Vec::new();
    let start = Instant::now();
    while start.elapsed() < time {
        let sent = Instant::now();
        post(&mut client, times.len() as u64);
        client.until(PATIENCE, |e| matches!(e, ClientEvent::Receipt { .. })).unwrap();
        times.push(sent.elapsed());
    }
    times
}

fn post(client: &mut Client, number: u64) {
    static KEYS: AtomicU64 = AtomicU64::new(0);
    let key = format!("bench-{}", KEYS.fetch_add(1, Ordering::Relaxed));
    let headers = [("idempotency-key", key.as_str())];
    client.send(ROOM, &headers, Some(&format!("r{number}")), TEXT).unwrap();
}

/// The least that writes the same rows as durably: one thread, nothing but the transaction.
struct Bare {
    conn: Connection,
    room: i64,
    sender: i64,
    last: u64,
    /// What the index of words has of [`TEXT`].
    tokens: String,
}

impl Bare {
    /// On a store that the server has made, and has left.
    fn open(path: &Path) -> Self {
        let conn = Connection::open(path).unwrap();
        conn.pragma_update(None, "synchronous", "FULL").unwrap();
        conn.pragma_update_and_check(None, "wal_autocheckpoint", 4000, |_| Ok(())).unwrap();
        conn.pragma_update(None, "cache_size", -16384).unwrap();
        let id = |sql| conn.query_row(sql, [], |row| row.get(0)).unwrap();
        let (room, sender) = (id("SELECT id FROM rooms"), id("SELECT min(id) FROM people"));
        let last = conn.query_row("SELECT max(last) FROM rooms", [], |row| row.get(0)).unwrap();
        let tokens = format!("{} r{room} p{sender}", pairs(TEXT));
        Self { conn, room, sender, last, tokens }
    }

    fn commit(&mut self, count: u64) {
        let tx = self.conn.transaction().unwrap();
        for _ in 0..count {
            let (offset, key) = (self.last + 1, format!("bare-{}-{}", self.last, self.room));
            tx.prepare_cached("INSERT INTO keys VALUES(?1, ?2, ?3, ?4, ?5)")
                .unwrap()
                .execute(params![offset, self.room, self.sender, key, offset])
                .unwrap();
            let columns = "offset, room, sender, prev, at, key, text";
            tx.prepare_cached(&format!(
                "INSERT INTO messages({columns}) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            ))
            .unwrap()
            .execute(params![offset, self.room, self.sender, self.last, offset, key, TEXT])
            .unwrap();
            tx.prepare_cached("INSERT INTO search(rowid, tokens) VALUES(?1, ?2)")
                .unwrap()
                .execute(params![offset, self.tokens])
                .unwrap();
            self.last = offset;
        }
        tx.prepare_cached("UPDATE rooms SET last = ?2, last_at = ?2, count = ?2 WHERE id = ?1")
            .unwrap()
            .execute(params![self.room, self.last])
            .unwrap();
        tx.commit().unwrap();
    }

    fn saturated(&mut self, time: Duration) -> f64 {
        let warm = Instant::now();
        while warm.elapsed() < WARM_UP {
            self.commit(WINDOW);
        }
        let (start, before) = (Instant::now(), self.last);
        while start.elapsed() < time {
            self.commit(WINDOW);
        }
        (self.last - before) as f64 / start.elapsed().as_secs_f64()
    }

    fn one_by_one(&mut self, time: Duration) -> Vec<Duration> {
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < time {
            let began = Instant::now();
            self.commit(1);
            times.push(began.elapsed());
        }
        times
    }
}

/// The pairs of letters of each word.
fn pairs(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let letters = words.map(|word| word.chars().collect::<Vec<_>>());
    letters
        .flat_map(|word| match word.len() {
            1 => vec![word.iter().collect()],
            _ => word.windows(2).map(|pair| pair.iter().collect::<String>()).collect(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}
