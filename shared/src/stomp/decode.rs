//! Bytes to frames, incrementally: any split of the input gives the same items.
//!
//! Each octet is looked at once: a cursor remembers how far the frame at hand has been scanned. A
//! frame keeps the version and limits it began with. Nothing is reserved for a declared length.
//! Must not know sessions: which frame may follow which is theirs to say.

mod body;
mod head;

use super::{Frame, Limits, Version};
use crate::code::Code;
use body::Body;
use bytes::{Buf, BytesMut};
use head::Head;
use std::borrow::Cow;

/// Whose frames a decoder reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    Client,
    Server,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Frame(Frame),
    /// One or more EOLs between frames (STOMP 1.2, "Heart-beating"), reported once per run of them
    /// in the bytes at hand.
    HeartBeat,
}

/// The input breaks the format; the decoder is dead afterwards and returns the same error again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DecodeError {
    pub code: Code,
    /// A sentence that names cause and fix; holds nothing the peer wrote.
    pub message: String,
    /// `receipt` of the broken frame, when it could be read. A fault in a command or header line
    /// is reported at the end of the headers, so that a receipt after it is still found.
    pub receipt: Option<String>,
}

/// A fault, before it is known whose receipt it answers.
#[derive(Debug)]
struct Fault {
    code: Code,
    message: Cow<'static, str>,
}

impl Fault {
    fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }
    fn frame_too_long(limit: usize) -> Self {
        Self::new(
            Code::FrameTooLong,
            format!(
                "The frame is longer than {limit} octets; send less in one frame or raise the limit."
            ),
        )
    }
}

pub struct Decoder {
    sender: Sender,
    limits: Limits,
    version: Version,
    /// Unread input. While a frame is being read it begins with that frame's first octet.
    input: BytesMut,
    state: State,
}

enum State {
    BetweenFrames,
    Head(Head),
    Body(Body),
    Dead(DecodeError),
}

impl Decoder {
    /// Reads as STOMP 1.0 until [`Decoder::set_version`] is called.
    pub fn new(sender: Sender, limits: Limits) -> Self {
        Self {
            sender,
            limits,
            version: Version::V1_0,
            input: BytesMut::new(),
            state: State::BetweenFrames,
        }
    }
    /// From the next frame on. CONNECT, STOMP and CONNECTED are never unescaped whatever the
    /// version (STOMP 1.2, "Value Encoding").
    pub fn set_version(&mut self, version: Version) {
        self.version = version;
    }
    /// From the next frame on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }
    /// Adds input. Memory held: the unread input, bounded by what the caller pushes between calls
    /// of `next`, plus at most one frame.
    pub fn push(&mut self, input: &[u8]) {
        if !matches!(self.state, State::Dead(_)) {
            self.input.extend_from_slice(input);
        }
    }
    /// The next item, `None` when more input is needed.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<Item>, DecodeError> {
        loop {
            match &mut self.state {
                State::Dead(error) => return Err(error.clone()),
                State::BetweenFrames => {
                    if self.skip_eols() {
                        return Ok(Some(Item::HeartBeat));
                    }
                    if matches!(&*self.input, [] | [b'\r']) {
                        return Ok(None);
                    }
                    self.state = State::Head(Head::new(self.sender, self.version, self.limits));
                }
                State::Head(head) => match head.read(&self.input) {
                    Ok(None) => return Ok(None),
                    Ok(Some(body)) => self.state = State::Body(body),
                    Err(fault) => {
                        let receipt = head.headers().raw("receipt").map(str::to_owned);
                        return Err(self.die(fault, receipt));
                    }
                },
                State::Body(body) => match body.read(&self.input) {
                    Ok(None) => return Ok(None),
                    Ok(Some(end)) => {
                        let frame = body.cut(end, &mut self.input);
                        self.state = State::BetweenFrames;
                        return Ok(Some(Item::Frame(frame)));
                    }
                    Err(fault) => {
                        let receipt = body.headers.raw("receipt").map(str::to_owned);
                        return Err(self.die(fault, receipt));
                    }
                },
            }
        }
    }
    /// Whether a frame has begun and is not complete, as far as `next` has read.
    pub fn is_mid_frame(&self) -> bool {
        matches!(self.state, State::Head(_) | State::Body(_))
    }

    /// Whether there were EOLs to skip. Gives memory back when nothing is left to read.
    fn skip_eols(&mut self) -> bool {
        let eols = leading_eols(&self.input);
        self.input.advance(eols);
        if self.input.is_empty() {
            self.input = BytesMut::new();
        }
        eols > 0
    }
    fn die(&mut self, fault: Fault, receipt: Option<String>) -> DecodeError {
        let error = DecodeError { code: fault.code, message: fault.message.into_owned(), receipt };
        self.input = BytesMut::new();
        self.state = State::Dead(error.clone());
        error
    }
}

fn leading_eols(input: &[u8]) -> usize {
    let mut eols = 0;
    loop {
        match input.get(eols..) {
            Some([b'\n', ..]) => eols += 1,
            Some([b'\r', b'\n', ..]) => eols += 2,
            _ => return eols,
        }
    }
}
