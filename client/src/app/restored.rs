//! What was kept from earlier runs, as the core takes it up when it starts.

use chat_protocol::chat::{HistoryReply, MessageId, Post, RoomName, UserName};
use std::collections::BTreeMap;

/// Comes before `Msg::Start`, if at all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Restored {
    /// By which name we ask to go.
    pub nick: Option<UserName>,
    /// Drafts by the folded name of their rooms.
    pub drafts: BTreeMap<String, String>,
    /// The message after which a room's subscription goes on, so that it joins what is cached; by the
    /// folded name of rooms that have something cached.
    pub resume: BTreeMap<String, MessageId>,
    /// The newest page of the room that is shown first.
    pub page: Option<(RoomName, HistoryReply)>,
    /// Ours that were not confirmed, oldest first.
    pub unsent: Vec<Kept>,
}

/// One of ours that waits for its confirmation.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub key: String,
    pub room: RoomName,
    pub post: Post,
    /// When it was written, ms since 1970.
    pub at: u64,
    /// The server refused it, for this reason; safe to show.
    pub refused: Option<String>,
}
