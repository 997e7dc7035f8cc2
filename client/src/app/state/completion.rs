//! Tab completion in progress: the candidates and which one stands in the draft.

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Byte where the completed word begins in the draft.
    pub start: usize,
    /// What was typed, to go back to with Esc.
    pub typed: String,
    /// What each candidate puts in its place, best first; never empty.
    pub candidates: Vec<String>,
    pub chosen: usize,
}

impl Completion {
    pub fn current(&self) -> &str {
        self.candidates.get(self.chosen).map_or("", String::as_str)
    }

    pub fn step(&mut self, by: isize) {
        let len = self.candidates.len().max(1) as isize;
        self.chosen = (self.chosen as isize + by).rem_euclid(len) as usize;
    }
}
