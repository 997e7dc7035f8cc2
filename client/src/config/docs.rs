//! The settings as text for people: the file of `chat-tui config default`, and the tables of
//! `docs/client.md`.

use super::{FAMILIES, TABLE};
use crate::app::keymap;
use std::fmt::Write;

/// A file with every setting and its default, each as a comment, so that it changes nothing.
pub fn default_file() -> String {
    let mut text = "# Settings of chat-tui. What is commented out is the default.\n".to_owned();
    let mut section = "";
    for entry in TABLE {
        let (table, key) = entry.key.rsplit_once('.').unwrap_or(("", entry.key));
        if table != section {
            section = table;
            let _ = write!(text, "\n[{table}]\n");
        }
        let default = if entry.default.is_empty() { "\"…\"" } else { entry.default };
        let _ =
            write!(text, "\n# {}\n# It takes {}.\n# {key} = {default}\n", entry.doc, entry.takes);
    }
    for family in FAMILIES {
        let table = family.prefix.trim_end_matches('.');
        let _ = write!(
            text,
            "\n[{table}]\n\n# {}\n# {} takes {}.\n",
            family.doc, family.name, family.takes
        );
    }
    for binding in keymap::TABLE {
        let keys: Vec<String> =
            binding.keys.iter().map(|k| format!("{:?}", k.to_string())).collect();
        let _ = writeln!(text, "# {} = [{}]", binding.action.name(), keys.join(", "));
    }
    text.push_str(PROFILE);
    text
}

const PROFILE: &str = "
# A profile has settings that count above these when it is asked for (--profile work).
# [profile.work]
# server = \"wss://chat.example.org/ws\"
# nick = \"mina\"
# rooms = [\"builds\", \"ops\"]
";

/// The settings as a table in Markdown.
pub fn settings() -> String {
    let mut page = "| key | default | meaning |\n|---|---|---|\n".to_owned();
    for entry in TABLE {
        let default = match entry.default {
            "" => String::new(),
            default => format!("`{default}`"),
        };
        let _ = writeln!(page, "| `{}` | {default} | {} |", entry.key, entry.doc);
    }
    for family in FAMILIES {
        let _ = writeln!(page, "| `{}{}` | | {} |", family.prefix, family.name, family.doc);
    }
    page
}

/// The actions with their usual keys as a table in Markdown.
pub fn keys() -> String {
    let mut page = "| action | keys | does |\n|---|---|---|\n".to_owned();
    for binding in keymap::TABLE {
        let keys = keymap::names(binding.keys);
        let _ = writeln!(page, "| `{}` | {keys} | {} |", binding.action.name(), binding.help);
    }
    page
}

/// The commands as a table in Markdown.
pub fn commands() -> String {
    let mut page = "| command | also | does |\n|---|---|---|\n".to_owned();
    for command in crate::app::update::commands::TABLE {
        let also: Vec<String> = command.names.iter().skip(1).map(|n| format!("`/{n}`")).collect();
        let _ = writeln!(page, "| `{}` | {} | {} |", command.usage(), also.join(" "), command.help);
    }
    page
}
