//! Styles. Every meaning is carried by text or shape as well, so that nothing is lost without colour
//! (`NO_COLOR` is obeyed by the terminal library). The colours are of the fixed part of the 256, which
//! themes leave alone, and all of them can be read on black and on white.

use ratatui::style::{Color, Modifier, Style};

pub const PLAIN: Style = Style::new();
pub const DIM: Style = Style::new().add_modifier(Modifier::DIM);
pub const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
pub const BAR: Style = Style::new().add_modifier(Modifier::REVERSED);
pub const ERROR: Style = Style::new().fg(RED).add_modifier(Modifier::BOLD);
pub const MENTION: Style = Style::new().fg(ORANGE).add_modifier(Modifier::BOLD);
pub const FRESH: Style = Style::new().fg(BLUE);

const RED: Color = Color::Indexed(160);
const ORANGE: Color = Color::Indexed(166);
const BLUE: Color = Color::Indexed(31);

/// Neither the red of errors nor the orange of mentions.
const NICKS: [Color; 12] = [
    Color::Indexed(28),
    Color::Indexed(30),
    Color::Indexed(32),
    Color::Indexed(63),
    Color::Indexed(64),
    Color::Indexed(94),
    Color::Indexed(98),
    Color::Indexed(100),
    Color::Indexed(131),
    Color::Indexed(134),
    Color::Indexed(162),
    Color::Indexed(164),
];

/// The colour of a name, by the hue that the core gives it.
pub fn nick(hue: u32) -> Style {
    let index = hue as usize % NICKS.len();
    PLAIN.fg(NICKS.get(index).copied().unwrap_or(Color::Reset))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2) of a colour of the 6x6x6 cube.
    fn luminance(color: Color) -> f64 {
        let Color::Indexed(index @ 16..232) = color else { panic!("{color:?} is not fixed") };
        let level = |part: u8| f64::from(if part == 0 { 0 } else { 55 + 40 * part }) / 255.0;
        let linear = |c: f64| match c {
            c if c <= 0.040_45 => c / 12.92,
            c => ((c + 0.055) / 1.055).powf(2.4),
        };
        let cube = index - 16;
        let [r, g, b] = [cube / 36, cube / 6 % 6, cube % 6].map(|part| linear(level(part)));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    #[test]
    fn every_colour_can_be_read_on_black_and_on_white() {
        for color in NICKS.into_iter().chain([RED, ORANGE, BLUE]) {
            let light = luminance(color) + 0.05;
            let (on_black, on_white) = (light / 0.05, 1.05 / light);
            assert!(on_black > 3.5 && on_white > 3.5, "{color:?}: {on_black:.1}, {on_white:.1}");
        }
    }

    #[test]
    fn a_name_never_looks_like_an_error_or_a_mention() {
        assert!(!NICKS.contains(&RED) && !NICKS.contains(&ORANGE));
    }
}
