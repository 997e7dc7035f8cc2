//! Delivery in memory: topics and who subscribes to them, one inbox and one flusher per shard, one
//! outbox per connection. A publish is encoded once, appended to each subscriber's outbox, and each
//! outbox is written once for all that waits in it; no task is woken per delivery.
//!
//! Knows connections only as something that takes bytes; knows neither rooms nor the store.
//! Lock order: topic table, topic, inbox. An outbox is a leaf, and two are never held at once.

pub mod conn;
pub mod filter;
pub mod flusher;
pub mod hub;
pub mod out;
pub mod queue;
pub mod shard;

pub use conn::{Condition, Conn};
pub use filter::Filter;
pub use flusher::Flusher;
pub use hub::{Hub, Interest, Outgoing, Subscription};
pub use shard::Shard;
