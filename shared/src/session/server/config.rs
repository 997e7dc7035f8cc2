//! What the operator may set of a server's sessions.

use crate::session::HeartBeatPolicy;
use crate::stomp::Limits;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Until CONNECT has been accepted. `frame` bounds all input before CONNECTED, default 16 KiB.
    pub limits_before_connect: Limits,
    pub limits: Limits,
    pub heart_beat: HeartBeatPolicy,
    /// Default 128.
    pub max_subscriptions: usize,
    /// Octets of a `receipt` value, default 256.
    pub max_receipt: usize,
    /// From `new` to an accepted CONNECT, default 10 s.
    pub connect_timeout: Duration,
    /// The `server` header of CONNECTED, `name/version`; `None` leaves it out.
    pub server_name: Option<String>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            limits_before_connect: Limits { frame: 16 * 1024, ..Limits::default() },
            limits: Limits::default(),
            heart_beat: HeartBeatPolicy::default(),
            max_subscriptions: 128,
            max_receipt: 256,
            connect_timeout: Duration::from_secs(10),
            server_name: Some(concat!("chat-server/", env!("CARGO_PKG_VERSION")).to_owned()),
        }
    }
}
