//! Token buckets: how often one person may post, how often one room may be posted to, how often one
//! address may connect. Pure: `now` comes in, a verdict comes out; waiting is the caller's affair.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// A limit: `burst` at once, then `per_second` in the long run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub burst: u32,
    pub per_second: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A token was taken.
    Ok,
    /// Nothing was taken; there will be a token after this time.
    Wait(Duration),
}

/// One bucket, full at first.
#[derive(Debug, Clone)]
pub struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    pub fn full(rate: Rate, now: Instant) -> Self {
        Self { tokens: f64::from(rate.burst), at: now }
    }

    pub fn take(&mut self, rate: Rate, now: Instant) -> Verdict {
        self.refill(rate, now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Verdict::Ok;
        }
        let seconds = (1.0 - self.tokens) / rate.per_second;
        // A rate of zero never refills; a day stands for ever.
        Verdict::Wait(Duration::from_secs_f64(seconds.clamp(0.001, 86_400.0)))
    }

    fn refill(&mut self, rate: Rate, now: Instant) {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * rate.per_second;
        // A float that falls short of a whole token by rounding would make one wait for nothing.
        let tokens = self.tokens + gained + 1e-9;
        self.tokens = tokens.min(f64::from(rate.burst));
        self.at = self.at.max(now);
    }

    fn is_full(&mut self, rate: Rate, now: Instant) -> bool {
        self.refill(rate, now);
        self.tokens >= f64::from(rate.burst)
    }
}

/// A bucket per key, for at most `max_keys` keys at once. A full bucket is as good as none, so those
/// are dropped first; keys beyond the bound are let pass rather than made to wait for strangers.
#[derive(Debug)]
pub struct Limiter<K> {
    rate: Rate,
    max_keys: usize,
    sweep_at: usize,
    buckets: HashMap<K, Bucket>,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    pub fn new(rate: Rate, max_keys: usize) -> Self {
        Self { rate, max_keys, sweep_at: 64.min(max_keys), buckets: HashMap::new() }
    }

    pub fn take(&mut self, key: &K, now: Instant) -> Verdict {
        if let Some(bucket) = self.buckets.get_mut(key) {
            return bucket.take(self.rate, now);
        }
        if self.buckets.len() >= self.sweep_at {
            self.sweep(now);
        }
        let mut bucket = Bucket::full(self.rate, now);
        let verdict = bucket.take(self.rate, now);
        if self.buckets.len() < self.max_keys {
            self.buckets.insert(key.clone(), bucket);
        }
        verdict
    }

    /// Puts a token back that was taken for nothing.
    pub fn give_back(&mut self, key: &K) {
        if let Some(bucket) = self.buckets.get_mut(key) {
            bucket.tokens = (bucket.tokens + 1.0).min(f64::from(self.rate.burst));
        }
    }

    fn sweep(&mut self, now: Instant) {
        let rate = self.rate;
        self.buckets.retain(|_, bucket| !bucket.is_full(rate, now));
        self.sweep_at = (self.buckets.len() * 2).max(64).min(self.max_keys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, per_second: 2.0 };

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn a_burst_then_the_rate() {
        let t = Instant::now();
        let mut limiter = Limiter::new(RATE, 10);
        for _ in 0..3 {
            assert_eq!(limiter.take(&"a", t), Verdict::Ok);
        }
        let Verdict::Wait(wait) = limiter.take(&"a", t) else { panic!("burst is three") };
        assert!(ms(499) < wait && wait <= ms(500), "{wait:?}");
        assert_eq!(limiter.take(&"b", t), Verdict::Ok, "keys do not share");
        assert_eq!(limiter.take(&"a", t + wait + ms(1)), Verdict::Ok);
        assert!(matches!(limiter.take(&"a", t + wait + ms(1)), Verdict::Wait(_)));
    }

    #[test]
    fn what_was_taken_for_nothing_comes_back() {
        let t = Instant::now();
        let mut limiter = Limiter::new(RATE, 10);
        for _ in 0..10 {
            assert_eq!(limiter.take(&"a", t), Verdict::Ok);
            limiter.give_back(&"a");
        }
        limiter.give_back(&"a");
        let taken = (0..10).filter(|_| limiter.take(&"a", t) == Verdict::Ok).count();
        assert_eq!(taken, 3, "never more than the burst");
    }

    #[test]
    fn waiting_as_told_is_enough() {
        let mut t = Instant::now();
        let mut limiter = Limiter::new(Rate { burst: 1, per_second: 3.0 }, 10);
        limiter.take(&"a", t);
        for _ in 0..1000 {
            let Verdict::Wait(wait) = limiter.take(&"a", t) else { panic!("burst is one") };
            t += wait;
            assert_eq!(limiter.take(&"a", t), Verdict::Ok);
        }
    }

    #[test]
    fn a_long_rest_fills_only_to_the_burst() {
        let t = Instant::now();
        let mut bucket = Bucket::full(RATE, t);
        let later = t + Duration::from_secs(3600);
        let taken = (0..10).filter(|_| bucket.take(RATE, later) == Verdict::Ok).count();
        assert_eq!(taken, 3);
    }

    #[test]
    fn no_refill_still_gives_a_finite_wait() {
        let t = Instant::now();
        let never = Rate { burst: 1, per_second: 0.0 };
        let mut bucket = Bucket::full(never, t);
        bucket.take(never, t);
        assert_eq!(bucket.take(never, t), Verdict::Wait(Duration::from_secs(86_400)));
    }

    #[test]
    fn keys_are_bounded_and_strangers_pass() {
        let t = Instant::now();
        let mut limiter = Limiter::new(RATE, 100);
        for i in 0..500 {
            assert_eq!(limiter.take(&i, t), Verdict::Ok);
        }
        assert_eq!(limiter.buckets.len(), 100);
        limiter.take(&1000, t + Duration::from_secs(60));
        assert_eq!(limiter.buckets.len(), 1, "rested keys are forgotten");
    }
}
