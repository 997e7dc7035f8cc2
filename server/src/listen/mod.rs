//! From the wire to a shard: bind, accept, caps and deadlines from the moment of accept, the HTTP request
//! or the first look at a plain TCP connection, and the hand-over to [`crate::transport`].
//!
//! Knows nothing of STOMP sessions, rooms and the store.

mod accept;
mod bind;
mod echo;
mod first;
mod gate;
mod handshake;
mod http;
mod origin;
mod refuse;

pub use accept::{Port, accept};
pub use bind::{BindError, bind, set_options};
pub use gate::{Gate, GateLimits, Permit, open_files};
pub use origin::{OriginRules, is_origin};

use std::sync::Arc;
use std::time::Duration;

/// Bounds on an HTTP request.
#[derive(Debug, Clone, Copy)]
pub struct HeadLimits {
    /// Bytes of the whole head, at least 8 KiB.
    pub bytes: usize,
    pub headers: usize,
    /// Bytes of path and query.
    pub uri: usize,
}

/// What every connection's front part goes by.
pub struct Front {
    pub gate: Arc<Gate>,
    pub origins: OriginRules,
    /// From accept to the end of the request's head.
    pub head_timeout: Duration,
    pub head: HeadLimits,
    /// From accept to the first octet on the plain TCP port.
    pub connect_timeout: Duration,
    /// Whether `/healthz` says all is well.
    pub healthy: Box<dyn Fn() -> bool + Send + Sync>,
}
