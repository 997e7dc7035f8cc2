//! Wrapping by cells and graphemes, with a preference for words. The timeline and the composer lay
//! their text out with [`wrap`], and the caret is found with [`locate`] from the same lines, so that
//! what is drawn and where the caret stands cannot disagree.
//!
//! A line takes at most `width` cells; one space may hang past its end, where nothing is drawn. A
//! caret can therefore stand in column `width`: who shows one wraps to one cell less than there is.

use super::width::{Piece, pieces};

/// A laid-out line: the bytes `start..end` of the text, without the line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub start: usize,
    pub end: usize,
    /// Cells of it, a hanging space included.
    pub cells: usize,
}

/// The lines of `text`, at least one. A wide grapheme never straddles the right edge: it moves down
/// whole. `width` counts as at least 2.
pub fn wrap(text: &str, width: usize) -> Vec<Line> {
    let mut lines = Wrapper::new(width);
    for piece in pieces(text) {
        lines.push(piece);
    }
    lines.finish(text.len())
}

struct Wrapper {
    width: usize,
    lines: Vec<Line>,
    start: usize,
    cells: usize,
    /// Where the line may be broken, and its cells up to there.
    chance: Option<(usize, usize)>,
    /// A space hangs past the edge: whatever comes starts the next line.
    full: bool,
}

impl Wrapper {
    fn new(width: usize) -> Self {
        Self {
            width: width.max(2),
            lines: Vec::new(),
            start: 0,
            cells: 0,
            chance: None,
            full: false,
        }
    }

    fn push(&mut self, piece: Piece<'_>) {
        if is_line_break(piece.text) {
            self.end_hanging(piece.at);
            self.close(piece.at, piece.end(), 0);
            return;
        }
        let is_space = piece.text == " ";
        // What is wider than a whole line stands on one of its own, and is cut at the edge.
        while self.full || self.cells > 0 && self.cells + piece.cells > self.width {
            if is_space && !self.full {
                self.full = true;
                break;
            }
            match self.chance.filter(|_| !self.full) {
                Some((at, cells)) => self.break_at(at, cells),
                None => self.close(piece.at, piece.at, 0),
            }
        }
        self.cells += piece.cells;
        if is_space || breaks_after(piece) {
            self.chance = Some((piece.end(), self.cells));
        }
    }

    fn break_at(&mut self, at: usize, cells: usize) {
        let rest = self.cells - cells;
        self.cells = cells;
        self.close(at, at, rest);
    }

    /// Ends the line at `end`; the next one begins at `next` and has `cells` already.
    fn close(&mut self, end: usize, next: usize, cells: usize) {
        self.lines.push(Line { start: self.start, end, cells: self.cells });
        self.start = next;
        self.cells = cells;
        self.chance = None;
        self.full = false;
    }

    /// After a hanging space the caret has no cell but on a line of its own.
    fn end_hanging(&mut self, at: usize) {
        if self.full {
            self.close(at, at, 0);
        }
    }

    fn finish(mut self, end: usize) -> Vec<Line> {
        self.end_hanging(end);
        self.close(end, end, 0);
        self.lines
    }
}

fn is_line_break(piece: &str) -> bool {
    matches!(piece, "\n" | "\r\n")
}

/// Scripts without spaces may be broken after any character; Hangul has words.
fn breaks_after(piece: Piece<'_>) -> bool {
    piece.cells == 2
        && !piece.text.starts_with(|c: char| {
            matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}')
        })
        || piece.text.starts_with(|c: char| c.is_whitespace())
}

/// Row and column of the byte offset `at`: of the grapheme that begins there, or of the end.
pub fn locate(text: &str, lines: &[Line], at: usize) -> (usize, usize) {
    let row = lines.partition_point(|l| l.start <= at).saturating_sub(1);
    let Some(line) = lines.get(row) else { return (0, 0) };
    let before = text.get(line.start..at.min(line.end)).unwrap_or_default();
    (row, super::cells(before))
}

/// The byte offset that stands nearest to `column` in `row`, not after it.
pub fn offset_at(text: &str, lines: &[Line], row: usize, column: usize) -> usize {
    let Some(line) = lines.get(row) else { return text.len() };
    // The end of a line that goes on below is the beginning of the next one.
    let goes_on = lines.get(row + 1).is_some_and(|next| next.start == line.end);
    let mut cells = 0;
    let mut last = line.start;
    for piece in pieces(text.get(line.start..line.end).unwrap_or_default()) {
        last = line.start + piece.at;
        if cells + piece.cells > column {
            return last;
        }
        cells += piece.cells;
    }
    if goes_on { last } else { line.end }
}
