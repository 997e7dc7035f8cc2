//! What a terminal can show, from its environment.

use super::Rgb;

/// Colours of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None, or none are wanted.
    Mono,
    /// Those whose look the terminal's settings decide.
    Sixteen,
    /// The 256 or more.
    Many,
}

impl Depth {
    /// `NO_COLOR`, set and not empty, wins over everything.
    pub fn of(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let is_set = |name| env(name).is_some_and(|value| !value.is_empty());
        let term = env("TERM").unwrap_or_default();
        if is_set("NO_COLOR") || term.starts_with("vt") {
            return Self::Mono;
        }
        let is_old =
            matches!(term.as_str(), "" | "linux" | "xterm" | "screen" | "rxvt" | "ansi" | "cygwin");
        if is_old && !is_set("COLORTERM") { Self::Sixteen } else { Self::Many }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    pub depth: Depth,
    /// It takes sequences that it does not know without showing them (OSC).
    pub is_modern: bool,
    /// It knows links (OSC 8).
    pub links: bool,
    /// Once it has said so.
    pub background: Option<Rgb>,
}

impl Default for Terminal {
    fn default() -> Self {
        Self { depth: Depth::Many, is_modern: true, links: false, background: None }
    }
}

impl Terminal {
    pub fn of(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        let is_old =
            term.is_empty() || term == "linux" || term == "cygwin" || term.starts_with("vt");
        let is_screen = term.starts_with("screen") && env("TMUX").is_none();
        let links = !is_old && !is_screen;
        Self { depth: Depth::of(env), is_modern: !is_old, links, background: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(vars: &[(&str, &str)]) -> Depth {
        Depth::of(&|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        assert_eq!(depth(&[("TERM", "xterm-256color")]), Depth::Many);
        assert_eq!(depth(&[("TERM", "xterm-kitty")]), Depth::Many);
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "xterm")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]), Depth::Many);
        assert_eq!(depth(&[("TERM", "vt220")]), Depth::Mono);
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Depth::Mono);
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]), Depth::Many);
    }
}
