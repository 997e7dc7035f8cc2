//! What the store keeps of queues and durable subscriptions, and how it changes: plain data, written
//! by the log's one writer. Knows neither consumers nor who may read what.

use bytes::Bytes;
use chat_protocol::stomp::Headers;
use std::sync::Arc;

/// One stored message of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Names it, for as long as it is stored.
    pub row: u64,
    /// Its order in the queue.
    pub place: u64,
    pub queue: Arc<str>,
    pub message_id: Arc<str>,
    pub destination: Arc<str>,
    pub headers: Headers,
    pub body: Bytes,
    pub persistent: bool,
    /// How often it has been handed out.
    pub deliveries: u32,
}

/// One change of the stored queues. Changing or removing a row that is not there does nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueOp {
    Put(StoredMessage),
    Count {
        row: u64,
        deliveries: u32,
    },
    /// To another queue, where it has not been handed out yet.
    Move {
        row: u64,
        queue: Arc<str>,
        place: u64,
    },
    Remove {
        row: u64,
    },
}
