//! What a peer wrote ([`PeerStr`], [`PeerString`]) and the one way to make it fit for a terminal or a
//! log line ([`Sanitized`]). Peer strings have no `Display`; their `Debug` is sanitised.
//!
//! A control character becomes its picture (`␛`, `␇`), anything that is invisible or reorders its
//! neighbours becomes a marker (`<U+202E>`); every other character stays what it is. Emoji sequences
//! survive, and so do joiners after a letter of a script that needs them. Knows no widths and no
//! screen.

mod chars;
pub mod find;
mod sanitise;

pub use chars::{is_bidi_control, is_invisible};

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Normalisation form C (UAX #15); borrowed when nothing changes.
pub fn nfc(s: &str) -> Cow<'_, str> {
    match is_nfc_quick(s.chars()) {
        IsNormalized::Yes => Cow::Borrowed(s),
        _ => Cow::Owned(s.nfc().collect()),
    }
}

/// Borrowed text from a peer. It cannot be printed as it is:
///
/// ```compile_fail,E0277
/// let name = chat_protocol::text::PeerStr::new("\x1b[2J");
/// println!("{name}");
/// ```
///
/// ```
/// let name = chat_protocol::text::PeerStr::new("\x1b[2J");
/// assert_eq!(format!("{}", name.line()), "␛[2J");
/// ```
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
        sanitise::sanitise(self.0, sanitise::Mode::Line)
    }
    /// For a block of text: `\n` is kept (CR LF becomes LF), a tab becomes four spaces.
    pub fn block(self) -> Sanitized {
        sanitise::sanitise(self.0, sanitise::Mode::Block)
    }
    /// For a line of output that is JSON already: what shows nothing or moves the cursor is written
    /// as `\uXXXX` (RFC 8259, section 7), which a JSON reader takes for the same text.
    pub fn json(self) -> Sanitized {
        sanitise::escape_json(self.0)
    }
}

/// Owned text from a peer; cheap to clone. It cannot be printed as it is:
///
/// ```compile_fail,E0277
/// let text = chat_protocol::text::PeerString::from("\x1b[2J");
/// println!("{text}");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct PeerString(Arc<str>);

impl PeerString {
    /// The raw text: for protocol logic, storage and JSON, never for people.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    pub fn as_peer(&self) -> PeerStr<'_> {
        PeerStr(&self.0)
    }
    /// As [`PeerStr::line`].
    pub fn line(&self) -> Sanitized {
        self.as_peer().line()
    }
    /// As [`PeerStr::block`].
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
/// [`PeerStr::block`]), no escape sequence, no C1, no bidi control, no invisible tag. Having one is
/// the proof, since only [`PeerStr`] makes it:
///
/// ```compile_fail
/// let forged = chat_protocol::text::Sanitized(String::from("\x1b[2J"));
/// ```
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
