//! The embedded store through its own doors: `SqliteLog`, `Log` and `Projection`, no sockets.

mod append;
mod support;
