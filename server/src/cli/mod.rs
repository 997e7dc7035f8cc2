//! The command line of `chat-server`, and how the program ends. Everything a person reads at the start or
//! when something is wrong comes from here.

mod args;
mod exit;
mod serve;

use crate::config::{self, Layers, docs};
use args::Verb;
use exit::Failure;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// The whole program.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let (verb, flags, file) = match args::parse(args) {
        Ok(parsed) => parsed,
        Err(shown) => return shown,
    };
    let layers = Layers {
        flags,
        env: std::env::vars_os().collect(),
        file,
        default_file: config::default_file(),
    };
    match act(verb, &layers) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Standard error may be closed, the exit code says it all the same.
            let _ = writeln!(std::io::stderr(), "chat-server: {}", failure.sentence);
            ExitCode::from(failure.code)
        }
    }
}

fn act(verb: Verb, layers: &Layers) -> Result<(), Failure> {
    let loaded = layers.load()?;
    match verb {
        Verb::Serve => serve::serve(&loaded),
        Verb::Config => {
            // A reader who has gone wants no more.
            let _ = std::io::stdout().write_all(docs::effective(&loaded).as_bytes());
            Ok(())
        }
    }
}
