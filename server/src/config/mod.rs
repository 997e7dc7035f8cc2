//! What can be set, from where, and what holds: flag over environment over file over default. The one
//! definition of every setting is [`table`]; this is where the layers are laid upon each other.
//!
//! Knows nothing of clap: flags come as pairs of key and text.

pub mod docs;
mod error;
mod file;
mod server;
mod table;
mod value;

pub use error::{ConfigError, Source};
pub use table::{Config, Entry, Group, TABLE};
pub use value::{Auto, Form, Size, Value};

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub const ENV_PREFIX: &str = "CHAT_SERVER_";

/// The layers above the defaults, before they are read.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// By key; a list's items joined by commas.
    pub flags: HashMap<String, String>,
    /// The process environment, or what a test makes of it.
    pub env: Vec<(OsString, OsString)>,
    /// `--config`; must exist when given.
    pub file: Option<PathBuf>,
    /// Read when no file is named; need not exist.
    pub default_file: Option<PathBuf>,
}

/// Settings in force.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    /// One per row of [`TABLE`], in its order.
    pub sources: Vec<Source>,
    /// For the log: things that were ignored.
    pub warnings: Vec<String>,
}

/// `chat-server/config.toml` in the platform's place for configuration.
pub fn default_file() -> Option<PathBuf> {
    project_dirs().map(|dirs| dirs.config_dir().join("config.toml"))
}

fn project_dirs() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "chat-server")
}

impl Config {
    /// The directory to keep everything in.
    pub fn data_directory(&self) -> Result<PathBuf, ConfigError> {
        match &self.data_dir {
            Auto::Set(dir) => Ok(dir.clone()),
            Auto::Auto => project_dirs().map(|dirs| dirs.data_dir().to_owned()).ok_or_else(|| {
                let sentence =
                    "there is no home directory to keep data in, name one with --data-dir";
                ConfigError::Contradiction(sentence.to_owned())
            }),
        }
    }
}

impl Layers {
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let (env, warnings) = self.env_values();
        let (path, values) = self.file_values(&env)?;
        let mut config = Config::default();
        let mut sources = Vec::with_capacity(TABLE.len());
        for entry in TABLE {
            let key = entry.key();
            let found = if let Some(text) = self.flags.get(&key) {
                Some((text.clone(), Source::Flag(key.clone())))
            } else if let Some(text) = env.get(&entry.env()) {
                Some((text.clone(), Source::Env(entry.env())))
            } else {
                let in_file = |(text, line): &(String, usize)| {
                    (text.clone(), Source::File { path: path.clone(), line: *line })
                };
                values.get(&key).map(in_file)
            };
            sources.push(match found {
                None => Source::Default,
                Some((text, origin)) if (entry.set)(&mut config, &text) => origin,
                Some((value, origin)) => {
                    return Err(ConfigError::BadValue {
                        origin,
                        key,
                        value,
                        expects: entry.expects,
                    });
                }
            });
        }
        config.check()?;
        Ok(Loaded { config, sources, warnings })
    }

    /// Ours, by name. An empty value is as good as none. Unknown names are only warned about, because
    /// container platforms put names of their own with any prefix into the environment.
    fn env_values(&self) -> (HashMap<String, String>, Vec<String>) {
        let mut known = HashMap::new();
        let mut warnings = Vec::new();
        for (name, value) in &self.env {
            let Some(name) = name.to_str().filter(|name| name.starts_with(ENV_PREFIX)) else {
                continue;
            };
            let value = value.to_string_lossy().into_owned();
            let ours = name == config_env() || TABLE.iter().any(|entry| entry.env() == name);
            if !ours {
                let key = name.trim_start_matches(ENV_PREFIX).to_lowercase().replace('_', "-");
                let meant = error::did_you_mean(&file::nearest(&key));
                warnings.push(format!("the environment has {name:?}, which is no setting{meant}"));
            } else if !value.is_empty() {
                known.insert(name.to_owned(), value);
            }
        }
        (known, warnings)
    }

    fn file_values(
        &self,
        env: &HashMap<String, String>,
    ) -> Result<(PathBuf, file::Values), ConfigError> {
        let named = self.file.clone().or_else(|| env.get(&config_env()).map(PathBuf::from));
        let (path, required) = match (named, &self.default_file) {
            (Some(path), _) => (path, true),
            (None, Some(path)) => (path.clone(), false),
            (None, None) => return Ok((PathBuf::new(), file::Values::new())),
        };
        match file::read(&path)? {
            Some(values) => Ok((path, values)),
            None if required => Err(missing(&path)),
            None => Ok((path, file::Values::new())),
        }
    }
}

fn config_env() -> String {
    format!("{ENV_PREFIX}CONFIG")
}

fn missing(path: &Path) -> ConfigError {
    let cause = "there is no such file".to_owned();
    ConfigError::Unreadable { path: path.to_owned(), cause }
}
