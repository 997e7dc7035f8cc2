//! The themes that are always there.

use super::{NICKS, Role, Theme};
use ratatui::style::{Color, Modifier, Style};

/// A theme before its colours are in their places.
pub struct Palette {
    pub name: &'static str,
    dim: Style,
    bar: Style,
    selected: Style,
    error: Style,
    mention: Style,
    fresh: Style,
    code: Style,
    link: Style,
    quote: Style,
    nicks: &'static [u8],
}

pub fn theme(palette: &Palette) -> Theme {
    let style = |role| match role {
        Role::Dim => palette.dim,
        Role::Bar => palette.bar,
        Role::Selected => palette.selected,
        Role::Error => palette.error,
        Role::Mention => palette.mention,
        Role::Fresh => palette.fresh,
        Role::Code => palette.code,
        Role::Link => palette.link,
        Role::Quote => palette.quote,
    };
    Theme {
        text: Style::new(),
        roles: Role::ALL.map(style),
        nicks: palette.nicks.iter().map(|&nick| Color::Indexed(nick)).collect(),
    }
}

/// By the name it has in the settings.
pub fn by_name(name: &str) -> Option<Theme> {
    [&LIGHT, &DARK, &SIXTEEN, &MONO].into_iter().find(|p| p.name == name).map(theme)
}

const PLAIN: Style = Style::new();
const DIM: Style = PLAIN.add_modifier(Modifier::DIM);
const REVERSED: Style = PLAIN.add_modifier(Modifier::REVERSED);
const UNDERLINED: Style = PLAIN.add_modifier(Modifier::UNDERLINED);
const ITALIC: Style = PLAIN.add_modifier(Modifier::ITALIC);
const BOLD: Style = PLAIN.add_modifier(Modifier::BOLD);

const fn fg(style: Style, index: u8) -> Style {
    style.fg(Color::Indexed(index))
}

/// While the background is not known: colours of the fixed part of the 256, all of which can be read
/// on black and on white.
pub const NEUTRAL: Palette = Palette {
    name: "neutral",
    dim: DIM,
    bar: REVERSED,
    selected: REVERSED,
    error: fg(BOLD, 160),
    mention: fg(BOLD, 166),
    fresh: fg(PLAIN, 31),
    code: fg(PLAIN, 30),
    link: fg(UNDERLINED, 32),
    quote: DIM,
    nicks: &[28, 30, 32, 63, 64, 94, 98, 100, 131, 134, 162, 164],
};

pub const DARK: Palette = Palette {
    name: "dark",
    dim: fg(PLAIN, 246),
    bar: fg(PLAIN, 255).bg(Color::Indexed(238)),
    selected: fg(PLAIN, 255).bg(Color::Indexed(24)),
    error: fg(BOLD, 203),
    mention: fg(BOLD, 214),
    fresh: fg(PLAIN, 80),
    code: fg(PLAIN, 180),
    link: fg(UNDERLINED, 111),
    quote: fg(ITALIC, 250),
    nicks: &[71, 73, 75, 105, 107, 139, 141, 143, 174, 176, 204, 207],
};

pub const LIGHT: Palette = Palette {
    name: "light",
    dim: fg(PLAIN, 242),
    bar: fg(PLAIN, 232).bg(Color::Indexed(252)),
    selected: fg(PLAIN, 232).bg(Color::Indexed(153)),
    error: fg(BOLD, 124),
    mention: fg(BOLD, 94),
    fresh: fg(PLAIN, 24),
    code: fg(PLAIN, 23),
    link: fg(UNDERLINED, 25),
    quote: fg(ITALIC, 239),
    nicks: &[22, 26, 55, 54, 58, 88, 90, 60, 95, 89, 125, 127],
};

/// What every terminal has; its own settings decide how they look.
pub const SIXTEEN: Palette = Palette {
    name: "16",
    dim: DIM,
    bar: REVERSED,
    selected: REVERSED,
    error: fg(BOLD, 1),
    mention: fg(BOLD, 3),
    fresh: fg(PLAIN, 6),
    code: fg(PLAIN, 6),
    link: fg(UNDERLINED, 4),
    quote: DIM,
    nicks: &[2, 4, 5, 6, 10, 12, 13, 14],
};

pub const MONO: Palette = Palette {
    name: "mono",
    dim: DIM,
    bar: REVERSED,
    selected: REVERSED,
    error: BOLD,
    mention: BOLD,
    fresh: PLAIN,
    code: PLAIN,
    link: UNDERLINED,
    quote: DIM,
    nicks: &[],
};

const _: () = assert!(NEUTRAL.nicks.len() == NICKS as usize);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::color::{Rgb, contrast, fixed};

    fn check(palette: &Palette, backgrounds: &[Rgb], wanted: f64) {
        let theme = theme(palette);
        let nicks = palette.nicks.iter().map(|&n| PLAIN.fg(Color::Indexed(n)));
        for style in theme.roles.into_iter().chain(nicks) {
            let Some(fg) = style.fg.and_then(fixed) else { continue };
            let own = style.bg.and_then(fixed);
            for &background in own.as_ref().map_or(backgrounds, std::slice::from_ref) {
                let ratio = contrast(fg, background);
                assert!(
                    ratio >= wanted,
                    "{}: {style:?} on {background:?}: {ratio:.1}",
                    palette.name
                );
            }
        }
    }

    #[test]
    fn every_colour_can_be_read_on_its_background() {
        check(&NEUTRAL, &[Rgb::BLACK, Rgb::WHITE], 3.5);
        // The darkest grey and the palest paper people use, too.
        check(&DARK, &[Rgb::BLACK, Rgb(0x28, 0x2c, 0x34)], 4.5);
        check(&LIGHT, &[Rgb::WHITE, Rgb(0xfd, 0xf6, 0xe3)], 4.5);
    }

    #[test]
    fn a_name_never_looks_like_an_error_or_a_mention() {
        for palette in [&NEUTRAL, &DARK, &LIGHT, &SIXTEEN] {
            let taken = [palette.error.fg, palette.mention.fg];
            let is_taken = |n: &u8| taken.contains(&Some(Color::Indexed(*n)));
            assert!(!palette.nicks.iter().any(is_taken), "{}", palette.name);
        }
    }

    #[test]
    fn without_colour_nothing_has_one() {
        let theme = theme(&MONO);
        assert!(theme.roles.iter().all(|s| s.fg.is_none() && s.bg.is_none()));
        assert!(theme.nicks.is_empty());
    }
}
