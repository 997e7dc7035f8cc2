//! The server from an upgraded socket to rooms: in this process, over real sockets, frame by frame.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod changes;
mod durable;
mod gate;
mod limits;
mod links;
mod marks;
mod overload;
mod queues;
mod replay;
mod rooms;
mod search;
mod storm;
mod support;
mod topics;
mod transactions;
