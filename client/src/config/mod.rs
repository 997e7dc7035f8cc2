//! What the client runs with: flag over `CHAT_TUI_…` environment variable over the profile over the
//! TOML file over default. One table of settings gives the keys, the variables and the documentation.
//! Knows nothing of commands.

pub mod docs;
pub mod duration;
mod file;
mod nick;
pub mod notifications;
pub mod server_url;
mod settings;
mod table;
mod watch;

pub use duration::{DurationError, parse_duration};
pub use file::File;
pub use notifications::{Level, Notifications};
pub use server_url::{DEFAULT_SERVER, ServerUrl, ServerUrlError};
pub use settings::{Settings, Ui};
pub use table::{Entry, FAMILIES, Family, TABLE};
pub use watch::Watch;

use crate::app::keymap::{Action, Key, Keymap};
use chat_protocol::chat::{RoomName, UserName};
use directories::ProjectDirs;
use std::path::PathBuf;
use std::time::Duration;
use table::Set;

/// Everything that can be set, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub server: ServerUrl,
    /// `None`: the server gives a guest's name.
    pub nick: Option<UserName>,
    /// To join at the start, besides those remembered.
    pub rooms: Vec<RoomName>,
    /// Rooms remembered, `server.log`.
    pub data_dir: PathBuf,
    /// How long a server started by `--with-server` stays when everybody has left.
    pub with_server_idle: Duration,
    pub settings: Settings,
}

/// What the layers say so far.
#[derive(Debug, Default)]
pub(crate) struct Given {
    server: Option<ServerUrl>,
    nick: Option<UserName>,
    rooms: Vec<RoomName>,
    data_dir: Option<PathBuf>,
    with_server_idle: Option<Duration>,
    keys: Vec<(Action, Vec<Key>)>,
    settings: Settings,
}

/// What was given on the command line.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub profile: Option<String>,
    pub server: Option<String>,
    pub nick: Option<String>,
}

/// The surroundings that settings come from.
pub struct Surroundings<'a> {
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// The login name of the system.
    pub user: &'a dyn Fn() -> Option<String>,
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

/// Where the file is looked for, and whether it must be there. `None`: nowhere.
pub fn path(flags: &Flags, around: &Surroundings<'_>) -> Option<(PathBuf, bool)> {
    let asked = flags.config.clone();
    let asked = asked.or_else(|| (around.env)("CHAT_TUI_CONFIG").map(PathBuf::from));
    let usual = || dirs().map(|d| (d.config_dir().join("config.toml"), false));
    asked.map(|path| (path, true)).or_else(usual)
}

fn dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "chat-tui")
}

/// Puts the layers together.
pub fn load(flags: &Flags, around: &Surroundings<'_>) -> Result<Config, ConfigError> {
    let file = match path(flags, around) {
        Some((path, required)) => File::read(&path, required)?,
        None => File::default(),
    };
    put_together(&file, flags, around)
}

/// The same with a file that was read already.
pub fn put_together(
    file: &File,
    flags: &Flags,
    around: &Surroundings<'_>,
) -> Result<Config, ConfigError> {
    let mut given = Given::default();
    match &flags.profile {
        Some(name) => file
            .apply(Some(name), &mut given)
            .map_err(|e| ConfigError { by_flag: !file.profiles().any(|p| p == name), ..e })?,
        None => file.apply((around.env)("CHAT_TUI_PROFILE").as_deref(), &mut given)?,
    }
    for entry in TABLE {
        if let Some(text) = (around.env)(&entry.env()) {
            from_text(entry, &text, &mut given)
                .map_err(|e| ConfigError::file(format!("{}: {e}", entry.env())))?;
        }
    }
    for (key, text) in [("server", &flags.server), ("nick", &flags.nick)] {
        let (Some(text), Some(entry)) = (text, Entry::by_key(key)) else { continue };
        from_text(entry, text, &mut given)
            .map_err(|e| ConfigError { by_flag: true, message: format!("--{key}: {e}") })?;
    }
    given.finish(around)
}

/// A value as the environment and the command line write it; lists with commas.
fn from_text(entry: &Entry, text: &str, given: &mut Given) -> Result<(), String> {
    match entry.set {
        Set::Text(set) => set(given, text),
        Set::Bool(set) => {
            set(given, text.parse().map_err(|_| "this is true or false".to_owned())?);
            Ok(())
        }
        Set::List(set) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            set(given, &items.map(str::to_owned).collect::<Vec<_>>())
        }
    }
}

impl Given {
    fn finish(mut self, around: &Surroundings<'_>) -> Result<Config, ConfigError> {
        self.settings.keys = Keymap::with(&self.keys)
            .map_err(|e| ConfigError::file(format!("the [keys] of the configuration: {e}")))?;
        let server = match self.server {
            Some(url) => url,
            None => ServerUrl::parse(DEFAULT_SERVER)
                .map_err(|e| ConfigError::file(format!("the default server: {e}")))?,
        };
        let data_dir = self.data_dir.or_else(|| dirs().map(|d| d.data_dir().to_owned()));
        let nick = self.nick.or_else(|| (around.user)().and_then(|name| nick::from_system(&name)));
        Ok(Config {
            server,
            nick,
            rooms: self.rooms,
            data_dir: data_dir.ok_or_else(|| {
                ConfigError::file("there is no home directory; set CHAT_TUI_DATA_DIR".to_owned())
            })?,
            with_server_idle: self.with_server_idle.unwrap_or(Duration::from_secs(60)),
            settings: self.settings,
        })
    }
}

#[cfg(test)]
mod tests;
