//! What the core asks the runtime to do, in this order.

use super::state::Place;
use crate::net;
use chat_protocol::chat::{MessageId, RoomName};

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
    /// Have the system open this address; only `http` and `https` are. `Msg::NotOpened` comes back
    /// when there is nothing here to open it with.
    OpenUrl(String),
    /// Give the terminal to the person's editor with this text; `Msg::Edited` comes back.
    Edit(String),
    /// Ring: somebody mentioned us where we do not look.
    Bell,
    /// Paint everything anew, whatever is believed to be on the screen.
    Redraw,
    /// End with exit code 0 after printing what was never confirmed to stderr.
    Quit {
        unsent: Vec<Unsent>,
    },
}

/// A message of ours that was never confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    pub room: RoomName,
    pub text: String,
}
