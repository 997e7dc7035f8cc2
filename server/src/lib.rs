//! The chat server: accept, speak STOMP, authorise, order, store, fan out. Knows nothing of terminals.

pub mod chat;
pub mod log;
