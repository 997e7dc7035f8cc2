//! How everything looks, as it was chosen and as the terminal allows it.

use crate::theme::{Depth, Rgb, Theme, terminal};

#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub theme: Theme,
    /// No sign that a terminal may draw two cells wide.
    pub ascii: bool,
    /// The theme follows the terminal's background once that is known.
    pub follows: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: Theme::neutral(), ascii: false, follows: false }
    }
}

impl Look {
    /// What fits the terminal, by its environment; `chosen` is a theme of the person's own choice, which
    /// only `NO_COLOR` overrules.
    pub fn new(chosen: Option<Theme>, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let depth = Depth::of(env);
        let follows = chosen.is_none() && depth == Depth::Many && terminal::answers(env);
        let theme = match (depth, chosen) {
            (Depth::Mono, _) => Theme::mono(),
            (_, Some(theme)) => theme,
            (Depth::Sixteen, None) => Theme::sixteen(),
            (Depth::Many, None) => Theme::neutral(),
        };
        Self { theme, follows, ..Self::default() }
    }

    /// The terminal said what its background is.
    pub(crate) fn see(&mut self, background: Rgb) {
        if self.follows {
            self.theme = Theme::for_background(background);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(chosen: Option<Theme>, term: &str, no_color: &str) -> Look {
        Look::new(chosen, &|name| match name {
            "TERM" => Some(term.to_owned()),
            "NO_COLOR" => Some(no_color.to_owned()),
            _ => None,
        })
    }

    #[test]
    fn the_theme_follows_the_background_unless_one_was_chosen() {
        let mut auto = look(None, "xterm-256color", "");
        assert_eq!(auto.theme, Theme::neutral());
        auto.see(Rgb::WHITE);
        assert_eq!(auto.theme, Theme::for_background(Rgb::WHITE));
        assert_ne!(auto.theme, Theme::for_background(Rgb::BLACK));
        let mut chosen = look(Some(Theme::sixteen()), "xterm-256color", "");
        chosen.see(Rgb::WHITE);
        assert_eq!(chosen.theme, Theme::sixteen());
    }

    #[test]
    fn no_color_overrules_a_chosen_theme() {
        let look = look(Some(Theme::neutral()), "xterm-256color", "1");
        assert_eq!((look.theme, look.follows), (Theme::mono(), false));
    }
}
