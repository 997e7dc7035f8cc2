//! The embedded store through its own doors: `SqliteLog`, `Log` and `Projection`, no sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)] // test code, its helpers too

mod append;
mod changes;
mod changes_model;
mod faults;
mod history;
mod joining;
mod marks;
mod mentions;
mod model;
mod open;
mod queues;
mod search;
mod support;
mod trim;
mod upgrade;
