//! Bytes to frames, incrementally: any split of the input gives the same items.

use super::{Frame, Limits, Version};
use crate::code::Code;

/// Whose frames a decoder reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    Client,
    Server,
}

#[derive(Clone, PartialEq, Eq)]
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
    /// A sentence that names cause and fix; holds nothing the peer wrote, unless sanitised.
    pub message: String,
    /// `receipt` of the broken frame, when it could be read before the fault.
    pub receipt: Option<String>,
}

pub struct Decoder {
    _sender: Sender,
}

impl Decoder {
    pub fn new(_sender: Sender, _limits: Limits) -> Self {
        todo!()
    }
    /// From the next frame on. A fresh decoder reads CONNECT/STOMP/CONNECTED, which are never
    /// unescaped whatever the version (STOMP 1.2, "Value Encoding").
    pub fn set_version(&mut self, _version: Version) {
        todo!()
    }
    pub fn set_limits(&mut self, _limits: Limits) {
        todo!()
    }
    /// Adds input. Memory held: the unread input, bounded by what the caller pushes between calls
    /// of `next`, plus at most one frame.
    pub fn push(&mut self, _input: &[u8]) {
        todo!()
    }
    /// The next item, `None` when more input is needed.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<Item>, DecodeError> {
        todo!()
    }
    /// Whether a frame has begun and is not complete.
    pub fn is_mid_frame(&self) -> bool {
        todo!()
    }
}
