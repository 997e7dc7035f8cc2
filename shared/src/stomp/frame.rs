//! A STOMP frame in memory: version, command, headers, body.
//!
//! Holds decoded text only: escapes belong to [`super::escape`], bytes to the decoder and encoder.
//! Must not know sessions or which frame may follow which.

use super::Sender;
use super::escape::{Escaping, UndefinedEscape};
use crate::text::PeerStr;
use bytes::Bytes;
use std::ops::Range;

/// A protocol version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    V1_0,
    V1_1,
    V1_2,
}

impl Version {
    /// As in `accept-version`: `1.0`, `1.1`, `1.2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
        }
    }
    /// The exact text of one version, without blanks around it.
    pub fn parse(s: &str) -> Option<Self> {
        [Self::V1_0, Self::V1_1, Self::V1_2].into_iter().find(|v| v.as_str() == s)
    }
}

/// Every command of STOMP 1.0–1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    Connect,
    Stomp,
    Connected,
    Send,
    Subscribe,
    Unsubscribe,
    Ack,
    Nack,
    Begin,
    Commit,
    Abort,
    Disconnect,
    Message,
    Receipt,
    Error,
}

impl Command {
    const ALL: [Self; 15] = [
        Self::Send,
        Self::Message,
        Self::Receipt,
        Self::Connect,
        Self::Stomp,
        Self::Connected,
        Self::Subscribe,
        Self::Unsubscribe,
        Self::Ack,
        Self::Nack,
        Self::Begin,
        Self::Commit,
        Self::Abort,
        Self::Disconnect,
        Self::Error,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Stomp => "STOMP",
            Self::Connected => "CONNECTED",
            Self::Send => "SEND",
            Self::Subscribe => "SUBSCRIBE",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Ack => "ACK",
            Self::Nack => "NACK",
            Self::Begin => "BEGIN",
            Self::Commit => "COMMIT",
            Self::Abort => "ABORT",
            Self::Disconnect => "DISCONNECT",
            Self::Message => "MESSAGE",
            Self::Receipt => "RECEIPT",
            Self::Error => "ERROR",
        }
    }
    /// A command line without its EOL; case matters.
    pub fn parse(line: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str().as_bytes() == line)
    }
    /// The side that may send it.
    pub fn sender(self) -> Sender {
        match self {
            Self::Connected | Self::Message | Self::Receipt | Self::Error => Sender::Server,
            _ => Sender::Client,
        }
    }
    /// Only these have a body (STOMP 1.2, "Body").
    pub fn may_have_body(self) -> bool {
        matches!(self, Self::Send | Self::Message | Self::Error)
    }
    /// CONNECT, STOMP and CONNECTED, whose headers are never escaped.
    pub fn is_connecting(self) -> bool {
        matches!(self, Self::Connect | Self::Stomp | Self::Connected)
    }
}

/// Headers in wire order, decoded. Repeated names: the first value is the value (STOMP 1.2,
/// "Repeated Header Entries"); repetitions are dropped on decoding.
#[derive(Clone, Default)]
pub struct Headers {
    /// All names and values in one piece, so that a frame costs two allocations for its headers.
    text: String,
    spans: Vec<Span>,
}

/// Where one header lies in `Headers::text`.
#[derive(Clone)]
struct Span {
    name: Range<usize>,
    value: Range<usize>,
}

/// What became of a header that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    New,
    Repeated,
}

impl Headers {
    pub fn new() -> Self {
        Self::default()
    }
    pub(super) fn with_capacity(text: usize, headers: usize) -> Self {
        Self { text: String::with_capacity(text), spans: Vec::with_capacity(headers) }
    }
    /// Appends a header; a name that is already there keeps its first value.
    pub fn push(&mut self, name: &str, value: &str) {
        if self.position(name).is_some() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        self.spans.push(Span { name: start..middle, value: middle..self.text.len() });
    }
    /// Appends a header as it was on the wire, by the same rule. On an error nothing is added.
    pub(super) fn push_wire(
        &mut self,
        name: &str,
        value: &str,
        escaping: Escaping,
    ) -> Result<Added, UndefinedEscape> {
        let start = self.text.len();
        let added = self.append_wire(name, value, escaping);
        if added != Ok(Added::New) {
            self.text.truncate(start);
        }
        added
    }
    fn append_wire(
        &mut self,
        name: &str,
        value: &str,
        escaping: Escaping,
    ) -> Result<Added, UndefinedEscape> {
        let start = self.text.len();
        escaping.unescape(name, &mut self.text)?;
        let middle = self.text.len();
        escaping.unescape(value, &mut self.text)?;
        let name = start..middle;
        if self.position(self.slice(&name)).is_some() {
            return Ok(Added::Repeated);
        }
        self.spans.push(Span { name, value: middle..self.text.len() });
        Ok(Added::New)
    }
    pub fn get(&self, name: &str) -> Option<PeerStr<'_>> {
        self.raw(name).map(PeerStr::new)
    }
    pub fn iter(&self) -> impl Iterator<Item = (PeerStr<'_>, PeerStr<'_>)> {
        self.pairs().map(|(name, value)| (PeerStr::new(name), PeerStr::new(value)))
    }
    /// The headers of a SEND that its MESSAGE carries on, in their order: all but those meant for
    /// the server alone, those STOMP has the server write, and `reserved`, the names the
    /// application writes (rows H15–H17).
    pub fn forwarded<'a>(
        &'a self,
        reserved: &'a [&'a str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs().filter(|(name, _)| !NOT_FORWARDED.contains(name) && !reserved.contains(name))
    }
    pub fn len(&self) -> usize {
        self.spans.len()
    }
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spans.iter().map(|span| (self.slice(&span.name), self.slice(&span.value)))
    }
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        let span = self.spans.get(self.position(name)?)?;
        Some(self.slice(&span.value))
    }
    /// Takes the header out and hands back its value.
    pub(super) fn take(&mut self, name: &str) -> Option<&str> {
        let span = self.spans.remove(self.position(name)?);
        self.text.get(span.value)
    }
    /// Drops blanks around every value (padding of STOMP 1.0).
    pub(super) fn trim_values(&mut self) {
        for span in &mut self.spans {
            let value = self.text.get(span.value.clone()).unwrap_or_default();
            let left = value.trim_start_matches(BLANKS);
            span.value.start += value.len() - left.len();
            span.value.end = span.value.start + left.trim_end_matches(BLANKS).len();
        }
    }
    fn position(&self, name: &str) -> Option<usize> {
        self.spans.iter().position(|span| self.slice(&span.name) == name)
    }
    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

/// What STOMP 1.0 lets a sender pad values with.
pub(super) const BLANKS: [char; 2] = [' ', '\t'];

/// `receipt` and `transaction` are between the sender and the server; the others are the server's.
const NOT_FORWARDED: [&str; 7] = [
    "receipt",
    "transaction",
    "content-length",
    "destination",
    "message-id",
    "subscription",
    "ack",
];

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.pairs().eq(other.pairs())
    }
}
impl Eq for Headers {}

/// One frame. `headers` never holds `content-length`: the decoder used it, the encoder makes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    pub command: Command,
    pub headers: Headers,
    pub body: Bytes,
}

impl Frame {
    pub fn new(command: Command) -> Self {
        Self { command, headers: Headers::new(), body: Bytes::new() }
    }
    /// Builder style: `Frame::new(Command::Send).with("destination", "/topic/x")`.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push(name, value);
        self
    }
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Shows the body's length only: a body may be secret, binary or huge.
impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("command", &self.command)
            .field("headers", &self.headers)
            .field("body_len", &self.body.len())
            .finish()
    }
}
