//! A stored row of a room's log as an [`Entry`]: the one place that reads the columns of `messages`.
//! A message comes as it reads now: after its newest edit, or as a tombstone, with its reactions.

use super::Entry;
use super::mentions;
use super::position::{Epoch, Position};
use chat_protocol::chat::body::{Change, Reactions, TOMBSTONE};
use chat_protocol::chat::{ChatMessage, Kind, MessageId, Post, RoomName, UserName};
use chat_protocol::text::PeerString;
use rusqlite::Row;
use rusqlite::types::Type;

/// What [`entry`] reads, of `messages m`, `people p` and `messages c`, in this order.
macro_rules! columns {
    () => {
        "m.offset, m.prev, m.at, m.key, m.text, m.reply_to, p.shown, m.kind, m.target, m.reactions,
         m.changed, c.kind, c.text, c.at, m.mentions, c.mentions"
    };
}
pub(crate) use columns;
/// How many those are: the index of the next one.
const COLUMNS: usize = 16;

/// Joins the newest edit of a message, or its delete, as `c`.
macro_rules! change {
    () => {
        " LEFT JOIN messages c ON c.offset = m.changed "
    };
}
pub(crate) use change;

/// `messages.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
enum Stored {
    Message = 0,
    Edit = 1,
    Delete = 2,
    Reaction = 3,
    ReactionOff = 4,
    Topic = 5,
}

/// `kind` and `text` of a post's row: what its [`Post::row_text`] is made of.
pub(crate) fn stored(post: &Post) -> (i64, &str) {
    let (kind, text) = match post {
        Post::Message { text, .. } => (Stored::Message, text.as_str()),
        Post::Edit { text, .. } => (Stored::Edit, text.as_str()),
        Post::Delete { .. } => (Stored::Delete, ""),
        Post::Reaction { emoji, on: true, .. } => (Stored::Reaction, emoji.as_str()),
        Post::Reaction { emoji, .. } => (Stored::ReactionOff, emoji.as_str()),
        Post::Topic { topic } => (Stored::Topic, topic.as_str()),
    };
    (kind as i64, text)
}

/// `trimmed`: the room's newest offset no longer kept; a `prev` up to it is left out, since nobody
/// can fetch it.
pub(crate) fn entry(
    row: &Row<'_>,
    epoch: &Epoch,
    room: &RoomName,
    trimmed: u64,
) -> rusqlite::Result<Entry> {
    let at_offset = |offset| Position { epoch: epoch.clone(), shard: 0, offset };
    let position = at_offset(row.get(0)?);
    let prev: Option<u64> = row.get(1)?;
    let key: Option<String> = row.get(3)?;
    let sender = UserName::parse(row.get_ref(6)?.as_str()?).map_err(|e| misread(6, e))?;
    let target: Option<u64> = row.get(8)?;
    let target = target.map(|offset| at_offset(offset).to_id());
    let post = post(row, target)?;
    let mut message = post.row(position.to_id(), room.clone(), sender, row.get(2)?);
    message.key = key.map(PeerString::from);
    mentions::read(row, 14, &mut message)?;
    if message.kind == Kind::Message {
        fold(row, &mut message, at_offset)?;
    } else if matches!(&post, Post::Edit { text, .. } if text.as_str().is_empty()) {
        // No edit is empty but that of a message which has been deleted.
        message.text = TOMBSTONE.into();
    }
    let prev = prev.filter(|prev| *prev > trimmed).map(|prev| at_offset(prev).to_id());
    Ok(Entry { position, message, prev })
}

/// The same of a row of any room: `r.shown` and `r.trimmed` of `rooms r` follow the [`columns`].
pub(crate) fn entry_of_any_room(row: &Row<'_>, epoch: &Epoch) -> rusqlite::Result<Entry> {
    let shown = RoomName::parse(row.get_ref(COLUMNS)?.as_str()?);
    entry(row, epoch, &shown.map_err(|e| misread(COLUMNS, e))?, row.get(COLUMNS + 1)?)
}

fn post(row: &Row<'_>, target: Option<MessageId>) -> rusqlite::Result<Post> {
    let kind: i64 = row.get(7)?;
    let text = PeerString::from(row.get_ref(4)?.as_str()?);
    let about = || target.clone().ok_or_else(|| out_of_range(8, kind));
    Ok(match kind {
        k if k == Stored::Message as i64 => {
            let reply_to: Option<String> = row.get(5)?;
            let reply_to =
                reply_to.map(MessageId::try_from).transpose().map_err(|e| misread(5, e))?;
            Post::Message { text, reply_to }
        }
        k if k == Stored::Edit as i64 => Post::Edit { edits: about()?, text },
        k if k == Stored::Delete as i64 => Post::Delete { deletes: about()? },
        k if k == Stored::Reaction as i64 => {
            Post::Reaction { reacts_to: about()?, emoji: text, on: true }
        }
        k if k == Stored::ReactionOff as i64 => {
            Post::Reaction { reacts_to: about()?, emoji: text, on: false }
        }
        k if k == Stored::Topic as i64 => Post::Topic { topic: text },
        unknown => return Err(out_of_range(7, unknown)),
    })
}

/// What came after it.
fn fold(
    row: &Row<'_>,
    message: &mut ChatMessage,
    at_offset: impl Fn(u64) -> Position,
) -> rusqlite::Result<()> {
    message.reactions = reactions(row, 9)?;
    let kind: Option<i64> = row.get(11)?;
    let Some(kind) = kind else { return Ok(()) };
    let change = Some(Change { id: at_offset(row.get(10)?).to_id(), at: row.get(13)? });
    if kind == Stored::Delete as i64 {
        message.text = TOMBSTONE.into();
        message.deleted = change;
    } else {
        message.text = PeerString::from(row.get_ref(12)?.as_str()?);
        message.edited = change;
        mentions::read(row, 15, message)?;
    }
    Ok(())
}

/// The reactions as they are shown, as the writer left them with the message.
pub(crate) fn reactions(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Reactions>> {
    match row.get_ref(column)?.as_str_or_null()? {
        None => Ok(Vec::new()),
        Some(json) => serde_json::from_str(json).map_err(|e| misread(column, e)),
    }
}

/// A stored name or id that breaks today's rules.
pub(crate) fn misread(
    column: usize,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause))
}

fn out_of_range(column: usize, value: i64) -> rusqlite::Error {
    rusqlite::Error::IntegralValueOutOfRange(column, value)
}
