//! The terminal client and the scripting commands.

pub mod net;
pub mod term;
