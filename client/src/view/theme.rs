//! What is painted, by its role; `dress` gives every role its look. A role takes the place of the one
//! below it.

use crate::theme::{Role, Theme};
use ratatui::style::{Modifier, Style};

pub const PLAIN: Style = Style::new();
pub const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
pub const DIM: Style = Theme::mark(Role::Dim);
pub const BAR: Style = Theme::mark(Role::Bar);
pub const ERROR: Style = Theme::mark(Role::Error);
pub const MENTION: Style = Theme::mark(Role::Mention);
pub const SELECTED: Style = Theme::mark(Role::Selected);
pub const CODE: Style = Theme::mark(Role::Code);
pub const LINK: Style = Theme::mark(Role::Link);
pub const QUOTE: Style = Theme::mark(Role::Quote);
pub const FRESH: Style = Theme::mark(Role::Fresh);

/// The colour of a name, by the hue that the core gives it.
pub fn nick(hue: u32) -> Style {
    Theme::mark_nick(hue)
}
