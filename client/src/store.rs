//! What the terminal client remembers between runs: which rooms are joined at which server, how far
//! each was read, and which topics are followed. A small SQLite file; losing it costs convenience, so nothing here is fatal.

use crate::app::Remembered;
use crate::app::state::Place;
use crate::config::ServerUrl;
use chat_protocol::chat::{Destination, MessageId, RoomName};
use rusqlite::{Connection, params};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FILE: &str = "client.sqlite3";
/// "chat" in ASCII: tells our files from those of other programs.
const APPLICATION: i32 = 0x6368_6174;
const VERSION: i32 = 1;
const SCHEMA: &str = "
    CREATE TABLE room (
        server TEXT NOT NULL,
        folded TEXT NOT NULL,
        shown  TEXT NOT NULL,
        read   TEXT,
        PRIMARY KEY (server, folded)
    ) STRICT;";

/// Why something is not remembered; `Display` is one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("rooms are not remembered: {}: {cause}", path.display())]
    Unusable { path: PathBuf, cause: String },
    #[error(
        "rooms are not remembered: {} was written by a newer chat-tui; update this one",
        path.display()
    )]
    Newer { path: PathBuf },
    #[error("{} was damaged or not ours; it is now {}", path.display(), aside.display())]
    SetAside { path: PathBuf, aside: PathBuf },
}

/// The memory of one server's rooms.
pub struct Store {
    /// `None`: there is no usable file, and nothing is remembered.
    db: Option<Connection>,
    path: PathBuf,
    server: String,
}

enum Fault {
    /// Set aside and begun anew.
    Foreign,
    Newer,
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match e.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => Fault::Foreign,
            _ => Fault::Sqlite(e),
        }
    }
}

impl Store {
    /// Opens or makes the file; what went wrong comes beside a store that works as well as it can.
    pub fn open(dir: &Path, server: &ServerUrl) -> (Self, Option<StoreError>) {
        let path = dir.join(FILE);
        let (db, error) = match make_dir(dir).map_err(|e| e.to_string()) {
            Ok(()) => open_or_replace(&path),
            Err(cause) => (None, Some(StoreError::Unusable { path: path.clone(), cause })),
        };
        (Self { db, path, server: server.as_str().to_owned() }, error)
    }

    /// In the order they were joined.
    pub fn rooms(&self) -> Result<Vec<Remembered>, StoreError> {
        let Some(db) = &self.db else { return Ok(Vec::new()) };
        let read = || -> rusqlite::Result<Vec<(String, Option<String>)>> {
            let sql = "SELECT shown, read FROM room WHERE server = ?1 ORDER BY rowid";
            let mut statement = db.prepare(sql)?;
            let rows = statement.query_map([&self.server], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        };
        let rows = read().map_err(|e| self.failed(&e))?;
        // What no longer parses is forgotten: the rules may have become stricter.
        let rooms = rows.into_iter().filter_map(|(shown, read)| {
            let read = read.and_then(|id| MessageId::parse(&id).ok());
            place(&shown).map(|place| Remembered { place, read })
        });
        Ok(rooms.collect())
    }

    pub fn save(&self, place: &Place, read: Option<&MessageId>) -> Result<(), StoreError> {
        let sql = "INSERT INTO room (server, folded, shown, read) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET read = coalesce(excluded.read, read)";
        let read = read.map(MessageId::as_str);
        self.write(sql, params![self.server, key(place), place.name(), read])
    }

    pub fn forget(&self, place: &Place) -> Result<(), StoreError> {
        let sql = "DELETE FROM room WHERE server = ?1 AND folded = ?2";
        self.write(sql, params![self.server, key(place)])
    }

    fn write(&self, sql: &str, params: impl rusqlite::Params) -> Result<(), StoreError> {
        let Some(db) = &self.db else { return Ok(()) };
        db.execute(sql, params).map(drop).map_err(|e| self.failed(&e))
    }

    fn failed(&self, e: &rusqlite::Error) -> StoreError {
        StoreError::Unusable { path: self.path.clone(), cause: e.to_string() }
    }
}

/// By which it is found again. No room's name begins as a topic does.
fn key(place: &Place) -> &str {
    match place {
        Place::Room(room) => room.folded(),
        Place::Topic(topic) => topic,
    }
}

fn place(shown: &str) -> Option<Place> {
    if !shown.starts_with('/') {
        return RoomName::parse(shown).ok().map(Place::Room);
    }
    match Destination::parse(shown) {
        Ok(Destination::Topic(topic)) => Some(Place::Topic(topic.as_ref().to_owned())),
        _ => None,
    }
}

/// The directory, for its owner only.
pub fn make_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn open_or_replace(path: &Path) -> (Option<Connection>, Option<StoreError>) {
    let path = path.to_owned();
    match open_file(&path) {
        Ok(db) => (Some(db), None),
        Err(Fault::Newer) => (None, Some(StoreError::Newer { path })),
        Err(Fault::Sqlite(e)) => (None, Some(StoreError::Unusable { path, cause: e.to_string() })),
        Err(Fault::Foreign) => {
            let aside = free_name(&path);
            match fs::rename(&path, &aside) {
                Ok(()) => (open_file(&path).ok(), Some(StoreError::SetAside { path, aside })),
                Err(e) => (None, Some(StoreError::Unusable { path, cause: e.to_string() })),
            }
        }
    }
}

fn open_file(path: &Path) -> Result<Connection, Fault> {
    let mut db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(1))?;
    // Losing the last read line to a power cut is no harm; waiting for the disk at a key is.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    // Two clients may make the file at the same moment.
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let pragma = |name: &str| tx.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (pragma("application_id")?, pragma("user_version")?) {
        (APPLICATION, VERSION) => {}
        (APPLICATION, version) if version > VERSION => return Err(Fault::Newer),
        (0, 0) if tables == 0 => {
            tx.execute_batch(SCHEMA)?;
            tx.pragma_update(None, "application_id", APPLICATION)?;
            tx.pragma_update(None, "user_version", VERSION)?;
        }
        _ => return Err(Fault::Foreign),
    }
    tx.commit()?;
    Ok(db)
}

fn free_name(path: &Path) -> PathBuf {
    let numbered = |n: u32| path.with_extension(format!("sqlite3.damaged-{n}"));
    let mut n = 1;
    while n < 1000 && numbered(n).exists() {
        n += 1;
    }
    numbered(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(port: u16) -> ServerUrl {
        ServerUrl::parse(&format!("ws://127.0.0.1:{port}")).unwrap()
    }

    fn room(name: &str) -> Place {
        place(name).unwrap()
    }

    fn shown(store: &Store) -> Vec<String> {
        let of = |r: Remembered| {
            format!("{}@{}", r.place.name(), r.read.map_or_else(String::new, Into::into))
        };
        store.rooms().unwrap().into_iter().map(of).collect()
    }

    #[test]
    fn rooms_are_remembered_per_server_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let open = |port| Store::open(dir.path(), &server(port)).0;
        let (one, two) = (open(1), open(2));
        let id = MessageId::parse("e.0.7").unwrap();
        one.save(&room("Study"), None).unwrap();
        one.save(&room("ops"), Some(&id)).unwrap();
        one.save(&room("study"), Some(&id)).unwrap();
        one.save(&room("study"), None).unwrap();
        one.save(&room("/topic/builds"), None).unwrap();
        two.save(&room("other"), None).unwrap();
        assert_eq!(shown(&open(1)), ["Study@e.0.7", "ops@e.0.7", "/topic/builds@"]);
        one.forget(&room("STUDY")).unwrap();
        assert_eq!(shown(&open(1)), ["ops@e.0.7", "/topic/builds@"]);
        one.forget(&room("/topic/builds")).unwrap();
        assert_eq!(shown(&open(1)), ["ops@e.0.7"]);
        assert_eq!(shown(&open(2)), ["other@"]);
    }

    #[test]
    fn a_damaged_or_foreign_file_is_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        fs::write(&path, "not a database, but long enough to be taken for one".repeat(100))
            .unwrap();
        let (store, error) = Store::open(dir.path(), &server(1));
        assert!(matches!(error, Some(StoreError::SetAside { .. })), "{error:?}");
        store.save(&room("a"), None).unwrap();
        assert_eq!(shown(&store), ["a@"]);
        drop(store);

        fs::remove_file(&path).unwrap();
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
        let (_, error) = Store::open(dir.path(), &server(1));
        let Some(StoreError::SetAside { aside, .. }) = error else { panic!("{error:?}") };
        assert!(aside.to_string_lossy().ends_with("damaged-2"));
        assert!(Connection::open(aside).unwrap().prepare("SELECT x FROM theirs").is_ok());
    }

    #[test]
    fn a_newer_file_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open(dir.path(), &server(1)));
        let db = Connection::open(dir.path().join(FILE)).unwrap();
        db.pragma_update(None, "user_version", VERSION + 1).unwrap();
        let (store, error) = Store::open(dir.path(), &server(1));
        assert!(matches!(error, Some(StoreError::Newer { .. })), "{error:?}");
        assert_eq!(shown(&store), [""; 0]);
        store.save(&room("a"), None).unwrap();
    }

    #[test]
    fn without_a_directory_nothing_is_remembered_and_nothing_fails() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let (store, error) = Store::open(&file, &server(1));
        assert!(matches!(error, Some(StoreError::Unusable { .. })), "{error:?}");
        store.save(&room("a"), None).unwrap();
    }
}
