//! Names of rooms and people: XID_Continue characters, `-` and `_`, not beginning with `-`; NFC;
//! compared (`Eq`, `Ord`, `Hash`) by Unicode case folding; shown as first used.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a name was refused. `Display` names the cause and the fix and is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a name cannot be empty")]
    Empty,
    #[error("a name cannot begin with '-'")]
    LeadingHyphen,
    #[error("a name is made of letters, digits, '-' and '_'; {0} is not allowed")]
    Character(String),
    #[error("a name has at most {graphemes} characters and 256 bytes")]
    TooLong { graphemes: usize },
}

/// A room's name: at most 64 graphemes and 256 bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomName {
    shown: Arc<str>,
    folded: Arc<str>,
}
/// A person's name: at most 32 graphemes and 256 bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName {
    shown: Arc<str>,
    folded: Arc<str>,
}

macro_rules! name {
    ($t:ident) => {
        impl $t {
            /// Normalises to NFC, then checks.
            pub fn parse(_s: &str) -> Result<Self, NameError> {
                todo!()
            }
            /// As first used, NFC. Safe to show: the rules let no control or format character in.
            pub fn as_str(&self) -> &str {
                &self.shown
            }
            /// Case-folded: what is compared and stored as a key.
            pub fn folded(&self) -> &str {
                &self.folded
            }
        }
        impl PartialEq for $t {
            fn eq(&self, o: &Self) -> bool {
                self.folded == o.folded
            }
        }
        impl Eq for $t {}
        impl std::hash::Hash for $t {
            fn hash<H: std::hash::Hasher>(&self, h: &mut H) {
                self.folded.hash(h)
            }
        }
        impl PartialOrd for $t {
            fn partial_cmp(&self, o: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(o))
            }
        }
        impl Ord for $t {
            fn cmp(&self, o: &Self) -> std::cmp::Ordering {
                self.folded.cmp(&o.folded)
            }
        }
        impl std::fmt::Display for $t {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.shown)
            }
        }
        impl TryFrom<String> for $t {
            type Error = NameError;
            fn try_from(s: String) -> Result<Self, NameError> {
                Self::parse(&s)
            }
        }
        impl From<$t> for String {
            fn from(n: $t) -> Self {
                n.shown.as_ref().to_owned()
            }
        }
    };
}
name!(RoomName);
name!(UserName);
