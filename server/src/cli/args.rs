//! Flags, made from the one table of settings, so that `--help` can neither forget nor invent one.

use super::exit;
use crate::config::{Form, Group, TABLE};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Serve,
    Config,
}

const EXAMPLES: &str = "\
Examples:
  chat-server serve
  chat-server serve --listen 127.0.0.1:0 --exit-when-idle 1m
  chat-server serve --listen 0.0.0.0:7878 --open
  chat-server serve --stomp-listen 127.0.0.1:61613

Every setting is also an environment variable (CHAT_SERVER_STOMP_LISTEN) and a key of the TOML file
(stomp-listen). `serve -h` shows the common flags, `serve --help` the limits, too.

Exit status: 0 after an orderly stop, 64 usage, 69 address in use, 73 data directory held by another
server or not writable, 74 store cannot be read, 78 bad configuration or a store newer than the program.";

/// The verb, the flags by key, and `--config`. The error is what to end with; all is said by then.
#[allow(clippy::type_complexity)]
pub fn parse(
    args: impl IntoIterator<Item = OsString>,
) -> Result<(Verb, HashMap<String, String>, Option<PathBuf>), ExitCode> {
    let matches = command().try_get_matches_from(args).map_err(|e| {
        let _ = e.print();
        match e.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
            _ => ExitCode::from(exit::USAGE),
        }
    })?;
    let (verb, matches) = match matches.subcommand() {
        Some(("config", matches)) => (Verb::Config, matches),
        Some((_, matches)) => (Verb::Serve, matches),
        None => return Err(ExitCode::from(exit::USAGE)),
    };
    Ok((verb, flags(matches), matches.get_one::<PathBuf>("config").cloned()))
}

fn flags(matches: &ArgMatches) -> HashMap<String, String> {
    let given = TABLE.iter().filter_map(|entry| {
        let key = entry.key();
        let values = matches.get_many::<String>(&key)?;
        Some((key, values.cloned().collect::<Vec<_>>().join(",")))
    });
    given.collect()
}

fn command() -> Command {
    let serve = Command::new("serve").about("Run the server").after_help(EXAMPLES);
    let config =
        Command::new("config").about("Show the settings in force, and where each comes from");
    Command::new("chat-server")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The chat server: STOMP over WebSocket, everything kept, nothing to configure")
        .after_help(EXAMPLES)
        .arg_required_else_help(true)
        .subcommand_required(true)
        .subcommand(serve.args(settings()))
        .subcommand(config.args(settings()))
}

fn settings() -> Vec<Arg> {
    let file = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(value_parser!(PathBuf))
        .help("Read this TOML file instead of the one in the platform's place for configuration");
    let entries = TABLE.iter().map(|entry| {
        let arg = Arg::new(entry.key())
            .long(entry.key())
            .help(entry.doc())
            .help_heading(entry.group.title())
            .hide_short_help(entry.group != Group::Server)
            .value_name(entry.value_name);
        match entry.form {
            Form::Bool => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
            Form::List => arg.action(ArgAction::Append),
            Form::Text | Form::Number => arg,
        }
    });
    std::iter::once(file).chain(entries).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> (Verb, HashMap<String, String>, Option<PathBuf>) {
        parse(line.split(' ').map(OsString::from)).unwrap()
    }

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn flags_become_texts_by_key() {
        let (verb, flags, file) = parsed(
            "chat-server serve --open --shards 3 --allow-host a --allow-host b --config /c.toml",
        );
        assert_eq!(verb, Verb::Serve);
        assert_eq!(flags.get("open").map(String::as_str), Some("true"));
        assert_eq!(flags.get("shards").map(String::as_str), Some("3"));
        assert_eq!(flags.get("allow-host").map(String::as_str), Some("a,b"));
        assert_eq!(flags.len(), 3);
        assert_eq!(file, Some("/c.toml".into()));
        let (verb, flags, _) = parsed("chat-server config --open=false");
        assert_eq!(verb, Verb::Config);
        assert_eq!(flags.get("open").map(String::as_str), Some("false"));
    }

    #[test]
    fn help_names_every_setting() {
        let mut command = command();
        let help = command.find_subcommand_mut("serve").unwrap().render_long_help().to_string();
        for entry in TABLE {
            assert!(help.contains(&format!("--{}", entry.key())), "{}", entry.key());
        }
    }
}
