//! What a SUBSCRIBE with `last` or `after` gets before it is live: read from the store step by step,
//! no faster than asked. Decides where to begin, and whether the reader's cursor still holds; knows
//! no connections.

use crate::log::Entry;
use crate::projection::{Bounds, Cursor, Projection, ReadError};
use chat_protocol::chat::event::ResetReason;
use chat_protocol::chat::request::{Anchor, HISTORY_DEFAULT, HISTORY_MAX};
use chat_protocol::chat::{MessageId, RoomName, Sync};
use chat_protocol::code::Code;
use std::sync::Arc;

/// One read: at most this much goes to an outbox at once.
const PAGE: Bounds = Bounds { messages: 128, bytes: 48 * 1024 };

/// What the SUBSCRIBE asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Last(usize),
    After(MessageId),
}

/// Why what was delivered is not what comes after the reader's cursor.
pub type Lost = (ResetReason, Option<MessageId>);

/// Where a replay stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Asked(Asked),
    /// Looking for the message `left` before this one, without delivering.
    Seek {
        before: MessageId,
        left: usize,
    },
    /// Everything after this offset is still to come.
    Pull(u64),
    /// There was nothing after this offset when it was read.
    CaughtUp(u64),
}

/// What one read gave.
#[derive(Debug)]
pub struct Progress {
    /// To be delivered, in order.
    pub entries: Vec<Arc<Entry>>,
    pub next: Stage,
    pub lost: Option<Lost>,
}

impl Asked {
    /// `None`: live messages only.
    ///
    /// # Errors
    /// `bad-cursor`, with a sentence for people.
    pub fn from_headers(
        last: Option<&str>,
        after: Option<&str>,
    ) -> Result<Option<Self>, (Code, &'static str)> {
        match (last, after) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => {
                Err((Code::BadCursor, "last and after cannot be asked for together; choose one"))
            }
            (Some(last), None) => match last.parse() {
                Ok(n) if n <= HISTORY_MAX && !last.starts_with('+') => Ok(Some(Self::Last(n))),
                _ => Err((Code::BadCursor, "last must be a number from 0 to 300")),
            },
            (None, Some(after)) => match MessageId::parse(after) {
                Ok(id) => Ok(Some(Self::After(id))),
                Err(_) => Err((Code::BadCursor, "after must be the id of a message")),
            },
        }
    }
}

/// Does one read. `stage` is any but `CaughtUp`, which is read on from as well.
///
/// # Errors
/// [`ReadError::Busy`] and [`ReadError::Failed`], after which the same step may be tried again.
pub async fn step(
    projection: &Projection,
    room: &RoomName,
    stage: Stage,
) -> Result<Progress, ReadError> {
    match stage {
        Stage::Asked(Asked::Last(0)) => {
            let head = projection.head(room).await?;
            Ok(Progress { entries: Vec::new(), next: Stage::CaughtUp(head), lost: None })
        }
        Stage::Asked(Asked::Last(n)) => last(projection, room, n).await,
        Stage::Asked(Asked::After(id)) => match projection.resolve(room, &id).await? {
            Cursor::Known(offset) => pull(projection, room, offset).await,
            Cursor::Lost { reason, oldest } => newest(projection, room, (reason, oldest)).await,
        },
        Stage::Seek { before, left } => seek(projection, room, before, left).await,
        Stage::Pull(offset) | Stage::CaughtUp(offset) => pull(projection, room, offset).await,
    }
}

async fn last(projection: &Projection, room: &RoomName, n: usize) -> Result<Progress, ReadError> {
    let page = projection.newest(room, Bounds { messages: n, ..PAGE }).await?;
    match page.entries.first() {
        Some(first) if page.entries.len() < n && first.prev.is_some() => {
            // What was asked for does not fit into one read: find its beginning first.
            let next =
                Stage::Seek { before: first.message.id.clone(), left: n - page.entries.len() };
            Ok(Progress { entries: Vec::new(), next, lost: None })
        }
        _ => Ok(Progress { next: Stage::CaughtUp(page.head), entries: page.entries, lost: None }),
    }
}

async fn seek(
    projection: &Projection,
    room: &RoomName,
    before: MessageId,
    left: usize,
) -> Result<Progress, ReadError> {
    let bounds = Bounds { messages: left, ..PAGE };
    let page = projection.history(room, &Anchor::Before(before.clone()), bounds).await?;
    let next = match page.entries.first() {
        Some(first) if page.entries.len() < left && page.more_before => {
            Stage::Seek { before: first.message.id.clone(), left: left - page.entries.len() }
        }
        Some(first) => Stage::Pull(first.position.offset.saturating_sub(1)),
        None => {
            let offset = projection.offset_of(&before).ok_or(ReadError::UnknownAnchor)?;
            Stage::Pull(offset.saturating_sub(1))
        }
    };
    Ok(Progress { entries: Vec::new(), next, lost: None })
}

async fn pull(projection: &Projection, room: &RoomName, after: u64) -> Result<Progress, ReadError> {
    let page = projection.page_after(room, after, PAGE).await?;
    if page.gap {
        let oldest = page.entries.first().map(|entry| entry.message.id.clone());
        return newest(projection, room, (ResetReason::Trimmed, oldest)).await;
    }
    let at = page.entries.last().map_or(after, |entry| entry.position.offset);
    let next = if page.more { Stage::Pull(at) } else { Stage::CaughtUp(at) };
    Ok(Progress { entries: page.entries, next, lost: None })
}

async fn newest(
    projection: &Projection,
    room: &RoomName,
    lost: Lost,
) -> Result<Progress, ReadError> {
    let bounds = Bounds { messages: HISTORY_DEFAULT, ..PAGE };
    let page = projection.newest(room, bounds).await?;
    let next = Stage::CaughtUp(page.head);
    Ok(Progress { entries: page.entries, next, lost: Some(lost) })
}

/// The mark that ends the replay: `offset` is where live begins.
pub fn sync(projection: &Projection, offset: u64, lost: Option<Lost>) -> Sync {
    let position = Some(projection.position(offset).to_id());
    match lost {
        None => Sync { recovered: true, position, reason: None, oldest: None },
        Some((reason, oldest)) => Sync { recovered: false, position, reason: Some(reason), oldest },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_ask_for_one_thing_or_for_nothing() {
        let asked = Asked::from_headers;
        assert_eq!(asked(None, None), Ok(None));
        assert_eq!(asked(Some("0"), None), Ok(Some(Asked::Last(0))));
        assert_eq!(asked(Some("300"), None), Ok(Some(Asked::Last(300))));
        for bad in ["301", "-1", "+1", "ten", "", "1e3"] {
            assert_eq!(asked(Some(bad), None).unwrap_err().0, Code::BadCursor, "{bad}");
        }
        let id = MessageId::parse("abc.0.7").unwrap();
        assert_eq!(asked(None, Some("abc.0.7")), Ok(Some(Asked::After(id))));
        assert_eq!(asked(None, Some("a b")).unwrap_err().0, Code::BadCursor);
        assert_eq!(asked(Some("1"), Some("abc.0.7")).unwrap_err().0, Code::BadCursor);
    }
}
