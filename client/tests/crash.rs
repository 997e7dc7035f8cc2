//! SIGKILL at random moments while one writes, on the built program at a terminal, with the server
//! killed now and then as well: what was seen in the room's timeline is in the room exactly once in
//! the end, and what was only typed at most once.
//!
//!     cargo test -p chat-tui --test crash -- --kills 200 --seed 7
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test, though not under the test harness
#![allow(dead_code)] // of what the tests at a terminal share

#[path = "pty/harness.rs"]
mod harness;
mod support;
#[path = "pty/world.rs"]
mod world;

use harness::Pty;
use std::collections::HashMap;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use support::eventually;
use world::{ROOM, SIZE, World};

/// Messages written between two kills at most.
const WRITTEN: u64 = 4;
/// Between the last key and the kill, in ms.
const MOMENT: u64 = 60;

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
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let (kills, seed) = (number("--kills", 8), number("--seed", clock % 1_000_000));
    println!("\nrunning 1 test: {kills} kills, seed {seed}");
    let summary = run(kills, Rng(seed));
    println!("{summary}\ntest crash ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored\n");
}

/// splitmix64
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

#[derive(Default)]
struct Written {
    /// Seen in the timeline before the kill.
    seen: Vec<String>,
    /// Typed, and the kill came first.
    typed: Vec<String>,
    server_kills: u64,
}

fn run(kills: u64, mut rng: Rng) -> String {
    let began = Instant::now();
    let mut world = World::new();
    let mut written = Written::default();
    for kill in 1..=kills {
        let mina = Pty::start(world.command("mina", &[]), SIZE);
        round(kill, mina, &mut world, &mut written, &mut rng);
    }
    let mina = Pty::start(world.command("mina", &[]), SIZE);
    mina.wait_for(&format!("online · {ROOM}"));
    let posted = settled(&world, &written);
    assert_eq!(posted.values().max(), Some(&1), "doubled: {posted:?}");
    let late = written.typed.iter().filter(|text| posted.contains_key(*text)).count();
    format!(
        "{kills} kills of the client and {} of the server in {:?}: {} messages seen, 0 lost, 0 doubled; \
         {late} of {} typed ones went out too",
        written.server_kills,
        began.elapsed(),
        written.seen.len(),
        written.typed.len(),
    )
}

/// Writes, and dies.
fn round(kill: u64, mut mina: Pty, world: &mut World, written: &mut Written, rng: &mut Rng) {
    mina.wait("screen", |s| s.alternate_screen() && s.contents().contains("> "));
    if rng.below(2) == 0 {
        mina.wait_for(&format!("online · {ROOM}"));
    }
    let server_dies = rng.below(4) == 0;
    let count = 1 + rng.below(WRITTEN);
    for n in 1..=count {
        if server_dies && n == count {
            world.server.kill();
            written.server_kills += 1;
        }
        let text = format!("m-{kill}-{n}.");
        mina.send(&format!("{text}\r"));
        if n == count && rng.below(3) == 0 {
            written.typed.push(text);
            break;
        }
        mina.wait("message in the timeline", |s| is_shown(s, &text));
        written.seen.push(text);
    }
    std::thread::park_timeout(Duration::from_millis(rng.below(MOMENT)));
    let pid = mina.pid().to_string();
    assert!(Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap().success());
    mina.wait_exit();
    if server_dies {
        world.server.restart();
    }
}

/// In the timeline, and not in the composer.
fn is_shown(screen: &vt100::Screen, text: &str) -> bool {
    screen.contents().lines().any(|line| line.contains(text) && !line.starts_with("> "))
}

/// How often each text is in the room, when all that must be there is.
fn settled(world: &World, written: &Written) -> HashMap<String, usize> {
    let mut posted = HashMap::new();
    eventually("everything that was seen is in the room", || {
        posted.clear();
        for text in world.server.texts(ROOM) {
            *posted.entry(text).or_insert(0) += 1;
        }
        written.seen.iter().all(|text| posted.contains_key(text))
    });
    posted
}
