//! Blocking STOMP clients and a server process, for proofs that run the real binary from outside.
//! Everything waits for a condition with a deadline; nothing here knows the server's insides.
#![allow(dead_code)] // each test program uses its own part
#![allow(clippy::unwrap_used, clippy::expect_used)] // test code, whatever the harness

pub mod client;
pub mod history;
pub mod process;

use std::time::{Duration, Instant};

/// splitmix64: the seed printed at the start replays the choices of a run.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
    pub fn from_clock() -> (Self, u64) {
        let seed = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map(|d| d.as_nanos() as u64)
            .unwrap_or(1);
        (Self(seed), seed)
    }
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }
}

/// Polls `done` until it gives something, at most for `within`.
pub fn wait_for<T>(what: &str, within: Duration, mut done: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + within;
    loop {
        if let Some(t) = done() {
            return t;
        }
        assert!(Instant::now() < end, "gave up after {within:?} waiting for {what}");
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(2));
    }
}
