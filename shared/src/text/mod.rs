//! What a peer wrote ([`PeerStr`], [`PeerString`]) and the one way to make it fit for a terminal or a
//! log line ([`Sanitized`]). Peer strings have no `Display`; their `Debug` is sanitised.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Borrowed text from a peer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerStr<'a>(&'a str);

impl<'a> PeerStr<'a> {
    pub fn new(raw: &'a str) -> Self {
        Self(raw)
    }
    /// The raw text: for protocol logic, storage and JSON, never for people.
    pub fn as_str(self) -> &'a str {
        self.0
    }
    pub fn to_owned(self) -> PeerString {
        PeerString::from(self.0)
    }
    /// For one line: line breaks and tabs become visible markers too.
    pub fn line(self) -> Sanitized {
        todo!()
    }
    /// For a block of text: `\n` is kept (CR LF becomes LF), a tab becomes spaces to no column (4).
    pub fn block(self) -> Sanitized {
        todo!()
    }
}

/// Owned text from a peer; cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct PeerString(Arc<str>);

impl PeerString {
    pub fn as_str(&self) -> &str {
        &self.0
    }
    pub fn as_peer(&self) -> PeerStr<'_> {
        PeerStr(&self.0)
    }
    pub fn line(&self) -> Sanitized {
        self.as_peer().line()
    }
    pub fn block(&self) -> Sanitized {
        self.as_peer().block()
    }
}

impl From<&str> for PeerString {
    fn from(s: &str) -> Self {
        Self(s.into())
    }
}
impl From<String> for PeerString {
    fn from(s: String) -> Self {
        Self(s.into())
    }
}

/// Text that is safe to show: no control character but `\n` (and that only from
/// [`PeerStr::block`]), no escape sequence, no C1, no bidi control, no invisible tag.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Sanitized(String);

impl Sanitized {
    pub fn as_str(&self) -> &str {
        &self.0
    }
    pub fn into_string(self) -> String {
        self.0
    }
}
impl std::fmt::Display for Sanitized {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::fmt::Debug for PeerStr<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.line())
    }
}
impl std::fmt::Debug for PeerString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_peer().fmt(f)
    }
}
