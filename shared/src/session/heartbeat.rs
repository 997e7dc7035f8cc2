//! Heart-beat negotiation and deadlines (STOMP 1.2, "Heart-beating"; contract, section 3).

use std::time::Duration;

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
