//! Styles. Every meaning is carried by text or shape as well, so that nothing is lost without colour
//! (`NO_COLOR` is obeyed by the terminal library).

use ratatui::style::{Color, Modifier, Style};

pub const PLAIN: Style = Style::new();
pub const DIM: Style = Style::new().add_modifier(Modifier::DIM);
pub const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
pub const BAR: Style = Style::new().add_modifier(Modifier::REVERSED);
pub const ERROR: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
pub const MENTION: Style = Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD);
pub const FRESH: Style = Style::new().fg(Color::Cyan);

/// Of the terminal's own sixteen, those that can be read on black and on white.
const NICKS: [Color; 10] = [
    Color::Green,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Red,
    Color::LightGreen,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::LightRed,
];

/// The colour of a name, by the hue that the core gives it.
pub fn nick(hue: u32) -> Style {
    let index = hue as usize % NICKS.len();
    PLAIN.fg(NICKS.get(index).copied().unwrap_or(Color::Reset))
}
