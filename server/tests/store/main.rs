//! The embedded store through its own doors: `SqliteLog`, `Log` and `Projection`, no sockets.

mod append;
mod faults;
mod history;
mod joining;
mod model;
mod open;
mod support;
mod trim;
