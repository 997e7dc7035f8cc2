//! A stored message as an [`Entry`]: the one place that reads the columns of `messages`.

use super::Entry;
use super::position::{Epoch, Position};
use chat_protocol::chat::{ChatMessage, MessageId, RoomName, UserName};
use chat_protocol::text::PeerString;
use rusqlite::Row;
use rusqlite::types::Type;

/// What [`entry`] reads, of `messages m` and `people p`, in this order.
macro_rules! columns {
    () => {
        "m.offset, m.prev, m.at, m.key, m.text, m.reply_to, p.shown"
    };
}
pub(crate) use columns;

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
    let text: String = row.get(4)?;
    let reply_to: Option<String> = row.get(5)?;
    let sender = UserName::parse(row.get_ref(6)?.as_str()?).map_err(|e| misread(6, e))?;
    let id = position.to_id();
    let message = ChatMessage {
        key: key.map(PeerString::from),
        reply_to: reply_to.map(MessageId::try_from).transpose().map_err(|e| misread(5, e))?,
        ..ChatMessage::new(id, room.clone(), sender, row.get(2)?, text.into())
    };
    let prev = prev.filter(|prev| *prev > trimmed).map(|prev| at_offset(prev).to_id());
    Ok(Entry { position, message, prev })
}

/// A stored name or id that breaks today's rules.
pub(crate) fn misread(
    column: usize,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause))
}
