//! The settings that may change while the client runs: plain data that the core reads.

use super::notifications::Notifications;
use crate::app::keymap::Keymap;
use crate::theme::Theme;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    pub keys: Keymap,
    pub ui: Ui,
    pub notifications: Notifications,
}

/// `[ui]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ui {
    /// The composer has the modes and keys of vi.
    pub vi: bool,
    /// `None`: the one that fits the terminal.
    pub theme: Option<Theme>,
    /// The mouse is the client's from the start.
    pub mouse: bool,
    /// No sign that a terminal may draw two cells wide.
    pub ascii: bool,
    /// Who comes and goes is not told below the newest message.
    pub hides_passing: bool,
}
