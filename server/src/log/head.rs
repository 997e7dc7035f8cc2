//! How far readers may see: up to what the follower has been shown, never further. Without this a
//! message could come to a reader twice, once from the store and once live, or, were the follower
//! shown first and readers told later, not at all.

use parking_lot::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) struct Head {
    offset: AtomicU64,
    /// Held for writing while the follower is shown a batch.
    publishing: RwLock<()>,
}

impl Head {
    pub(crate) fn new(offset: u64) -> Self {
        Self { offset: AtomicU64::new(offset), publishing: RwLock::new(()) }
    }

    /// Moves the head while `show` runs.
    pub(crate) fn publish(&self, offset: u64, show: impl FnOnce()) {
        let _publishing = self.publishing.write();
        self.offset.store(offset, Ordering::Release);
        show();
    }

    /// The newest offset whose message somebody may have been shown. Never waits.
    pub(crate) fn newest(&self) -> u64 {
        self.offset.load(Ordering::Acquire)
    }

    /// The newest offset everybody has been shown; waits for the follower, should it be at work.
    pub(crate) fn settled(&self) -> u64 {
        let _settled = self.publishing.read();
        self.newest()
    }
}
