//! Answers to requests on `/app/…`.

use super::Chat;
use crate::projection::{Bounds, Projection, ReadError, ReadState, Search};
use chat_protocol::chat::request::HISTORY_BYTES;
use chat_protocol::chat::{
    HistoryReply, HistoryRequest, MentionsReply, MentionsRequest, RoomInfo, RoomName, RoomsReply,
    SearchReply, SearchRequest, UserName,
};
use chat_protocol::code::Code;
use chat_protocol::text::find::Query;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Rows of a room list reply.
const MAX_ROOMS: usize = 1000;
/// A reply's own keys and brackets.
const ENVELOPE: usize = 128;

impl Chat {
    /// The room list, as JSON. Of more rooms than fit those are left out that are empty and were
    /// quiet longest.
    pub fn rooms_reply(&self, reads: Vec<ReadState>) -> Vec<u8> {
        let mut rooms = self.list();
        let mut reads: HashMap<_, _> =
            reads.into_iter().map(|read| (read.room.clone(), read)).collect();
        for room in &mut rooms {
            if let Some(ReadState { read, unread, mentions, .. }) = reads.remove(&room.name) {
                (room.read, room.unread) = (Some(read), Some(unread));
                room.mentions = Some(mentions);
            }
        }
        rooms.sort_by_key(|room| Reverse((room.members > 0, room.last_at)));
        rooms.truncate(fitting(&rooms));
        rooms.sort_by(|a, b| a.name.cmp(&b.name));
        RoomsReply { rooms }.to_json()
    }
}

fn fitting(rooms: &[RoomInfo]) -> usize {
    let mut left = HISTORY_BYTES - ENVELOPE;
    let fits = |room: &&RoomInfo| {
        let rest = left.checked_sub(room.to_json().len() + 1);
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    rooms.iter().take(MAX_ROOMS).take_while(fits).count()
}

/// One page of a room's history, as JSON; `most` bounds the answer.
///
/// # Errors
/// All of [`ReadError`].
pub async fn history(
    projection: &Projection,
    room: &RoomName,
    request: &HistoryRequest,
    most: Bounds,
) -> Result<Vec<u8>, ReadError> {
    let bounds = Bounds {
        messages: request.limit.min(most.messages),
        bytes: most.bytes.saturating_sub(ENVELOPE),
    };
    let page = projection.history(room, &request.anchor, bounds).await?;
    let messages = page.entries.iter().map(|entry| entry.message.clone()).collect();
    let (more_before, more_after) = (page.more_before, page.more_after);
    Ok(HistoryReply { messages, more_before, more_after }.to_json())
}

/// What a search finds, as JSON; `most` bounds the answer.
///
/// # Errors
/// `bad-body` for a text that cannot be searched for, and all of [`ReadError`].
pub async fn search(
    projection: &Projection,
    request: SearchRequest,
    most: Bounds,
) -> Result<Vec<u8>, (Code, String)> {
    let SearchRequest { text, room, sender, before, after, limit } = request;
    let query = Query::parse(&text).map_err(|e| (Code::BadBody, e.to_string()))?;
    if query.is_single_letters() && room.is_none() {
        let text = "a single letter is searched for within a room only; name one, or give two";
        return Err((Code::BadBody, text.to_owned()));
    }
    let bounds = Bounds { messages: limit, bytes: most.bytes.saturating_sub(ENVELOPE) };
    let search = Search { query, room, sender, before, after };
    let found = projection.search(search, bounds).await;
    let found = found.map_err(|e| (e.code(), e.to_string()))?;
    let results = found.entries.iter().map(|entry| entry.message.clone()).collect();
    let next = found.next.map(|offset| projection.position(offset).to_id());
    let incomplete = found.incomplete;
    Ok(SearchReply { results, more: next.is_some(), next, incomplete }.to_json())
}

/// Where a person was mentioned, as JSON; `most` bounds the answer.
///
/// # Errors
/// All of [`ReadError`].
pub async fn mentions(
    projection: &Projection,
    person: &UserName,
    request: &MentionsRequest,
    most: Bounds,
) -> Result<Vec<u8>, ReadError> {
    let bounds = Bounds { messages: request.limit, bytes: most.bytes.saturating_sub(ENVELOPE) };
    let (entries, more) = projection.mentions(person, request.before.as_ref(), bounds).await?;
    let mentions = entries.iter().map(|entry| entry.message.clone()).collect();
    Ok(MentionsReply { mentions, more }.to_json())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(count: usize, name: &str) -> Vec<RoomInfo> {
        let row = |n| RoomInfo {
            members: 1,
            ..RoomInfo::new(RoomName::parse(&format!("{name}{n}")).unwrap())
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn a_room_list_is_bounded_in_rows_and_bytes() {
        assert_eq!(fitting(&rooms(10, "a")), 10);
        assert_eq!(fitting(&rooms(2000, "a")), MAX_ROOMS);
        let mut long = rooms(1000, &"𠀀".repeat(60));
        long.truncate(fitting(&long));
        assert!((700..1000).contains(&long.len()));
        assert!(RoomsReply { rooms: long }.to_json().len() <= HISTORY_BYTES);
    }
}
