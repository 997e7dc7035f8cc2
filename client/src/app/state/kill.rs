//! What was cut, newest last, to be put back. Cuts in a row are one.

use std::collections::VecDeque;

const KEPT: usize = 16;
/// Bytes of a run of cuts.
const LONGEST: usize = 64 * 1024;

#[derive(Debug, Default)]
pub struct KillRing {
    kills: VecDeque<String>,
    /// The next cut belongs to the last one.
    joining: bool,
    yanked: Option<Yanked>,
}

/// What was put back last, as long as nothing else was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Yanked {
    /// Bytes of the draft.
    pub start: usize,
    pub end: usize,
    /// From the newest.
    index: usize,
}

/// Which side of the caret was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

impl KillRing {
    /// Nothing cut keeps what was cut before.
    pub fn cut(&mut self, gone: &str, side: Side) {
        if gone.is_empty() {
            return;
        }
        let last = self.kills.back_mut().filter(|last| last.len() + gone.len() <= LONGEST);
        match last.filter(|_| self.joining) {
            Some(last) if side == Side::Before => last.insert_str(0, gone),
            Some(last) => last.push_str(gone),
            None => {
                if self.kills.len() == KEPT {
                    self.kills.pop_front();
                }
                self.kills.push_back(gone.to_owned());
            }
        }
        self.joining = true;
    }

    /// Something else than a cut was done.
    pub fn end_run(&mut self) {
        self.joining = false;
    }

    /// Something else was done than to put back what was cut.
    pub fn forget_yanked(&mut self) {
        self.yanked = None;
    }

    pub fn newest(&self) -> Option<&str> {
        self.kills.back().map(String::as_str)
    }

    pub fn yanked(&self) -> Option<Yanked> {
        self.yanked
    }

    /// The newest was put into the draft here.
    pub fn put_back(&mut self, start: usize, end: usize) {
        self.yanked = Some(Yanked { start, end, index: 0 });
    }

    /// The one cut before what was put back last; the newest after the oldest.
    pub fn before(&self, last: Yanked) -> Option<(&str, usize)> {
        let index = (last.index + 1) % self.kills.len().max(1);
        let at = self.kills.len().checked_sub(index + 1)?;
        Some((self.kills.get(at)?, index))
    }

    pub fn exchanged(&mut self, start: usize, end: usize, index: usize) {
        self.yanked = Some(Yanked { start, end, index });
    }
}
