//! The TOML file: one flat table of known keys, each value as the text it stands for, with its line.

use super::error::ConfigError;
use super::table::{Entry, TABLE};
use super::value::Form;
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// A file larger than this is not a configuration.
const MAX_BYTES: u64 = 1024 * 1024;

/// Text and line by key.
pub type Values = HashMap<String, (String, usize)>;

/// `None` when there is no such file.
pub fn read(path: &Path) -> Result<Option<Values>, ConfigError> {
    let unreadable = |cause: String| ConfigError::Unreadable { path: path.to_owned(), cause };
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(unreadable(e.to_string())),
    };
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|e| unreadable(e.to_string()))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(unreadable("it is larger than 1 MiB".to_owned()));
    }
    parse(path, &text).map(Some)
}

pub fn parse(path: &Path, text: &str) -> Result<Values, ConfigError> {
    let line_of = |at: usize| text.get(..at).map_or(1, |head| head.matches('\n').count() + 1);
    let table = DeTable::parse(text).map_err(|e| ConfigError::Syntax {
        path: path.to_owned(),
        line: line_of(e.span().map_or(0, |span| span.start)),
        cause: e.message().to_owned(),
    })?;
    let mut values = Values::new();
    for (key, value) in table.get_ref() {
        let line = line_of(key.span().start);
        let name = key.get_ref().as_ref();
        let Some(entry) = TABLE.iter().find(|entry| entry.key() == name) else {
            return Err(ConfigError::UnknownKey {
                path: path.to_owned(),
                line,
                key: name.to_owned(),
                nearest: nearest(name),
            });
        };
        let text = as_text(value.get_ref(), entry.form).ok_or_else(|| ConfigError::BadValue {
            origin: super::Source::File { path: path.to_owned(), line },
            key: name.to_owned(),
            value: text.get(value.span()).unwrap_or_default().chars().take(80).collect(),
            expects: entry.expects,
        })?;
        values.insert(entry.key(), (text, line));
    }
    Ok(values)
}

/// The text a value stands for; `None` when its TOML type is not the setting's.
fn as_text(value: &DeValue<'_>, form: Form) -> Option<String> {
    match (value, form) {
        (DeValue::String(s), Form::Text) => Some(s.to_string()),
        // `auto` and `off` stand in the place of numbers, and sizes may be plain numbers.
        (DeValue::String(s), Form::Number) if matches!(s.as_ref(), "auto" | "off") => {
            Some(s.to_string())
        }
        (DeValue::Integer(n), Form::Number | Form::Text) => Some(n.to_string()),
        (DeValue::Float(n), Form::Number) => Some(n.to_string()),
        (DeValue::Boolean(b), Form::Bool) => Some(b.to_string()),
        (DeValue::Array(items), Form::List) => {
            let texts =
                items.iter().map(|item| item.get_ref().as_str()).collect::<Option<Vec<_>>>();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

/// The key that was probably meant.
pub fn nearest(name: &str) -> Option<String> {
    let keys = TABLE.iter().map(Entry::key);
    let ranked = keys.map(|key| (strsim::jaro_winkler(&key, name), key));
    let best = ranked.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.8).then_some(best.1)
}
