//! Themes. What is painted has a role, never a colour of its own; a theme says how each role looks. The
//! view dresses a frame in the theme as its last step, so a theme reaches everything that is drawn.
//!
//! No role is told by its colour alone: shape or text carries it too, and the theme `mono` shows
//! everything there is. Knows nothing of the chat.

mod builtin;
pub mod color;
mod file;
mod terminal;

pub use color::Rgb;
pub use file::{ThemeError, choose};
pub use terminal::{Depth, Terminal};

use ratatui::style::{Color, Style};

/// What a piece of the screen is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// Times, borders, hints: what is looked at last.
    Dim,
    /// The status line and the selected room.
    Bar,
    /// The selected message.
    Selected,
    Error,
    Mention,
    /// What is new, and keys that can be pressed.
    Fresh,
    Code,
    Link,
    Quote,
}

impl Role {
    pub const ALL: [Self; 9] = [
        Self::Dim,
        Self::Bar,
        Self::Selected,
        Self::Error,
        Self::Mention,
        Self::Fresh,
        Self::Code,
        Self::Link,
        Self::Quote,
    ];

    /// As a theme file calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dim => "dim",
            Self::Bar => "bar",
            Self::Selected => "selected",
            Self::Error => "error",
            Self::Mention => "mention",
            Self::Fresh => "fresh",
            Self::Code => "code",
            Self::Link => "link",
            Self::Quote => "quote",
        }
    }
}

/// Names have one of so many colours.
pub const NICKS: u8 = 12;
const FIRST_NICK: u8 = Role::ALL.len() as u8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Everything that has no role.
    pub text: Style,
    roles: [Style; Role::ALL.len()],
    /// Colours of names; with none of them names are as `text`.
    nicks: Vec<Color>,
}

/// Contrast (WCAG 2) that the colours of names have at least, where the background is known.
const READABLE: f64 = 3.0;

impl Theme {
    /// What can be read on black and on white.
    pub fn neutral() -> Self {
        builtin::theme(&builtin::NEUTRAL)
    }

    /// What every terminal with colours has.
    pub fn sixteen() -> Self {
        builtin::theme(&builtin::SIXTEEN)
    }

    /// No colour at all.
    pub fn mono() -> Self {
        builtin::theme(&builtin::MONO)
    }

    /// The mark of a role in a frame that is not dressed yet.
    pub const fn mark(role: Role) -> Style {
        Style::new().fg(Color::Indexed(role as u8))
    }

    /// The mark of a name, by its hue.
    pub fn mark_nick(hue: u32) -> Style {
        let nick = (hue % u32::from(NICKS)) as u8;
        Style::new().fg(Color::Indexed(FIRST_NICK + nick))
    }

    /// How what bears this mark looks.
    pub fn style(&self, mark: u8) -> Style {
        match self.roles.get(usize::from(mark)) {
            Some(style) => *style,
            None => {
                let nick = usize::from(mark - FIRST_NICK).checked_rem(self.nicks.len());
                let color = nick.and_then(|nick| self.nicks.get(nick));
                color.map_or(self.text, |color| self.text.fg(*color))
            }
        }
    }

    /// Leaves out the colours of names that cannot be read on this background.
    pub fn fit(mut self, background: Rgb) -> Self {
        self.nicks.retain(|&nick| {
            let seen = color::fixed(nick);
            seen.is_none_or(|nick| color::contrast(nick, background) >= READABLE)
        });
        self
    }

    /// The theme for a terminal with this background.
    pub fn for_background(background: Rgb) -> Self {
        let is_dark =
            color::contrast(background, Rgb::WHITE) >= color::contrast(background, Rgb::BLACK);
        let theme =
            if is_dark { builtin::theme(&builtin::DARK) } else { builtin::theme(&builtin::LIGHT) };
        theme.fit(background)
    }
}
