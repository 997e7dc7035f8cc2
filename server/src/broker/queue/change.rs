//! What the state machine asks of its surroundings: deliveries to make, and changes that take effect
//! once the store has decided about them.

use super::Message;
use crate::log::QueueOp;
use std::sync::Arc;

/// Names a consumer, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsumerId(pub u64);

/// Names one delivery of one message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag {
    pub queue: Arc<str>,
    pub place: u64,
    /// 1 for the first delivery; later ones are `redelivered`.
    pub attempt: u32,
}

/// One message for one consumer, to be sent in this order.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub consumer: ConsumerId,
    pub message: Arc<Message>,
    pub tag: Tag,
}

/// How the store has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Stored,
    Refused,
}

/// A change that is prepared: all of it takes effect with [`Queues::decide`], or nothing.
///
/// [`Queues::decide`]: super::Queues::decide
#[derive(Debug, Default)]
#[must_use]
pub struct Change {
    /// To be committed as one; nothing to wait for when there are none.
    pub ops: Vec<QueueOp>,
    pub steps: Vec<Step>,
}

impl Change {
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty() && self.steps.is_empty()
    }
}

/// Where a message lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub(super) queue: Arc<str>,
    pub(super) place: u64,
}

#[derive(Debug, Clone)]
pub enum Step {
    /// It was put there.
    Put(Place),
    /// It was acknowledged, by this consumer unless that has gone.
    Done(Place, Option<ConsumerId>),
    /// It was refused by its consumer.
    Nacked(Place, ConsumerId),
    /// The delivery has been counted, and may leave.
    Counted { consumer: ConsumerId, place: u64 },
}

/// What is to be done at once, in this order.
#[derive(Debug, Default)]
#[must_use]
pub struct Effects {
    pub deliveries: Vec<Delivery>,
    /// To be committed and decided; nobody waits for it.
    pub changes: Change,
}

/// Why a message was not taken. Nothing of what it belonged to was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// `queue-full`
    #[error("the queue is full; read from it, or try again later")]
    Queue,
    /// `queue-full`
    #[error("all queues together are full; read from some, or try again later")]
    All,
    /// `queue-full`
    #[error("there are as many queues as the server allows; empty some first")]
    Queues,
}

impl Effects {
    pub fn add(&mut self, other: Self) {
        self.deliveries.extend(other.deliveries);
        self.changes.ops.extend(other.changes.ops);
        self.changes.steps.extend(other.changes.steps);
    }
}
