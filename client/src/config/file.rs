//! The configuration file: TOML, read into `key -> text` with the line of each key. A key that is
//! not in the table of settings is refused with its line and the nearest key there is.

use super::{ConfigError, Setting};
use std::collections::HashMap;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// One value of the file: its text and its line, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub text: String,
    pub line: usize,
}

pub type Values = HashMap<Setting, Value>;

/// Reads a file that was asked for by name, or the one at the default place, which may be absent.
pub fn read(path: &Path, required: bool) -> Result<Values, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, path),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !required => Ok(Values::new()),
        Err(e) => Err(ConfigError::file(format!("cannot read {}: {e}", path.display()))),
    }
}

fn parse(text: &str, path: &Path) -> Result<Values, ConfigError> {
    let line_of = |at: usize| text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
    let fail = |at: usize, what: String| {
        ConfigError::file(format!("{}:{}: {what}", path.display(), line_of(at)))
    };
    let table = DeTable::parse(text)
        .map_err(|e| fail(e.span().map_or(0, |s| s.start), e.message().to_owned()))?;
    let mut values = Values::new();
    let mut open = vec![(String::new(), table.get_ref())];
    while let Some((prefix, table)) = open.pop() {
        for (key, value) in table {
            let at = key.span().start;
            let name = format!("{prefix}{}", key.get_ref());
            match (Setting::by_key(&name), value.get_ref()) {
                (None, DeValue::Table(inner)) if Setting::is_table(&name) => {
                    open.push((format!("{name}."), inner));
                }
                (None, _) => return Err(fail(at, unknown(&name))),
                (Some(setting), value) => {
                    let text = scalar(value).ok_or_else(|| {
                        fail(at, format!("`{name}` takes {}", setting.info().takes))
                    })?;
                    values.insert(setting, Value { text, line: line_of(at) });
                }
            }
        }
    }
    Ok(values)
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(s) => Some(s.to_string()),
        DeValue::Boolean(b) => Some(b.to_string()),
        DeValue::Integer(i) => Some(i.to_string()),
        _ => None,
    }
}

fn unknown(name: &str) -> String {
    let nearest = Setting::ALL
        .iter()
        .map(|s| s.info().key)
        .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    let shown = chat_protocol::text::PeerStr::new(name).line();
    match nearest {
        Some(key) => format!("there is no setting `{shown}`; did you mean `{key}`?"),
        None => format!("there is no setting `{shown}`"),
    }
}
