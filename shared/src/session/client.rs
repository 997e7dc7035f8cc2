//! The client's end of a connection: CONNECT and its answer, heart-beats, subscription ids, receipts.

use super::Closed;
use crate::stomp::{Headers, Limits, Version};
use crate::text::PeerString;
use bytes::Bytes;
use std::time::{Duration, Instant};

#[derive(Debug, Clone)]
pub struct ClientConfig {
    pub login: Option<String>,
    pub passcode: Option<String>,
    pub host: Option<String>,
    /// What this end can send and wants to get.
    pub heart_beat: (Duration, Duration),
    /// Bounds on what the server may send; `frame` must hold a history page (default 1 MiB).
    pub limits: Limits,
    /// From `new` to CONNECTED, default 10 s.
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

pub struct ClientSession {
    _private: (),
}

impl ClientSession {
    /// CONNECT is ready in `poll_transmit` at once.
    pub fn new(_config: ClientConfig, _now: Instant) -> Self {
        todo!()
    }
    pub fn receive(&mut self, _input: &[u8], _now: Instant) {
        todo!()
    }
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        todo!()
    }
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        todo!()
    }
    pub fn poll_timeout(&self) -> Option<Instant> {
        todo!()
    }
    pub fn handle_timeout(&mut self, _now: Instant) {
        todo!()
    }
    /// Requests are legal only between `Connected` and `Closed`; otherwise they are ignored and
    /// `false` comes back.
    pub fn send(
        &mut self,
        _destination: &str,
        _headers: &[(&str, &str)],
        _receipt: Option<&str>,
        _body: Bytes,
        _now: Instant,
    ) -> bool {
        todo!()
    }
    pub fn subscribe(
        &mut self,
        _id: &str,
        _destination: &str,
        _headers: &[(&str, &str)],
        _receipt: Option<&str>,
        _now: Instant,
    ) -> bool {
        todo!()
    }
    pub fn unsubscribe(&mut self, _id: &str, _receipt: Option<&str>, _now: Instant) -> bool {
        todo!()
    }
    /// DISCONNECT; with a receipt, `Closed(Disconnected)` comes when it is answered.
    pub fn disconnect(&mut self, _receipt: Option<&str>, _now: Instant) -> bool {
        todo!()
    }
    pub fn is_closed(&self) -> bool {
        todo!()
    }
}
