//! Queues: each message to one consumer, kept until it is settled. A state machine: messages, answers
//! and `now` go in; deliveries, and changes for the store to decide about, come out. What is confirmed
//! takes effect only with [`Queues::decide`], so that memory never claims what the disk does not hold.
//!
//! Durable subscriptions and topics read with acknowledgements are queues too, under names of their
//! own. Knows no socket, no clock, no thread, and of the store only what it is asked to write.

mod change;
mod consumer;
mod fifo;
mod limits;
mod message;
mod queues;

pub use change::{Change, ConsumerId, Delivery, Effects, Full, Outcome, Step, Tag};
pub use limits::QueueLimits;
pub use message::{Message, expiry};
pub use queues::{Keep, Queues, Source};

#[cfg(test)]
mod tests;
