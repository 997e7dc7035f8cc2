//! Wildcards in what a SUBSCRIBE reads: plain topics, or queues, whose names have a certain shape.
//! A pattern never matches what belongs to the chat or to one connection alone. Which subscriptions
//! may have one, and how many, is the application's to say.

use super::Destination;
use super::destination::well_formed;
use std::sync::Arc;

/// Segments of a pattern at most, `topic` or `queue` not counted.
pub const PATTERN_SEGMENTS: usize = 16;

/// `/topic/…` or `/queue/…` with wildcards. Segments are split at `.` and `/`, which count the same.
/// `*` is exactly one segment; `>` at the end (also written `#` or `**`) is all that follows,
/// nothing included. Dead letters (`/queue/dlq.…`) match only where the pattern says `dlq` itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// With `>` for its aliases.
    text: Arc<str>,
}

impl Pattern {
    /// `whole` is `/topic/` or `/queue/` and `rest`, which has a wildcard.
    pub(super) fn read(whole: &str, rest: &str) -> Result<Self, String> {
        well_formed(whole, rest)?;
        if segments(rest).count() > PATTERN_SEGMENTS {
            return Err(format!("a pattern has at most {PATTERN_SEGMENTS} segments"));
        }
        let last = segments(whole).next_back().unwrap_or_default();
        let start = whole.strip_suffix(last).unwrap_or_default();
        if segments(start).any(is_rest) {
            return Err("'>', '#' and '**' mean the rest and can only come last".to_owned());
        }
        let text = if is_rest(last) { format!("{start}>").into() } else { whole.into() };
        Ok(Self { text })
    }

    /// With `>` for its aliases; safe to show, and parses to the same pattern.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// In time linear in both.
    pub fn matches(&self, destination: &Destination) -> bool {
        let (Destination::Topic(name) | Destination::Queue(name)) = destination else {
            return false;
        };
        if destination.is_dead_letter() && !self.says_dead_letter() {
            return false;
        }
        let mut name = segments(name);
        for wanted in segments(&self.text) {
            match (wanted, name.next()) {
                (">", _) => return true,
                ("*", Some(_)) => {}
                (wanted, Some(found)) if wanted == found => {}
                _ => return false,
            }
        }
        name.next().is_none()
    }

    fn says_dead_letter(&self) -> bool {
        segments(&self.text).nth(2) == Some("dlq")
    }
}

/// Whether a segment of it is a wildcard.
pub(super) fn has_wildcard(rest: &str) -> bool {
    segments(rest).any(|segment| segment == "*" || is_rest(segment))
}

fn is_rest(segment: &str) -> bool {
    matches!(segment, ">" | "#" | "**")
}

pub(super) fn segments(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(['/', '.'])
}
