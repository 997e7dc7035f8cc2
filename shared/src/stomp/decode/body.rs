//! The body and the NUL after it.

use super::Fault;
use crate::code::Code;
use crate::stomp::{Command, Frame, Headers};
use bytes::{Buf, Bytes, BytesMut};

/// A frame whose head is known. Offsets count from the frame's first octet.
pub(super) struct Body {
    command: Command,
    pub(super) headers: Headers,
    start: usize,
    /// Where the body ends, when `content-length` said so.
    end: Option<usize>,
    /// Whether the command may have one at all.
    allowed: bool,
    /// The longest frame, its NUL included.
    limit: usize,
    scanned: usize,
}

impl Body {
    /// `start + length` must be below `limit`.
    pub(super) fn new(
        command: Command,
        headers: Headers,
        start: usize,
        length: Option<usize>,
        allowed: bool,
        limit: usize,
    ) -> Self {
        let end = length.map(|length| start.saturating_add(length));
        Self { command, headers, start, end, allowed, limit, scanned: start }
    }

    /// Where the body ends, `None` until it is there with its NUL.
    pub(super) fn read(&mut self, input: &[u8]) -> Result<Option<usize>, Fault> {
        let known_end = if self.allowed { self.end } else { Some(self.start) };
        let Some(end) = known_end else { return self.find_nul(input) };
        match input.get(end) {
            None => Ok(None),
            Some(0) => Ok(Some(end)),
            Some(_) if self.end.is_none() => Err(not_allowed()),
            Some(_) => Err(Fault::new(
                Code::BadBodyEnd,
                "No NUL stands where content-length ends the body; count octets, not characters, and end the frame with NUL.",
            )),
        }
    }
    fn find_nul(&mut self, input: &[u8]) -> Result<Option<usize>, Fault> {
        let bound = self.limit.min(input.len());
        let window = input.get(self.scanned..bound).unwrap_or_default();
        if let Some(at) = window.iter().position(|octet| *octet == 0) {
            return Ok(Some(self.scanned + at));
        }
        self.scanned = bound;
        if input.len() < self.limit { Ok(None) } else { Err(Fault::frame_too_long(self.limit)) }
    }

    /// Cuts the frame whose body ends at `end` out of the input. The body shares the input's
    /// memory: its octets are copied once only, when they are pushed.
    pub(super) fn cut(&mut self, end: usize, input: &mut BytesMut) -> Frame {
        let length = end - self.start;
        input.advance(self.start);
        // An empty body must not make the input shared, which costs an allocation.
        let body = if length == 0 { Bytes::new() } else { input.split_to(length).freeze() };
        input.advance(1);
        let body = if self.command.may_have_body() { body } else { Bytes::new() };
        Frame { command: self.command, headers: std::mem::take(&mut self.headers), body }
    }
}

pub(super) fn not_allowed() -> Fault {
    Fault::new(
        Code::BodyNotAllowed,
        "Only SEND, MESSAGE and ERROR have a body; end the headers with a blank line and a NUL.",
    )
}
