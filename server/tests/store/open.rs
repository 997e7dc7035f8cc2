//! Opening: who may, what is refused and with which exit code.

use crate::support::*;
use chat_server::log::open::{FILE, LOCK, OpenError};
use chat_server::log::sqlite::{Options, SqliteLog};
use std::path::Path;

fn refused(dir: &Path) -> OpenError {
    match SqliteLog::open(Options::new(dir)) {
        Ok(_) => panic!("{} was opened", dir.display()),
        Err(refused) => refused,
    }
}

/// A closed store with a few hundred messages.
fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let opened = SqliteLog::open(Options::new(dir.path())).unwrap();
    let answers: Vec<_> = (0..300)
        .map(|n| {
            use chat_server::log::Log;
            opened.log.append(record("study", "mina", None, &"text ".repeat(n)))
        })
        .collect();
    answers.into_iter().for_each(|a| drop(a.blocking_recv().unwrap().unwrap()));
    dir
}

#[test]
fn a_second_server_is_told_who_holds_the_directory() {
    let store = Store::new();
    let error = store.open_again().unwrap_err();
    assert!(matches!(error, OpenError::Held { pid: Some(pid), .. } if pid == std::process::id()));
    assert_eq!(error.exit_code(), 73);
    assert!(error.to_string().contains(&format!("pid {}", std::process::id())));
    store.say("study", "the first goes on");
}

#[test]
fn closing_gives_the_directory_back() {
    let store = Store::new();
    store.log.close();
    assert_eq!(std::fs::read_to_string(store.dir().join(LOCK)).unwrap(), "");
    store.open_again().unwrap();
}

#[test]
fn a_lock_file_left_behind_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(LOCK), "4000000\n").unwrap();
    SqliteLog::open(Options::new(dir.path())).unwrap();
}

#[test]
fn a_directory_that_cannot_be_made_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "").unwrap();
    let error = refused(&dir.path().join("file/data"));
    assert!(matches!(error, OpenError::Directory { .. }), "{error}");
    assert_eq!(error.exit_code(), 73);
    assert!(error.to_string().contains("file/data"));
}

#[cfg(unix)]
#[test]
fn the_directory_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("a/b");
    SqliteLog::open(Options::new(&data)).unwrap();
    assert_eq!(data.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_newer_store_is_refused_and_left_as_it_is() {
    let dir = filled();
    let file = dir.path().join(FILE);
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 7).unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Newer { found: 7, .. }), "{error}");
    assert_eq!(error.exit_code(), 78);
    assert!(error.to_string().contains("version 7"));
    let conn = rusqlite::Connection::open(&file).unwrap();
    let version: i64 = conn.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
    assert_eq!(version, 7);
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    for content in
        [&b"not a database at all, but long enough to have a header ".repeat(40)[..], b"x"]
    {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), content).unwrap();
        let error = refused(dir.path());
        assert!(matches!(error, OpenError::Unreadable { .. }), "{error}");
        assert_eq!(error.exit_code(), 74);
        assert_eq!(std::fs::read(dir.path().join(FILE)).unwrap(), content);
    }
}

#[test]
fn a_store_cut_short_is_refused() {
    let dir = filled();
    let file = dir.path().join(FILE);
    let length = file.metadata().unwrap().len();
    assert!(length > 100_000, "everything is in the one file: {length}");
    std::fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(length / 2).unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Unreadable { .. }), "{error}");
}

#[test]
fn another_programs_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let conn = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    conn.execute_batch("CREATE TABLE t(x); PRAGMA user_version = 1").unwrap();
    drop(conn);
    let error = refused(dir.path());
    assert_eq!(error.exit_code(), 74);
    assert!(error.to_string().contains("no store of chat-server"), "{error}");
}

#[test]
fn an_empty_file_becomes_a_store() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE), "").unwrap();
    SqliteLog::open(Options::new(dir.path())).unwrap();
}

#[test]
fn every_store_has_an_epoch_of_its_own() {
    let mut one = Store::new();
    let epoch = one.projection.position(0).epoch;
    assert_ne!(epoch, Store::new().projection.position(0).epoch);
    one.reopen(|_| {});
    assert_eq!(one.projection.position(0).epoch, epoch);
}

/// What a power cut leaves of a relaxed store: an earlier state, and no goodbye.
#[test]
fn a_relaxed_store_that_lost_its_tail_gives_no_offset_twice() {
    let relaxed = |o: &mut Options| o.durability = chat_server::log::Durability::PageCache;
    let mut store = Store::with(relaxed);
    store.say("study", "kept");
    let earlier = tempfile::tempdir().unwrap();
    for file in [FILE, "chat.sqlite-wal"] {
        std::fs::copy(store.dir().join(file), earlier.path().join(file)).unwrap();
    }
    let lost = store.say("study", "lost");
    store.reopen(|o| {
        relaxed(o);
        o.dir = earlier.path().to_owned();
    });
    let id = store.say("study", "after");
    assert_ne!(id, lost);
    let entries = store.all("study");
    assert_eq!(texts(&entries), ["kept", "after"]);
    assert_chain(&entries, None);
    // Who saw what was lost still gets everything that came later.
    let seen = store.projection.offset_of(&lost).unwrap();
    assert_eq!(texts(&store.after("study", seen, ALL).entries), ["after"]);
    let offset = entries[1].position.offset;
    store.reopen(|o| o.durability = chat_server::log::Durability::Fsync);
    store.say("study", "next");
    assert_eq!(store.all("study")[2].position.offset, offset + 1, "closed in good order");
}
