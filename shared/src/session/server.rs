//! The server's end of a connection: version negotiation, heart-beats, receipts in frame order,
//! subscription ids, ERROR-then-close, limits. The application answers events; it never writes
//! RECEIPT or ERROR itself.

mod answers;
mod event;
mod handshake;
mod options;
mod requests;
mod subscriptions;
mod tickets;
mod transactions;
mod unsettled;

pub use event::{AckRef, ServerEvent, SubscriptionKey, Ticket, TransactionAction};
pub use options::{AckMode, SubscribeOptions};
pub use transactions::TransactionLimits;
pub use unsettled::{Settled, UnknownAck, Unsettled};

use super::heartbeat::Beats;
use super::{Closed, HeartBeatPolicy};
use crate::chat::Destination;
use crate::code::Code;
use crate::stomp::{Decoder, Item, Limits, Sender, Version};
use bytes::Bytes;
use handshake::Handshake;
use requests::Violation;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use subscriptions::Subscriptions;
use tickets::Tickets;
use transactions::Transactions;

/// How long a protocol violation waits for the answers to earlier frames, so that their RECEIPTs
/// are not lost.
const VIOLATION_WAIT: Duration = Duration::from_secs(10);

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
    pub transactions: TransactionLimits,
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
            transactions: TransactionLimits::default(),
            connect_timeout: Duration::from_secs(10),
            server_name: Some(concat!("chat-server/", env!("CARGO_PKG_VERSION")).to_owned()),
        }
    }
}

enum Phase {
    /// For CONNECT.
    Waiting,
    /// For the application's answer to it.
    Connecting(Handshake),
    Open,
    /// DISCONNECT was read; what follows it is ignored (row X03).
    Leaving,
    Closed,
}

pub struct ServerSession {
    config: Arc<ServerConfig>,
    phase: Phase,
    decoder: Decoder,
    /// Octets given to the decoder before CONNECTED; at most `limits_before_connect.frame`.
    early: usize,
    /// Input beyond those, kept until the version is known.
    held: Vec<u8>,
    connect_by: Instant,
    /// The latest instant this session was told of.
    now: Instant,
    version: Option<Version>,
    session_id: Box<str>,
    beats: Option<Beats>,
    tickets: Tickets,
    subscriptions: Subscriptions,
    transactions: Transactions,
    /// Confirmed subscriptions to `/user/queue/errors`, oldest first.
    listeners: Vec<(SubscriptionKey, Option<Arc<str>>)>,
    refusals: u64,
    /// An ERROR that waits, until then at most, for the answers to earlier frames.
    violation: Option<(Box<Violation>, Instant)>,
    out: VecDeque<Bytes>,
    closed: Option<Box<Closed>>,
}

impl ServerSession {
    pub fn new(config: Arc<ServerConfig>, now: Instant) -> Self {
        Self {
            phase: Phase::Waiting,
            decoder: Decoder::new(Sender::Client, config.limits_before_connect),
            early: 0,
            held: Vec::new(),
            connect_by: now + config.connect_timeout,
            now,
            version: None,
            session_id: Box::default(),
            beats: None,
            tickets: Tickets::default(),
            subscriptions: Subscriptions::default(),
            transactions: Transactions::default(),
            listeners: Vec::new(),
            refusals: 0,
            violation: None,
            out: VecDeque::new(),
            closed: None,
            config,
        }
    }

    /// Any inbound octets; they count as a sign of life (row B06).
    pub fn receive(&mut self, input: &[u8], now: Instant) {
        self.heard(now);
        if self.violation.is_some() {
            return;
        }
        match self.phase {
            Phase::Waiting => {
                let room = self.config.limits_before_connect.frame.saturating_sub(self.early);
                let (taken, rest) = input.split_at_checked(room).unwrap_or((input, &[]));
                self.early += taken.len();
                self.decoder.push(taken);
                self.held.extend_from_slice(rest);
            }
            Phase::Connecting(_) => {
                self.held.extend_from_slice(input);
                if self.held.len() > self.config.limits_before_connect.frame {
                    self.fail(None, Code::FrameTooLong, TOO_MUCH_BEFORE_CONNECTED);
                }
            }
            Phase::Open => self.decoder.push(input),
            Phase::Leaving | Phase::Closed => {}
        }
    }

    /// The driver has not been reading, by its own choice: the silence until `at` is not the
    /// client's.
    pub fn heard(&mut self, at: Instant) {
        self.tick(at);
        if let Some(beats) = &mut self.beats {
            beats.heard(at);
        }
    }

    /// Decodes at most one frame per call, so that a caller who waits reads no further.
    pub fn poll_event(&mut self) -> Option<ServerEvent> {
        loop {
            if let Some(closed) = self.closed.take() {
                return Some(ServerEvent::Closed(*closed));
            }
            if self.violation.is_some() || !matches!(self.phase, Phase::Waiting | Phase::Open) {
                return None;
            }
            match self.decoder.next() {
                Ok(Some(Item::HeartBeat)) => {}
                Ok(Some(Item::Frame(frame))) => match self.request(frame) {
                    Ok(Some(event)) => return Some(event),
                    Ok(None) => {}
                    Err(violation) => self.violate(violation),
                },
                Ok(None) if self.held.is_empty() => return None,
                Ok(None) => {
                    let text = TOO_MUCH_BEFORE_CONNECTED;
                    self.violate(Violation::new(Code::FrameTooLong, text, None));
                }
                Err(error) => self.violate(Violation {
                    code: error.code,
                    message: error.message,
                    receipt: error.receipt,
                }),
            }
        }
    }

    /// One whole encoded frame, or one heart-beat octet. Text or binary: whether the bytes are
    /// valid UTF-8.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        let bytes = self.out.pop_front()?;
        if self.out.is_empty() {
            // An idle session owns no queue.
            self.out = VecDeque::new();
        }
        self.transmitted(self.now);
        Some(bytes)
    }

    /// When `handle_timeout` is due; `None` once closed.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let connect_by = match self.phase {
            Phase::Closed => return None,
            Phase::Waiting | Phase::Connecting(_) => Some(self.connect_by),
            Phase::Open | Phase::Leaving => None,
        };
        let violation = self.violation.as_ref().map(|(_, until)| *until);
        let send = self.beats.as_ref().and_then(Beats::send_at);
        let cut = self.beats.as_ref().filter(|_| self.is_open()).and_then(Beats::cut_at);
        [connect_by, violation, send, cut].into_iter().flatten().min()
    }

    /// To be called at or after `poll_timeout`, when what the socket holds has been read.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.tick(now);
        if matches!(self.phase, Phase::Waiting | Phase::Connecting(_)) && self.connect_by <= now {
            self.fail(None, Code::ConnectTimeout, "no CONNECT was completed in time");
        }
        if let Some((violation, _)) = self.violation.take_if(|(_, until)| *until <= now) {
            self.end_with(None, *violation);
        }
        if self.is_open() && self.beats.as_ref().is_some_and(|beats| beats.is_silent(now)) {
            self.end_silent();
        }
        if !self.is_closed()
            && let Some(beats) = self.beats.as_mut().filter(|beats| beats.is_due(now))
        {
            beats.sent(now);
            if self.out.is_empty() {
                self.out.push_back(Bytes::from_static(b"\n"));
            }
        }
    }

    /// Something left for the client by another way (fan-out) at `at`: no beat is due for that.
    pub fn transmitted(&mut self, at: Instant) {
        if let Some(beats) = &mut self.beats {
            beats.sent(at);
        }
    }

    /// `None` before CONNECTED.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// What the client calls a subscription it holds, and what it is to. Gone from UNSUBSCRIBE or
    /// a refusal on.
    pub fn subscription(&self, key: SubscriptionKey) -> Option<(Option<&Arc<str>>, &Destination)> {
        self.subscriptions.get(key).map(|held| (held.id.as_ref(), &held.destination))
    }

    /// The client's oldest subscription to `destination`.
    pub fn subscription_to(&self, destination: &Destination) -> Option<SubscriptionKey> {
        self.subscriptions.to(destination)
    }

    /// Tickets not answered yet.
    pub fn unanswered(&self) -> usize {
        self.tickets.unanswered()
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    fn tick(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }
}

const TOO_MUCH_BEFORE_CONNECTED: &str =
    "too many octets before CONNECTED; wait for it before sending more";
