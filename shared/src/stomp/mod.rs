//! The STOMP wire format: frames, their headers, decoding, encoding. Knows nothing of sessions.

pub mod decode;
pub mod encode;
mod escape;
pub mod frame;
pub mod limits;

pub use decode::{DecodeError, Decoder, Item, Sender};
pub use encode::{encode_frame, message_head, message_tail};
pub use frame::{Command, Frame, Headers, Version};
pub use limits::Limits;
