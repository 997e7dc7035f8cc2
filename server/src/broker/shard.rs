//! The only door into a shard: its inbox. What is pushed here in one order is delivered in it.

use super::budget::Budget;
use super::conn::Conn;
use super::hub::{Encoded, Subscriber};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::Notify;

/// An inbox beyond either bound makes those who publish wait.
const MAX_MESSAGES: usize = 4096;
const MAX_BYTES: usize = 8 * 1024 * 1024;

pub enum ShardMsg {
    Publish(Arc<Encoded>),
    Subscribe {
        topic: u64,
        subscriber: Arc<Subscriber>,
    },
    /// Somebody of this topic has been cancelled.
    Forget {
        topic: u64,
    },
}

impl ShardMsg {
    /// Whether it is a publication on this topic.
    pub(super) fn is_on(&self, topic: u64) -> bool {
        matches!(self, Self::Publish(encoded) if encoded.topic == topic)
    }
}

pub struct Shard {
    pub index: usize,
    pub(super) budget: Arc<Budget>,
    inbox: Mutex<Inbox>,
    wake: Notify,
    /// Sum of what waits, also what the flusher has in hand.
    messages: AtomicUsize,
    bytes: AtomicUsize,
    relieved: Notify,
    stopped: AtomicBool,
}

#[derive(Default)]
pub(super) struct Inbox {
    pub messages: Vec<ShardMsg>,
    /// Connections with something of their own to write.
    pub dirty: Vec<Arc<Conn>>,
    /// The flusher knows that there is something.
    told: bool,
}

impl Inbox {
    fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.dirty.is_empty()
    }
}

impl Shard {
    pub fn new(index: usize, budget: Arc<Budget>) -> Self {
        Self {
            index,
            budget,
            inbox: Mutex::default(),
            wake: Notify::new(),
            messages: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            relieved: Notify::new(),
            stopped: AtomicBool::new(false),
        }
    }

    pub fn push(&self, message: ShardMsg) {
        self.push_quietly(message);
        self.rouse();
    }

    /// Without waking the flusher: [`Shard::rouse`] has to follow.
    pub fn push_quietly(&self, message: ShardMsg) {
        if let ShardMsg::Publish(encoded) = &message {
            self.messages.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(encoded.size(), Ordering::Relaxed);
        }
        self.inbox.lock().messages.push(message);
    }

    /// Asks the flusher to write this connection.
    pub fn push_dirty(&self, conn: Arc<Conn>) {
        self.inbox.lock().dirty.push(conn);
        self.rouse();
    }

    /// Wakes the flusher, when something waits that it has not been told of.
    pub fn rouse(&self) {
        let mut inbox = self.inbox.lock();
        let wake = !inbox.is_empty() && !std::mem::replace(&mut inbox.told, true);
        drop(inbox);
        if wake {
            self.wake.notify_one();
        }
    }

    /// Exchanges the inbox for an empty one; `false` when there is nothing in it.
    pub(super) fn swap(&self, other: &mut Inbox) -> bool {
        other.told = false;
        std::mem::swap(&mut *self.inbox.lock(), other);
        !other.is_empty()
    }

    /// Whether something came meanwhile.
    pub(super) fn has_more(&self) -> bool {
        !self.inbox.lock().is_empty()
    }

    /// These publications have been appended everywhere.
    pub(super) fn done(&self, encoded: &Encoded) {
        let was = self.is_congested();
        self.messages.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(encoded.size(), Ordering::Relaxed);
        if was && !self.is_congested() {
            self.relieved.notify_waiters();
        }
    }

    pub fn is_congested(&self) -> bool {
        self.messages.load(Ordering::Relaxed) > MAX_MESSAGES
            || self.bytes.load(Ordering::Relaxed) > MAX_BYTES
    }

    /// Until the inbox is within its bounds.
    pub async fn relieved(&self) {
        loop {
            let relieved = self.relieved.notified();
            let mut relieved = std::pin::pin!(relieved);
            relieved.as_mut().enable();
            if !self.is_congested() {
                return;
            }
            relieved.await;
        }
    }

    /// Publications that wait.
    #[cfg(test)]
    pub(super) fn messages(&self) -> usize {
        self.messages.load(Ordering::Relaxed)
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}
