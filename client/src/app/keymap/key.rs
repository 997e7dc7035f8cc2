//! One key: as it is written (`Ctrl-X`, `Alt-Enter`, `Ctrl-X A`), and as a terminal sends it.

use crate::text::hangul;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::str::FromStr;

const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;

/// A key as a terminal sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// After Ctrl-X.
    pub prefixed: bool,
    pub modifiers: KeyModifiers,
    pub code: KeyCode,
}

/// Not a key that can be bound; `Display` says why and what one looks like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("`{0}` is no key; one is written as Ctrl-G, Alt-Enter, Shift-Up, F6 or Ctrl-X G")]
    Unknown(String),
    #[error("`{0}` is text by itself: hold Ctrl or Alt, or put Ctrl-X before it")]
    Text(String),
    #[error("terminals send `{0}` as another key ({1}); bind that one")]
    Ambiguous(String, &'static str),
    #[error("terminals do not send `{0}`; take Ctrl with a letter, or Alt")]
    NeverSent(String),
}

const NAMES: [(&str, KeyCode); 17] = [
    ("enter", KeyCode::Enter),
    ("tab", KeyCode::Tab),
    ("esc", KeyCode::Esc),
    ("backspace", KeyCode::Backspace),
    ("del", KeyCode::Delete),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pageup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("pagedown", KeyCode::PageDown),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
];

impl Key {
    /// The same key for every layout and however the terminal tells it.
    pub fn of(event: &KeyEvent) -> Self {
        Self { prefixed: false, modifiers: event.modifiers, code: event.code }.normalised()
    }

    fn normalised(self) -> Self {
        let mut modifiers = self.modifiers & (CTRL | ALT | SHIFT);
        let mut code = self.code;
        if code == KeyCode::BackTab {
            modifiers -= SHIFT;
        }
        if let KeyCode::Char(c) = code {
            modifiers -= SHIFT;
            let latin = hangul::key(c).unwrap_or(c).to_ascii_lowercase();
            code = KeyCode::Char(if modifiers.contains(CTRL) { sent(latin) } else { latin });
        }
        Self { modifiers, code, ..self }
    }

    /// Whether a terminal sends this, and nothing else with it.
    fn check(self, written: &str) -> Result<Self, KeyError> {
        let KeyCode::Char(c) = self.code else { return Ok(self) };
        let written = || written.to_owned();
        match (self.modifiers.contains(CTRL), c) {
            (true, 'i') => Err(KeyError::Ambiguous(written(), "Tab")),
            (true, 'm') => Err(KeyError::Ambiguous(written(), "Enter")),
            (true, '[') => Err(KeyError::Ambiguous(written(), "Esc")),
            (true, c) if !c.is_ascii_lowercase() && !" \\]^_".contains(c) => {
                Err(KeyError::NeverSent(written()))
            }
            (false, _) if !self.prefixed && !self.modifiers.contains(ALT) => {
                Err(KeyError::Text(written()))
            }
            _ => Ok(self),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let shown = chat_protocol::text::PeerStr::new(text).line().to_string();
        let unknown = || KeyError::Unknown(shown.clone());
        let lower = text.trim().to_lowercase();
        let (prefixed, mut rest) = match lower.strip_prefix("ctrl-x ") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, lower.as_str()),
        };
        let mut modifiers = KeyModifiers::NONE;
        let names = [("ctrl-", CTRL), ("alt-", ALT), ("shift-", SHIFT)];
        while let Some((left, modifier)) =
            names.iter().find_map(|(name, m)| Some((rest.strip_prefix(name)?, *m)))
        {
            modifiers |= modifier;
            rest = left;
        }
        let code = code(rest).ok_or_else(unknown)?;
        let code = match (code, modifiers.contains(SHIFT)) {
            (KeyCode::Tab, true) => KeyCode::BackTab,
            (code, _) => code,
        };
        Self { prefixed, modifiers, code }.normalised().check(&shown)
    }
}

/// The control characters above Ctrl-Z have several names.
fn sent(c: char) -> char {
    match c {
        '4' => '\\',
        '5' => ']',
        '6' => '^',
        '7' | '/' => '_',
        c => c,
    }
}

fn code(name: &str) -> Option<KeyCode> {
    if let Some((_, code)) = NAMES.iter().find(|(n, _)| *n == name) {
        return Some(*code);
    }
    if name == "space" {
        return Some(KeyCode::Char(' '));
    }
    if let Some(number) = name.strip_prefix('f').and_then(|n| n.parse::<u8>().ok()) {
        return (1..=24).contains(&number).then_some(KeyCode::F(number));
    }
    let mut chars = name.chars();
    let c = chars.next()?;
    (chars.next().is_none() && !c.is_whitespace() && !c.is_control()).then_some(KeyCode::Char(c))
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [
            (self.prefixed, "Ctrl-X "),
            (self.modifiers.contains(CTRL), "Ctrl-"),
            (self.modifiers.contains(ALT), "Alt-"),
            (self.modifiers.contains(SHIFT) || self.code == KeyCode::BackTab, "Shift-"),
        ];
        for (_, name) in parts.iter().filter(|(on, _)| *on) {
            f.write_str(name)?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if self.prefixed && self.modifiers.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::BackTab => f.write_str("Tab"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::Delete => f.write_str("Del"),
            code => write!(f, "{code:?}"),
        }
    }
}
