//! What the client runs with: flag over `CHAT_TUI_…` environment variable over TOML file over
//! default. One table of settings gives the keys, the variables and the documentation. Knows
//! nothing of commands.

pub mod duration;
mod file;
mod nick;
pub mod server_url;

pub use duration::{DurationError, parse_duration};
pub use server_url::{DEFAULT_SERVER, ServerUrl, ServerUrlError};

use chat_protocol::chat::UserName;
use directories::ProjectDirs;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that can be set, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub server: ServerUrl,
    /// `None`: the server gives a guest's name.
    pub nick: Option<UserName>,
    /// Rooms remembered, `server.log`.
    pub data_dir: PathBuf,
    /// How long a server started by `--with-server` stays when everybody has left.
    pub with_server_idle: Duration,
    /// Ring the terminal's bell when one is mentioned.
    pub bell: bool,
}

/// A setting of the file and the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    Server,
    Nick,
    DataDir,
    WithServerIdle,
    Bell,
}

/// How a setting is written.
#[derive(Debug, Clone, Copy)]
pub struct SettingInfo {
    /// In the file; a dot separates table and key.
    pub key: &'static str,
    pub env: &'static str,
    pub takes: &'static str,
}

impl Setting {
    pub const ALL: [Setting; 5] =
        [Setting::Server, Setting::Nick, Setting::DataDir, Setting::WithServerIdle, Setting::Bell];

    pub fn info(self) -> SettingInfo {
        let (key, env, takes) = match self {
            Setting::Server => {
                ("server", "CHAT_TUI_SERVER", "an address such as \"ws://host:port/ws\"")
            }
            Setting::Nick => ("nick", "CHAT_TUI_NICK", "a name"),
            Setting::DataDir => ("data-dir", "CHAT_TUI_DATA_DIR", "a directory"),
            Setting::WithServerIdle => {
                ("with-server-idle", "CHAT_TUI_WITH_SERVER_IDLE", "a duration such as \"60s\"")
            }
            Setting::Bell => ("notifications.bell", "CHAT_TUI_NOTIFICATIONS_BELL", "true or false"),
        };
        SettingInfo { key, env, takes }
    }

    fn by_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.info().key == key)
    }

    fn is_table(name: &str) -> bool {
        Self::ALL.iter().any(|s| s.info().key.split_once('.').is_some_and(|(t, _)| t == name))
    }
}

/// What was given on the command line.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub server: Option<String>,
    pub nick: Option<String>,
}

/// A setting that cannot be used: one sentence with where it was given, the cause and the fix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    /// It was given on the command line.
    pub by_flag: bool,
    pub message: String,
}

impl ConfigError {
    fn file(message: String) -> Self {
        Self { by_flag: false, message }
    }
}

/// A value and the place it was given at.
struct Given {
    text: String,
    place: String,
    by_flag: bool,
}

struct Layers<'a> {
    flags: &'a Flags,
    env: &'a dyn Fn(&str) -> Option<String>,
    file: file::Values,
    path: PathBuf,
}

impl Layers<'_> {
    fn given(&self, setting: Setting) -> Option<Given> {
        let info = setting.info();
        let flag = match setting {
            Setting::Server => self.flags.server.clone(),
            Setting::Nick => self.flags.nick.clone(),
            _ => None,
        };
        if let Some(text) = flag {
            return Some(Given { text, place: format!("--{}", info.key), by_flag: true });
        }
        if let Some(text) = (self.env)(info.env) {
            return Some(Given { text, place: info.env.to_owned(), by_flag: false });
        }
        let value = self.file.get(&setting)?;
        let place = format!("{}:{}: `{}`", self.path.display(), value.line, info.key);
        Some(Given { text: value.text.clone(), place, by_flag: false })
    }

    fn read<T, E: std::fmt::Display>(
        &self,
        setting: Setting,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(given) = self.given(setting) else { return Ok(None) };
        parse(&given.text).map(Some).map_err(|e| ConfigError {
            by_flag: given.by_flag,
            message: format!("{}: {e}", given.place),
        })
    }
}

/// Puts the layers together. `env` is the environment, `system_user` the login name of the system.
pub fn load(
    flags: &Flags,
    env: &dyn Fn(&str) -> Option<String>,
    system_user: &dyn Fn() -> Option<String>,
) -> Result<Config, ConfigError> {
    let dirs = ProjectDirs::from("", "", "chat-tui");
    let asked = flags.config.clone().or_else(|| env("CHAT_TUI_CONFIG").map(PathBuf::from));
    let path = asked.clone().or_else(|| dirs.as_ref().map(|d| d.config_dir().join("config.toml")));
    let file = match &path {
        Some(path) => file::read(path, asked.is_some())?,
        None => file::Values::new(),
    };
    let layers = Layers { flags, env, file, path: path.unwrap_or_default() };

    let server = match layers.read(Setting::Server, ServerUrl::parse)? {
        Some(url) => url,
        None => ServerUrl::parse(DEFAULT_SERVER)
            .map_err(|e| ConfigError::file(format!("the default server: {e}")))?,
    };
    let nick = match layers.read(Setting::Nick, UserName::parse)? {
        Some(nick) => Some(nick),
        None => system_user().and_then(|name| nick::from_system(&name)),
    };
    let data_dir = layers
        .read(Setting::DataDir, |s| Ok::<_, std::convert::Infallible>(PathBuf::from(s)))?
        .or_else(|| dirs.map(|d| d.data_dir().to_owned()))
        .ok_or_else(|| {
            ConfigError::file("there is no home directory; set CHAT_TUI_DATA_DIR".to_owned())
        })?;
    Ok(Config {
        server,
        nick,
        data_dir,
        with_server_idle: layers
            .read(Setting::WithServerIdle, parse_duration)?
            .unwrap_or(Duration::from_secs(60)),
        bell: layers.read(Setting::Bell, boolean)?.unwrap_or(true),
    })
}

fn boolean(text: &str) -> Result<bool, &'static str> {
    text.parse().map_err(|_| "this is true or false")
}

#[cfg(test)]
mod tests;
