//! The rows of the list of behaviours, A1 to A13, on the running server: the real program, raw
//! sockets, one file for each section. A test is named by its row; `table` has the rows and writes
//! `docs/rows.md` from them and from the list of tests.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acks;
mod broken;
mod connect;
mod errors;
mod framing;
mod headers;
mod heart_beats;
mod host;
mod lifecycle;
mod limits;
mod messages;
mod peer;
mod receipts;
mod subscribe;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod transactions;
mod websocket;
