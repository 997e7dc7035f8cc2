//! The one table of settings: it reads them, and it writes their documentation. A new setting is one
//! entry here and one field of what it sets.

use super::notifications::{Level, SEQUENCES};
use super::{Given, ServerUrl, parse_duration};
use crate::app::keymap::{Action, Key, KeymapError};
use chat_protocol::chat::{RoomName, UserName};
use std::path::PathBuf;

/// A setting of the file and the environment.
pub struct Entry {
    /// In the file; a dot separates table and key.
    pub key: &'static str,
    pub takes: &'static str,
    /// As TOML; empty where there is none.
    pub default: &'static str,
    pub doc: &'static str,
    /// Takes hold in a client that runs already.
    pub live: bool,
    pub(super) set: Set,
}

/// How a value is taken. Errors are half a sentence: cause and fix.
pub(super) enum Set {
    Text(fn(&mut Given, &str) -> Result<(), String>),
    Bool(fn(&mut Given, bool)),
    List(fn(&mut Given, &[String]) -> Result<(), String>),
}

impl Entry {
    /// `CHAT_TUI_…`.
    pub fn env(&self) -> String {
        format!("CHAT_TUI_{}", self.key.to_uppercase().replace(['-', '.'], "_"))
    }

    pub(super) fn by_key(key: &str) -> Option<&'static Self> {
        TABLE.iter().find(|e| e.key == key)
    }
}

pub const TABLE: &[Entry] = &[
    Entry {
        key: "server",
        takes: "an address such as \"ws://host:port/ws\"",
        default: "\"ws://127.0.0.1:7878/ws\"",
        doc: "The server.",
        live: false,
        set: Set::Text(|g, s| put(&mut g.server, ServerUrl::parse(s))),
    },
    Entry {
        key: "nick",
        takes: "a name",
        default: "",
        doc: "The name to go by; without it, the login name of the system.",
        live: false,
        set: Set::Text(|g, s| put(&mut g.nick, UserName::parse(s))),
    },
    Entry {
        key: "rooms",
        takes: "a list of rooms such as [\"study-group\"]",
        default: "[]",
        doc: "Rooms to join at the start, besides those remembered.",
        live: false,
        set: Set::List(|g, rooms| {
            let rooms: Result<Vec<_>, _> = rooms.iter().map(|r| RoomName::parse(r)).collect();
            g.rooms = rooms.map_err(|e| e.to_string())?;
            Ok(())
        }),
    },
    Entry {
        key: "data-dir",
        takes: "a directory",
        default: "",
        doc: "Where the client keeps what it remembers; without it, the platform's place for that.",
        live: false,
        set: Set::Text(|g, s| {
            g.data_dir = Some(PathBuf::from(s));
            Ok(())
        }),
    },
    Entry {
        key: "with-server-idle",
        takes: "a duration such as \"60s\"",
        default: "\"60s\"",
        doc: "How long a server started by `--with-server` stays when everybody has left.",
        live: false,
        set: Set::Text(|g, s| put(&mut g.with_server_idle, parse_duration(s))),
    },
    Entry {
        key: "ui.vi",
        takes: "true or false",
        default: "false",
        doc: "The composer has the modes and keys of vi: Esc for commands, `i` for text.",
        live: true,
        set: Set::Bool(|g, on| g.settings.ui.vi = on),
    },
    Entry {
        key: "ui.theme",
        takes: "\"auto\", \"light\", \"dark\", \"16\", \"mono\" or the path of a theme file",
        default: "\"auto\"",
        doc: "The colours. `auto` asks the terminal for its background, and `NO_COLOR` overrules all.",
        live: true,
        set: Set::Text(|g, s| {
            g.settings.ui.theme = match s {
                "auto" => None,
                name => Some(crate::theme::choose(name).map_err(|e| e.to_string())?),
            };
            Ok(())
        }),
    },
    Entry {
        key: "ui.mouse",
        takes: "true or false",
        default: "false",
        doc: "Take the mouse from the start; F12 takes it and gives it back. The terminal's own \
              selecting then needs Shift.",
        live: false,
        set: Set::Bool(|g, on| g.settings.ui.mouse = on),
    },
    Entry {
        key: "ui.ascii",
        takes: "true or false",
        default: "false",
        doc: "Draw borders and marks with ASCII, for terminals that show signs of ambiguous width \
              two cells wide.",
        live: true,
        set: Set::Bool(|g, on| g.settings.ui.ascii = on),
    },
    Entry {
        key: "ui.comings-and-goings",
        takes: "true or false",
        default: "true",
        doc: "Tell who came and went since the newest message, in rooms of up to 50 people.",
        live: true,
        set: Set::Bool(|g, on| g.settings.ui.hides_passing = !on),
    },
    Entry {
        key: "notifications.bell",
        takes: "true or false",
        default: "true",
        doc: "Ring the terminal's bell.",
        live: true,
        set: Set::Bool(|g, on| g.settings.notifications.bell = on),
    },
    Entry {
        key: "notifications.terminal",
        takes: "\"off\", \"osc9\", \"osc777\" or \"osc99\"",
        default: "\"off\"",
        doc: "Have the terminal show a notification, by the sequence it knows: `osc9` (iTerm2, \
              WezTerm, Ghostty, Windows Terminal), `osc777` (foot, urxvt), `osc99` (kitty).",
        live: true,
        set: Set::Text(|g, s| {
            let known = SEQUENCES.iter().find(|(name, _)| *name == s).map(|(_, kind)| *kind);
            if known.is_none() && s != "off" {
                return Err("this is \"off\", \"osc9\", \"osc777\" or \"osc99\"".to_owned());
            }
            g.settings.notifications.terminal = known;
            Ok(())
        }),
    },
    Entry {
        key: "notifications.command",
        takes: "a list of program and arguments such as [\"notify-send\", \"chat\"]",
        default: "[]",
        doc: "A program to run, with its arguments and without a shell; the text comes on its \
              standard input.",
        live: true,
        set: Set::List(|g, command| {
            if command.first().is_some_and(String::is_empty) {
                return Err("the program has no name".to_owned());
            }
            g.settings.notifications.command = command.to_vec();
            Ok(())
        }),
    },
    Entry {
        key: "notifications.every",
        takes: "a duration such as \"1s\"",
        default: "\"1s\"",
        doc: "Between two notifications at least; what comes meanwhile is counted in the next one.",
        live: true,
        set: Set::Text(|g, s| {
            g.settings.notifications.every = parse_duration(s).map_err(|e| e.to_string())?;
            Ok(())
        }),
    },
    Entry {
        key: "notifications.level",
        takes: "\"all\", \"mentions\" or \"nothing\"",
        default: "\"mentions\"",
        doc: "What one is told of in rooms that nothing else is said of.",
        live: true,
        set: Set::Text(|g, s| {
            g.settings.notifications.level = level(s)?;
            Ok(())
        }),
    },
];

fn put<T, E: ToString>(place: &mut Option<T>, value: Result<T, E>) -> Result<(), String> {
    *place = Some(value.map_err(|e| e.to_string())?);
    Ok(())
}

fn level(name: &str) -> Result<Level, String> {
    Level::by_name(name).ok_or_else(|| "this is \"all\", \"mentions\" or \"nothing\"".to_owned())
}

/// A table of the file whose keys are names of something.
pub struct Family {
    /// With the dot.
    pub prefix: &'static str,
    /// What a key is, for the documentation.
    pub name: &'static str,
    pub takes: &'static str,
    pub doc: &'static str,
    pub(super) set: fn(&mut Given, &str, &[String]) -> Result<(), String>,
}

impl Family {
    /// The family of a key, and the name in it.
    pub(super) fn of(key: &str) -> Option<(&'static Self, &str)> {
        FAMILIES.iter().find_map(|f| Some((f, key.strip_prefix(f.prefix)?)))
    }
}

pub const FAMILIES: &[Family] = &[
    Family {
        prefix: "notifications.rooms.",
        name: "ROOM",
        takes: "\"all\", \"mentions\" or \"nothing\"",
        doc: "What one is told of in this room.",
        set: |g, room, items| {
            let room = RoomName::parse(room).map_err(|e| e.to_string())?;
            let level = level(items.first().map_or("", String::as_str))?;
            g.settings.notifications.rooms.insert(room.folded().to_owned(), level);
            Ok(())
        },
    },
    Family {
        prefix: "keys.",
        name: "ACTION",
        takes: "a key such as \"Ctrl-G\", or a list of keys",
        doc: "The keys of an action, in the place of its usual ones; `[]` for none.",
        set: bind,
    },
];

fn bind(given: &mut Given, name: &str, keys: &[String]) -> Result<(), String> {
    let action = Action::by_name(name).ok_or_else(|| unknown_action(name))?;
    let keys: Result<Vec<Key>, _> = keys.iter().map(|k| k.parse()).collect();
    let mut keys = keys.map_err(|e| e.to_string())?;
    keys.dedup();
    given.keys.retain(|(a, _)| *a != action);
    for (other, taken) in &given.keys {
        if let Some(key) = keys.iter().find(|k| taken.contains(k)) {
            let (first, second) = (other.name(), action.name());
            return Err(KeymapError::Twice { key: *key, first, second }.to_string());
        }
    }
    given.keys.push((action, keys));
    Ok(())
}

fn unknown_action(name: &str) -> String {
    let actions = crate::app::keymap::TABLE.iter().map(|b| b.action.name());
    let nearest = actions
        .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    let nearest = nearest.unwrap_or_default();
    let shown = chat_protocol::text::PeerStr::new(name).line().to_string();
    format!("there is no action `{shown}`; did you mean `{nearest}`?")
}
