//! How far people have read, as the one writer stores it: one place a person and room, which only
//! moves forward. Counts nothing and tells nobody.

use chat_protocol::chat::{RoomName, UserName};
use rusqlite::{Connection, OptionalExtension, params};

/// A person has read a room up to a row of its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub room: RoomName,
    pub person: UserName,
    /// Of the newest row read.
    pub offset: u64,
}

impl Mark {
    /// What it weighs while it waits, roughly.
    pub(super) const SIZE: usize = 256;
}

pub(super) const TABLES: &str = "
CREATE TABLE marks(
    person INTEGER NOT NULL REFERENCES people(id),
    room INTEGER NOT NULL REFERENCES rooms(id),
    offset INTEGER NOT NULL,          -- of the newest row read
    PRIMARY KEY(person, room)
) STRICT, WITHOUT ROWID;
";

/// The room that keeps a row, when it is this one.
pub(super) fn room_of(
    conn: &Connection,
    room: &RoomName,
    offset: u64,
) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached(
        "SELECT r.id FROM messages m JOIN rooms r ON r.id = m.room
         WHERE m.offset = ?1 AND r.folded = ?2",
    )?
    .query_row(params![offset, room.folded()], |r| r.get(0))
    .optional()
}

/// Moves a person's mark forward to an offset, never back.
pub(super) fn advance(
    conn: &Connection,
    person: i64,
    room: i64,
    offset: u64,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO marks VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE
         SET offset = excluded.offset WHERE excluded.offset > offset",
    )?
    .execute(params![person, room, offset])
    .map(drop)
}

/// Somebody who speaks in a room for the first time has a place there from then on.
pub(super) fn begin(
    conn: &Connection,
    person: i64,
    room: i64,
    offset: u64,
) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT OR IGNORE INTO marks VALUES(?1, ?2, ?3)")?
        .execute(params![person, room, offset])
        .map(drop)
}
