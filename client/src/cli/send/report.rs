//! What `send` says: one JSON object for each message on standard output when asked for, words for
//! people on standard error.

use crate::cli::exit::CliError;
use crate::cli::output;
use chat_protocol::chat::{MessageId, RoomName};
use serde::Serialize;
use std::fmt::Arguments;
use std::io::Write;

#[derive(Debug, Clone, Copy)]
pub struct Report {
    pub json: bool,
    pub quiet: bool,
    pub verbose: bool,
}

/// What has become of a message.
#[derive(Debug)]
pub enum Outcome<'a> {
    Confirmed {
        id: &'a MessageId,
        duplicate: bool,
        attempts: u32,
        ms: u128,
    },
    Failed {
        code: &'a str,
        ms: u128,
    },
    /// Unknown: safe to send again with the same key.
    Unconfirmed {
        ms: u128,
    },
    DryRun,
}

/// The promised object; fields are only ever added.
#[derive(Serialize)]
struct Line<'a> {
    status: &'static str,
    room: &'a str,
    id: Option<&'a str>,
    key: &'a str,
    duplicate: bool,
    attempts: u32,
    ms: u128,
    code: Option<&'a str>,
}

impl Report {
    /// A closed standard output is no failure: the confirming goes on.
    pub fn outcome(
        self,
        room: &RoomName,
        key: &str,
        outcome: &Outcome<'_>,
    ) -> Result<(), CliError> {
        if let Outcome::Confirmed { id, ms, .. } = outcome {
            self.detail(format_args!("confirmed {id} in {ms} ms"));
        }
        if !self.json {
            return Ok(());
        }
        let base = Line {
            status: "dry-run",
            room: room.as_str(),
            id: None,
            key,
            duplicate: false,
            attempts: 0,
            ms: 0,
            code: None,
        };
        let line = match *outcome {
            Outcome::DryRun => base,
            Outcome::Confirmed { id, duplicate, attempts, ms } => {
                let id = Some(id.as_str());
                Line { status: "confirmed", id, duplicate, attempts, ms, ..base }
            }
            Outcome::Failed { code, ms } => Line { status: "failed", code: Some(code), ms, ..base },
            Outcome::Unconfirmed { ms } => Line { status: "unconfirmed", ms, ..base },
        };
        output::write(output::json_line(&line)?.as_bytes()).map(drop)
    }

    /// For people, unless they asked for quiet.
    pub fn say(self, what: &str) {
        if !self.quiet {
            // Nobody may be reading; that is no reason to stop.
            let _ = writeln!(std::io::stderr(), "chat-tui: {what}");
        }
    }

    /// For people who asked for more.
    pub fn detail(self, what: Arguments<'_>) {
        if self.verbose {
            let _ = writeln!(std::io::stderr(), "chat-tui: {what}");
        }
    }
}
