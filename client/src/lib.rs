//! The terminal client and the scripting commands.

pub mod cli;
pub mod config;
pub mod net;
pub mod term;
