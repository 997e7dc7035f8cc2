//! The client's end of a connection: CONNECT and its answer, heart-beats, subscription ids, receipts.

mod answers;
mod consume;

use super::Closed;
use super::heartbeat::{self, Beats};
use crate::code::Code;
use crate::stomp::{Command, Decoder, Frame, Headers, Item, Limits, Sender, Version, encode_frame};
use crate::text::PeerString;
use bytes::Bytes;
use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

#[derive(Clone)]
pub struct ClientConfig {
    pub login: Option<String>,
    pub passcode: Option<String>,
    /// The `host` header, which STOMP 1.2 demands; `localhost` when there is none.
    pub host: Option<String>,
    /// What this end can send and wants to get; zero: nothing.
    pub heart_beat: (Duration, Duration),
    /// Bounds on what the server may send; `frame` must hold a history page (default 1 MiB).
    pub limits: Limits,
    /// From `new` to CONNECTED, and from DISCONNECT to its RECEIPT; default 10 s.
    pub connect_timeout: Duration,
    /// A server that owes beats is given up after this many intervals, default 2.5.
    pub tolerance: f32,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            login: None,
            passcode: None,
            host: None,
            heart_beat: (Duration::from_secs(10), Duration::from_secs(10)),
            limits: Limits { frame: 1024 * 1024, ..Limits::default() },
            connect_timeout: Duration::from_secs(10),
            tolerance: 2.5,
        }
    }
}

/// Without the passcode, which must not reach a log line.
impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("login", &self.login)
            .field("host", &self.host)
            .field("heart_beat", &self.heart_beat)
            .field("limits", &self.limits)
            .field("connect_timeout", &self.connect_timeout)
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum ClientEvent {
    Connected {
        version: Version,
        user_name: Option<PeerString>,
        session: Option<PeerString>,
        server: Option<PeerString>,
    },
    /// A MESSAGE; `subscription` is the id given to `subscribe`.
    Message {
        subscription: PeerString,
        headers: Headers,
        body: Bytes,
    },
    Receipt {
        receipt_id: PeerString,
        headers: Headers,
    },
    /// Nothing follows.
    Closed(Closed),
}

enum Phase {
    /// For CONNECTED.
    Connecting,
    Open,
    /// DISCONNECT was said; for this receipt.
    Leaving(String),
    Closed,
}

pub struct ClientSession {
    config: ClientConfig,
    phase: Phase,
    decoder: Decoder,
    version: Version,
    /// When CONNECTED or the RECEIPT of DISCONNECT must be here.
    answer_by: Option<Instant>,
    /// The latest instant this session was told of.
    now: Instant,
    beats: Option<Beats>,
    out: VecDeque<Bytes>,
    closed: Option<Closed>,
}

impl ClientSession {
    /// CONNECT is ready in `poll_transmit` at once.
    pub fn new(config: ClientConfig, now: Instant) -> Self {
        let (can, wants) = config.heart_beat;
        let heart_beat = format!("{},{}", heartbeat::millis(can), heartbeat::millis(wants));
        let mut connect = Frame::new(Command::Connect)
            .with("accept-version", "1.2,1.1,1.0")
            .with("host", config.host.as_deref().unwrap_or("localhost"))
            .with("heart-beat", &heart_beat);
        if let Some(login) = &config.login {
            connect = connect.with("login", login);
        }
        if let Some(passcode) = &config.passcode {
            connect = connect.with("passcode", passcode);
        }
        Self {
            phase: Phase::Connecting,
            decoder: Decoder::new(Sender::Server, config.limits),
            version: Version::V1_0,
            answer_by: now.checked_add(config.connect_timeout),
            now,
            beats: None,
            out: VecDeque::from([encode_frame(&connect, Version::V1_2)]),
            closed: None,
            config,
        }
    }

    /// Any inbound octets; they count as a sign of life.
    pub fn receive(&mut self, input: &[u8], now: Instant) {
        self.tick(now);
        if let Some(beats) = &mut self.beats {
            beats.heard(now);
        }
        if !self.is_closed() {
            self.decoder.push(input);
        }
    }

    /// Decodes at most one frame per call, so that a caller who waits reads no further.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        loop {
            if let Some(closed) = self.closed.take() {
                return Some(ClientEvent::Closed(closed));
            }
            if self.is_closed() {
                return None;
            }
            match self.decoder.next() {
                Ok(Some(Item::HeartBeat)) => {}
                Ok(Some(Item::Frame(frame))) => {
                    if let Some(event) = self.answer(frame) {
                        return Some(event);
                    }
                }
                Ok(None) => return None,
                Err(error) => self.end(Closed::error(error.code, &error.message, None)),
            }
        }
    }

    /// One whole encoded frame, or one heart-beat octet.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        let bytes = self.out.pop_front()?;
        if let Some(beats) = &mut self.beats {
            beats.sent(self.now);
        }
        Some(bytes)
    }

    /// When `handle_timeout` is due; `None` once closed.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.is_closed() {
            return None;
        }
        let send = self.beats.as_ref().and_then(Beats::send_at);
        let cut = self.beats.as_ref().and_then(Beats::cut_at);
        [self.answer_by, send, cut].into_iter().flatten().min()
    }

    /// To be called at or after `poll_timeout`, when what the socket holds has been read.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.tick(now);
        if self.is_closed() {
            return;
        }
        if self.answer_by.is_some_and(|at| at <= now) {
            return self.end(match self.phase {
                Phase::Connecting => {
                    let text = "the server did not answer CONNECT in time; is it a STOMP server?";
                    Closed::error(Code::ConnectTimeout, text, None)
                }
                _ => Closed::silent(),
            });
        }
        let Some(beats) = &mut self.beats else { return };
        if beats.is_silent(now) {
            return self.end(Closed::silent());
        }
        if beats.is_due(now) {
            beats.sent(now);
            if self.out.is_empty() {
                self.out.push_back(Bytes::from_static(b"\n"));
            }
        }
    }

    /// Requests are legal only between `Connected` and `Closed`; otherwise they are ignored and
    /// `false` comes back. Names among `headers` that the session sets itself are ignored.
    pub fn send(
        &mut self,
        destination: &str,
        headers: &[(&str, &str)],
        receipt: Option<&str>,
        body: Bytes,
        now: Instant,
    ) -> bool {
        let frame = Frame::new(Command::Send).with("destination", destination).body(body);
        self.request(frame, receipt, headers, now)
    }

    pub fn subscribe(
        &mut self,
        id: &str,
        destination: &str,
        headers: &[(&str, &str)],
        receipt: Option<&str>,
        now: Instant,
    ) -> bool {
        let frame = Frame::new(Command::Subscribe).with("id", id).with("destination", destination);
        self.request(frame, receipt, headers, now)
    }

    pub fn unsubscribe(&mut self, id: &str, receipt: Option<&str>, now: Instant) -> bool {
        let frame = Frame::new(Command::Unsubscribe).with("id", id);
        self.request(frame, receipt, &[], now)
    }

    /// DISCONNECT; with a receipt, `Closed(Disconnected)` comes when it is answered, else at once.
    pub fn disconnect(&mut self, receipt: Option<&str>, now: Instant) -> bool {
        if !self.request(Frame::new(Command::Disconnect), receipt, &[], now) {
            return false;
        }
        match receipt {
            Some(receipt) => {
                self.phase = Phase::Leaving(receipt.to_owned());
                self.answer_by = now.checked_add(self.config.connect_timeout);
            }
            None => self.end(Closed::disconnected()),
        }
        true
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    fn request(
        &mut self,
        mut frame: Frame,
        receipt: Option<&str>,
        headers: &[(&str, &str)],
        now: Instant,
    ) -> bool {
        self.tick(now);
        if !matches!(self.phase, Phase::Open) {
            return false;
        }
        if let Some(receipt) = receipt {
            frame = frame.with("receipt", receipt);
        }
        for (name, value) in headers {
            frame = frame.with(name, value);
        }
        self.out.push_back(encode_frame(&frame, self.version));
        true
    }

    fn tick(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }

    fn end(&mut self, closed: Closed) {
        self.phase = Phase::Closed;
        self.closed = Some(closed);
    }
}
