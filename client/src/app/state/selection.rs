//! The selected message of a timeline: the one that Ctrl-Up leads to. While one is selected, what is in
//! view stays where it is whatever comes.

use super::entry::{Entry, EntryId};
use super::rows::{Anchor, View};
use super::timeline::Timeline;

impl Timeline {
    pub fn selected(&self) -> Option<&Entry> {
        self.position(self.selected.as_ref()?).and_then(|at| self.get(at))
    }

    /// Selects the newest message, or goes on from the selected one: up when negative. `false`: there
    /// is nothing to select.
    pub(crate) fn select(&mut self, by: isize, view: View) -> bool {
        let from = self.selected.as_ref().and_then(|id| self.position(id));
        let may = |at: usize| self.get(at).is_some_and(|e| !e.changes_another() && !e.is_topic());
        let to = match from {
            None => (0..self.len()).rev().find(|at| may(*at)),
            Some(from) if by < 0 => (0..from).rev().find(|at| may(*at)).or(Some(from)),
            Some(from) => (from + 1..self.len()).find(|at| may(*at)).or(Some(from)),
        };
        let Some((at, id)) = to.and_then(|at| Some((at, self.get(at)?.id.clone()))) else {
            return false;
        };
        self.selected = Some(id);
        self.reveal(at, view);
        true
    }

    /// Selects a message that is held; `false`: it cannot be, or it is not held.
    pub(crate) fn select_message(&mut self, id: &EntryId, view: View) -> bool {
        let Some(at) = self.position(id) else { return false };
        if self.get(at).is_none_or(|e| e.changes_another() || e.is_topic()) {
            return false;
        }
        self.selected = Some(id.clone());
        self.reveal(at, view);
        true
    }

    /// Whoever was at the end is there again.
    pub(crate) fn deselect(&mut self, view: View) {
        self.selected = None;
        if self.is_at_end(view) {
            self.anchor = Anchor::Bottom;
        }
    }
}
