//! The SQLite file itself: made, opened, brought up to the present schema, and set aside when it is
//! damaged or not ours. Knows nothing of what is in the tables.

use super::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(super) const FILE: &str = "client.sqlite3";
/// "chat" in ASCII: tells our files from those of other programs.
const APPLICATION: i32 = 0x6368_6174;
pub(super) const VERSION: i32 = 2;
/// For another client's transaction to end; none is long.
const BUSY: Duration = Duration::from_secs(1);
/// KiB of the file held in memory by one connection.
const CACHE: i32 = 512;

/// What each version has added to the one before.
const STEPS: [&str; VERSION as usize] = [
    "CREATE TABLE room (
        server TEXT NOT NULL,
        folded TEXT NOT NULL,
        shown  TEXT NOT NULL,
        read   TEXT,
        PRIMARY KEY (server, folded)
    ) STRICT;",
    "CREATE TABLE draft (
        server TEXT NOT NULL,
        folded TEXT NOT NULL,
        text   TEXT NOT NULL,
        PRIMARY KEY (server, folded)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        key    TEXT NOT NULL UNIQUE,
        server TEXT NOT NULL,
        nick   TEXT NOT NULL,
        owner  TEXT NOT NULL,
        at     INTEGER NOT NULL,
        room   TEXT NOT NULL,
        post   BLOB NOT NULL,
        refused TEXT
    ) STRICT;
    CREATE TABLE held (
        room   INTEGER PRIMARY KEY,
        server TEXT NOT NULL,
        folded TEXT NOT NULL,
        lo     INTEGER NOT NULL,
        hi     INTEGER NOT NULL,
        more_before INTEGER NOT NULL,
        used   INTEGER NOT NULL,
        UNIQUE (server, folded)
    ) STRICT;
    CREATE TABLE message (
        room   INTEGER NOT NULL,
        pos    INTEGER NOT NULL,
        id     TEXT NOT NULL,
        at     INTEGER NOT NULL,
        sender TEXT NOT NULL,
        kind   TEXT NOT NULL,
        text   TEXT NOT NULL,
        more   TEXT,
        PRIMARY KEY (room, pos)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX message_id ON message (room, id);
    CREATE INDEX message_edit ON message (room) WHERE kind = 'edit';",
];

enum Fault {
    /// Set aside and begun anew.
    Foreign,
    Newer,
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(e: rusqlite::Error) -> Self {
        if is_damage(&e) { Fault::Foreign } else { Fault::Sqlite(e) }
    }
}

/// Whether the file is not what it should be, as against the disk or another client being in the way.
pub(super) fn is_damage(e: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(e.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

/// Opens or makes the file in `dir`; what cannot be used is set aside.
pub(super) fn open_or_replace(dir: &Path) -> (Option<Connection>, Option<StoreError>) {
    let path = dir.join(FILE);
    if let Err(e) = super::make_dir(dir) {
        return (None, Some(StoreError::Unusable { path, cause: e.to_string() }));
    }
    match open(&path) {
        Ok(db) => (Some(db), None),
        Err(Fault::Newer) => (None, Some(StoreError::Newer { path })),
        Err(Fault::Sqlite(e)) => (None, Some(StoreError::Unusable { path, cause: e.to_string() })),
        Err(Fault::Foreign) => {
            let (db, error) = replace(&path);
            (db, Some(error))
        }
    }
}

/// Sets the file aside and begins anew.
pub(super) fn replace(path: &Path) -> (Option<Connection>, StoreError) {
    let path = path.to_owned();
    match set_aside(&path) {
        Ok(aside) => (open(&path).ok(), StoreError::SetAside { path, aside }),
        Err(e) => (None, StoreError::Unusable { path, cause: e.to_string() }),
    }
}

fn open(path: &Path) -> Result<Connection, Fault> {
    let mut db = Connection::open(path)?;
    db.busy_timeout(BUSY)?;
    let (application, version, tables) = marks(&db)?;
    match (application, version) {
        (APPLICATION, VERSION) => {}
        (APPLICATION, version) if version > VERSION => return Err(Fault::Newer),
        (APPLICATION, _) => upgrade(&mut db)?,
        (0, 0) if tables == 0 => upgrade(&mut db)?,
        _ => return Err(Fault::Foreign),
    }
    // Losing the last moments to a power cut is no harm; waiting for the disk at a key is. What a
    // killed client wrote is there in any case.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "cache_size", -CACHE)?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(db)
}

fn marks(db: &Connection) -> rusqlite::Result<(i32, i32, i64)> {
    let pragma = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let tables = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok((pragma("application_id")?, pragma("user_version")?, tables))
}

/// Two clients may do this at the same moment: the second finds it done.
fn upgrade(db: &mut Connection) -> Result<(), Fault> {
    db.pragma_update(None, "journal_mode", "WAL")?;
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (application, version, tables) = marks(&tx)?;
    if application != APPLICATION && tables > 0 {
        return Err(Fault::Foreign);
    }
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", VERSION.max(version))?;
    Ok(tx.commit()?)
}

/// A second connection that only reads.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    use rusqlite::OpenFlags;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "query_only", true)?;
    db.pragma_update(None, "cache_size", -CACHE)?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(db)
}

/// Renames the file and what belongs to it; its new name.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let aside = free_name(path);
    fs::rename(path, &aside)?;
    for part in ["-wal", "-shm"] {
        // Left with the old name it would be taken for a part of the new file.
        let _ = fs::rename(with_suffix(path, part), with_suffix(&aside, part));
    }
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn free_name(path: &Path) -> PathBuf {
    let numbered = |n: u32| path.with_extension(format!("sqlite3.damaged-{n}"));
    let mut n = 1;
    while n < 1000 && numbered(n).exists() {
        n += 1;
    }
    numbered(n)
}
