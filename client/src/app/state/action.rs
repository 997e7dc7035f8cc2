//! What can be done with a message: the keys while one is selected, the menu that Enter opens, and the
//! names of the commands.

use super::Entry;
use crate::text::hangul;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageAction {
    Reply,
    Edit,
    Delete,
    React,
    Copy,
    Open,
    Thread,
    Raw,
}

pub struct ActionInfo {
    pub action: MessageAction,
    pub key: char,
    pub label: &'static str,
    /// Whether it can be done with this message.
    pub fits: fn(&Entry) -> bool,
}

fn is_in_room(entry: &Entry) -> bool {
    entry.message_id().is_some() && !entry.is_deleted()
}

fn is_ours(entry: &Entry) -> bool {
    is_in_room(entry) && entry.own
}

pub const ACTIONS: &[ActionInfo] = &[
    ActionInfo { action: MessageAction::Reply, key: 'r', label: "reply", fits: is_in_room },
    ActionInfo { action: MessageAction::React, key: '+', label: "react", fits: is_in_room },
    ActionInfo { action: MessageAction::Copy, key: 'c', label: "copy", fits: |e| !e.is_deleted() },
    ActionInfo {
        action: MessageAction::Open,
        key: 'o',
        label: "open link",
        fits: |e| !e.links().is_empty(),
    },
    ActionInfo { action: MessageAction::Edit, key: 'e', label: "edit", fits: is_ours },
    ActionInfo { action: MessageAction::Delete, key: 'd', label: "delete", fits: is_ours },
    ActionInfo { action: MessageAction::Thread, key: 't', label: "thread", fits: is_in_room },
    ActionInfo { action: MessageAction::Raw, key: 'v', label: "view raw", fits: |_| true },
];

impl MessageAction {
    /// The action of a letter, or of the jamo on its key.
    pub fn by_key(typed: char) -> Option<Self> {
        let key = hangul::key(typed).unwrap_or(typed).to_ascii_lowercase();
        ACTIONS.iter().find(|a| a.key == key).map(|a| a.action)
    }

    pub fn info(self) -> Option<&'static ActionInfo> {
        ACTIONS.iter().find(|a| a.action == self)
    }
}
