//! Delivery in memory: topics and who subscribes to them, one inbox and one flusher per shard, one
//! outbox per connection. A publish is encoded once, appended to each subscriber's outbox, and each
//! outbox is written once for all that waits in it; no task is woken per delivery.
//!
//! Queues, acknowledgements and durable subscriptions stand beside it ([`queue_broker`]); what is
//! plain fan-out does not meet them.
//!
//! Knows connections only as something that takes bytes; knows no rooms. Lock order: topic table,
//! topic, queues, what a connection owes, inbox. An outbox is a leaf, and two are never held at once.

pub mod budget;
pub mod conn;
pub mod durable;
pub mod filter;
pub mod flusher;
pub mod hub;
pub mod out;
pub mod queue;
pub mod queue_broker;
mod run;
pub mod shard;

pub use conn::{Condition, Conn};
pub use filter::Filter;
pub use flusher::Flusher;
pub use hub::{Hub, Interest, Outgoing, Subscription, Tap};
pub use queue_broker::QueueBroker;

pub use shard::Shard;
