//! What queues may hold, and how often a message is tried.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueLimits {
    /// Messages in one queue, default 10,000.
    pub messages: usize,
    /// Their bytes, default 16 MiB. One message fits into an empty queue, however large.
    pub bytes: usize,
    /// Queues that exist at once, default 10,000.
    pub queues: usize,
    /// Bytes in all queues together, default 256 MiB.
    pub total_bytes: usize,
    /// Bytes that wait for, or are owed by, the topics' readers of one connection, default 8 MiB.
    pub subscription_bytes: usize,
    /// Bytes handed to one connection at once, default 128 KiB; more when they have left.
    pub outbox: usize,
    /// Deliveries of a message that is refused each time, until it is a dead letter; default 5.
    pub deliveries: u32,
    /// From the first NACK to the next delivery, default 0.5 s; it doubles with each NACK.
    pub first_delay: Duration,
    /// Default 30 s.
    pub longest_delay: Duration,
    /// Unacknowledged deliveries of a subscription that names no prefetch, default 100.
    pub prefetch: usize,
    /// A larger prefetch is taken for this one, default 1,000.
    pub most_prefetch: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self {
            messages: 10_000,
            bytes: 16 * 1024 * 1024,
            queues: 10_000,
            total_bytes: 256 * 1024 * 1024,
            subscription_bytes: 8 * 1024 * 1024,
            outbox: 128 * 1024,
            deliveries: 5,
            first_delay: Duration::from_millis(500),
            longest_delay: Duration::from_secs(30),
            prefetch: 100,
            most_prefetch: 1000,
        }
    }
}

impl QueueLimits {
    /// How long a message rests that has been delivered and refused this often.
    pub fn delay(&self, deliveries: u32) -> Duration {
        let doubled = 2u32.saturating_pow(deliveries.saturating_sub(1));
        self.first_delay.saturating_mul(doubled).min(self.longest_delay)
    }

    /// The window for what a SUBSCRIBE asked for.
    pub fn window(&self, asked: Option<u32>) -> usize {
        let asked = asked.and_then(|asked| usize::try_from(asked).ok());
        asked.unwrap_or(self.prefetch).min(self.most_prefetch).max(1)
    }
}
