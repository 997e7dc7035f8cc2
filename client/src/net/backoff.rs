//! How long to wait before the next attempt to connect: exponential with full jitter. Pure: the
//! random number is passed in.

use std::time::Duration;

/// Longest wait before the first retry; doubled by each further one.
const FIRST: Duration = Duration::from_millis(500);
/// Longest wait of all.
const LONGEST: Duration = Duration::from_secs(30);

/// Counts the attempts since a connection was good.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait before the next attempt: between nothing and the present bound, evenly spread, so
    /// that clients cut at the same moment do not come back at the same moment.
    pub fn next(&mut self, random: u32) -> Duration {
        let bound = FIRST.saturating_mul(1 << self.failures.min(6)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        bound.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }

    /// The connection was good.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    pub fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_thirty_seconds() {
        let mut backoff = Backoff::default();
        let bounds: Vec<u64> = (0..9).map(|_| backoff.next(u32::MAX).as_millis() as u64).collect();
        assert_eq!(bounds, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    }

    #[test]
    fn the_whole_range_is_used_and_a_good_connection_starts_over() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.next(0), Duration::ZERO);
        let half = backoff.next(u32::MAX / 2).as_millis();
        assert!((499..=500).contains(&half), "{half}");
        backoff.reset();
        assert_eq!(backoff.next(u32::MAX), FIRST);
    }
}
