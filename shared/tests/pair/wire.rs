//! One direction of a link, and the seeded chance that shapes it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// splitmix64.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn upto(&mut self, most: Duration) -> Duration {
        Duration::from_micros(self.below(most.as_micros() as u64 + 1))
    }
}

/// Runs `test` for many seeds, or for the one in `PAIR_SEED`.
pub fn for_seeds(count: u64, test: impl Fn(u64)) {
    let chosen = std::env::var("PAIR_SEED").ok().map(|seed| seed.parse().unwrap());
    let seeds = chosen.map_or(0..count, |seed| seed..seed + 1);
    for seed in seeds {
        println!("PAIR_SEED={seed}");
        test(seed);
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Pieces {
    Octets,
    Random,
    Whole,
}

/// Octets on their way, in order, each piece with the time of its arrival.
pub struct Wire {
    pieces: Pieces,
    delay: Duration,
    travelling: VecDeque<(Instant, Vec<u8>)>,
    pub lost: bool,
}

impl Wire {
    pub fn new(pieces: Pieces, delay: Duration) -> Self {
        Self { pieces, delay, travelling: VecDeque::new(), lost: false }
    }

    pub fn put(&mut self, octets: &[u8], now: Instant, chance: &mut Chance) {
        if self.lost {
            return;
        }
        let mut rest = octets;
        while !rest.is_empty() {
            let length = match self.pieces {
                Pieces::Octets => 1,
                Pieces::Random => 1 + chance.below(rest.len().min(40) as u64) as usize,
                Pieces::Whole => rest.len(),
            };
            let (piece, after) = rest.split_at(length);
            let arrival = now + chance.upto(self.delay);
            let arrival = self.travelling.back().map_or(arrival, |(last, _)| arrival.max(*last));
            self.travelling.push_back((arrival, piece.to_vec()));
            rest = after;
        }
    }

    pub fn next_arrival(&self) -> Option<Instant> {
        self.travelling.front().map(|(arrival, _)| *arrival)
    }

    pub fn take(&mut self, now: Instant) -> Option<Vec<u8>> {
        self.travelling.front().filter(|(arrival, _)| *arrival <= now)?;
        self.travelling.pop_front().map(|(_, piece)| piece)
    }

    /// Nothing arrives any more, not even what is on its way.
    pub fn lose(&mut self) {
        self.lost = true;
        self.travelling.clear();
    }
}
