//! The command line: the one source of flags and of `--help`. Values are checked here as far as no
//! file or environment is needed.

mod changes;
mod export;
mod marks;

pub use changes::{Delete, Edit, Posting, React, Topic};
pub use export::{Export, ExportFormat};
pub use marks::{Mentions, Read};

use super::exit;
use crate::config::parse_duration;
use crate::query::When;
use chat_protocol::chat::{MessageId, RoomName, UserName};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// A terminal client for rooms of people and programs.
#[derive(Debug, Parser)]
#[command(name = "chat-tui", version, about, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  chat-tui connect --room study-group --with-server
  echo hi | chat-tui send --room study-group
  tail -f build.log | chat-tui send --room builds --lines
  chat-tui tail --room study-group --json | jq -r .text
  chat-tui history --room study-group --count 20";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the terminal client
    Connect(Connect),
    /// Send text from arguments, a pipe or a file
    #[command(after_help = exit::table())]
    Send(Send),
    /// Change a message of yours
    #[command(after_help = exit::table())]
    Edit(Edit),
    /// Take a message of yours away
    #[command(after_help = exit::table())]
    Delete(Delete),
    /// Put an emoji to a message
    #[command(after_help = exit::table())]
    React(React),
    /// Print or set what a room is about
    #[command(after_help = exit::table())]
    Topic(Topic),
    /// Follow a room, reconnecting without loss
    Tail(Tail),
    /// Print a part of a room's history, oldest first
    History(History),
    /// Write a room's messages into a file or a pipe, oldest first
    Export(Export),
    /// Find messages, newest first
    Search(Search),
    /// List the rooms
    Rooms(Rooms),
    /// Say how far you have read a room
    Read(Read),
    /// Print where you were mentioned, newest first
    Mentions(Mentions),
    /// Check the configuration, or show what there is to configure
    Config(Config),
}

/// Flags of every command.
#[derive(Debug, Args)]
pub struct Common {
    /// The server's address [default: ws://127.0.0.1:7878/ws] [env: CHAT_TUI_SERVER]
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// The name to go by [default: your login name] [env: CHAT_TUI_NICK]
    #[arg(long, value_name = "NAME")]
    pub nick: Option<String>,
    /// The configuration file [env: CHAT_TUI_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use [profile.NAME] of the configuration file [env: CHAT_TUI_PROFILE]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
}

/// The flag of commands that end by themselves.
#[derive(Debug, Args)]
pub struct Patience {
    /// Give up when nothing has moved for this long
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    pub timeout: Duration,
}

#[derive(Debug, Args)]
pub struct Connect {
    /// A room to join, besides those remembered; repeatable
    #[arg(long = "room", value_name = "ROOM", value_parser = RoomName::parse)]
    pub rooms: Vec<RoomName>,
    /// Start the bundled server when nothing answers at a loopback address
    #[arg(long)]
    pub with_server: bool,
    /// Lines instead of a screen: for screen readers, slow links and TERM=dumb
    #[arg(long)]
    pub plain: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("mode").multiple(false))]
pub struct Send {
    /// The room to post in; with --jsonl each object may name its own
    #[arg(long, value_name = "ROOM", value_parser = RoomName::parse, required_unless_present = "jsonl")]
    pub room: Option<RoomName>,
    /// The text; without it, or with `-`, standard input
    #[arg(value_name = "TEXT", conflicts_with = "file")]
    pub text: Vec<String>,
    /// Read from a file; `-` is standard input
    #[arg(long, value_name = "PATH")]
    pub file: Option<PathBuf>,
    /// One message a line, sent as the lines arrive; blank lines are left out
    #[arg(long, group = "mode")]
    pub lines: bool,
    /// Messages end with NUL
    #[arg(long, group = "mode")]
    pub null: bool,
    /// One JSON object a line: {"text", "room"?, "key"?, "reply_to"?}
    #[arg(long, group = "mode")]
    pub jsonl: bool,
    /// The message it answers; with --jsonl each object may name its own
    #[arg(long, value_name = "ID", value_parser = MessageId::parse)]
    pub reply_to: Option<MessageId>,
    /// The idempotency key of the one message: a retry with it is stored once
    #[arg(long, value_name = "KEY", conflicts_with_all = ["mode", "key_from"], value_parser = key)]
    pub key: Option<String>,
    /// Make keys from room, text and day (UTC)
    #[arg(long, value_name = "HOW")]
    pub key_from: Option<KeyFrom>,
    /// Print one JSON object for each message
    #[arg(long)]
    pub json: bool,
    /// Empty input is no error
    #[arg(long)]
    pub allow_empty: bool,
    /// Read and check everything, send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Nothing on standard error but the failure
    #[arg(short, long)]
    pub quiet: bool,
    /// Say on standard error what happens
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyFrom {
    Sha256,
}

#[derive(Debug, Args)]
pub struct Tail {
    #[arg(long, value_name = "ROOM", value_parser = RoomName::parse)]
    pub room: RoomName,
    /// Begin after this message, or this long ago (10m, 2h)
    #[arg(long, value_name = "ID|DURATION", value_parser = Since::parse)]
    pub since: Option<Since>,
    /// Begin with the newest N messages
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=300),
          conflicts_with = "since")]
    pub last: Option<u16>,
    /// Stop after N messages
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// Print JSON objects: messages as the server keeps them, and events of their own `kind`
    #[arg(long)]
    pub json: bool,
    /// Keep the position in a file, and go on from there next time
    #[arg(long, value_name = "FILE")]
    pub cursor_file: Option<PathBuf>,
    /// Stop after this long
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub exit_after: Option<Duration>,
    /// Give up when there is no connection for this long [default: 30s for the first, then never]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
    #[command(flatten)]
    pub common: Common,
}

/// Where `tail` begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Since {
    Ago(Duration),
    Id(MessageId),
}

impl Since {
    /// A duration when it matches `^\d+(ms|s|m|h|d)$`, else a message id.
    fn parse(text: &str) -> Result<Self, chat_protocol::chat::id::IdError> {
        match parse_duration(text) {
            Ok(ago) => Ok(Since::Ago(ago)),
            Err(_) => MessageId::parse(text).map(Since::Id),
        }
    }
}

#[derive(Debug, Args)]
pub struct History {
    #[arg(long, value_name = "ROOM", value_parser = RoomName::parse)]
    pub room: RoomName,
    /// How many messages at most
    #[arg(long, value_name = "N", default_value_t = 50,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub count: u32,
    /// The newest ones before this message
    #[arg(long, value_name = "ID", value_parser = MessageId::parse, conflicts_with = "after")]
    pub before: Option<MessageId>,
    /// The first ones after this message
    #[arg(long, value_name = "ID", value_parser = MessageId::parse)]
    pub after: Option<MessageId>,
    /// A message as it was first written, then its edits
    #[arg(long, value_name = "ID", value_parser = MessageId::parse,
          conflicts_with_all = ["before", "after"])]
    pub edits_of: Option<MessageId>,
    /// Print JSON objects
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}

#[derive(Debug, Args)]
pub struct Search {
    /// Words, all of which are in the message; a part of a word will do
    #[arg(value_name = "TEXT", required = true)]
    pub text: Vec<String>,
    /// Only in this room
    #[arg(long, value_name = "ROOM", value_parser = RoomName::parse)]
    pub room: Option<RoomName>,
    /// Only what this person wrote
    #[arg(long, value_name = "NAME", value_parser = UserName::parse)]
    pub sender: Option<UserName>,
    /// Only before this message, day or time, or longer ago than this
    #[arg(long, value_name = "ID|TIME|DURATION", value_parser = When::parse)]
    pub before: Option<When>,
    /// Only after this message, or since this day or time
    #[arg(long, value_name = "ID|TIME|DURATION", value_parser = When::parse)]
    pub after: Option<When>,
    /// How many messages at most
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// Print JSON objects
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}

#[derive(Debug, Args)]
pub struct Rooms {
    /// Print JSON objects
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}

#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    pub what: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Read the configuration and say whether it can be used, with every profile
    Check(Common),
    /// Print a file with every setting and its default
    Default,
    /// Print where the file is looked for
    Path(Common),
}

/// Longest idempotency key, in bytes (contract of the `idempotency-key` header).
pub const KEY_MAX: usize = 128;

fn key(text: &str) -> Result<String, String> {
    match text.len() {
        1..=KEY_MAX => Ok(text.to_owned()),
        _ => Err(format!("a key has 1 to {KEY_MAX} bytes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn there_is_no_flag_for_a_secret() {
        let mut cli = Cli::command();
        cli.build();
        for command in cli.get_subcommands() {
            for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
                for secret in ["pass", "secret", "token", "credential"] {
                    assert!(!flag.contains(secret), "{} --{flag}", command.get_name());
                }
            }
        }
    }

    #[test]
    fn since_is_a_duration_or_an_id() {
        assert_eq!(Since::parse("10m"), Ok(Since::Ago(Duration::from_secs(600))));
        assert!(matches!(Since::parse("abcd1234.0.17"), Ok(Since::Id(_))));
        assert!(Since::parse("no id").is_err());
    }

    #[test]
    fn one_key_is_for_one_message() {
        let parse = |args: &[&str]| {
            Cli::try_parse_from([&["chat-tui", "send", "--room", "r"], args].concat())
        };
        assert!(parse(&["--key", "k"]).is_ok());
        assert!(parse(&["--key", "k", "--lines"]).is_err());
        assert!(parse(&["--lines", "--null"]).is_err());
        assert!(parse(&["--key", "k", "--key-from", "sha256"]).is_err());
        assert!(parse(&["--key", &"k".repeat(129)]).is_err());
        assert!(parse(&["--file", "x", "text"]).is_err());
    }
}
