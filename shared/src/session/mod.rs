//! Both ends' protocol state machines, in the manner of quinn-proto: bytes and `now` go in with
//! `receive`, frames come out of `poll_transmit`, meaning out of `poll_event`, deadlines out of
//! `poll_timeout`. No clock, no randomness, no I/O.

pub mod client;
pub mod heartbeat;
pub mod server;

pub use client::{ClientConfig, ClientEvent, ClientSession};
pub use heartbeat::HeartBeatPolicy;
pub use server::{ServerConfig, ServerEvent, ServerSession, Ticket};

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
    },
    /// The peer was silent for too long.
    HeartBeatTimeout,
}
