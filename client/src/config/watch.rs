//! Whether the configuration file has changed since it was read. It is looked at when somebody asks,
//! never by itself, so that an idle program stays idle.

use super::{Config, ConfigError, Flags, Surroundings, load, path};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::SystemTime;

pub struct Watch {
    flags: Flags,
    path: Option<PathBuf>,
    seen: Option<Stamp>,
    /// As it was read last without an error.
    config: Config,
}

/// What tells two states of a file apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    inode: u64,
}

/// What a new reading gave.
#[derive(Debug)]
pub struct Reading {
    pub config: Config,
    /// Something changed that a running client cannot take.
    pub needs_restart: bool,
}

impl Watch {
    /// Of a configuration that was just read with these flags.
    pub fn new(flags: Flags, around: &Surroundings<'_>, config: Config) -> Self {
        let path = path(&flags, around).map(|(path, _)| path);
        let seen = path.as_ref().and_then(stamp);
        Self { flags, path, seen, config }
    }

    /// Whether the file is another one than when this was asked last.
    pub fn is_new(&mut self) -> bool {
        let stamp = self.path.as_ref().and_then(stamp);
        let is_new = stamp != self.seen;
        self.seen = stamp;
        is_new
    }

    /// Reads everything anew.
    pub fn read(&mut self, around: &Surroundings<'_>) -> Result<Reading, ConfigError> {
        let config = load(&self.flags, around)?;
        let fixed = |c: &Config| Config { settings: Default::default(), ..c.clone() };
        let needs_restart = fixed(&config) != fixed(&self.config);
        self.config = config.clone();
        Ok(Reading { config, needs_restart })
    }
}

fn stamp(path: &PathBuf) -> Option<Stamp> {
    let meta = std::fs::metadata(path).ok()?;
    Some(Stamp { modified: meta.modified().ok(), length: meta.len(), inode: meta.ino() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Surroundings<'_> = Surroundings { env: &|_| None, user: &|| None };

    #[test]
    fn a_change_is_seen_once_and_says_whether_a_restart_is_needed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(&path, "nick = \"mina\"\n").unwrap();
        let flags = Flags { config: Some(path.clone()), ..Flags::default() };
        let config = load(&flags, &NOBODY).unwrap();
        let mut watch = Watch::new(flags, &NOBODY, config);
        assert!(!watch.is_new());
        std::fs::write(&path, "nick = \"mina\"\n[ui]\nvi = true\n").unwrap();
        assert!(watch.is_new() && !watch.is_new());
        let reading = watch.read(&NOBODY).unwrap();
        assert!(reading.config.settings.ui.vi && !reading.needs_restart);
        std::fs::write(&path, "nick = \"jun\"\n").unwrap();
        assert!(watch.is_new());
        assert!(watch.read(&NOBODY).unwrap().needs_restart);
        assert!(!watch.read(&NOBODY).unwrap().needs_restart);
        // Saved as editors do: another file takes its place.
        let other = dir.path().join("new");
        std::fs::write(&other, "nick = \"jum\"\n").unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert!(watch.is_new());
        std::fs::write(&path, "nikc = 1").unwrap();
        assert!(watch.is_new() && watch.read(&NOBODY).is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(watch.is_new());
    }
}
