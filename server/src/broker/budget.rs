//! What all connections together leave unread. Each has a bound of its own, but there may be many of
//! them: when their sum is too large, those that owe most go first, until the rest fits.

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

#[derive(Debug)]
pub struct Budget {
    /// Bytes.
    limit: usize,
    used: AtomicUsize,
    exceeded: Notify,
}

impl Budget {
    pub fn new(limit: usize) -> Self {
        Self { limit, used: AtomicUsize::new(0), exceeded: Notify::new() }
    }

    /// One connection's part has changed.
    pub fn change(&self, before: usize, after: usize) {
        let used = self.used.fetch_add(after, Ordering::Relaxed).wrapping_add(after);
        self.used.fetch_sub(before, Ordering::Relaxed);
        if after > before && used.wrapping_sub(before) > self.limit {
            self.exceeded.notify_one();
        }
    }

    /// Until the sum is, or was since the last call, too large.
    pub async fn exceeded(&self) {
        self.exceeded.notified().await;
    }

    /// How much too large the sum is now.
    pub fn excess(&self) -> usize {
        self.used.load(Ordering::Relaxed).saturating_sub(self.limit)
    }
}

/// Those that have to go so that `excess` bytes are freed: the largest first.
pub fn choose<T>(mut parts: Vec<(usize, T)>, excess: usize) -> Vec<T> {
    parts.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    let mut freed = 0;
    let enough = |(bytes, one)| {
        let needed = freed < excess && bytes > 0;
        freed += bytes;
        needed.then_some(one)
    };
    parts.into_iter().map_while(enough).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_go_first_and_no_more_than_needed() {
        let parts = || vec![(10, 'a'), (500, 'b'), (0, 'c'), (30, 'd')];
        assert_eq!(choose(parts(), 0), []);
        assert_eq!(choose(parts(), 1), ['b']);
        assert_eq!(choose(parts(), 501), ['b', 'd']);
        assert_eq!(choose(parts(), 10_000), ['b', 'd', 'a'], "who owes nothing stays");
    }

    #[tokio::test]
    async fn it_is_exceeded_only_beyond_its_limit() {
        let budget = Budget::new(100);
        let exceeded = || tokio::time::timeout(std::time::Duration::ZERO, budget.exceeded());
        budget.change(0, 60);
        budget.change(0, 40);
        assert_eq!(budget.excess(), 0);
        assert!(exceeded().await.is_err());
        budget.change(40, 41);
        assert_eq!(budget.excess(), 1);
        assert!(exceeded().await.is_ok());
        budget.change(60, 0);
        assert_eq!(budget.excess(), 0);
    }
}
