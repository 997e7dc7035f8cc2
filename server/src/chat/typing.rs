//! Lets one "is typing" pass per person, room and interval; the others are dropped, as the contract
//! allows. Pure: knows neither rooms' members nor sockets.

use chat_protocol::chat::{RoomName, UserName};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Pairs remembered at once; beyond it typing is lost rather than memory.
const MAX_PAIRS: usize = 16_384;

#[derive(Debug)]
pub struct TypingThrottle {
    interval: Duration,
    last: HashMap<(RoomName, UserName), Instant>,
    sweep_at: usize,
}

impl TypingThrottle {
    /// `interval`: the time between two notes of one person in one room.
    pub fn new(interval: Duration) -> Self {
        Self { interval, last: HashMap::new(), sweep_at: 64 }
    }

    /// Whether this note goes to the room.
    pub fn allow(&mut self, room: &RoomName, user: &UserName, now: Instant) -> bool {
        let pair = (room.clone(), user.clone());
        if let Some(last) = self.last.get_mut(&pair) {
            let due = now.saturating_duration_since(*last) >= self.interval;
            if due {
                *last = now;
            }
            return due;
        }
        if self.last.len() >= self.sweep_at {
            self.sweep(now);
        }
        if self.last.len() >= MAX_PAIRS {
            return false;
        }
        self.last.insert(pair, now);
        true
    }

    /// Forgets whoever may type again anyway. The next sweep waits until as many have come again, so
    /// that its cost is spread over them.
    fn sweep(&mut self, now: Instant) {
        let interval = self.interval;
        self.last.retain(|_, last| now.saturating_duration_since(*last) < interval);
        self.sweep_at = (self.last.len() * 2).clamp(64, MAX_PAIRS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn room(s: &str) -> RoomName {
        RoomName::parse(s).unwrap()
    }
    fn user(s: &str) -> UserName {
        UserName::parse(s).unwrap()
    }

    #[test]
    fn one_per_person_room_and_interval() {
        let t = Instant::now();
        let mut throttle = TypingThrottle::new(3 * S);
        assert!(throttle.allow(&room("a"), &user("mina"), t));
        assert!(!throttle.allow(&room("a"), &user("MINA"), t + 2 * S));
        assert!(throttle.allow(&room("b"), &user("mina"), t + 2 * S));
        assert!(throttle.allow(&room("a"), &user("juno"), t + 2 * S));
        assert!(throttle.allow(&room("a"), &user("mina"), t + 3 * S));
        assert!(!throttle.allow(&room("a"), &user("mina"), t + 5 * S), "counted from the last one");
    }

    #[test]
    fn memory_is_bounded_and_comes_back() {
        let t = Instant::now();
        let mut throttle = TypingThrottle::new(3 * S);
        for i in 0..MAX_PAIRS {
            assert!(throttle.allow(&room("a"), &user(&format!("u{i}")), t));
        }
        assert!(!throttle.allow(&room("a"), &user("late"), t));
        assert_eq!(throttle.last.len(), MAX_PAIRS);
        assert!(throttle.allow(&room("a"), &user("late"), t + 3 * S));
        assert_eq!(throttle.last.len(), 1);
    }
}
