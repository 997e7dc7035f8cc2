//! Selectors: which messages a subscription wants, by their headers. A small total grammar of our
//! own, in the spirit of SQL conditions: no function, no arithmetic, no regular expression.
//! Reading is bounded in length, depth and terms and never goes back; evaluation always ends and
//! cannot fail. Knows no session and no frame.

mod eval;
mod expr;
mod lex;
mod like;
mod number;
mod parse;

use crate::text::PeerString;
use expr::Expr;
use std::fmt;
use std::sync::Arc;

/// Octets of a selector at most.
pub const SELECTOR_OCTETS: usize = 1024;
/// `NOT`s and parentheses inside one another at most.
pub const SELECTOR_DEPTH: usize = 32;
/// Comparisons and items of `IN` lists at most.
pub const SELECTOR_TERMS: usize = 64;

/// `bad-selector`: names the place, the cause and the fix, and is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SelectorError(pub String);

/// A condition on headers. Cheap to clone. Two are equal when they differ only in blanks, needless
/// parentheses and the case of keywords.
///
/// ```
/// use chat_protocol::selector::Selector;
///
/// let selector = Selector::parse("colour IN ('red', 'blue') AND weight > 2.5").unwrap();
/// assert!(selector.matches(|name| match name {
///     "colour" => Some("blue"),
///     "weight" => Some("10"),
///     _ => None,
/// }));
/// assert!(!selector.matches(|_| None));
/// ```
#[derive(Clone, PartialEq)]
pub struct Selector {
    root: Arc<Expr>,
}

impl Selector {
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        parse::parse(text).map(|root| Self { root: Arc::new(root) })
    }

    /// Whether the condition is true; what depends on a header that is missing is neither true nor
    /// false. `header` looks up a value by its exact name.
    pub fn matches<'h>(&self, header: impl Fn(&str) -> Option<&'h str>) -> bool {
        self.root.truth(&header) == Some(true)
    }

    /// A short way to write it, never longer than what was parsed; parses to the same condition.
    pub fn text(&self) -> PeerString {
        self.root.text().into()
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Selector").field(&self.text()).finish()
    }
}
