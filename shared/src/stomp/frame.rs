//! A STOMP frame in memory.

use crate::text::PeerStr;
use bytes::Bytes;

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
        todo!()
    }
    pub fn parse(_s: &str) -> Option<Self> {
        todo!()
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
    pub fn as_str(self) -> &'static str {
        todo!()
    }
}

/// Headers in wire order, decoded. Repeated names: the first value is the value (STOMP 1.2,
/// "Repeated Header Entries"); repetitions are dropped on decoding.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Headers {
    // private; the owner of this file chooses (few allocations per frame)
    list: Vec<(String, String)>,
}

impl Headers {
    pub fn new() -> Self {
        Self::default()
    }
    /// Appends a header; a name that is already there keeps its first value.
    pub fn push(&mut self, _name: &str, _value: &str) {
        todo!()
    }
    pub fn get(&self, _name: &str) -> Option<PeerStr<'_>> {
        todo!()
    }
    pub fn iter(&self) -> impl Iterator<Item = (PeerStr<'_>, PeerStr<'_>)> {
        self.list.iter().map(|(n, v)| (PeerStr::new(n), PeerStr::new(v)))
    }
    pub fn len(&self) -> usize {
        self.list.len()
    }
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

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
