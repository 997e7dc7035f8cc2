//! The mode of the composer when it has the keys of vi, and the command that is being typed.

/// A count is not larger: it would only take time.
pub(crate) const COUNT: usize = 1000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vi {
    pub mode: Mode,
    pub(crate) pending: Pending,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// A letter is text: how one begins, and what one comes back to after sending.
    #[default]
    Insert,
    Normal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Delete,
    Change,
    Yank,
}

/// What a key that came needs to be followed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// After `g`.
    Go,
    /// After `r`.
    Replace,
    /// After `f` `F` `t` `T`.
    Find { forward: bool, till: bool },
}

/// The beginning of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    pub count: Option<usize>,
    /// The count before the operator: `2d3w` is six words.
    pub outer: Option<usize>,
    pub operator: Option<Operator>,
    pub wait: Option<Wait>,
    /// As typed, to be shown.
    pub typed: String,
}

impl Pending {
    /// One count, when the command is whole.
    pub fn settle_count(&mut self) {
        if let Some(outer) = self.outer.take() {
            self.count = Some((outer * self.count.unwrap_or(1)).min(COUNT));
        }
    }
}

impl Vi {
    /// As the status line says it; `None` in the mode for text.
    pub fn shown(&self) -> Option<String> {
        match self.mode {
            Mode::Insert => None,
            Mode::Normal => Some(format!("NORMAL {}", self.pending.typed).trim_end().to_owned()),
        }
    }
}
