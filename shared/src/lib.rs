//! STOMP 1.0–1.2 and the chat's own vocabulary, sans-IO.
//!
//! Bytes and `now` go in, bytes and events come out. The client, the server, the tests and the
//! fuzzers all run this one implementation. This crate must never know sockets, files, the wall
//! clock, randomness or an async runtime.
//!
//! - [`stomp`]: frames, header escaping per version, incremental decoding, encoding, limits
//! - [`session`]: the client's and the server's protocol state machines
//! - [`chat`]: names, ids, destinations, message bodies, events, requests
//! - [`text`]: what a peer wrote, and the one way to make it fit for people to see
//! - [`selector`]: which messages a subscription wants, by their headers
//! - [`code`]: the table of stable error codes
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

pub mod chat;
pub mod code;
pub mod selector;
pub mod session;
pub mod stomp;
pub mod text;
