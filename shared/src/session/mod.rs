//! Both ends' protocol state machines, in the manner of quinn-proto: bytes and `now` go in with
//! `receive`, frames come out of `poll_transmit`, meaning out of `poll_event`, deadlines out of
//! `poll_timeout`. No clock, no randomness, no I/O.
//!
//! A driver reads what its socket holds before it calls `handle_timeout`: a process that was
//! stopped for a while must not take its own absence for the peer's silence.

pub mod client;
pub mod heartbeat;
pub mod server;

pub use client::{ClientConfig, ClientEvent, ClientSession};
pub use heartbeat::HeartBeatPolicy;
pub use server::{
    AckMode, AckRef, ServerConfig, ServerEvent, ServerSession, Settled, SubscribeOptions,
    SubscriptionKey, Ticket, TransactionAction, TransactionLimits, UnknownAck, Unsettled,
};

use crate::code::Code;

/// Why a session is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub reason: CloseReason,
    /// WebSocket close code to use: 1000 after DISCONNECT, 1002 after ERROR, 1009 too big, …
    pub ws_code: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseReason {
    /// DISCONNECT was said (and receipted, when asked).
    Disconnected,
    /// This end sent or received ERROR.
    Error {
        code: crate::text::PeerString,
        message: crate::text::PeerString,
        /// The ERROR's `receipt-id`: which of the client's frames was at fault.
        receipt: Option<crate::text::PeerString>,
        /// The peer said it; else this end found the fault in what the peer sent.
        received: bool,
    },
    /// The peer was silent for too long.
    HeartBeatTimeout,
}

impl Closed {
    fn disconnected() -> Self {
        Self { reason: CloseReason::Disconnected, ws_code: 1000 }
    }

    fn silent() -> Self {
        Self { reason: CloseReason::HeartBeatTimeout, ws_code: 1002 }
    }

    fn error(code: Code, message: &str, receipt: Option<&str>) -> Self {
        let (code, ws_code) = (code.as_str().into(), ws_code(code));
        let (message, receipt) = (message.into(), receipt.map(Into::into));
        let reason = CloseReason::Error { code, message, receipt, received: false };
        Self { reason, ws_code }
    }
}

/// RFC 6455, section 7.4.1.
fn ws_code(code: Code) -> u16 {
    match code {
        Code::FrameTooLong => 1009,
        Code::ShuttingDown => 1001,
        Code::Internal => 1011,
        _ => 1002,
    }
}
