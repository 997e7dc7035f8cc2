//! The file: made, upgraded, set aside, shared.

use super::*;
use crate::store::file::{FILE, VERSION};
use crate::store::{Restored, StoreError};
use rusqlite::Connection;
use std::fs;

#[test]
fn rooms_are_remembered_per_server_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let open = |port| Store::open(dir.path(), &server(port)).0;
    let (mut one, mut two) = (open(1), open(2));
    one.save("Study", None);
    one.save("ops", Some(7));
    one.save("study", Some(7));
    one.save("study", None);
    one.save("/topic/builds", None);
    two.save("other", None);
    assert_eq!(open(1).shown(), ["Study@e.0.7", "ops@e.0.7", "/topic/builds@"]);
    one.forget("STUDY");
    assert_eq!(open(1).shown(), ["ops@e.0.7", "/topic/builds@"]);
    one.forget("/topic/builds");
    assert_eq!(open(1).shown(), ["ops@e.0.7"]);
    assert_eq!(open(2).shown(), ["other@"]);
}

#[test]
fn the_first_format_is_brought_up_and_keeps_what_it_had() {
    let dir = tempfile::tempdir().unwrap();
    let db = Connection::open(dir.path().join(FILE)).unwrap();
    db.execute_batch(
        "CREATE TABLE room (server TEXT NOT NULL, folded TEXT NOT NULL, shown TEXT NOT NULL,
             read TEXT, PRIMARY KEY (server, folded)) STRICT;
         INSERT INTO room VALUES ('ws://127.0.0.1:1/ws', 'study', 'Study', 'e.0.7');
         PRAGMA application_id = 0x63686174;
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(db);
    let mut store = open(dir.path());
    assert_eq!(store.shown(), ["Study@e.0.7"]);
    store.job(Job::SaveDraft { place: place("study"), text: "초안".into() });
    assert_eq!(open(dir.path()).restore(&[], None).unwrap().drafts["study"], "초안");
}

#[test]
fn a_damaged_or_foreign_file_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    fs::write(&path, "not a database, but long enough to be taken for one".repeat(100)).unwrap();
    let (mut store, error) = Store::open(dir.path(), &server(1));
    assert!(matches!(error, Some(StoreError::SetAside { .. })), "{error:?}");
    store.save("a", None);
    assert_eq!(store.shown(), ["a@"]);
    drop(store);

    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let (_, error) = Store::open(dir.path(), &server(1));
    let Some(StoreError::SetAside { aside, .. }) = error else { panic!("{error:?}") };
    assert!(aside.to_string_lossy().ends_with("damaged-2"));
    assert!(Connection::open(aside).unwrap().prepare("SELECT x FROM theirs").is_ok());
}

#[test]
fn damage_that_shows_only_on_reading_is_set_aside_too() {
    let dir = tempfile::tempdir().unwrap();
    damaged(dir.path());
    let mut store = open(dir.path());
    assert!(matches!(store.rooms(), Err(StoreError::SetAside { .. })));
    store.save("a", None);
    assert_eq!(store.shown(), ["a@"]);
}

#[test]
fn a_newer_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let db = Connection::open(dir.path().join(FILE)).unwrap();
    db.pragma_update(None, "user_version", VERSION + 1).unwrap();
    let (mut store, error) = Store::open(dir.path(), &server(1));
    assert!(matches!(error, Some(StoreError::Newer { .. })), "{error:?}");
    assert_eq!(store.shown(), [""; 0]);
    store.save("a", None);
}

#[test]
fn without_a_directory_nothing_is_remembered_and_nothing_fails() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let (mut store, error) = Store::open(&file, &server(1));
    assert!(matches!(error, Some(StoreError::Unusable { .. })), "{error:?}");
    store.save("a", None);
    assert_eq!(store.restore(&[], None), Ok(Restored::default()));
}

#[test]
fn many_clients_may_make_the_file_at_the_same_moment() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for n in 0..4 {
            let dir = dir.path();
            scope.spawn(move || open(dir).save(&format!("room-{n}"), None));
        }
    });
    assert_eq!(open(dir.path()).shown().len(), 4);
}
