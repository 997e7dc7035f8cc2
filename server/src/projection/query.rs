//! The statements of the read model, one function each. Whoever calls them holds a transaction.

use super::RoomRow;
use super::pool::Moment;
use crate::log::{Entry, Epoch, Position, row};
use chat_protocol::chat::{RoomName, UserName};
use rusqlite::{OptionalExtension, Row, Rows};
use std::sync::Arc;

/// A room as stored.
pub(super) struct Room {
    pub(super) id: i64,
    pub(super) shown: RoomName,
    /// The newest message that may be seen.
    pub(super) head: u64,
    pub(super) trimmed: u64,
}

pub(super) fn room(at: &Moment<'_>, name: &RoomName) -> rusqlite::Result<Option<Room>> {
    let found = at
        .conn
        .prepare_cached("SELECT id, shown, last, trimmed FROM rooms WHERE folded = ?1")?
        .query_row([name.folded()], |r| {
            let (id, shown) = (r.get(0)?, room_name(r, 1)?);
            Ok(Room { id, shown, head: r.get(2)?, trimmed: r.get(3)? })
        })
        .optional()?;
    let Some(mut room) = found else { return Ok(None) };
    if room.head > at.head {
        room.head = at
            .conn
            .prepare_cached(
                "SELECT coalesce(max(offset), 0) FROM messages INDEXED BY messages_room
                 WHERE room = ?1 AND offset <= ?2",
            )?
            .query_row((room.id, at.head), |r| r.get(0))?;
    }
    Ok(Some(room))
}

pub(super) fn room_name(r: &Row<'_>, column: usize) -> rusqlite::Result<RoomName> {
    RoomName::parse(r.get_ref(column)?.as_str()?).map_err(|e| row::misread(column, e))
}

/// A person's name as first used, when that one has spoken.
pub(super) fn person(at: &Moment<'_>, name: &UserName) -> rusqlite::Result<Option<UserName>> {
    at.conn
        .prepare_cached("SELECT shown FROM people WHERE folded = ?1")?
        .query_row([name.folded()], |r| {
            UserName::parse(r.get_ref(0)?.as_str()?).map_err(|e| row::misread(0, e))
        })
        .optional()
}

/// What a room still holds.
#[derive(Clone, Default)]
pub(super) struct Kept {
    pub(super) head: u64,
    pub(super) trimmed: u64,
    pub(super) oldest: Option<u64>,
}

pub(super) fn kept(at: &Moment<'_>, name: &RoomName) -> rusqlite::Result<Kept> {
    let Some(room) = room(at, name)? else { return Ok(Kept::default()) };
    let oldest = first_from(at, &room, 0)?.map(|(offset, _)| offset);
    Ok(Kept { head: room.head, trimmed: room.trimmed, oldest })
}

/// Offset and time of the room's first message at or after an offset.
pub(super) fn first_from(
    at: &Moment<'_>,
    room: &Room,
    offset: u64,
) -> rusqlite::Result<Option<(u64, u64)>> {
    at.conn
        .prepare_cached(
            "SELECT offset, at FROM messages INDEXED BY messages_room
         WHERE room = ?1 AND offset BETWEEN ?2 AND ?3 ORDER BY offset LIMIT 1",
        )?
        .query_row((room.id, offset, room.head), |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()
}

/// Which way [`walk`] goes from its place, which it leaves out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    Later,
    Earlier,
}

/// Reads messages one by one until `visit` says `false`. Returns whether it did.
pub(super) fn walk(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &Room,
    way: Way,
    from: u64,
    visit: impl FnMut(Arc<Entry>) -> bool,
) -> rusqlite::Result<bool> {
    let sql = match way {
        Way::Later => concat!(
            "SELECT ",
            row::columns!(),
            " FROM messages m INDEXED BY messages_room CROSS JOIN people p ON p.id = m.sender",
            row::change!(),
            "WHERE m.room = ?1 AND m.offset > ?2 AND m.offset <= ?3 ORDER BY m.offset"
        ),
        Way::Earlier => concat!(
            "SELECT ",
            row::columns!(),
            " FROM messages m INDEXED BY messages_room CROSS JOIN people p ON p.id = m.sender",
            row::change!(),
            "WHERE m.room = ?1 AND m.offset < ?2 AND m.offset <= ?3 ORDER BY m.offset DESC"
        ),
    };
    let mut query = at.conn.prepare_cached(sql)?;
    visit_all(query.query((room.id, from, room.head))?, epoch, room, visit)
}

/// A message without its edits and reactions, as a tombstone when it is deleted.
pub(super) fn as_written(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &Room,
    offset: u64,
) -> rusqlite::Result<Option<Entry>> {
    at.conn
        .prepare_cached(concat!(
            "SELECT ",
            row::columns!(),
            " FROM messages m CROSS JOIN people p ON p.id = m.sender
             LEFT JOIN messages c ON c.offset = m.changed AND c.kind = 2
             WHERE m.offset = ?1 AND m.room = ?2 AND m.kind = 0 AND m.offset <= ?3"
        ))?
        .query_row((offset, room.id, room.head), |r| {
            let mut entry = row::entry(r, epoch, &room.shown, room.trimmed)?;
            entry.message.reactions = Vec::new();
            Ok(entry)
        })
        .optional()
}

/// As [`walk`], over the edits of a message.
pub(super) fn walk_edits(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &Room,
    target: u64,
    visit: impl FnMut(Arc<Entry>) -> bool,
) -> rusqlite::Result<bool> {
    let mut query = at.conn.prepare_cached(concat!(
        "SELECT ",
        row::columns!(),
        " FROM messages m INDEXED BY messages_edits CROSS JOIN people p ON p.id = m.sender",
        row::change!(),
        "WHERE m.target = ?1 AND m.kind = 1 AND m.offset <= ?2 ORDER BY m.offset"
    ))?;
    visit_all(query.query((target, room.head))?, epoch, room, visit)
}

fn visit_all(
    mut rows: Rows<'_>,
    epoch: &Epoch,
    room: &Room,
    mut visit: impl FnMut(Arc<Entry>) -> bool,
) -> rusqlite::Result<bool> {
    while let Some(r) = rows.next()? {
        let entry = row::entry(r, epoch, &room.shown, room.trimmed)?;
        if !visit(Arc::new(entry)) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn rooms(at: &Moment<'_>, epoch: &Epoch) -> rusqlite::Result<Vec<RoomRow>> {
    let mut query = at.conn.prepare_cached(
        "SELECT shown, topic, last, last_at, count FROM rooms WHERE last > 0 ORDER BY folded",
    )?;
    let rows = query.query_map([], |r| {
        let topic: String = r.get(1)?;
        let last = Position { epoch: epoch.clone(), shard: 0, offset: r.get(2)? };
        Ok(RoomRow {
            name: room_name(r, 0)?,
            topic: topic.into(),
            last_id: last.to_id(),
            last_at: r.get(3)?,
            count: r.get(4)?,
        })
    })?;
    rows.collect()
}
