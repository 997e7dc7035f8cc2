//! What a search finds in a text: the one rule by which the server verifies a hit and a client looks
//! through what it has. Texts are compared in NFC and case-folded; a word is a run of letters, digits
//! and the marks on them. Knows no index and no messages.

use super::nfc;
use caseless::Caseless;
use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;

/// UTF-8 bytes of a query at most.
pub const QUERY_BYTES: usize = 256;

/// The words to be found, each in the text, in whatever order. A word of two letters (or syllables)
/// and more is found anywhere within a word of the text, a single letter only where one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    words: Vec<Box<str>>,
}

/// Why a query was refused. `Display` names cause and fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("there is no letter or digit to search for; give a word of two or more")]
    NoWord,
    #[error("a search has at most {QUERY_BYTES} bytes; search for fewer words")]
    TooLong,
}

impl Query {
    /// # Errors
    /// The text has no word, or is over [`QUERY_BYTES`].
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > QUERY_BYTES {
            return Err(QueryError::TooLong);
        }
        let mut words: Vec<Box<str>> = words(&fold(text)).map(Box::from).collect();
        words.sort();
        words.dedup();
        if words.is_empty() { Err(QueryError::NoWord) } else { Ok(Self { words }) }
    }

    /// Folded, each once.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(AsRef::as_ref)
    }

    /// No word has two letters: what it finds is wide, and is looked for within one room only.
    pub fn is_single_letters(&self) -> bool {
        self.words().all(is_single)
    }

    /// Whether all words are in the text.
    pub fn finds(&self, text: &str) -> bool {
        let folded = fold(text);
        self.words().all(|word| match is_single(word) {
            false => folded.contains(word),
            true => words(&folded).any(|other| other.starts_with(word)),
        })
    }
}

/// Whether a word is one letter.
pub fn is_single(word: &str) -> bool {
    word.chars().nth(1).is_none()
}

/// NFC and case-folded: what is compared.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|b| b.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
    }
    let folded: String = nfc(text).chars().default_case_fold().collect();
    // To fold may take a letter apart from its mark.
    Cow::Owned(match nfc(&folded) {
        Cow::Borrowed(_) => folded,
        Cow::Owned(composed) => composed,
    })
}

/// The words of a folded text, in order.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .map(|run| run.trim_start_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}
