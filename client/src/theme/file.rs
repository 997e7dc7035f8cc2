//! A theme of one's own: a TOML file that begins from one of the themes there are and says how roles
//! look: `mention = "bold #ff8800"`, `bar = "255 on 24"`.

use super::{Role, Theme, builtin, color};
use ratatui::style::{Color, Modifier, Style};
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// What is wrong with a theme file: one sentence with file, line, cause and fix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ThemeError(String);

/// A theme by the name of a built-in one or by the path of its file; `~/` is the home directory.
pub fn choose(name: &str) -> Result<Theme, ThemeError> {
    match builtin::by_name(name) {
        Some(theme) => Ok(theme),
        None if name.contains('/') => read(&at_home(name)),
        None => Err(ThemeError(
            "this is \"auto\", \"light\", \"dark\", \"16\", \"mono\" or a path with a `/` in it"
                .to_owned(),
        )),
    }
}

fn at_home(path: &str) -> PathBuf {
    let home = directories::BaseDirs::new();
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => PathBuf::from(path),
    }
}

fn read(path: &Path) -> Result<Theme, ThemeError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| ThemeError(format!("cannot read the theme {}: {e}", path.display())))?;
    parse(&text, path)
}

fn parse(text: &str, path: &Path) -> Result<Theme, ThemeError> {
    let fail = |at: usize, what: String| {
        let line = text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
        ThemeError(format!("{}:{line}: {what}", path.display()))
    };
    let table = DeTable::parse(text)
        .map_err(|e| fail(e.span().map_or(0, |s| s.start), e.message().to_owned()))?;
    let table = table.get_ref();
    let mut theme = match table.get("base") {
        None => builtin::theme(&builtin::DARK),
        Some(value) => value.get_ref().as_str().and_then(builtin::by_name).ok_or_else(|| {
            let what = "`base` is one of \"light\", \"dark\", \"16\" and \"mono\"";
            fail(value.span().start, what.to_owned())
        })?,
    };
    let mut background = None;
    for (key, value) in table {
        let (name, at) = (key.get_ref().as_ref(), key.span().start);
        let wrong = |e: String| fail(at, format!("`{name}`: {e}"));
        let role = Role::ALL.into_iter().find(|role| role.name() == name);
        match (name, role) {
            ("base", _) => {}
            ("text", _) => {
                theme.text = style(string(value.get_ref()).map_err(wrong)?).map_err(wrong)?
            }
            ("background", _) => {
                let color = color(string(value.get_ref()).map_err(wrong)?).map_err(wrong)?;
                background = color::fixed(color);
            }
            ("nicks", _) => theme.nicks = colors(value.get_ref()).map_err(wrong)?,
            (_, Some(role)) => {
                let style = style(string(value.get_ref()).map_err(wrong)?).map_err(wrong)?;
                if let Some(place) = theme.roles.get_mut(role as usize) {
                    *place = style;
                }
            }
            (_, None) => return Err(fail(at, unknown(name))),
        }
    }
    Ok(match background {
        Some(background) => theme.fit(background),
        None => theme,
    })
}

fn unknown(name: &str) -> String {
    let keys = ["base", "background", "text", "nicks"];
    let keys = keys.into_iter().chain(Role::ALL.map(Role::name));
    let near = |key: &&str| strsim::levenshtein(key, name);
    let shown = chat_protocol::text::PeerStr::new(name).line();
    match keys.min_by_key(near) {
        Some(key) => format!("a theme has no `{shown}`; did you mean `{key}`?"),
        None => format!("a theme has no `{shown}`"),
    }
}

fn string<'a>(value: &'a DeValue<'_>) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| "this is a text such as \"bold #ff8800\"".to_owned())
}

fn colors(value: &DeValue<'_>) -> Result<Vec<Color>, String> {
    let items = value.as_array().ok_or("this is a list of colours")?;
    items.iter().map(|item| color(string(item.get_ref())?)).collect()
}

/// Words that turn something on, a colour, and `on` with the colour behind it.
fn style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underline" => style.add_modifier(Modifier::UNDERLINED),
            "reverse" => style.add_modifier(Modifier::REVERSED),
            "on" => style.bg(color(words.next().unwrap_or_default())?),
            word => style.fg(color(word)?),
        };
    }
    Ok(style)
}

const NAMES: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

fn color(word: &str) -> Result<Color, String> {
    let hex = word.strip_prefix('#').filter(|hex| hex.len() == 6);
    if let Some(hex) = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
        let [_, r, g, b] = hex.to_be_bytes();
        return Ok(Color::Rgb(r, g, b));
    }
    if word == "default" {
        return Ok(Color::Reset);
    }
    let (name, bright) = word.strip_prefix("bright-").map_or((word, 0), |name| (name, 8));
    let named = (0..).zip(NAMES).find(|(_, n)| *n == name).map(|(index, _)| index + bright);
    let index = named.or_else(|| word.parse().ok());
    index.map(Color::Indexed).ok_or_else(|| {
        let shown = chat_protocol::text::PeerStr::new(word).line();
        format!(
            "`{shown}` is no colour: one is #rrggbb, a number up to 255, a name such as red or \
             bright-red, or default"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(text: &str) -> Result<Theme, String> {
        parse(text, Path::new("own.toml")).map_err(|e| e.to_string())
    }

    #[test]
    fn roles_are_said_in_words() {
        let theme =
            theme("base = \"mono\"\nmention = \"bold #ff8800 on 24\"\nnicks = [\"bright-red\"]")
                .unwrap();
        let wanted = Style::new()
            .add_modifier(Modifier::BOLD)
            .fg(Color::Rgb(0xff, 0x88, 0))
            .bg(Color::Indexed(24));
        assert_eq!(theme.style(Role::Mention as u8), wanted);
        assert_eq!(theme.nicks, [Color::Indexed(9)]);
    }

    #[test]
    fn the_theme_of_the_manual_is_one() {
        let page = include_str!("../../../docs/client.md");
        let (_, rest) = page.split_once("# ~/.config/chat-tui/sea.toml").unwrap();
        let (_, rest) = rest.split_once('\n').unwrap();
        let (file, _) = rest.split_once("```").unwrap();
        assert_eq!(theme(file).unwrap().nicks.len(), 3);
        let (_, rest) = page.split_once("The roles are ").unwrap();
        let (roles, _) = rest.split_once('.').unwrap();
        assert!(Role::ALL.iter().all(|role| roles.contains(&format!("`{}`", role.name()))));
    }

    #[test]
    fn a_theme_is_a_name_or_a_path() {
        assert_eq!(choose("mono").unwrap(), builtin::theme(&builtin::MONO));
        assert!(choose("drak").unwrap_err().to_string().contains("a path with a `/` in it"));
        assert!(choose("./no/such").unwrap_err().to_string().starts_with("cannot read the theme"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let e = theme("base = \"dark\"\nmentoin = \"red\"").unwrap_err();
        assert_eq!(e, "own.toml:2: a theme has no `mentoin`; did you mean `mention`?");
        let e = theme("bar = \"redd\"").unwrap_err();
        assert!(e.starts_with("own.toml:1: `bar`: `redd` is no colour"), "{e}");
        assert!(theme("base = \"blue\"").unwrap_err().starts_with("own.toml:1: `base` is one of"));
        assert!(theme("bar = 3").unwrap_err().contains("this is a text"));
    }

    #[test]
    fn nicks_that_cannot_be_read_on_the_background_are_left_out() {
        let theme = theme("background = \"#000000\"\nnicks = [\"#101010\", \"#00ff00\", \"red\"]");
        // What the terminal's own settings decide is taken on trust.
        assert_eq!(theme.unwrap().nicks, [Color::Rgb(0, 255, 0), Color::Indexed(1)]);
    }
}
