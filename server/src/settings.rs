//! What can be set about connections, rooms and delivery. `config/` fills it from flags, environment
//! and file; tests fill it by hand.

use crate::broker::queue::QueueLimits;
use crate::chat::rate::Rate;
use crate::ops::memory;
use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::request::{HISTORY_BYTES, HISTORY_MAX};
use chat_protocol::session::ServerConfig;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Settings {
    /// Threads that own connections, default half the cores, at least 1.
    pub shards: usize,
    /// Frames, heart-beats, subscriptions, the CONNECT deadline.
    pub protocol: Arc<ServerConfig>,
    /// Bounds on a posted text.
    pub text: TextLimits,
    /// Bytes of output a connection may leave unread, default 512 KiB; never less than the largest
    /// answer and one largest frame.
    pub max_backlog: usize,
    /// Bytes of output that all connections together may leave unread; beyond it those with most are
    /// dropped. Default: a quarter of the memory there is.
    pub unread_total: usize,
    /// A connection that takes no byte of waiting output for this long is cut, default 10 s.
    pub stall: Duration,
    /// From the last byte we send to the end of the TCP connection at most, default 5 s.
    pub close_timeout: Duration,
    /// Wildcard subscriptions of one connection, default 16.
    pub max_wildcards: usize,
    /// Chat SENDs of one connection that await their commit at most, default 256; beyond it nothing
    /// is read.
    pub max_unanswered: usize,
    /// WebSocket fragments of one message, default 1,024.
    pub max_fragments: usize,
    /// WebSocket pings in one second, default 10.
    pub max_pings: usize,
    /// Messages of one answer to a history request, default 300, which is also the most.
    pub history: usize,
    /// Bytes of such an answer, default 256 KiB, which is also the most.
    pub history_bytes: usize,
    /// How long a person whose link broke counts as present, default 10 s.
    pub presence_grace: Duration,
    /// One "is typing" per person, room and this, default 3 s.
    pub typing_interval: Duration,
    /// One change of a room on `/topic/rooms` per this, default 1 s.
    pub rooms_interval: Duration,
    /// Rooms there may be, default 10,000.
    pub max_rooms: usize,
    /// How long a SEND waits for deliveries that are behind before it is refused, default 1 s.
    pub overload_patience: Duration,
    pub rates: Rates,
    pub queues: QueueLimits,
}

/// How often one may post.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Messages of one person, default 30 at once and 5 a second.
    pub person: Rate,
    /// Messages to one room, default 50 at once and 50 a second.
    pub room: Rate,
    /// Rooms that one person brings into being, default 20 at once and 20 an hour.
    pub new_rooms: Rate,
    /// How long the socket is left unread before `rate-limited` is said, default 10 s.
    pub patience: Duration,
    /// Whether peers at a loopback address are held to it too, default no.
    pub loopback: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            shards: std::thread::available_parallelism().map_or(1, |n| (n.get() / 2).max(1)),
            protocol: Arc::new(ServerConfig::default()),
            text: TextLimits::default(),
            max_backlog: 512 * 1024,
            unread_total: memory::quarter(),
            stall: Duration::from_secs(10),
            close_timeout: Duration::from_secs(5),
            max_wildcards: 16,
            max_unanswered: 256,
            max_fragments: 1024,
            max_pings: 10,
            history: HISTORY_MAX,
            history_bytes: HISTORY_BYTES,
            presence_grace: Duration::from_secs(10),
            typing_interval: Duration::from_secs(3),
            rooms_interval: Duration::from_secs(1),
            max_rooms: 10_000,
            overload_patience: Duration::from_secs(1),
            rates: Rates::default(),
            queues: QueueLimits::default(),
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            person: Rate { burst: 30, per_second: 5.0 },
            room: Rate { burst: 50, per_second: 50.0 },
            new_rooms: Rate { burst: 20, per_second: 20.0 / 3600.0 },
            patience: Duration::from_secs(10),
            loopback: false,
        }
    }
}
