//! The configuration file: TOML, read into settings with the line of each. A key that is not in the
//! table of settings is refused with its line and the nearest key there is.

use super::table::{Entry, FAMILIES, Family, Set, TABLE};
use super::{ConfigError, Given};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// A file larger than this is not a configuration.
const MAX_BYTES: u64 = 1024 * 1024;

#[derive(Default)]
pub struct File {
    path: PathBuf,
    is_there: bool,
    settings: Vec<Setting>,
    /// `[profile.NAME]`, each with settings of its own.
    profiles: BTreeMap<String, Vec<Setting>>,
}

struct Setting {
    key: String,
    line: usize,
    value: Value,
}

enum Value {
    Bool(bool),
    Text(String),
    List(Vec<String>),
}

impl File {
    /// Reads a file that was asked for by name, or the one at the default place, which may be absent.
    pub fn read(path: &Path, required: bool) -> Result<Self, ConfigError> {
        let fail =
            |e: std::io::Error| ConfigError::file(format!("cannot read {}: {e}", path.display()));
        match std::fs::metadata(path) {
            Ok(meta) if meta.len() > MAX_BYTES => {
                return Err(ConfigError::file(format!(
                    "{} has more than 1 MiB: that is no configuration",
                    path.display()
                )));
            }
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !required => {
                return Ok(Self { path: path.to_owned(), ..Self::default() });
            }
            Err(e) => return Err(fail(e)),
        }
        Self::parse(&std::fs::read_to_string(path).map_err(fail)?, path)
    }

    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let parser = Parser { text, path };
        let mut file = Self { path: path.to_owned(), is_there: true, ..Self::default() };
        let table = DeTable::parse(text)
            .map_err(|e| parser.fail(e.span().map_or(0, |s| s.start), e.message()))?;
        for (key, value) in table.get_ref() {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("profile", DeValue::Table(profiles)) => {
                    for (name, profile) in profiles {
                        let DeValue::Table(profile) = profile.get_ref() else {
                            let at = name.span().start;
                            return Err(parser.fail(at, "a profile is a table: [profile.NAME]"));
                        };
                        let settings = parser.settings(profile)?;
                        file.profiles.insert(name.get_ref().to_string(), settings);
                    }
                }
                (name, value) => {
                    parser.setting(name, key.span().start, value, &mut file.settings)?
                }
            }
        }
        Ok(file)
    }

    pub fn is_there(&self) -> bool {
        self.is_there
    }

    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    pub fn settings(&self) -> usize {
        self.settings.len() + self.profiles.values().map(Vec::len).sum::<usize>()
    }

    /// What the file says, and above it what the profile says.
    pub(super) fn apply(
        &self,
        profile: Option<&str>,
        given: &mut Given,
    ) -> Result<(), ConfigError> {
        let above = match profile {
            None => &[][..],
            Some(name) => self.profiles.get(name).ok_or_else(|| self.no_profile(name))?,
        };
        for setting in self.settings.iter().chain(above) {
            setting.apply(given).map_err(|what| {
                let path = self.path.display();
                let key = shown(&setting.key);
                ConfigError::file(format!("{path}:{}: `{key}`{what}", setting.line))
            })?;
        }
        Ok(())
    }

    fn no_profile(&self, name: &str) -> ConfigError {
        let known: Vec<String> = self.profiles().map(shown).collect();
        let known = match known.as_slice() {
            [] => "it has none".to_owned(),
            names => format!("it has {}", names.join(", ")),
        };
        let (path, name) = (self.path.display(), shown(name));
        ConfigError::file(format!("there is no [profile.{name}] in {path}; {known}"))
    }
}

impl Setting {
    fn apply(&self, given: &mut Given) -> Result<(), String> {
        if let Some((family, name)) = Family::of(&self.key) {
            let items = match &self.value {
                Value::Bool(_) => return Err(format!(" takes {}", family.takes)),
                Value::Text(text) => std::slice::from_ref(text),
                Value::List(items) => items,
            };
            return (family.set)(given, name, items).map_err(|e| format!(": {e}"));
        }
        let Some(entry) = Entry::by_key(&self.key) else { return Ok(()) };
        match (&entry.set, &self.value) {
            (Set::Bool(set), Value::Bool(on)) => set(given, *on),
            (Set::Text(set), Value::Text(text)) => {
                set(given, text).map_err(|e| format!(": {e}"))?;
            }
            (Set::List(set), Value::List(items)) => {
                set(given, items).map_err(|e| format!(": {e}"))?;
            }
            _ => return Err(format!(" takes {}", entry.takes)),
        }
        Ok(())
    }
}

struct Parser<'a> {
    text: &'a str,
    path: &'a Path,
}

impl Parser<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
    }

    fn fail(&self, at: usize, what: &str) -> ConfigError {
        ConfigError::file(format!("{}:{}: {what}", self.path.display(), self.line(at)))
    }

    fn settings(&self, table: &DeTable<'_>) -> Result<Vec<Setting>, ConfigError> {
        let mut settings = Vec::new();
        for (key, value) in table {
            self.setting(key.get_ref(), key.span().start, value.get_ref(), &mut settings)?;
        }
        Ok(settings)
    }

    /// One key with its value, or the keys of a table under it.
    fn setting(
        &self,
        name: &str,
        at: usize,
        value: &DeValue<'_>,
        settings: &mut Vec<Setting>,
    ) -> Result<(), ConfigError> {
        let is_key = Entry::by_key(name).is_some() || Family::of(name).is_some();
        match value {
            DeValue::Table(inner) if !is_key && is_table(name) => {
                for (key, value) in inner {
                    let name = format!("{name}.{}", key.get_ref());
                    self.setting(&name, key.span().start, value.get_ref(), settings)?;
                }
                return Ok(());
            }
            _ if !is_key => return Err(self.fail(at, &unknown(name))),
            _ => {}
        }
        let takes = Entry::by_key(name).map(|e| e.takes);
        let takes = takes.or(Family::of(name).map(|(f, _)| f.takes)).unwrap_or_default();
        let value = plain(value)
            .ok_or_else(|| self.fail(at, &format!("`{}` takes {takes}", shown(name))))?;
        settings.push(Setting { key: name.to_owned(), line: self.line(at), value });
        Ok(())
    }
}

fn is_table(name: &str) -> bool {
    let keys = TABLE.iter().map(|e| e.key).chain(FAMILIES.iter().map(|f| f.prefix));
    keys.into_iter().any(|k| k.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

fn plain(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::Boolean(on) => Value::Bool(*on),
        DeValue::Array(items) => Value::List(
            items.iter().map(|item| text(item.get_ref())).collect::<Option<Vec<String>>>()?,
        ),
        value => Value::Text(text(value)?),
    })
}

fn text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(s) => Some(s.to_string()),
        DeValue::Integer(i) => Some(i.to_string()),
        _ => None,
    }
}

fn unknown(name: &str) -> String {
    let keys = TABLE.iter().map(|e| e.key).chain(["keys", "notifications.rooms", "profile"]);
    let nearest =
        keys.max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    let nearest = nearest.unwrap_or_default();
    format!("there is no setting `{}`; did you mean `{nearest}`?", shown(name))
}

fn shown(name: &str) -> String {
    chat_protocol::text::PeerStr::new(name).line().into_string()
}
