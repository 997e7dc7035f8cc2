//! Pages: which messages of a room are returned for a place in it, and what lies beyond them.

use super::pool::Moment;
use super::query::{self, Room, Way};
use super::{Bounds, History, Page};
use crate::log::{Entry, Epoch};
use chat_protocol::chat::{ChatMessage, RoomName};
use std::sync::Arc;

/// Beyond every offset SQLite can hold.
const END: u64 = i64::MAX as u64;

/// An [`Anchor`](chat_protocol::chat::request::Anchor) whose id has been read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Newest,
    Before(u64),
    After(u64),
    Around(u64),
    /// ms since 1970
    Since(u64),
}

/// What is left of the bounds of a page.
pub(super) struct Budget {
    messages: usize,
    bytes: usize,
    first: bool,
}

impl Budget {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { messages: bounds.messages, bytes: bounds.bytes, first: true }
    }

    /// Whether the page has room for the entry; then it is counted.
    pub(super) fn admits(&mut self, entry: &Entry) -> bool {
        let bytes = json_len(&entry.message) + 1;
        let fits = self.messages > 0 && (self.first || bytes <= self.bytes);
        if fits {
            self.messages -= 1;
            self.bytes = self.bytes.saturating_sub(bytes);
            self.first = false;
        }
        fits
    }
}

/// Bytes of the message's JSON.
fn json_len(message: &ChatMessage) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // Names and strings always serialise; should that change, the page is cut here.
    serde_json::to_writer(&mut count, message).map_or(usize::MAX - 1, |()| count.0)
}

pub(super) fn after(
    at: &Moment<'_>,
    epoch: &Epoch,
    name: &RoomName,
    after: u64,
    bounds: Bounds,
) -> rusqlite::Result<Page> {
    let Some(room) = query::room(at, name)? else { return Ok(Page::empty()) };
    let (entries, more) = take(at, epoch, &room, Way::Later, after, &mut Budget::new(bounds))?;
    Ok(Page { entries, more, head: room.head, gap: after < room.trimmed })
}

pub(super) fn newest(
    at: &Moment<'_>,
    epoch: &Epoch,
    name: &RoomName,
    bounds: Bounds,
) -> rusqlite::Result<Page> {
    let Some(room) = query::room(at, name)? else { return Ok(Page::empty()) };
    let (mut entries, _) = take(at, epoch, &room, Way::Earlier, END, &mut Budget::new(bounds))?;
    entries.reverse();
    Ok(Page { entries, more: false, head: room.head, gap: false })
}

impl Page {
    fn empty() -> Self {
        Self { entries: Vec::new(), more: false, head: 0, gap: false }
    }
}

pub(super) fn history(
    at: &Moment<'_>,
    epoch: &Epoch,
    name: &RoomName,
    place: Place,
    bounds: Bounds,
) -> rusqlite::Result<History> {
    let Some(room) = query::room(at, name)? else {
        return Ok(History { entries: Vec::new(), more_before: false, more_after: false });
    };
    let mut budget = Budget::new(bounds);
    // `edge`: the empty page would lie just before this offset.
    let (entries, edge) = match place {
        Place::Newest => (earlier(at, epoch, &room, END, &mut budget)?, END),
        Place::Before(offset) => (earlier(at, epoch, &room, offset, &mut budget)?, offset),
        Place::After(offset) => (later(at, epoch, &room, offset, &mut budget)?, offset + 1),
        Place::Around(offset) => (around(at, epoch, &room, offset, bounds)?, offset),
        Place::Since(time) => match first_since(at, &room, time)? {
            Some(offset) => (later(at, epoch, &room, offset - 1, &mut budget)?, offset),
            None => (Vec::new(), END),
        },
    };
    let start = entries.first().map_or(edge, |entry| entry.position.offset);
    let end = entries.last().map_or(edge, |entry| entry.position.offset + 1);
    let before = |offset| query::first_from(at, &room, 0).map(|f| f.is_some_and(|f| f.0 < offset));
    let more_before = before(start)?;
    let more_after = query::first_from(at, &room, end)?.is_some();
    Ok(History { entries, more_before, more_after })
}

/// A message as it was first written, then its edits, oldest first; of a deleted one only what is
/// left of it. `None`: there is no such message.
pub(super) fn edits(
    at: &Moment<'_>,
    epoch: &Epoch,
    name: &RoomName,
    offset: u64,
    bounds: Bounds,
) -> rusqlite::Result<Option<History>> {
    let Some(room) = query::room(at, name)? else { return Ok(None) };
    let Some(first) = query::as_written(at, epoch, &room, offset)? else { return Ok(None) };
    let deleted = first.message.deleted.is_some();
    let mut budget = Budget::new(bounds);
    budget.admits(&first);
    let mut entries = vec![Arc::new(first)];
    let more_after = !deleted
        && query::walk_edits(at, epoch, &room, offset, |entry| {
            let fits = budget.admits(&entry);
            if fits {
                entries.push(entry);
            }
            fits
        })?;
    Ok(Some(History { entries, more_before: false, more_after }))
}

fn later(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &Room,
    from: u64,
    budget: &mut Budget,
) -> rusqlite::Result<Vec<Arc<Entry>>> {
    take(at, epoch, room, Way::Later, from, budget).map(|(entries, _)| entries)
}

fn earlier(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &Room,
    from: u64,
    budget: &mut Budget,
) -> rusqlite::Result<Vec<Arc<Entry>>> {
    let (mut entries, _) = take(at, epoch, room, Way::Earlier, from, budget)?;
    entries.reverse();
    Ok(entries)
}

/// The anchor, then in turn one earlier and one later message, for as long as there are and they
/// fit; where one side ends the other goes on.
fn around(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &Room,
    offset: u64,
    bounds: Bounds,
) -> rusqlite::Result<Vec<Arc<Entry>>> {
    let side = |way, from| take(at, epoch, room, way, from, &mut Budget::new(bounds));
    let (later, _) = side(Way::Later, offset.saturating_sub(1))?;
    let (earlier, _) = side(Way::Earlier, offset)?;
    let mut budget = Budget::new(bounds);
    let (mut ahead, mut behind) = (later.into_iter().peekable(), earlier.into_iter().peekable());
    let (mut entries, mut past) = (Vec::new(), Vec::new());
    loop {
        let before = entries.len() + past.len();
        entries.extend(ahead.next_if(|entry| budget.admits(entry)));
        past.extend(behind.next_if(|entry| budget.admits(entry)));
        if before == entries.len() + past.len() {
            break;
        }
    }
    past.reverse();
    past.append(&mut entries);
    Ok(past)
}

/// Entries in the order of the walk, and whether more would have followed.
fn take(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &Room,
    way: Way,
    from: u64,
    budget: &mut Budget,
) -> rusqlite::Result<(Vec<Arc<Entry>>, bool)> {
    let mut entries = Vec::new();
    let more = query::walk(at, epoch, room, way, from, |entry| {
        let fits = budget.admits(&entry);
        if fits {
            entries.push(entry);
        }
        fits
    })?;
    Ok((entries, more))
}

/// The offset of the first message at or after a time. Times never decrease in a room, so that
/// halving the range of offsets finds it without an index of times.
pub(super) fn first_since(
    at: &Moment<'_>,
    room: &Room,
    time: u64,
) -> rusqlite::Result<Option<u64>> {
    let (mut low, mut high) = (room.trimmed + 1, room.head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match query::first_from(at, room, middle)? {
            Some((_, said)) if said < time => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(query::first_from(at, room, low)?.map(|(offset, _)| offset))
}
