//! The server from an upgraded socket to rooms: in this process, over real sockets, frame by frame.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod gate;
mod limits;
mod links;
mod replay;
mod rooms;
mod support;
mod topics;
