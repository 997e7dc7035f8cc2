//! Tab completion in progress: the candidates and which one stands in the draft.

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Byte where the completed word begins in the draft.
    pub start: usize,
    /// What was typed, to go back to with Esc.
    pub typed: String,
    /// Best first; never empty.
    pub candidates: Vec<Candidate>,
    pub chosen: usize,
}

/// One way to go on; all of it is safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is put in the place of the typed word.
    pub text: String,
    pub label: String,
    /// What it is, shown behind the label.
    pub detail: String,
}

impl Completion {
    pub fn current(&self) -> &str {
        self.candidates.get(self.chosen).map_or("", |c| c.text.as_str())
    }

    pub fn step(&mut self, by: isize) {
        let len = self.candidates.len().max(1) as isize;
        self.chosen = (self.chosen as isize + by).rem_euclid(len) as usize;
    }
}
