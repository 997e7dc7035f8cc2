//! How much more a message may have, once that is little.

use crate::text::grapheme;
use chat_protocol::chat::post::TextLimits;
use unicode_normalization::UnicodeNormalization;

/// Counted down from here.
const FEW_LETTERS: usize = 200;
const FEW_BYTES: usize = 800;

/// What is left of the tighter limit; below 0: too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Graphemes.
    Letters(i64),
    /// Of UTF-8.
    Bytes(i64),
}

/// `None` while the limits are far.
pub fn place_left(draft: &str) -> Option<Left> {
    let limits = TextLimits::default();
    // No text has more graphemes than bytes.
    if draft.len() < limits.graphemes.saturating_sub(FEW_LETTERS).min(limits.bytes / 2) {
        return None;
    }
    let text: String = draft.trim_end().nfc().collect();
    let letters = limits.graphemes as i64 - grapheme::count(&text) as i64;
    let bytes = limits.bytes as i64 - text.len() as i64;
    if letters < 0 || (bytes >= 0 && letters <= FEW_LETTERS as i64) {
        return Some(Left::Letters(letters));
    }
    (bytes <= FEW_BYTES as i64).then_some(Left::Bytes(bytes))
}
