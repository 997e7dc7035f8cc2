//! `[notifications]`: what one wants to be told of, and how.

use chat_protocol::chat::RoomName;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notifications {
    /// Ring the terminal's bell.
    pub bell: bool,
    /// Have the terminal show it.
    pub terminal: TerminalNotice,
    /// Program and arguments; empty for none. The text comes on its standard input.
    pub command: Vec<String>,
    /// Between two notifications; what comes meanwhile is counted in the next one.
    pub every: Duration,
    /// Of rooms that nothing else is said of.
    pub level: Level,
    /// By the folded name of the room.
    pub rooms: BTreeMap<String, Level>,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            bell: true,
            terminal: TerminalNotice::Off,
            command: Vec::new(),
            every: Duration::from_secs(1),
            level: Level::Mentions,
            rooms: BTreeMap::new(),
        }
    }
}

impl Notifications {
    /// What is configured for a room.
    pub fn level(&self, room: &RoomName) -> Level {
        self.rooms.get(room.folded()).copied().unwrap_or(self.level)
    }
}

/// What of a room one is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Every message.
    All,
    /// Messages that call one by name or call the whole room.
    Mentions,
    Nothing,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::All, Level::Mentions, Level::Nothing];

    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mentions => "mentions",
            Self::Nothing => "nothing",
        }
    }

    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.name() == name)
    }
}

/// The control sequence by which a terminal shows a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalNotice {
    Off,
    /// iTerm2, WezTerm, Ghostty, Windows Terminal and others.
    Osc9,
    /// urxvt, foot, VTE and others: with a title.
    Osc777,
    /// kitty.
    Osc99,
}

impl TerminalNotice {
    pub const ALL: [Self; 4] = [Self::Off, Self::Osc9, Self::Osc777, Self::Osc99];

    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Osc9 => "osc9",
            Self::Osc777 => "osc777",
            Self::Osc99 => "osc99",
        }
    }

    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }
}
