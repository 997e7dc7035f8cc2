//! Answers to requests on `/app/…`.

use super::Chat;
use crate::projection::{Bounds, Projection, ReadError};
use chat_protocol::chat::request::HISTORY_BYTES;
use chat_protocol::chat::{HistoryReply, HistoryRequest, RoomName, RoomsReply};

/// Room list rows in one reply: beyond it those that were quiet longest are left out.
const MAX_ROOMS: usize = 1000;
/// The reply's own keys and brackets.
const ENVELOPE: usize = 128;

impl Chat {
    pub fn rooms_reply(&self) -> RoomsReply {
        let mut rooms = self.list();
        if rooms.len() > MAX_ROOMS {
            rooms.sort_by_key(|room| std::cmp::Reverse((room.members > 0, room.last_at)));
            rooms.truncate(MAX_ROOMS);
            rooms.sort_by(|a, b| a.name.cmp(&b.name));
        }
        RoomsReply { rooms }
    }
}

/// One page of a room's history, as JSON.
///
/// # Errors
/// All of [`ReadError`].
pub async fn history(
    projection: &Projection,
    room: &RoomName,
    request: &HistoryRequest,
) -> Result<Vec<u8>, ReadError> {
    let bounds = Bounds { messages: request.limit, bytes: HISTORY_BYTES - ENVELOPE };
    let page = projection.history(room, &request.anchor, bounds).await?;
    let messages = page.entries.iter().map(|entry| entry.message.clone()).collect();
    let (more_before, more_after) = (page.more_before, page.more_after);
    Ok(HistoryReply { messages, more_before, more_after }.to_json())
}
