//! The tables of the store and their versions. `rooms.last` is never lowered and rooms are never
//! deleted, so the greatest of them is the head of the log and no offset is given twice. Only a power
//! cut in the relaxed mode can take offsets back that clients have seen; after it the log goes on
//! beyond them.

use super::Durability;
use super::open::OpenError;
use super::position::Epoch;
use super::{marks, mentions, search};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use std::path::Path;

/// `user_version` of a store this program writes.
pub const VERSION: i64 = 5;
/// `application_id`: "chat".
const APPLICATION: i64 = 0x6368_6174;

/// Offsets left out after a relaxed store was not closed: more than can have been lost.
const LEAP: u64 = 1 << 20;

const TABLES: &str = "
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE rooms(
    id INTEGER PRIMARY KEY,
    folded TEXT NOT NULL UNIQUE,
    shown TEXT NOT NULL,              -- as first used
    topic TEXT NOT NULL DEFAULT '',
    last INTEGER NOT NULL DEFAULT 0,  -- offset of the newest message
    last_at INTEGER NOT NULL DEFAULT 0,
    count INTEGER NOT NULL DEFAULT 0, -- messages kept
    trimmed INTEGER NOT NULL DEFAULT 0 -- offset of the newest message no longer kept
) STRICT;
CREATE TABLE people(
    id INTEGER PRIMARY KEY,
    folded TEXT NOT NULL UNIQUE,
    shown TEXT NOT NULL               -- as first used
) STRICT;
CREATE TABLE messages(
    offset INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms(id),
    sender INTEGER NOT NULL REFERENCES people(id),
    prev INTEGER,                     -- offset of the message before it in its room
    at INTEGER NOT NULL,              -- ms since 1970, never decreasing in a room
    key TEXT,
    text TEXT NOT NULL,
    reply_to TEXT
) STRICT;
CREATE INDEX messages_room ON messages(room);
-- Idempotency keys outlive the trimming of their messages, but not the window.
CREATE TABLE keys(
    offset INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE(room, sender, key)
) STRICT;
";

/// What version 2 has more: queues and durable subscriptions.
const QUEUES: &str = "
CREATE TABLE queue_messages(
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    place INTEGER NOT NULL,           -- order in the queue
    message_id TEXT NOT NULL,
    destination TEXT NOT NULL,        -- as sent
    headers TEXT NOT NULL,            -- JSON, [[name, value]]
    body BLOB NOT NULL,
    persistent INTEGER NOT NULL,
    deliveries INTEGER NOT NULL       -- how often it was handed out
) STRICT;
CREATE TABLE durables(
    key TEXT PRIMARY KEY,             -- owner and name
    destination TEXT NOT NULL,
    selector TEXT,
    no_local INTEGER NOT NULL,
    position TEXT                     -- in a room: done up to this message
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('batch', '0'); -- the last one that changed a queue
";

/// What version 4 has more (3: [`search::TABLE`]): rows that change earlier ones.
const CHANGES: &str = "
-- 0 message, 1 edit, 2 delete, 3 reaction, 4 reaction taken back, 5 topic
ALTER TABLE messages ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN target INTEGER;  -- offset of the message it is about
ALTER TABLE messages ADD COLUMN changed INTEGER; -- of a message: offset of its newest edit, or delete
ALTER TABLE messages ADD COLUMN reactions TEXT;  -- of a message: JSON, as it is shown
CREATE INDEX messages_edits ON messages(target) WHERE kind = 1;
CREATE TABLE reactions(
    target INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    name TEXT NOT NULL,               -- folded
    shown TEXT NOT NULL,
    row INTEGER NOT NULL,             -- offset of the reaction
    PRIMARY KEY(target, emoji, name)
) STRICT, WITHOUT ROWID;
";

/// Creates the tables in an empty file, or checks that they are of a version this program knows.
/// Returns the store's epoch.
pub(crate) fn ensure(conn: &mut Connection, path: &Path) -> Result<Epoch, OpenError> {
    let unreadable = |e: rusqlite::Error| OpenError::unreadable(path, e);
    let found = conn.pragma_query_value(None, "user_version", |r| r.get(0)).map_err(unreadable)?;
    if found > VERSION {
        return Err(OpenError::Newer { path: path.to_owned(), found, known: VERSION });
    }
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).map_err(unreadable)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unreadable)?;
    let tables: i64 =
        tx.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0)).map_err(unreadable)?;
    let application: i64 =
        tx.pragma_query_value(None, "application_id", |r| r.get(0)).map_err(unreadable)?;
    if tables == 0 && found == 0 {
        create(&tx).map_err(unreadable)?;
    } else if application != APPLICATION || found < 1 {
        return Err(OpenError::foreign(path));
    } else {
        upgrade(&tx, found).map_err(unreadable)?;
    }
    let epoch = epoch(&tx).map_err(unreadable)?.ok_or_else(|| OpenError::foreign(path))?;
    tx.commit().map_err(unreadable)?;
    Ok(epoch)
}

fn create(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let epoch =
        Epoch::random().map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
    tx.execute_batch(TABLES)?;
    tx.execute("INSERT INTO meta VALUES('epoch', ?1)", [epoch.as_str()])?;
    tx.execute("INSERT INTO meta VALUES('reopened', '0'), ('floor', '0')", [])?;
    tx.pragma_update(None, "application_id", APPLICATION)?;
    upgrade(tx, 1)
}

/// From an older version to this one.
fn upgrade(tx: &Transaction<'_>, found: i64) -> rusqlite::Result<()> {
    if found < 2 {
        tx.execute_batch(QUEUES)?;
    }
    if found < 3 {
        tx.execute_batch(search::TABLE)?;
    }
    if found < 4 {
        tx.execute_batch(CHANGES)?;
    }
    if found < 5 {
        tx.execute_batch(marks::TABLES)?;
        tx.execute_batch(mentions::TABLES)?;
    }
    tx.pragma_update(None, "user_version", VERSION)
}

/// The number of the last batch that changed a queue.
pub(crate) fn batch(conn: &Connection) -> rusqlite::Result<u64> {
    let stored = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'batch'";
    conn.query_row(stored, [], |r| r.get(0))
}

pub(crate) fn set_batch(conn: &Connection, number: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'batch'")?
        .execute([number.to_string()])
        .map(drop)
}

fn epoch(conn: &Connection) -> rusqlite::Result<Option<Epoch>> {
    let stored: Option<String> = conn
        .query_row("SELECT value FROM meta WHERE name = 'epoch'", [], |r| r.get(0))
        .optional()?;
    Ok(stored.and_then(|s| Epoch::parse(&s)))
}

/// The offset of the newest message of the log, or the last one left out; 0 when there is neither.
pub(crate) fn head(conn: &Connection) -> rusqlite::Result<u64> {
    conn.prepare_cached(
        "SELECT max((SELECT coalesce(max(last), 0) FROM rooms),
                    (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'floor'))",
    )?
    .query_row([], |r| r.get(0))
}

/// The latest time of all rows; 0 when there is none.
pub(crate) fn latest(conn: &Connection) -> rusqlite::Result<u64> {
    conn.query_row("SELECT coalesce(max(last_at), 0) FROM rooms", [], |r| r.get(0))
}

/// Leaves offsets out when a relaxed store was not closed, and marks a store that is relaxed now.
/// To be called while every commit is still synced.
pub(crate) fn leap(conn: &Connection, durability: Durability) -> rusqlite::Result<()> {
    let marked: bool =
        conn.query_row("SELECT count(*) FROM meta WHERE name = 'relaxed'", [], |r| r.get(0))?;
    let relaxed = durability == Durability::PageCache;
    if !marked && !relaxed {
        return Ok(());
    }
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    if marked {
        let floor = head(&tx)? + LEAP;
        tx.execute("UPDATE meta SET value = ?1 WHERE name = 'floor'", [floor.to_string()])?;
        unmark(&tx)?;
    }
    if relaxed {
        tx.execute("INSERT INTO meta VALUES('relaxed', '')", [])?;
    }
    tx.commit()
}

/// The store is about to be closed in good order.
pub(crate) fn unmark(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM meta WHERE name = 'relaxed'", []).map(drop)
}
