//! A store of an older version opens, with all that is in it.

use crate::support::*;
use chat_server::log::open::FILE;
use chat_server::log::sqlite::{Options, SqliteLog};
use chat_server::log::{Log, QueueOp, StoredDurable};

/// As version 1 made it, with two messages in a room.
pub const VERSION_1: &str = "
PRAGMA journal_mode = WAL;
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE rooms(
    id INTEGER PRIMARY KEY,
    folded TEXT NOT NULL UNIQUE,
    shown TEXT NOT NULL,
    topic TEXT NOT NULL DEFAULT '',
    last INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER NOT NULL DEFAULT 0,
    count INTEGER NOT NULL DEFAULT 0,
    trimmed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE people(
    id INTEGER PRIMARY KEY,
    folded TEXT NOT NULL UNIQUE,
    shown TEXT NOT NULL
) STRICT;
CREATE TABLE messages(
    offset INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms(id),
    sender INTEGER NOT NULL REFERENCES people(id),
    prev INTEGER,
    at INTEGER NOT NULL,
    key TEXT,
    text TEXT NOT NULL,
    reply_to TEXT
) STRICT;
CREATE INDEX messages_room ON messages(room);
CREATE TABLE keys(
    offset INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE(room, sender, key)
) STRICT;
INSERT INTO meta VALUES('epoch', 'a1b2c3d4'), ('reopened', '0'), ('floor', '0');
INSERT INTO people VALUES(1, 'mina', 'Mina');
INSERT INTO rooms VALUES(1, 'study', 'Study', '', 2, 2000, 2, 0);
INSERT INTO messages VALUES(1, 1, 1, NULL, 1000, 'k', 'first', NULL),
                           (2, 1, 1, 1, 2000, NULL, 'second', NULL);
INSERT INTO keys VALUES(1, 1, 1, 'k', 1000);
PRAGMA application_id = 1667785076;
PRAGMA user_version = 1;
";

#[test]
fn a_store_of_version_1_opens_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    rusqlite::Connection::open(&path).unwrap().execute_batch(VERSION_1).unwrap();
    let opened = SqliteLog::open(Options::new(dir.path())).unwrap();
    assert!(opened.queues.messages.is_empty() && opened.queues.durables.is_empty());
    let answer = opened.log.append(record("study", "mina", None, "third"));
    assert_eq!(answer.blocking_recv().unwrap().unwrap().id.as_str(), "a1b2c3d4.0.3");
    opened.log.close();
    let conn = rusqlite::Connection::open(&path).unwrap();
    let version: i64 = conn.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
    assert_eq!(version, 5);
    drop(conn);

    let mut store = Store::with(|o| o.dir = dir.path().to_owned());
    assert_eq!(texts(&store.all("study")), ["first", "second", "third"]);
    let durable = StoredDurable {
        key: "k".into(),
        destination: "/topic/a".into(),
        selector: None,
        no_local: false,
        position: None,
    };
    store.change(vec![QueueOp::Subscribe(durable.clone())]);
    store.reopen(|_| {});
    assert_eq!(store.queues.durables, [durable]);
}
