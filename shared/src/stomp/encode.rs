//! Frames to bytes, escaped for the receiver's version.
//!
//! `content-length` is always computed here and never copied; a header named so is left out, and so
//! is one with an empty name, which no version can carry.

use super::escape::{Escaping, Part};
use super::{Command, Frame, Version};
use bytes::Bytes;
use std::io::Write;

/// Room for the headers of an ordinary frame, so that most frames are written without growing.
const HEAD: usize = 256;

/// Encodes a whole frame, NUL included. SEND, MESSAGE and ERROR carry `content-length`, an empty
/// body too; any other command has no body, and one given to it is not written.
///
/// Octets the receiver's version cannot carry in a header (LF in 1.0, CR in 1.0 and 1.1, NUL in any,
/// a colon in a name where nothing is escaped) are replaced by a blank, so that a header can never
/// become two (rows H09, H10).
pub fn encode_frame(frame: &Frame, version: Version) -> Bytes {
    let escaping = Escaping::of(frame.command, version);
    let body = frame.command.may_have_body().then_some(&*frame.body);
    let mut out = Vec::with_capacity(HEAD + body.map_or(0, <[u8]>::len));
    out.extend_from_slice(frame.command.as_str().as_bytes());
    out.push(b'\n');
    for (name, value) in frame.headers.pairs() {
        write_header(name, value, escaping, &mut out);
    }
    write_end(body, &mut out);
    out.into()
}

/// The start of a MESSAGE that differs per subscriber: `MESSAGE\nsubscription:<id>\n`. `None` for a
/// 1.0 subscription without an id.
pub fn message_head(subscription: Option<&str>, version: Version) -> Bytes {
    let mut out = Vec::with_capacity(64);
    out.extend_from_slice(b"MESSAGE\n");
    if let Some(id) = subscription {
        write_header("subscription", id, Escaping::of(Command::Message, version), &mut out);
    }
    out.into()
}

/// The rest of a MESSAGE, equal for all subscribers of one version: headers, `content-length`,
/// blank line, body, NUL. A frame is `message_head ++ message_tail`.
pub fn message_tail<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: &[u8],
    version: Version,
) -> Bytes {
    let escaping = Escaping::of(Command::Message, version);
    let mut out = Vec::with_capacity(HEAD + body.len());
    for (name, value) in headers {
        write_header(name, value, escaping, &mut out);
    }
    write_end(Some(body), &mut out);
    out.into()
}

fn write_header(name: &str, value: &str, escaping: Escaping, out: &mut Vec<u8>) {
    if name.is_empty() || name == "content-length" {
        return;
    }
    escaping.escape(name, Part::Name, out);
    out.push(b':');
    escaping.escape(value, Part::Value, out);
    out.push(b'\n');
}

fn write_end(body: Option<&[u8]>, out: &mut Vec<u8>) {
    if let Some(body) = body {
        out.extend_from_slice(b"content-length:");
        // Cannot fail: a vector takes all.
        let _ = write!(out, "{}", body.len());
        out.extend_from_slice(b"\n\n");
        out.extend_from_slice(body);
    } else {
        out.push(b'\n');
    }
    out.push(0);
}
