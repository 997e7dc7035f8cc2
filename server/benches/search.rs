//! How fast words are found among a million messages, and what the index costs in space.
//!
//!     cargo bench -p chat-server --bench search -- [--messages 1000000] [--queries 2000] [--dir DIR]
//!
//! A thousand rooms, the largest with a tenth of all messages, the others ever smaller; words of two to
//! three syllables from a vocabulary in which few words are common and most are rare. The same seed
//! makes the same messages. With --dir the store is kept, and used again the next time.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a program for the one who runs it

use chat_protocol::chat::{Post, RoomName, UserName};
use chat_protocol::text::find::Query;
use chat_server::log::sqlite::{Opened, Options, SqliteLog};
use chat_server::log::{Log, Record};
use chat_server::projection::{Bounds, Search};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Instant;

const ROOMS: u64 = 1000;
const VOCABULARY: u64 = 20_000;
const IN_FLIGHT: usize = 4096;
const PAGE: Bounds = Bounds { messages: 20, bytes: 256 * 1024 };

/// xorshift64*: enough for test data, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }
    /// Small numbers are the likelier, as 1/n.
    fn skewed(&mut self, below: u64) -> u64 {
        let share = self.next() as f64 / (1u64 << 53) as f64;
        ((below as f64).powf(share) as u64).clamp(1, below) - 1
    }
}

/// The word of this rank. Its first syllables are no other word's.
fn word(rank: u64) -> String {
    let syllable = |n: u64| char::from_u32(0xAC00 + (n * 28 % 11_172) as u32).unwrap();
    let mut word = String::from_iter([syllable(rank / 150), syllable(150 + rank % 150)]);
    if rank.is_multiple_of(3) {
        word.push(syllable(rank % 77));
    }
    word
}

/// Makes what is searched for.
type Text = fn(&mut Random) -> String;
/// Chooses a room.
type Pick = fn(&mut Random) -> u64;

fn room(n: u64) -> RoomName {
    RoomName::parse(&format!("room-{n}")).unwrap()
}

fn main() {
    let number = |flag, default| option(flag).map_or(default, |n| n.parse().expect("a number"));
    let (messages, queries) = (number("--messages", 1_000_000), number("--queries", 2000));
    let kept = option("--dir").map(PathBuf::from);
    let made = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let dir = kept.as_deref().unwrap_or(made.path());
    let Opened { log, projection, .. } = SqliteLog::open(Options::new(dir)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    if runtime.block_on(projection.rooms()).unwrap().is_empty() {
        fill(&log, messages);
    }
    if std::env::args().any(|arg| arg == "--optimize") {
        log.close();
        let conn = rusqlite::Connection::open(dir.join("chat.sqlite")).unwrap();
        conn.execute("INSERT INTO search(search) VALUES('optimize')", []).unwrap();
        return;
    }
    println!("{} MB", size(dir) / 1_000_000);
    let cases: [(&str, Text); 5] = [
        ("common, 2 syllables", |r| word(1 + 3 * (r.next() % 5))),
        ("middling, 2 syllables", |r| word(100 + 3 * (r.next() % 300))),
        ("rare, 2 syllables", |r| word(10_001 + 3 * (r.next() % 3000))),
        ("absent, 2 syllables", |r| format!("힣{}", word(r.next() % VOCABULARY))),
        ("two common words", |r| format!("{} {}", word(r.next() % 5), word(5 + r.next() % 5))),
    ];
    let [p50, p99, cpu50, cpu99] = ["p50 us", "p99 us", "p50 CPU", "p99 CPU"];
    println!("{:48}{:>8}{p50:>10}{p99:>10}{cpu50:>10}{cpu99:>10}", "", "hits");
    for (what, text) in cases {
        for (wide, pick) in [
            ("in the largest room", Some((|_| 0) as Pick)),
            ("in a room", Some(|r| r.skewed(ROOMS))),
            ("in all rooms", None),
        ] {
            let mut random = Random(7);
            let (mut times, mut busy, mut hits) = (Vec::new(), Vec::new(), 0);
            for _ in 0..queries {
                let query = Query::parse(&text(&mut random)).unwrap();
                let room = pick.map(|pick| room(pick(&mut random)));
                let search = Search { query, room, sender: None, before: None, after: None };
                let (began, on_cpu) = (Instant::now(), on_cpu());
                let found = runtime.block_on(projection.search(search, PAGE)).unwrap();
                times.push(began.elapsed().as_micros());
                busy.push((self::on_cpu() - on_cpu) / 1000);
                hits += found.entries.len();
            }
            times.sort_unstable();
            busy.sort_unstable();
            let at = |share: usize| times[(times.len() - 1) * share / 100];
            let busy = |share: usize| busy[(busy.len() - 1) * share / 100];
            let mean = hits as f64 / queries as f64;
            let (p50, p99) = (at(50), at(99));
            println!("{what:24}{wide:24}{mean:8.1}{p50:10}{p99:10}{:10}{:10}", busy(50), busy(99));
        }
    }
    log.close();
}

fn fill(log: &SqliteLog, messages: u64) {
    let mut random = Random(20_261_121);
    let began = Instant::now();
    let mut waiting = VecDeque::new();
    for n in 0..messages {
        let words = 5 + random.next() % 12;
        let text: Vec<String> = (0..words).map(|_| word(random.skewed(VOCABULARY))).collect();
        let record = Record {
            room: room(random.skewed(ROOMS)),
            sender: UserName::parse(&format!("person-{}", random.skewed(500))).unwrap(),
            key: Some(format!("key-of-message-{n}").into()),
            post: Post::Message { text: text.join(" ").into(), reply_to: None },
        };
        waiting.push_back(log.append(record));
        if waiting.len() == IN_FLIGHT {
            waiting.pop_front().unwrap().blocking_recv().unwrap().unwrap();
        }
    }
    for answered in waiting {
        answered.blocking_recv().unwrap().unwrap();
    }
    let took = began.elapsed().as_secs_f64();
    println!("{messages} messages written in {took:.0} s, {:.0}/s", messages as f64 / took);
}

/// ns that all threads have run: what the search takes when others do not hold it up. 0 where the
/// system does not say.
fn on_cpu() -> u64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return 0 };
    let ran = |task: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    tasks.filter_map(ran).sum()
}

fn size(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

fn option(flag: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != flag).nth(1)
}
