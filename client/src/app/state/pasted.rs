//! A paste of many lines that waits for how it is meant.

/// Fewer lines go into the draft without a question.
pub const MANY: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// Printable, without line breaks at its end.
    pub text: String,
}

impl Pasted {
    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// As a fenced code block, whatever fences are in it.
    pub fn as_code(&self) -> String {
        let longest = self.text.lines().map(|line| {
            let line = line.trim_start();
            line.len() - line.trim_start_matches('`').len()
        });
        let fence = "`".repeat(longest.max().unwrap_or(0).max(2) + 1);
        format!("{fence}\n{}\n{fence}", self.text)
    }
}
