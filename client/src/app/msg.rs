//! What happens to the core: keys, the network, deadlines.

use super::restored::Restored;
use super::state::Place;
use crate::config::Settings;
use crate::net;
use crate::theme::Rgb;
use chat_protocol::chat::{ChatMessage, HistoryReply, MessageId, RoomName};
use crossterm::event::KeyEvent;

/// The time of a message, given by the runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// ms on a clock that only goes forward, from any origin.
    pub mono: u64,
    /// ms since 1970.
    pub wall: u64,
}

/// What the mouse did, and over which cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    pub x: u16,
    pub y: u16,
    pub did: MouseAction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    Press,
    WheelUp,
    WheelDown,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The first message: joins `rooms` in this order and selects one.
    Start {
        rooms: Vec<Remembered>,
        select: Option<RoomName>,
    },
    /// What was kept from earlier runs; before `Start`.
    Restore(Box<Restored>),
    Key(KeyEvent),
    Mouse(Mouse),
    /// A whole line of the linear front end: sent, or run as a command.
    Line(String),
    /// Why such a line cannot be used.
    Unfit(&'static str),
    /// A bracketed paste, whole.
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    /// The terminal got or lost the focus.
    Focus(bool),
    /// The time of [`State::deadline`](super::State::deadline) has come.
    Tick,
    Net(net::Event),
    /// The terminal said what its background is.
    Background(Rgb),
    /// An address that was to be opened could not be.
    NotOpened(String),
    /// The editor is gone: the text that it left, or why there is none, safe to show.
    Edited(Result<String, String>),
    /// The local cache answers `LoadCached`; `None`: it does not know.
    Cached {
        tag: u64,
        reply: Option<HistoryReply>,
    },
    /// The local cache answers `SearchCached`: newest first.
    FoundCached {
        tag: u64,
        messages: Vec<ChatMessage>,
    },
    /// What became of `StartServer`: a line about it, or why there is none; safe to show.
    ServerStarted(Result<Option<String>, String>),
    /// Something cannot be kept on this machine; safe to show.
    StoreTrouble(String),
    /// The configuration was read anew, or why it cannot be, safe to show.
    Configured(Result<Configured, String>),
    /// Something that was to be done beside the chat failed; safe to show.
    Trouble(String),
    /// A signal to end: no questions.
    Quit,
}

/// What a configuration that was read anew says.
#[derive(Debug, Clone, PartialEq)]
pub struct Configured {
    pub settings: Box<Settings>,
    /// Something changed that holds from the next start on.
    pub needs_restart: bool,
}

/// A room or a topic as the store remembers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    pub place: Place,
    /// The last message that was read, of a room.
    pub read: Option<MessageId>,
}
