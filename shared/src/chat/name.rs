//! Names of rooms and people: XID_Continue characters (UAX #31), `-` and `_`, not beginning with `-`;
//! NFC; compared (`Eq`, `Ord`, `Hash`) by Unicode case folding; shown as first used.
//!
//! Of XID_Continue, what shows nothing is refused (fillers, selectors, joiners), and so is what the
//! sanitiser would change (more than 8 marks on a letter, a mark with no letter): names are safe to show.

use crate::text::{self, PeerStr};
use caseless::Caseless;
use serde::{Deserialize, Serialize, Serializer};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// UTF-8 bytes of a name at most, in NFC.
pub const NAME_BYTES: usize = 256;

/// Why a name was refused. `Display` names the cause and the fix and is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a name cannot be empty; give it a letter or a digit")]
    Empty,
    #[error("a name cannot begin with '-'; begin it with a letter, a digit or '_'")]
    LeadingHyphen,
    #[error("a name is made of letters, digits, '-' and '_'; {0} is not allowed")]
    Character(String),
    #[error(
        "a name has at most {graphemes} characters and {NAME_BYTES} bytes; choose a shorter one"
    )]
    TooLong { graphemes: usize },
}

/// A room's name: at most 64 graphemes and 256 bytes.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct RoomName {
    shown: Arc<str>,
    folded: Arc<str>,
}
/// A person's name: at most 32 graphemes and 256 bytes.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct UserName {
    shown: Arc<str>,
    folded: Arc<str>,
}

/// The name in NFC, and as it is compared.
fn parse(raw: &str, graphemes: usize) -> Result<(Arc<str>, Arc<str>), NameError> {
    // NFC shrinks UTF-8 to a third at most, so nothing longer can fit.
    if raw.len() > 3 * NAME_BYTES {
        return Err(NameError::TooLong { graphemes });
    }
    let shown = text::nfc(raw);
    check(&shown, graphemes)?;
    let folded = fold(&shown);
    let shown: Arc<str> = shown.into();
    let folded = if *folded == *shown { shown.clone() } else { folded.into() };
    Ok((shown, folded))
}

fn check(name: &str, graphemes: usize) -> Result<(), NameError> {
    match name.chars().next() {
        None => return Err(NameError::Empty),
        Some('-') => return Err(NameError::LeadingHyphen),
        Some(_) => {}
    }
    if name.len() > NAME_BYTES || name.graphemes(true).count() > graphemes {
        return Err(NameError::TooLong { graphemes });
    }
    if let Some(c) = name.chars().find(|&c| !is_name_character(c)) {
        return Err(NameError::Character(describe(c)));
    }
    // What is left for the sanitiser to change are marks: too many on a letter, or without one.
    if PeerStr::new(name).line().as_str() != name {
        let what = "a tower of marks, or a mark with no letter before it,";
        return Err(NameError::Character(what.to_owned()));
    }
    Ok(())
}

/// Whether a name may have it, not at its beginning perhaps.
pub(super) fn is_name_character(c: char) -> bool {
    c == '-' || (unicode_ident::is_xid_continue(c) && !text::is_invisible(c))
}

fn describe(c: char) -> String {
    if c.is_alphanumeric() && !text::is_invisible(c) || c.is_ascii_graphic() {
        format!("'{c}'")
    } else if c == ' ' {
        "a space".to_owned()
    } else {
        format!("U+{:04X}", u32::from(c))
    }
}

/// Canonical caseless matching (Unicode 3.13, D145), brought back to NFC.
fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.chars().nfd().default_case_fold().nfc().collect()
}

macro_rules! name {
    ($t:ident, $graphemes:literal) => {
        impl $t {
            /// Graphemes at most.
            pub const GRAPHEMES: usize = $graphemes;

            /// Normalises to NFC, then checks.
            pub fn parse(s: &str) -> Result<Self, NameError> {
                let (shown, folded) = parse(s, Self::GRAPHEMES)?;
                Ok(Self { shown, folded })
            }
            /// As first used, NFC. Safe to show: what the sanitiser would change is refused.
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
        impl Serialize for $t {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.shown)
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
name!(RoomName, 64);
name!(UserName, 32);
