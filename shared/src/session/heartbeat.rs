//! Heart-beat negotiation and deadlines (STOMP 1.2, "Heart-beating"; contract, section 3). Both
//! ends keep their link alive with the same [`Beats`].

use std::time::{Duration, Instant};

/// A server's heart-beat rules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeartBeatPolicy {
    /// Shortest interval granted, default 1 s.
    pub min: Duration,
    /// Longest interval granted, default 300 s.
    pub max: Duration,
    /// Said where the client said 0, default 10 s.
    pub default: Duration,
    /// A peer that owes beats is cut after this many intervals of silence, default 2.5.
    pub tolerance: f32,
}

impl Default for HeartBeatPolicy {
    fn default() -> Self {
        Self {
            min: Duration::from_secs(1),
            max: Duration::from_secs(300),
            default: Duration::from_secs(10),
            tolerance: 2.5,
        }
    }
}

impl HeartBeatPolicy {
    /// What CONNECTED says for one direction in which the client said `asked` ms.
    pub(super) fn grant(&self, asked: u64) -> Duration {
        if asked == 0 {
            self.default
        } else {
            Duration::from_millis(asked).min(self.max).max(self.min)
        }
    }
}

/// Reads a `heart-beat` value: two decimal numbers of ms. Blanks around a number are tolerated and
/// a number too large for 64 bits is the largest one; anything else is malformed (row B04).
pub(super) fn parse(value: &str) -> Option<(u64, u64)> {
    let (first, second) = value.split_once(',')?;
    Some((number(first)?, number(second)?))
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim_matches([' ', '\t']);
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u64::MAX))
}

/// A `Duration` as a `heart-beat` header says it.
pub(super) fn millis(interval: Duration) -> u64 {
    u64::try_from(interval.as_millis()).unwrap_or(u64::MAX)
}

/// One link's beats in both directions, from CONNECTED on.
#[derive(Debug)]
pub(super) struct Beats {
    /// Idle time after which this end says something: earlier than promised, so that a beat that
    /// is a little late on its way is not missed.
    send_after: Option<Duration>,
    /// Silence after which the peer is given up.
    cut_after: Option<Duration>,
    sent: Instant,
    heard: Instant,
}

impl Beats {
    /// `owed` is what this end promised to keep, `due` what the peer promised; `None`: none.
    pub(super) fn start(
        owed: Option<Duration>,
        due: Option<Duration>,
        tolerance: f32,
        now: Instant,
    ) -> Self {
        let cut = |interval: Duration| {
            let seconds = interval.as_secs_f64() * f64::from(tolerance.max(1.0));
            Duration::try_from_secs_f64(seconds).ok()
        };
        Self {
            send_after: owed.map(|interval| interval - interval / 5),
            cut_after: due.and_then(cut),
            sent: now,
            heard: now,
        }
    }

    pub(super) fn sent(&mut self, at: Instant) {
        self.sent = self.sent.max(at);
    }

    pub(super) fn heard(&mut self, at: Instant) {
        self.heard = self.heard.max(at);
    }

    pub(super) fn send_at(&self) -> Option<Instant> {
        self.sent.checked_add(self.send_after?)
    }

    pub(super) fn cut_at(&self) -> Option<Instant> {
        self.heard.checked_add(self.cut_after?)
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.send_at().is_some_and(|at| at <= now)
    }

    pub(super) fn is_silent(&self, now: Instant) -> bool {
        self.cut_at().is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b04_only_two_numbers_are_a_heart_beat() {
        for bad in
            ["", ",", "a,b", "1000", "1000,", ",1000", "-1,0", "1,2,3", "+1,0", "0x1,0", "1.5,0"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(parse("0,0"), Some((0, 0)));
        assert_eq!(parse("1000, 2000"), Some((1000, 2000)));
        assert_eq!(parse("99999999999999999999999,1"), Some((u64::MAX, 1)));
    }

    #[test]
    fn b11_silly_intervals_are_clamped() {
        let policy = HeartBeatPolicy::default();
        assert_eq!(policy.grant(1), Duration::from_secs(1));
        assert_eq!(policy.grant(1 << 40), Duration::from_secs(300));
        assert_eq!(policy.grant(u64::MAX), Duration::from_secs(300));
        assert_eq!(policy.grant(0), Duration::from_secs(10));
        assert_eq!(policy.grant(2500), Duration::from_millis(2500));
    }

    #[test]
    fn b08_a_tolerance_that_is_no_number_never_panics() {
        let now = Instant::now();
        let due = Some(Duration::from_secs(1));
        for (tolerance, cut) in [(f32::NAN, Some(1)), (-3.0, Some(1)), (f32::INFINITY, None)] {
            let beats = Beats::start(None, due, tolerance, now);
            assert_eq!(beats.cut_at(), cut.map(|s| now + Duration::from_secs(s)));
        }
    }
}
