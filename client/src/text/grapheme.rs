//! Borders of graphemes and words around a caret. A word is a run without white space.

use unicode_segmentation::UnicodeSegmentation;

/// The border before `at`; 0 at the beginning.
pub fn previous(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.grapheme_indices(true).next_back().map_or(0, |(i, _)| i)
}

/// The border after `at`; the length at the end.
pub fn next(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    after.graphemes(true).next().map_or(text.len(), |g| at + g.len())
}

/// The beginning of the word before `at`.
pub fn word_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default().trim_end();
    let space = before.char_indices().rev().find(|(_, c)| c.is_whitespace());
    // What follows the space may belong to it, such as a joiner.
    floor(text, space.map_or(0, |(i, c)| i + c.len_utf8()))
}

/// The end of the word after `at`.
pub fn word_end(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    let begin = after.len() - after.trim_start().len();
    let word = after.get(begin..).unwrap_or_default();
    let end = at + begin + word.find(char::is_whitespace).unwrap_or(word.len());
    let border = floor(text, end);
    if border == end { end } else { next(text, border) }
}

/// The nearest border at or before `at`.
pub fn floor(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    text.grapheme_indices(true).map(|(i, _)| i).take_while(|i| *i <= at).last().unwrap_or(0)
}

pub fn count(text: &str) -> usize {
    text.graphemes(true).count()
}
