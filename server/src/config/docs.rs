//! The settings as text for people: the page `docs/configure.md` and the listing of `chat-server config`.

use super::value::Form;
use super::{Config, Entry, Group, Loaded, TABLE};
use std::fmt::Write;

const HEAD: &str = "\
# Configure the server

`chat-server serve` needs no configuration. Every setting below is a flag (`--max-frame 1MiB`), an
environment variable (`CHAT_SERVER_MAX_FRAME=1MiB`) and a key of a TOML file (`max-frame = \"1MiB\"`).
A flag wins over the environment, the environment over the file, the file over the default.

The file is the one named by `--config FILE` or `CHAT_SERVER_CONFIG`, else `chat-server/config.toml` in
the platform's directory for configuration (`~/.config` on Linux), when there is one. It has no sections.
An unknown key or a value that does not fit is refused at the start, with file, line and the nearest key
(exit status 78). `chat-server config` prints what is in force, and where each value comes from.

Times are written `500ms`, `10s`, `2m`, `1h`, `1d`; sizes `512B`, `64KiB`, `1MiB`; lists as a TOML array,
as a flag given several times, or with commas in the environment.

This page is generated from the program's own table of settings.
";

/// The whole page.
pub fn page() -> String {
    let defaults = Config::default();
    let mut page = HEAD.to_owned();
    for group in Group::ALL {
        let _ = write!(
            page,
            "\n## {}\n\n| setting | default | meaning |\n|---|---|---|\n",
            group.title()
        );
        for entry in TABLE.iter().filter(|entry| entry.group == group) {
            let shown = (entry.show)(&defaults);
            let default = if shown.is_empty() { "none".to_owned() } else { format!("`{shown}`") };
            let _ = writeln!(page, "| `{}` | {default} | {} |", entry.key(), entry.doc());
        }
    }
    page
}

/// A TOML file that says what is in force, each line with its source.
pub fn effective(loaded: &Loaded) -> String {
    let rows = TABLE.iter().zip(&loaded.sources);
    let lines: Vec<_> =
        rows.map(|(entry, source)| (assignment(entry, &loaded.config), source)).collect();
    let width = lines.iter().map(|(line, _)| line.len()).max().unwrap_or(0).min(48);
    let mut text = String::new();
    for (line, source) in lines {
        let _ = writeln!(text, "{line:width$}  # {source}");
    }
    text
}

fn assignment(entry: &Entry, config: &Config) -> String {
    let shown = (entry.show)(config);
    let value = match entry.form {
        Form::Bool => shown,
        Form::Number if shown.parse::<f64>().is_ok() => shown,
        Form::Number | Form::Text => quoted(&shown),
        Form::List => {
            let items = shown.split(',').filter(|item| !item.is_empty()).map(quoted);
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
    };
    format!("{} = {value}", entry.key())
}

/// A TOML basic string: what it must escape, JSON escapes the same way.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
