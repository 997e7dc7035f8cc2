//! Where the motions of vi lead in a text: by graphemes, words and lines. A word is a run of letters,
//! digits and `_`, or a run of other signs; a *big* word is a run without white space.

use super::grapheme;

/// What kind of thing stands at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Sign,
}

fn class(text: &str, at: usize, big: bool) -> Class {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        None => Class::Space,
        Some(c) if c.is_whitespace() => Class::Space,
        Some(c) if big || c.is_alphanumeric() || c == '_' => Class::Letter,
        Some(_) => Class::Sign,
    }
}

/// The beginning of the next word; the end of the text when there is none.
pub fn word(text: &str, at: usize, big: bool) -> usize {
    let mut to = at;
    let begun = class(text, at, big);
    while to < text.len() && class(text, to, big) == begun && begun != Class::Space {
        to = grapheme::next(text, to);
    }
    while to < text.len() && class(text, to, big) == Class::Space {
        to = grapheme::next(text, to);
    }
    to
}

/// The last grapheme of this word, or of the next one when one stands there.
pub fn word_end(text: &str, at: usize, big: bool) -> usize {
    let mut to = grapheme::next(text, at);
    while to < text.len() && class(text, to, big) == Class::Space {
        to = grapheme::next(text, to);
    }
    if to >= text.len() {
        return grapheme::previous(text, text.len());
    }
    let begun = class(text, to, big);
    loop {
        let next = grapheme::next(text, to);
        if next >= text.len() || class(text, next, big) != begun {
            return to;
        }
        to = next;
    }
}

/// The beginning of this word, or of the one before when one stands there.
pub fn word_back(text: &str, at: usize, big: bool) -> usize {
    let mut to = grapheme::previous(text, at);
    while to > 0 && class(text, to, big) == Class::Space {
        to = grapheme::previous(text, to);
    }
    let begun = class(text, to, big);
    while to > 0 {
        let before = grapheme::previous(text, to);
        if class(text, before, big) != begun {
            break;
        }
        to = before;
    }
    to
}

pub fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |i| i + 1)
}

/// Where its line break stands, or the end of the text.
pub fn line_end(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    at + after.find('\n').unwrap_or(after.len())
}

/// The first of its line that is no white space.
pub fn first_sign(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    let line = text.get(start..line_end(text, at)).unwrap_or_default();
    start + (line.len() - line.trim_start().len())
}

/// The last grapheme of its line; the beginning of one that is empty.
pub fn last_sign(text: &str, at: usize) -> usize {
    grapheme::previous(text, line_end(text, at)).max(line_start(text, at))
}

/// The next `wanted` after `at` in its line, or the one before it.
pub fn find(text: &str, at: usize, wanted: char, forward: bool) -> Option<usize> {
    if forward {
        let from = grapheme::next(text, at);
        let rest = text.get(from..line_end(text, at))?;
        return rest.find(wanted).map(|i| grapheme::floor(text, from + i));
    }
    let start = line_start(text, at);
    text.get(start..at)?.rfind(wanted).map(|i| grapheme::floor(text, start + i))
}
