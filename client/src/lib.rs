//! The terminal client and the scripting commands.

pub mod app;
pub mod cli;
pub mod config;
pub mod editor;
pub mod markdown;
pub mod net;
pub mod notifier;
pub mod opener;
pub mod plain;
pub mod query;
pub mod runtime;
pub mod store;
pub mod term;
pub mod text;
pub mod theme;
pub mod view;
