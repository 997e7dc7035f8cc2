//! `[notifications]`: what one wants to be told of, and how.

use crate::term::notice::Sequence;
use chat_protocol::chat::RoomName;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notifications {
    /// Ring the terminal's bell.
    pub bell: bool,
    /// Have the terminal show it.
    pub terminal: Option<Sequence>,
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
            terminal: None,
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

/// Of `notifications.terminal`, besides `off`.
pub(super) const SEQUENCES: [(&str, Sequence); 3] =
    [("osc9", Sequence::Osc9), ("osc777", Sequence::Osc777), ("osc99", Sequence::Osc99)];
