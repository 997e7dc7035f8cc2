//! What the core asks the runtime to do, in this order.

use super::state::Place;
use crate::net;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{MessageId, RoomName, UserName};

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Net(net::Command),
    /// Remember that this room is joined, or this topic followed, and read up to `read`.
    SaveRoom {
        place: Place,
        read: Option<MessageId>,
    },
    ForgetRoom {
        place: Place,
    },
    /// Put this into the clipboard, by way of the terminal.
    Copy(String),
    /// Take the mouse from the terminal, or give it back.
    Mouse(bool),
    /// Have the system open this address; only `http` and `https` are. `Msg::NotOpened` comes back
    /// when there is nothing here to open it with.
    OpenUrl(String),
    /// Give the terminal to the person's editor with this text; `Msg::Edited` comes back.
    Edit(String),
    /// Start the bundled server on this machine; `Msg::ServerStarted` comes back.
    StartServer,
    /// Remember what is typed there and not sent; nothing when it is empty.
    SaveDraft {
        place: Place,
        text: String,
    },
    /// Ask the local cache what `Command::History` asks the server.
    LoadCached {
        tag: u64,
        room: RoomName,
        anchor: Anchor,
        limit: usize,
    },
    /// Look for messages in the local cache; only the latest search is answered.
    SearchCached {
        tag: u64,
        query: Query,
    },
    /// Tell somebody who looks elsewhere.
    Notify(Notification),
    /// Read the configuration anew; `Msg::Configured` comes back.
    Reload,
    /// Paint everything anew, whatever is believed to be on the screen.
    Redraw,
    /// End with exit code 0 after printing what was never confirmed to stderr.
    Quit {
        unsent: Vec<Unsent>,
    },
}

/// What is looked for in the local cache.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Words; each must be in the text, in NFC and whatever the case.
    pub text: String,
    pub room: Option<RoomName>,
    pub sender: Option<UserName>,
    /// Only what is older, ms since 1970.
    pub before: Option<u64>,
    /// Only what is as new or newer, ms since 1970.
    pub after: Option<u64>,
    pub limit: usize,
}

/// What was said where nobody looks; all of it is safe to show, and each is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub room: String,
    /// `None` on plain topics.
    pub sender: Option<String>,
    pub text: String,
    pub is_mention: bool,
    /// How many more there were that were not told of.
    pub more: usize,
}

impl Notification {
    /// Who, where.
    pub fn title(&self) -> String {
        match &self.sender {
            Some(sender) => format!("{sender} in {}", self.room),
            None => self.room.clone(),
        }
    }

    pub fn body(&self) -> String {
        match self.more {
            0 => self.text.clone(),
            n => format!("{} (and {n} more before)", self.text),
        }
    }
}

/// A message of ours that was never confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    pub room: RoomName,
    pub text: String,
}
