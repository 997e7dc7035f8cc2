//! The one table of keys: it binds them and it writes the help. Nothing is modal: a bare letter is
//! always text. Every key with Alt has a twin without it (Ctrl-X, then the key, works for all of
//! them), and a jamo stands for the Latin letter of its key wherever Alt or Ctrl is held. A person's
//! own keys take the place of the table's in a [`Keymap`].

mod key;
mod map;

pub use key::{Key, KeyError};
pub use map::{Keymap, KeymapError};

use super::update::commands;
use crossterm::event::{KeyCode, KeyModifiers};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Send,
    Newline,
    Complete,
    CompleteBack,
    Left,
    Right,
    WordLeft,
    WordRight,
    LineStart,
    LineEnd,
    Up,
    Down,
    DeleteBefore,
    DeleteAfter,
    CutWordBefore,
    CutWordAfter,
    CutToStart,
    CutToEnd,
    Yank,
    YankOlder,
    Undo,
    Redo,
    Editor,
    PreviousRoom,
    NextRoom,
    Room(u8),
    NextUnread,
    Switcher,
    NextMention,
    Mentions,
    Links,
    Mouse,
    SelectUp,
    SelectDown,
    PageUp,
    PageDown,
    LineUp,
    LineDown,
    Oldest,
    Newest,
    Help,
    Members,
    Search,
    Reconnect,
    Retry,
    Discard,
    StartServer,
    Redraw,
    Cancel,
    Prefix,
    Interrupt,
    Quit,
}

impl Action {
    /// As `[keys]` of the configuration names it: `next-unread`, `room-1`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            match c {
                '(' => name.push('-'),
                ')' => {}
                c if c.is_uppercase() && !name.is_empty() => {
                    name.push('-');
                    name.push(c.to_ascii_lowercase());
                }
                c => name.push(c.to_ascii_lowercase()),
            }
        }
        name
    }

    pub fn by_name(name: &str) -> Option<Self> {
        TABLE.iter().map(|b| b.action).find(|a| a.name() == name)
    }
}

/// What a key is for, in the order of the help.
pub struct Binding {
    pub action: Action,
    pub keys: &'static [Key],
    pub help: &'static str,
}

const fn key(code: KeyCode) -> Key {
    Key { prefixed: false, modifiers: KeyModifiers::NONE, code }
}
const fn with(modifiers: KeyModifiers, code: KeyCode) -> Key {
    Key { prefixed: false, modifiers, code }
}
const fn ctrl(c: char) -> Key {
    with(KeyModifiers::CONTROL, KeyCode::Char(c))
}
const fn alt(c: char) -> Key {
    with(KeyModifiers::ALT, KeyCode::Char(c))
}
/// The twin of an Alt key.
const fn twin(c: char) -> Key {
    Key { prefixed: true, modifiers: KeyModifiers::NONE, code: KeyCode::Char(c) }
}
const fn bind(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    Binding { action, keys, help }
}

const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;

use Action as A;
use KeyCode as K;

pub const TABLE: &[Binding] = &[
    bind(A::Send, &[key(K::Enter)], "send"),
    bind(A::Newline, &[with(ALT, K::Enter), with(SHIFT, K::Enter), ctrl('j')], "new line"),
    bind(A::Complete, &[key(K::Tab)], "complete a nick, room or command"),
    bind(A::CompleteBack, &[key(K::BackTab)], "the candidate before"),
    bind(A::PreviousRoom, &[with(ALT, K::Up), ctrl('p')], "room above"),
    bind(A::NextRoom, &[with(ALT, K::Down), ctrl('n')], "room below"),
    bind(A::Room(1), &[alt('1'), twin('1')], "room 1"),
    bind(A::Room(2), &[alt('2'), twin('2')], "room 2"),
    bind(A::Room(3), &[alt('3'), twin('3')], "room 3"),
    bind(A::Room(4), &[alt('4'), twin('4')], "room 4"),
    bind(A::Room(5), &[alt('5'), twin('5')], "room 5"),
    bind(A::Room(6), &[alt('6'), twin('6')], "room 6"),
    bind(A::Room(7), &[alt('7'), twin('7')], "room 7"),
    bind(A::Room(8), &[alt('8'), twin('8')], "room 8"),
    bind(A::Room(9), &[alt('9'), twin('9')], "room 9"),
    bind(A::Switcher, &[ctrl('t'), key(K::F(3))], "go to a room by a part of its name"),
    bind(A::NextUnread, &[alt('a'), key(K::F(4)), twin('a')], "next unread room"),
    bind(A::NextMention, &[alt('m'), twin('m')], "next unread mention"),
    bind(A::Mentions, &[key(K::F(9))], "all mentions of you"),
    bind(
        A::SelectUp,
        &[with(CTRL, K::Up), key(K::F(8))],
        "select a message, or the one above: reply, react, edit, copy …",
    ),
    bind(A::SelectDown, &[with(CTRL, K::Down)], "select the message below"),
    bind(A::Links, &[ctrl('o')], "open or copy a link of the messages in view"),
    bind(A::Mouse, &[key(K::F(12))], "the mouse, for the client or for the terminal"),
    bind(A::PageUp, &[key(K::PageUp)], "a page up"),
    bind(A::PageDown, &[key(K::PageDown)], "a page down"),
    bind(A::LineUp, &[with(SHIFT, K::Up)], "a line up"),
    bind(A::LineDown, &[with(SHIFT, K::Down)], "a line down"),
    bind(A::Oldest, &[with(CTRL, K::Home)], "the oldest message"),
    bind(A::Newest, &[with(CTRL, K::End)], "the newest message"),
    bind(A::Help, &[key(K::F(1))], "this help"),
    bind(A::Search, &[alt('/'), twin('/')], "search; again: close and stay here"),
    bind(A::Members, &[key(K::F(2))], "show or hide the members"),
    bind(A::Reconnect, &[key(K::F(5)), alt('c'), twin('c')], "reconnect now"),
    bind(A::Retry, &[key(K::F(6)), alt('r'), twin('r')], "send what failed again"),
    bind(A::Discard, &[key(K::F(7)), alt('k'), twin('k')], "discard what was not sent"),
    bind(A::StartServer, &[alt('s'), twin('s')], "start a server here when none answers"),
    bind(A::Up, &[key(K::Up)], "line above, or an earlier text of yours"),
    bind(A::Down, &[key(K::Down)], "line below, or a later text of yours"),
    bind(A::Left, &[key(K::Left), ctrl('b')], "back"),
    bind(A::Right, &[key(K::Right), ctrl('f')], "forward"),
    bind(A::WordLeft, &[alt('b'), with(ALT, K::Left), with(CTRL, K::Left), twin('b')], "word back"),
    bind(
        A::WordRight,
        &[alt('f'), with(ALT, K::Right), with(CTRL, K::Right), twin('f')],
        "word forward",
    ),
    bind(A::LineStart, &[key(K::Home), ctrl('a')], "beginning of the line"),
    bind(A::LineEnd, &[key(K::End), ctrl('e')], "end of the line"),
    bind(A::DeleteBefore, &[key(K::Backspace), ctrl('h')], "delete back"),
    bind(A::DeleteAfter, &[key(K::Delete), ctrl('d')], "delete forward"),
    bind(
        A::CutWordBefore,
        &[ctrl('w'), with(ALT, K::Backspace), with(CTRL, K::Backspace)],
        "cut the word before",
    ),
    bind(A::CutWordAfter, &[alt('d'), with(CTRL, K::Delete), twin('d')], "cut the word after"),
    bind(A::CutToStart, &[ctrl('u')], "cut to the beginning of the line"),
    bind(A::CutToEnd, &[ctrl('k')], "cut to the end of the line"),
    bind(A::Yank, &[ctrl('y')], "put back what was cut"),
    bind(A::YankOlder, &[alt('y'), twin('y')], "after that: what was cut before it"),
    bind(A::Undo, &[ctrl('z'), ctrl('_')], "undo"),
    bind(A::Redo, &[alt('z'), twin('z')], "redo"),
    bind(A::Editor, &[Key { prefixed: true, ..ctrl('e') }], "write in your editor"),
    bind(A::Redraw, &[ctrl('l')], "paint the screen anew"),
    bind(A::Cancel, &[key(K::Esc)], "close, cancel"),
    bind(A::Prefix, &[ctrl('x')], "the next key as if Alt were held"),
    bind(A::Interrupt, &[ctrl('c')], "twice: leave"),
    bind(A::Quit, &[ctrl('q')], "leave"),
];

/// The text of the help: keys, then commands.
pub fn help(keymap: &Keymap) -> Vec<(String, String)> {
    let mut lines = keys_help(keymap);
    lines.push((String::new(), String::new()));
    for command in commands::TABLE {
        lines.push((command.usage(), command.help.to_owned()));
    }
    lines.push(("//text".to_owned(), "send a text that begins with /".to_owned()));
    lines
}

fn keys_help(keymap: &Keymap) -> Vec<(String, String)> {
    let rooms = TABLE.iter().filter(|b| matches!(b.action, Action::Room(_)));
    let usual_rooms = rooms.clone().all(|b| keymap.keys(b.action) == b.keys);
    let mut lines = Vec::new();
    for binding in TABLE {
        match binding.action {
            Action::Room(1) if usual_rooms => {
                lines.push(("Alt-1 … Alt-9, Ctrl-X 1 … 9".into(), "room 1 … 9".into()))
            }
            Action::Room(_) if usual_rooms => {}
            action => lines.push((names(keymap.keys(action)), binding.help.to_owned())),
        }
    }
    lines
}

/// The keys as the help shows them.
pub fn names(keys: &[Key]) -> String {
    let mut names: Vec<String> = keys.iter().map(Key::to_string).collect();
    // One key may come in two ways.
    names.dedup();
    names.join(", ")
}
