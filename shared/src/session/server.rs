//! The server's end of a connection: version negotiation, heart-beats, receipts in frame order,
//! subscription ids, ERROR-then-close, limits. The application answers events; it never writes
//! RECEIPT or ERROR itself.

use super::{Closed, HeartBeatPolicy};
use crate::chat::{Destination, UserName};
use crate::code::Code;
use crate::stomp::{Headers, Limits, Version};
use bytes::Bytes;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Until CONNECT has been accepted. `frame` bounds all input before CONNECTED, default 16 KiB.
    pub limits_before_connect: Limits,
    pub limits: Limits,
    pub heart_beat: HeartBeatPolicy,
    /// Default 128.
    pub max_subscriptions: usize,
    /// Octets of a `receipt` value, default 256 … settable.
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

/// One frame that awaits the application's answer. Answers may come in any order; RECEIPTs and
/// refusals leave in frame order (rows R05, R09).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What the client asked for. Every event but `Connect` and `Closed` carries a ticket, to be
/// answered exactly once by `confirm`, `refuse` or `fail`.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerEvent {
    /// Answer with `accept` or `fail`.
    Connect {
        login: Option<crate::text::PeerString>,
        host: Option<crate::text::PeerString>,
        headers: Headers,
    },
    Send {
        ticket: Ticket,
        destination: Destination,
        headers: Headers,
        body: Bytes,
    },
    /// `id` is `None` only in a 1.0 session. The id is registered when `confirm` is called.
    Subscribe {
        ticket: Ticket,
        id: Option<Arc<str>>,
        subscription: SubscriptionKey,
        destination: Destination,
        headers: Headers,
    },
    /// The subscription is already gone from the session when this is seen.
    Unsubscribe {
        ticket: Ticket,
        subscription: SubscriptionKey,
        destination: Destination,
    },
    /// The session answers the receipt itself when `confirm` is called, then closes.
    Disconnect {
        ticket: Ticket,
    },
    /// Nothing follows. What `poll_transmit` still gives must be written, then the link closed.
    Closed(Closed),
}

/// Names a subscription within its connection, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionKey(pub u32);

pub struct ServerSession {
    _private: (),
}

impl ServerSession {
    pub fn new(_config: Arc<ServerConfig>, _now: Instant) -> Self {
        todo!()
    }
    /// Any inbound octets; they count as a sign of life (row B06).
    pub fn receive(&mut self, _input: &[u8], _now: Instant) {
        todo!()
    }
    /// Decodes at most one frame per call, so that a caller who waits reads no further.
    pub fn poll_event(&mut self) -> Option<ServerEvent> {
        todo!()
    }
    /// One whole encoded frame, or one heart-beat octet. Text or binary: `is_text` of the bytes.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        todo!()
    }
    pub fn poll_timeout(&self) -> Option<Instant> {
        todo!()
    }
    pub fn handle_timeout(&mut self, _now: Instant) {
        todo!()
    }
    /// Something left for the client by another way (fan-out) at `at`: no beat is due for that.
    pub fn transmitted(&mut self, _at: Instant) {
        todo!()
    }

    /// Answers `Connect`: CONNECTED with version, heart-beat, session, server, user-name.
    pub fn accept(&mut self, _session_id: &str, _user: &UserName, _now: Instant) {
        todo!()
    }
    /// The frame was processed: RECEIPT (when asked for) with these further headers.
    pub fn confirm(&mut self, _ticket: Ticket, _headers: &[(&str, &str)]) {
        todo!()
    }
    /// Sound but refused: a MESSAGE on the client's `/user/queue/errors` subscription, in frame
    /// order and no RECEIPT; without such a subscription ERROR and close.
    pub fn refuse(
        &mut self,
        _ticket: Ticket,
        _code: Code,
        _message: &str,
        _retry_after: Option<Duration>,
    ) {
        todo!()
    }
    /// The frame broke the protocol: ERROR (with its receipt-id), then close.
    pub fn fail(&mut self, _ticket: Option<Ticket>, _code: Code, _message: &str) {
        todo!()
    }

    /// `None` before CONNECTED.
    pub fn version(&self) -> Option<Version> {
        todo!()
    }
    /// Tickets not answered yet.
    pub fn unanswered(&self) -> usize {
        todo!()
    }
    pub fn is_closed(&self) -> bool {
        todo!()
    }
}
