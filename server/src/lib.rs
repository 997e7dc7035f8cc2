//! The chat server: accept, speak STOMP, authorise, order, store, fan out. Knows nothing of terminals.

pub mod auth;
pub mod broker;
pub mod chat;
pub mod cli;
pub mod config;
pub mod listen;
pub mod log;
pub mod ops;
pub mod projection;
mod server;
pub mod session;
mod settings;
pub mod transport;

pub use server::{Server, ShardCtx, ShardHandle};
pub use settings::{Rates, Settings};
pub use transport::Transport;
