//! Where a motion of vi leads from a caret, and how much an operator takes with it. Pure.

use crate::text::{grapheme, motion};

/// What lies between the caret and a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Up to the target.
    Exclusive,
    /// The target's grapheme too.
    Inclusive,
    /// Whole lines.
    Lines,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub to: usize,
    pub span: Span,
}

/// `None`: the letter is no motion. `for_operator`: what is between will be taken.
pub fn find(
    text: &str,
    caret: usize,
    letter: char,
    count: Option<usize>,
    for_operator: bool,
) -> Option<Target> {
    use Span::{Exclusive, Inclusive, Lines};
    let times = count.unwrap_or(1);
    let repeat = |step: &dyn Fn(usize) -> usize| (0..times).fold(caret, |at, _| step(at));
    let big = letter.is_uppercase();
    let (to, span) = match letter {
        'h' => {
            let start = motion::line_start(text, caret);
            (repeat(&|at| grapheme::previous(text, at).max(start)), Exclusive)
        }
        'l' => {
            let end = motion::line_end(text, caret);
            (repeat(&|at| grapheme::next(text, at).min(end)), Exclusive)
        }
        '0' => (motion::line_start(text, caret), Exclusive),
        '^' => (motion::first_sign(text, caret), Exclusive),
        '$' => (motion::last_sign(text, caret), Inclusive),
        'w' | 'W' => {
            let to = repeat(&|at| motion::word(text, at, big));
            // The last word of a line does not take its line break with it.
            let end = motion::line_end(text, caret);
            let stays = for_operator && times == 1 && to > end;
            (if stays { end } else { to }, Exclusive)
        }
        'e' | 'E' => (repeat(&|at| motion::word_end(text, at, big)), Inclusive),
        'b' | 'B' => (repeat(&|at| motion::word_back(text, at, big)), Exclusive),
        'j' => (repeat(&|at| below(text, at)), Lines),
        'k' => (repeat(&|at| above(text, at)), Lines),
        'g' => (line(text, count.unwrap_or(1)), Lines),
        'G' => (line(text, count.unwrap_or(usize::MAX)), Lines),
        _ => return None,
    };
    Some(Target { to, span })
}

/// The beginning of the line below, or of the last one.
fn below(text: &str, at: usize) -> usize {
    let end = motion::line_end(text, at);
    if end < text.len() { end + 1 } else { motion::line_start(text, at) }
}

fn above(text: &str, at: usize) -> usize {
    let start = motion::line_start(text, at);
    start.checked_sub(1).map_or(0, |before| motion::line_start(text, before))
}

/// The beginning of the line with this number, from 1, or of the last one.
fn line(text: &str, number: usize) -> usize {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1));
    starts.take(number.max(1)).last().unwrap_or(0)
}

/// The bytes that an operator takes.
pub fn range(text: &str, caret: usize, target: Target) -> (usize, usize) {
    let (from, to) = (caret.min(target.to), caret.max(target.to));
    match target.span {
        Span::Exclusive => (from, to),
        Span::Inclusive => (from, grapheme::next(text, to).min(motion::line_end(text, to)).max(to)),
        Span::Lines => (motion::line_start(text, from), motion::line_end(text, to)),
    }
}
