//! The commands that are typed: `/name arguments`. One file each; this one finds them.
//!
//! A name may be typed in NFC or NFD, in English or Korean, or in English with the Korean layout on.

mod copy;
mod delete;
mod discard;
mod edit;
mod help;
mod join;
mod leave;
mod level;
mod links;
mod members;
mod mentions;
mod quit;
mod raw;
mod react;
mod reload;
mod reply;
mod retry;
mod search;
mod start_server;
mod sub;
mod subs;
mod thread;
mod topic;
mod unsub;

use super::Effects;
use crate::app::msg::Now;
use crate::app::state::State;
use crate::app::state::completion::Candidate;
use crate::text::hangul;
use unicode_normalization::UnicodeNormalization;

/// A command, for the parser, the completion and the help.
pub struct Command {
    /// The first one is shown.
    pub names: &'static [&'static str],
    pub arguments: &'static str,
    pub help: &'static str,
    /// An error is one line to the person who typed it, and the draft is kept.
    pub(crate) run: fn(&mut State, &str, Now, &mut Effects) -> Result<(), String>,
}

impl Command {
    pub fn usage(&self) -> String {
        format!("/{} {}", self.name(), self.arguments).trim_end().to_owned()
    }

    fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

pub const TABLE: &[Command] = &[
    join::COMMAND,
    leave::COMMAND,
    subs::COMMAND,
    sub::COMMAND,
    unsub::COMMAND,
    members::COMMAND,
    mentions::COMMAND,
    links::COMMAND,
    level::COMMAND,
    topic::COMMAND,
    reply::COMMAND,
    react::COMMAND,
    edit::COMMAND,
    delete::COMMAND,
    copy::COMMAND,
    thread::COMMAND,
    raw::COMMAND,
    search::COMMAND,
    retry::COMMAND,
    discard::COMMAND,
    start_server::COMMAND,
    reload::COMMAND,
    help::COMMAND,
    quit::COMMAND,
];

/// Runs `line`, which is NFC and without its slash.
pub(crate) fn run(
    state: &mut State,
    line: &str,
    now: Now,
    effects: &mut Effects,
) -> Result<(), String> {
    let (name, arguments) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let command = find(name).ok_or_else(|| unknown(name))?;
    (command.run)(state, arguments.trim(), now, effects)
}

fn find(typed: &str) -> Option<&'static Command> {
    let typed: String = typed.nfc().collect::<String>().to_lowercase();
    let named = |name: &str| TABLE.iter().find(|c| c.names.contains(&name));
    named(&typed).or_else(|| named(&hangul::to_latin(&typed)?))
}

fn unknown(typed: &str) -> String {
    let latin = hangul::to_latin(typed).unwrap_or_else(|| typed.to_owned());
    let distance = |c: &Command| strsim::levenshtein(&latin, c.name());
    let nearest = TABLE.iter().min_by_key(|c| distance(c)).filter(|c| distance(c) <= 3);
    let shown = crate::text::truncate(typed, 20);
    match nearest {
        Some(command) => format!(
            "there is no /{shown}; did you mean {}? (//{shown} sends it as text)",
            command.usage()
        ),
        None => format!("there is no /{shown}; /help lists the commands (//{shown} sends it)"),
    }
}

/// What Tab makes of the beginning of a command, in whatever layout it is typed.
pub(crate) fn complete(typed: &str) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    let begun = |typed: &str| -> Vec<Candidate> {
        let name = |c: &'static Command| c.names.iter().find(|n| n.starts_with(typed));
        let named = TABLE.iter().filter_map(|c| Some((c, name(c)?)));
        named.map(|(command, name)| candidate(command, name)).collect()
    };
    let found = begun(&typed);
    if !found.is_empty() || typed.is_ascii() {
        return found;
    }
    hangul::to_latin(&typed).map_or_else(Vec::new, |latin| begun(&latin.to_lowercase()))
}

fn candidate(command: &Command, name: &str) -> Candidate {
    Candidate {
        text: format!("/{name} "),
        label: format!("/{name} {}", command.arguments).trim_end().to_owned(),
        detail: command.help.to_owned(),
    }
}

/// For a command that takes nothing.
fn expect_nothing(arguments: &str, usage: &str) -> Result<(), String> {
    if arguments.is_empty() { Ok(()) } else { Err(format!("{usage} takes no argument")) }
}
