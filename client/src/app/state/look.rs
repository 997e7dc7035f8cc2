//! How everything looks, as it was chosen and as the terminal allows it.

use crate::config::Ui;
use crate::theme::{Depth, Rgb, Terminal, Theme};

#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub theme: Theme,
    /// No sign that a terminal may draw two cells wide.
    pub ascii: bool,
    /// Links are links for the terminal too.
    pub links: bool,
    terminal: Terminal,
}

impl Look {
    pub fn new(terminal: Terminal, ui: &Ui) -> Self {
        Self { theme: theme(&terminal, ui), ascii: ui.ascii, links: terminal.links, terminal }
    }

    /// The settings have changed.
    pub(crate) fn follow(&mut self, ui: &Ui) {
        *self = Self::new(self.terminal, ui);
    }

    /// The terminal said what its background is.
    pub(crate) fn see(&mut self, background: Rgb, ui: &Ui) {
        self.terminal.background = Some(background);
        self.follow(ui);
    }
}

/// The theme that was chosen, which only `NO_COLOR` overrules, or the one that fits.
fn theme(terminal: &Terminal, ui: &Ui) -> Theme {
    match (terminal.depth, &ui.theme) {
        (Depth::Mono, _) => Theme::mono(),
        (_, Some(theme)) => theme.clone(),
        (Depth::Sixteen, None) => Theme::sixteen(),
        (Depth::Many, None) => {
            terminal.background.map_or_else(Theme::neutral, Theme::for_background)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(theme: Option<Theme>, depth: Depth) -> (Look, Ui) {
        let ui = Ui { theme, ..Ui::default() };
        (Look::new(Terminal { depth, ..Terminal::default() }, &ui), ui)
    }

    #[test]
    fn the_theme_follows_the_background_unless_one_was_chosen() {
        let (mut auto, ui) = look(None, Depth::Many);
        assert_eq!(auto.theme, Theme::neutral());
        auto.see(Rgb::WHITE, &ui);
        assert_eq!(auto.theme, Theme::for_background(Rgb::WHITE));
        assert_ne!(auto.theme, Theme::for_background(Rgb::BLACK));
        let (mut chosen, ui) = look(Some(Theme::sixteen()), Depth::Many);
        chosen.see(Rgb::WHITE, &ui);
        assert_eq!(chosen.theme, Theme::sixteen());
        chosen.follow(&Ui::default());
        assert_eq!(chosen.theme, Theme::for_background(Rgb::WHITE));
    }

    #[test]
    fn few_colours_or_none_have_themes_of_their_own() {
        assert_eq!(look(None, Depth::Sixteen).0.theme, Theme::sixteen());
        assert_eq!(look(Some(Theme::neutral()), Depth::Mono).0.theme, Theme::mono());
    }
}
