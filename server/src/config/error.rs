//! Why settings are refused: each a sentence with place, cause and fix.

use std::path::PathBuf;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Default,
    File { path: PathBuf, line: usize },
    Env(String),
    Flag(String),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Env(name) => f.write_str(name),
            Self::Flag(key) => write!(f, "--{key}"),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{}:{line}: unknown key {key:?}{}", path.display(), did_you_mean(nearest))]
    UnknownKey { path: PathBuf, line: usize, key: String, nearest: Option<String> },
    #[error("{origin}: {key} cannot be {value:?}, write {expects}")]
    BadValue { origin: Source, key: String, value: String, expects: &'static str },
    #[error("{}:{line}: {cause}", path.display())]
    Syntax { path: PathBuf, line: usize, cause: String },
    #[error("cannot read the configuration file {}: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: String },
    #[error("{0}")]
    Contradiction(String),
}

impl ConfigError {
    /// Whether the command line is at fault, rather than a file or the environment.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::BadValue { origin: Source::Flag(_), .. })
    }
}

pub fn did_you_mean(nearest: &Option<String>) -> String {
    match nearest {
        Some(key) => format!(", did you mean {key}?"),
        None => ", see docs/configure.md for the keys there are".to_owned(),
    }
}
