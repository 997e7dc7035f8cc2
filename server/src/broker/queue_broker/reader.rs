//! One subscription that reads a queue: where its deliveries go.

use super::super::conn::Conn;
use super::super::queue::{Delivery, QueueLimits, Tag};
use bytes::Bytes;
use chat_protocol::session::{AckMode, SubscriptionKey, Unsettled};
use chat_protocol::stomp::{Version, message_head, message_tail};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What one connection has not acknowledged.
pub type Owed = Arc<Debt>;

pub struct Debt {
    pub unsettled: Mutex<Unsettled<Tag>>,
    /// Some reader of the connection is stalled.
    stalled: AtomicBool,
}

impl Debt {
    /// `session`: as CONNECTED says.
    pub fn new(session: &str) -> Self {
        Self { unsettled: Mutex::new(Unsettled::new(session)), stalled: AtomicBool::new(false) }
    }

    /// Whether the readers are to be looked after.
    pub fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Acquire)
    }

    /// They are about to be.
    pub fn resume(&self) {
        self.stalled.store(false, Ordering::Release);
    }
}

pub struct Reader {
    pub(super) conn: Arc<Conn>,
    key: SubscriptionKey,
    mode: AckMode,
    /// What is the same in all its deliveries: command and subscription id.
    head: Bytes,
    version: Version,
    owed: Owed,
    /// The destination it subscribed to, when its messages do not say it.
    shown: Option<Arc<str>>,
    /// Its queue, when it remembers how far it has come in a room.
    pub(super) cursor: Option<Arc<str>>,
    /// More is not given until the outbox has drained; the connection's task sees to it.
    stalled: AtomicBool,
}

impl Reader {
    pub fn new(
        conn: Arc<Conn>,
        key: SubscriptionKey,
        id: Option<Arc<str>>,
        mode: AckMode,
        version: Version,
        owed: Owed,
    ) -> Self {
        let head = message_head(id.as_deref(), version);
        owed.unsettled.lock().begin(key, id, mode);
        let stalled = AtomicBool::new(false);
        Self { conn, key, mode, head, version, owed, shown: None, cursor: None, stalled }
    }

    pub(super) fn with_cursor(self, queue: Option<Arc<str>>) -> Self {
        Self { cursor: queue, ..self }
    }

    /// Shown under this destination whatever the messages say.
    pub fn shown_as(self, destination: Arc<str>) -> Self {
        Self { shown: Some(destination), ..self }
    }

    pub(super) fn deliver(&self, delivery: &Delivery) {
        let Delivery { message, tag, .. } = delivery;
        let id = &*message.message_id;
        let ack = self.owed.unsettled.lock().register(self.key, id, tag.clone());
        let ack = ack.filter(|_| self.version == Version::V1_2);
        let moved = tag.queue.starts_with("/queue/") && tag.queue != message.destination;
        let destination = match &self.shown {
            Some(shown) => shown,
            None if moved => &tag.queue,
            None => &message.destination,
        };
        let mut headers = vec![("destination", &**destination), ("message-id", id)];
        headers.extend(ack.as_deref().map(|ack| ("ack", ack)));
        let count = tag.attempt.to_string();
        if tag.attempt > 1 {
            headers.push(("redelivered", "true"));
        }
        if tag.attempt > 1 || self.mode != AckMode::Auto {
            headers.push(("delivery-count", &count));
        }
        if moved {
            headers.push(("original-destination", &message.destination));
        }
        headers.extend(message.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let tail = message_tail(headers, &message.body, self.version);
        let text = std::str::from_utf8(&message.body).is_ok();
        self.conn.push_parts(&self.head, &tail, text);
    }

    /// Whether what it was given has left. Otherwise the connection's task is told to say when.
    pub(super) fn has_room(&self, limits: &QueueLimits) -> bool {
        if self.conn.backlog() <= limits.outbox {
            return true;
        }
        self.stalled.store(true, Ordering::Release);
        self.owed.stalled.store(true, Ordering::Release);
        self.conn.rouse();
        false
    }

    /// Whether there is more to be had once the outbox has drained.
    pub fn is_stalled(&self) -> bool {
        self.stalled.load(Ordering::Acquire)
    }

    pub(super) fn resume(&self) {
        self.stalled.store(false, Ordering::Release);
    }
}
