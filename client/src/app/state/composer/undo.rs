//! What a draft was before, to go back to. Typing and deleting go back in runs, not by letters.

use std::collections::VecDeque;

/// Steps kept at most, and bytes of their text.
const STEPS: usize = 200;
const BYTES: usize = 1024 * 1024;

/// A draft with its caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub text: String,
    pub caret: usize,
}

/// What kind of change: a run of one kind is one step, but of `Other` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A word and the space before it are a step.
    Type,
    Delete,
    Complete,
    Other,
}

#[derive(Debug, Default)]
pub struct Undo {
    before: VecDeque<Draft>,
    after: Vec<Draft>,
    bytes: usize,
    /// The kind of the run that goes on.
    run: Option<Change>,
}

impl Undo {
    /// Called before each change, with the draft as it is.
    pub fn note(&mut self, change: Change, text: &str, caret: usize) {
        self.after.clear();
        let goes_on = self.run == Some(change) && change != Change::Other;
        self.run = Some(change);
        if goes_on {
            return;
        }
        self.push(Draft { text: text.to_owned(), caret });
    }

    fn push(&mut self, draft: Draft) {
        self.bytes += draft.text.len();
        self.before.push_back(draft);
        while self.before.len() > STEPS || self.bytes > BYTES {
            let Some(oldest) = self.before.pop_front() else { break };
            self.bytes -= oldest.text.len();
        }
    }

    /// The next change is a step of its own.
    pub fn end_run(&mut self) {
        self.run = None;
    }

    /// The draft before the last step; `now` can be gone forward to.
    pub fn back(&mut self, now: &Draft) -> Option<Draft> {
        self.run = None;
        loop {
            let draft = self.before.pop_back()?;
            self.bytes -= draft.text.len();
            // A change may have changed nothing.
            if draft.text != now.text {
                self.after.push(now.clone());
                return Some(draft);
            }
        }
    }

    pub fn forward(&mut self, now: &Draft) -> Option<Draft> {
        self.run = None;
        let draft = self.after.pop()?;
        self.push(now.clone());
        Some(draft)
    }
}
