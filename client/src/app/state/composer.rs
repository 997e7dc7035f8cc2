//! A draft with its caret and its history. Every move and deletion is by graphemes; the caret always
//! stands on a grapheme border.

mod left;
mod undo;

pub use left::{Left, place_left};
use undo::{Change, Draft, Undo};

use crate::text::{Line, grapheme, locate, offset_at, wrap};
use std::collections::VecDeque;

/// Sent texts that Up brings back.
const HISTORY: usize = 100;
/// Bytes of a draft at most; far more than a message may have.
pub const DRAFT_MAX: usize = 64 * 1024;

#[derive(Debug, Default)]
pub struct Composer {
    text: String,
    caret: usize,
    /// The column that Up and Down try to keep.
    goal: Option<usize>,
    history: VecDeque<String>,
    /// Which of the history is shown, from the newest, and the draft it took the place of.
    recalled: Option<(usize, String)>,
    undo: Undo,
}

impl Composer {
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A byte offset.
    pub fn caret(&self) -> usize {
        self.caret
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn lines(&self, width: usize) -> Vec<Line> {
        wrap(&self.text, width)
    }

    /// Row and column of the caret when wrapped to `width`.
    pub fn caret_cell(&self, width: usize) -> (usize, usize) {
        locate(&self.text, &self.lines(width), self.caret)
    }

    /// The draft's text, which is left empty; it becomes the newest of the history.
    pub fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        self.caret = 0;
        self.goal = None;
        self.undo = Undo::default();
        self.recalled = None;
        self.remember(text.clone());
        text
    }

    fn remember(&mut self, text: String) {
        if text.trim().is_empty() || self.history.back() == Some(&text) {
            return;
        }
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(text);
    }

    /// Replaces the whole draft.
    pub fn set(&mut self, text: String) {
        self.note(Change::Other);
        self.caret = text.len();
        self.text = text;
    }

    fn draft(&self) -> Draft {
        Draft { text: self.text.clone(), caret: self.caret }
    }

    /// Called before each change.
    fn note(&mut self, change: Change) {
        self.goal = None;
        self.undo.note(change, &self.text, self.caret);
    }

    /// Back before the last change; `false`: there is none.
    pub fn undo(&mut self) -> bool {
        let back = self.undo.back(&self.draft());
        self.become_draft(back)
    }

    /// What was undone last is done again.
    pub fn redo(&mut self) -> bool {
        let forward = self.undo.forward(&self.draft());
        self.become_draft(forward)
    }

    fn become_draft(&mut self, draft: Option<Draft>) -> bool {
        let Some(Draft { text, caret }) = draft else { return false };
        (self.text, self.caret, self.goal) = (text, caret, None);
        true
    }

    /// `false`, and nothing is inserted, when the draft would grow past [`DRAFT_MAX`].
    pub fn insert(&mut self, text: &str) -> bool {
        if self.text.len() + text.len() > DRAFT_MAX {
            return false;
        }
        let is_typed = grapheme::next(text, 0) == text.len();
        if !is_typed || text.starts_with(char::is_whitespace) {
            self.undo.end_run();
        }
        self.note(if is_typed { Change::Type } else { Change::Other });
        self.put(text);
        true
    }

    fn put(&mut self, text: &str) {
        self.text.insert_str(self.caret, text);
        self.caret += text.len();
        // What was inserted may have joined with what follows it.
        let end = grapheme::floor(&self.text, self.caret);
        if end != self.caret {
            self.caret = grapheme::next(&self.text, end);
        }
    }

    /// Puts `text` in the place of what stands between `start` and the caret; as [`insert`](Self::insert).
    pub fn replace_before_caret(&mut self, start: usize, text: &str) -> bool {
        let kept = self.text.len().saturating_sub(self.caret.saturating_sub(start));
        if kept + text.len() > DRAFT_MAX {
            return false;
        }
        self.note(Change::Complete);
        self.take_out(start, self.caret);
        self.put(text);
        true
    }

    /// Removes a range of bytes on grapheme borders and leaves the caret there.
    fn remove(&mut self, start: usize, end: usize, change: Change) -> String {
        if start >= end {
            return String::new();
        }
        self.note(change);
        self.take_out(start, end)
    }

    fn take_out(&mut self, start: usize, end: usize) -> String {
        if start >= end || self.text.get(start..end).is_none() {
            return String::new();
        }
        let gone = self.text.drain(start..end).collect();
        // What stood on both sides may have joined.
        let border = grapheme::floor(&self.text, start);
        self.caret = if border == start { start } else { grapheme::next(&self.text, border) };
        gone
    }

    pub fn delete_before(&mut self) {
        self.remove(grapheme::previous(&self.text, self.caret), self.caret, Change::Delete);
    }

    pub fn delete_after(&mut self) {
        self.remove(self.caret, grapheme::next(&self.text, self.caret), Change::Delete);
    }

    pub fn cut_word_before(&mut self) -> String {
        self.remove(grapheme::word_start(&self.text, self.caret), self.caret, Change::Other)
    }

    pub fn cut_word_after(&mut self) -> String {
        self.remove(self.caret, grapheme::word_end(&self.text, self.caret), Change::Other)
    }

    pub fn cut_to_line_start(&mut self) -> String {
        self.remove(self.line_start(), self.caret, Change::Other)
    }

    /// At the end of a line, its line break.
    pub fn cut_to_line_end(&mut self) -> String {
        let end = self.line_end();
        let end = if end == self.caret { grapheme::next(&self.text, end) } else { end };
        self.remove(self.caret, end, Change::Other)
    }

    fn line_start(&self) -> usize {
        let before = self.text.get(..self.caret).unwrap_or_default();
        before.rfind('\n').map_or(0, |i| i + 1)
    }

    fn line_end(&self) -> usize {
        let after = self.text.get(self.caret..).unwrap_or_default();
        self.caret + after.find('\n').unwrap_or(after.len())
    }

    pub fn move_left(&mut self) {
        self.go(grapheme::previous(&self.text, self.caret));
    }

    pub fn move_right(&mut self) {
        self.go(grapheme::next(&self.text, self.caret));
    }

    pub fn move_word_left(&mut self) {
        self.go(grapheme::word_start(&self.text, self.caret));
    }

    pub fn move_word_right(&mut self) {
        self.go(grapheme::word_end(&self.text, self.caret));
    }

    pub fn move_line_start(&mut self) {
        self.go(self.line_start());
    }

    pub fn move_line_end(&mut self) {
        self.go(self.line_end());
    }

    /// Puts the caret on a grapheme border.
    pub fn go_to(&mut self, to: usize) {
        self.go(grapheme::floor(&self.text, to));
    }

    /// Removes a range of bytes on grapheme borders.
    pub fn cut(&mut self, from: usize, to: usize) -> String {
        self.remove(from, to, Change::Other)
    }

    fn go(&mut self, to: usize) {
        self.caret = to;
        self.goal = None;
        self.undo.end_run();
    }

    /// A line up as wrapped to `width`; on the first one, back in the history.
    pub fn up(&mut self, width: usize) {
        if !self.move_row(width, -1) {
            self.recall(1);
        }
    }

    /// A line down as wrapped to `width`; on the last one, forth in the history.
    pub fn down(&mut self, width: usize) {
        if !self.move_row(width, 1) {
            self.recall(-1);
        }
    }

    fn move_row(&mut self, width: usize, by: isize) -> bool {
        let lines = self.lines(width);
        let (row, column) = locate(&self.text, &lines, self.caret);
        let Some(row) = row.checked_add_signed(by).filter(|r| *r < lines.len()) else {
            return false;
        };
        let goal = *self.goal.get_or_insert(column);
        let at = offset_at(&self.text, &lines, row, goal);
        self.caret = grapheme::floor(&self.text, at);
        self.undo.end_run();
        true
    }

    fn recall(&mut self, by: isize) {
        let at = self.recalled.as_ref().map_or(-1, |(i, _)| *i as isize) + by;
        if at < 0 {
            if let Some((_, draft)) = self.recalled.take() {
                self.set(draft);
            }
            return;
        }
        let at = at as usize;
        let Some(old) = self.history.len().checked_sub(at + 1).and_then(|i| self.history.get(i))
        else {
            return;
        };
        let old = old.clone();
        let draft = self.recalled.take().map_or_else(|| self.text.clone(), |(_, draft)| draft);
        self.set(old);
        self.recalled = Some((at, draft));
    }
}
