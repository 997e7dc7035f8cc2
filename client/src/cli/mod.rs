//! The commands. Each ends with an [`Exit`](exit::Exit): standard output holds data only, standard
//! error one sentence with cause and fix. Nothing here asks questions.

pub mod args;
mod change;
mod client;
mod config_command;
mod connect;
pub mod exit;
mod export;
mod history;
mod input;
mod key;
mod mentions;
mod output;
mod read;
mod rooms;
mod search;
mod send;
mod tail;
mod with_server;

use crate::config::{self, Config, Surroundings};
use args::{Cli, Command, Common};
use clap::Parser;
use exit::{CliError, Exit};
use std::ffi::OsString;
use std::io::Write;

/// Runs the program and gives its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are no errors; a reader that has gone is none either.
            let _ = e.print();
            return if e.use_stderr() { Exit::Usage.code() } else { Exit::Done.code() };
        }
    };
    let done = std::panic::catch_unwind(|| dispatch(cli.command));
    match done.unwrap_or_else(|_| Err(CliError::internal("the program stopped itself"))) {
        Ok(()) => Exit::Done.code(),
        Err(e) => {
            let _ = writeln!(std::io::stderr(), "chat-tui: {e}");
            e.exit.code()
        }
    }
}

fn dispatch(command: Command) -> Result<(), CliError> {
    match command {
        Command::Connect(a) => configured(&a.common).and_then(|c| connect::run(a, &c)),
        Command::Send(a) => configured(&a.common).and_then(|c| send::run(a, &c)),
        Command::Edit(a) => configured(&a.posting.common).and_then(|c| change::edit(a, &c)),
        Command::Delete(a) => configured(&a.posting.common).and_then(|c| change::delete(a, &c)),
        Command::React(a) => configured(&a.posting.common).and_then(|c| change::react(a, &c)),
        Command::Topic(a) => configured(&a.posting.common).and_then(|c| change::topic(a, &c)),
        Command::Tail(a) => configured(&a.common).and_then(|c| tail::run(a, &c)),
        Command::Export(a) => configured(&a.common).and_then(|c| export::run(a, &c)),
        Command::History(a) => configured(&a.common).and_then(|c| history::run(a, &c)),
        Command::Search(a) => configured(&a.common).and_then(|c| search::run(a, &c)),
        Command::Read(a) => configured(&a.common).and_then(|c| read::run(a, &c)),
        Command::Mentions(a) => configured(&a.common).and_then(|c| mentions::run(a, &c)),
        Command::Rooms(a) => configured(&a.common).and_then(|c| rooms::run(a, &c)),
        Command::Config(a) => config_command::run(a.what),
    }
}

fn configured(common: &Common) -> Result<Config, CliError> {
    Ok(config::load(&flags(common), &around())?)
}

fn flags(common: &Common) -> config::Flags {
    config::Flags {
        config: common.config.clone(),
        profile: common.profile.clone(),
        server: common.server.clone(),
        nick: common.nick.clone(),
    }
}

fn around() -> Surroundings<'static> {
    Surroundings { env: &|name| std::env::var(name).ok(), user: &|| whoami::username().ok() }
}
