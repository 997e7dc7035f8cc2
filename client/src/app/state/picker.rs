//! A list one chooses from by typing: rooms, what can be done with a message, reactions, mentions.
//! While it is open it has the keyboard and the cursor. What it lists is made by `update::picker`
//! after every change; this only holds it.

use super::action::MessageAction;
use super::{Composer, Place};
use chat_protocol::chat::{MessageId, RoomName};

#[derive(Debug, Clone, PartialEq)]
pub enum PickerKind {
    Rooms,
    /// Where one was mentioned.
    Mentions,
    /// The links of the messages in view.
    Links,
    /// What can be done with the selected message.
    Actions,
    /// An emoji for a message.
    React(MessageId),
    /// Whether a message is to be deleted.
    Delete(MessageId),
}

/// What Enter does with an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    Go(Place),
    Jump(RoomName, MessageId),
    Join(RoomName),
    /// A web address.
    Open(String),
    Act(MessageAction),
    React(MessageId, String),
    Delete(MessageId),
    /// Nothing.
    Keep,
}

/// One line of the list; all text is safe to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub label: String,
    /// Dim, behind the label.
    pub detail: String,
    /// Right-aligned: what is unread.
    pub count: String,
    pub choice: Choice,
}

#[derive(Debug)]
pub struct Picker {
    pub kind: PickerKind,
    /// What was typed to find an item.
    pub query: Composer,
    /// What fits, best first.
    pub items: Vec<Item>,
    pub chosen: usize,
}

impl Picker {
    pub fn new(kind: PickerKind) -> Self {
        Self { kind, query: Composer::default(), items: Vec::new(), chosen: 0 }
    }

    pub fn prompt(&self) -> &'static str {
        match self.kind {
            PickerKind::Rooms => "Go to: ",
            PickerKind::Mentions => "Mentions of you: ",
            PickerKind::Links => "Open: ",
            PickerKind::Actions => "Do: ",
            PickerKind::React(_) => "React with: ",
            PickerKind::Delete(_) => "Delete this message? ",
        }
    }

    /// What stands in the place of items when nothing fits.
    pub fn nothing(&self) -> &'static str {
        match self.kind {
            PickerKind::Rooms => "no room fits",
            PickerKind::Mentions => "none that the server told of",
            PickerKind::Links => "no message in view has such a link",
            PickerKind::React(_) => "no emoji fits; type a part of its name, or one itself",
            PickerKind::Actions | PickerKind::Delete(_) => "nothing fits",
        }
    }

    pub fn hint(&self) -> &'static str {
        match self.kind {
            PickerKind::Rooms | PickerKind::Mentions => {
                "Enter goes there, Up and Down choose, Esc closes"
            }
            PickerKind::Links => "Enter opens, Ctrl-Y copies, Up and Down choose, Esc closes",
            _ => "Enter does it, Up and Down choose, Esc closes",
        }
    }

    pub fn choice(&self) -> Option<&Choice> {
        self.items.get(self.chosen).map(|item| &item.choice)
    }

    /// Up or down, around the ends.
    pub fn step(&mut self, by: isize) {
        let len = self.items.len().max(1) as isize;
        self.chosen = (self.chosen as isize + by).rem_euclid(len) as usize;
    }
}
