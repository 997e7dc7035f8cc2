//! Header escaping per version (STOMP 1.1 and 1.2, "Value Encoding"), both directions.
//!
//! The one place that knows which octets a header can carry, so that no header can become two.

use super::{Command, Version};

/// The escaping a frame's headers use; names and values alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escaping {
    /// STOMP 1.0, and CONNECT, STOMP and CONNECTED of any version: every octet stands for itself.
    Plain,
    /// `\n`, `\c`, `\\`.
    V1_1,
    /// `\r`, `\n`, `\c`, `\\`.
    V1_2,
}

/// A backslash that is not followed by a letter the version defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UndefinedEscape;

/// The half of a header line that is written: a colon ends a name, but not a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Name,
    Value,
}

impl Escaping {
    pub(super) fn of(command: Command, version: Version) -> Self {
        match version {
            _ if command.is_connecting() => Self::Plain,
            Version::V1_0 => Self::Plain,
            Version::V1_1 => Self::V1_1,
            Version::V1_2 => Self::V1_2,
        }
    }

    /// Appends what `wire` means to `out`; on an error `out` holds the part before the fault.
    pub(super) fn unescape(self, wire: &str, out: &mut String) -> Result<(), UndefinedEscape> {
        if self == Self::Plain {
            out.push_str(wire);
            return Ok(());
        }
        let mut rest = wire;
        while let Some((plain, escaped)) = rest.split_once('\\') {
            out.push_str(plain);
            let mut letters = escaped.chars();
            out.push(match letters.next() {
                Some('n') => '\n',
                Some('c') => ':',
                Some('\\') => '\\',
                Some('r') if self == Self::V1_2 => '\r',
                _ => return Err(UndefinedEscape),
            });
            rest = letters.as_str();
        }
        out.push_str(rest);
        Ok(())
    }

    /// Appends `text` as it goes on the wire. Octets this escaping cannot carry become a blank.
    pub(super) fn escape(self, text: &str, part: Part, out: &mut Vec<u8>) {
        let mut rest = text.as_bytes();
        while let Some((at, substitute)) = self.first_substitution(rest, part) {
            let (plain, tail) = rest.split_at(at);
            out.extend_from_slice(plain);
            out.extend_from_slice(substitute);
            rest = tail.get(1..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
    }

    fn first_substitution(self, text: &[u8], part: Part) -> Option<(usize, &'static [u8])> {
        text.iter().enumerate().find_map(|(at, octet)| Some((at, self.substitute(*octet, part)?)))
    }

    /// What is written instead of an octet; `None` when it stands for itself.
    fn substitute(self, octet: u8, part: Part) -> Option<&'static [u8]> {
        match (octet, self) {
            (0, _) => Some(b" "),
            (b'\r', Self::V1_2) => Some(b"\\r"),
            (b'\r', _) => Some(b" "),
            (b'\n', Self::Plain) => Some(b" "),
            (b'\n', _) => Some(b"\\n"),
            (b':', Self::Plain) => (part == Part::Name).then_some(b" "),
            (b':', _) => Some(b"\\c"),
            (b'\\', Self::V1_1 | Self::V1_2) => Some(b"\\\\"),
            _ => None,
        }
    }
}
