//! Full and broken disks: what senders are told, what readers still get, and how it heals.

use crate::support::*;
use chat_server::log::faults::{Faults, Step};
use chat_server::log::{AppendError, Appended, Log};
use rusqlite::ffi;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const SMALL: u64 = 192 * 1024;

fn io_error() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_FSYNC), None)
}

/// Fails at one step for as long as the switch is on.
fn failing_at(step: Step) -> (Store, Arc<AtomicBool>) {
    let broken = Arc::new(AtomicBool::new(false));
    let switch = broken.clone();
    let store = Store::with(|o| {
        o.faults = Faults::inject(move |at| {
            if at == step && switch.load(Ordering::SeqCst) { Err(io_error()) } else { Ok(()) }
        });
    });
    (store, broken)
}

/// Sends with one key until it is stored, as a client does. Only for what heals by itself.
fn until_stored(store: &Store, key: &str) -> Appended {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match store.append(record("study", "mina", Some(key), key)) {
            Ok(appended) => return appended,
            Err(error) => assert_eq!(error, AppendError::Failed),
        }
        assert!(Instant::now() < deadline, "the store did not heal");
        std::thread::yield_now();
    }
}

/// Appends until the store is full; the number that were stored.
fn fill(store: &Store) -> usize {
    let text = "x".repeat(2000);
    for n in 0..1000 {
        match store.append(record("study", "mina", None, &format!("{n} {text}"))) {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error, AppendError::Full);
                return n;
            }
        }
    }
    panic!("the bound of {SMALL} bytes was not kept")
}

#[test]
fn a_full_store_refuses_senders_serves_readers_and_heals() {
    let store = Store::with(|o| o.max_bytes = NonZeroU64::new(SMALL));
    let stored = fill(&store);
    assert!(stored > 5, "{stored}");
    for _ in 0..3 {
        let refused = store.append(record("study", "mina", Some("k"), &"y".repeat(8000)));
        assert_eq!(refused, Err(AppendError::Full));
    }
    assert_eq!(store.all("study").len(), stored, "readers go on, and see only what was confirmed");
    store.log.set_max_bytes(None);
    let healed = store.append(record("study", "mina", Some("k"), "space again")).unwrap();
    assert!(!healed.duplicate, "what was refused was not stored");
    let entries = store.all("study");
    assert_eq!(entries.len(), stored + 1);
    assert_chain(&entries, None);
    assert_eq!(store.seen.all().len(), stored + 1);
}

#[test]
fn a_batch_that_does_not_fit_is_refused_as_a_whole() {
    let store = Store::with(|o| o.max_bytes = NonZeroU64::new(SMALL));
    let stored = fill(&store);
    let answers: Vec<_> = (0..100)
        .map(|n| store.log.append(record("study", "mina", Some(&n.to_string()), &"z".repeat(4000))))
        .collect();
    let answers: Vec<_> = answers.into_iter().map(|a| a.blocking_recv().unwrap()).collect();
    let confirmed = answers.iter().filter(|a| a.is_ok()).count();
    assert!(confirmed < 100);
    assert!(answers.iter().all(|a| a.is_ok() || *a == Err(AppendError::Full)));
    assert_eq!(store.all("study").len(), stored + confirmed);
    assert_eq!(store.seen.all().len(), stored + confirmed);
}

#[test]
fn a_full_store_can_be_opened_and_read() {
    let mut store = Store::with(|o| o.max_bytes = NonZeroU64::new(SMALL));
    let stored = fill(&store);
    store.reopen(|_| {});
    assert_eq!(store.all("study").len(), stored);
    let refused = store.append(record("study", "mina", None, &"y".repeat(8000)));
    assert_eq!(refused, Err(AppendError::Full));
}

#[test]
fn a_failed_commit_is_never_called_good() {
    let (store, broken) = failing_at(Step::Commit);
    store.say("study", "before");
    broken.store(true, Ordering::SeqCst);
    let refused = store.append(record("study", "mina", Some("k"), "k"));
    assert_eq!(refused, Err(AppendError::Failed));
    assert_eq!(texts(&store.all("study")), ["before"], "readers go on");
    broken.store(false, Ordering::SeqCst);
    assert!(!until_stored(&store, "k").duplicate);
    let entries = store.all("study");
    assert_eq!(texts(&entries), ["before", "k"]);
    assert_chain(&entries, None);
    assert_eq!(store.seen.all().len(), 2);
}

#[test]
fn nothing_is_confirmed_until_a_fresh_connection_has_written() {
    let reopened = Arc::new(AtomicU64::new(0));
    let (commits, attempts) = (AtomicU64::new(0), reopened.clone());
    let store = Store::with(|o| {
        o.faults = Faults::inject(move |step| match step {
            // The second commit fails, and so do the first two attempts to open the store again.
            Step::Commit if commits.fetch_add(1, Ordering::SeqCst) == 1 => Err(io_error()),
            Step::Reopen if attempts.fetch_add(1, Ordering::SeqCst) < 2 => Err(io_error()),
            _ => Ok(()),
        });
    });
    store.say("study", "before");
    let refused = store.append(record("study", "mina", Some("k"), "k"));
    assert_eq!(refused, Err(AppendError::Failed));
    until_stored(&store, "k");
    assert_eq!(reopened.load(Ordering::SeqCst), 3);
    let conn = rusqlite::Connection::open(store.dir().join("chat.sqlite")).unwrap();
    let proofs: String =
        conn.query_row("SELECT value FROM meta WHERE name = 'reopened'", [], |r| r.get(0)).unwrap();
    assert_eq!(proofs, "1", "one write stood before the first confirmation");
}

#[test]
fn a_store_that_is_down_says_so_until_it_heals() {
    let broken = Arc::new(AtomicBool::new(false));
    let switch = broken.clone();
    let store = Store::with(|o| {
        o.faults = Faults::inject(move |step| match step {
            Step::Commit | Step::Reopen if switch.load(Ordering::SeqCst) => Err(io_error()),
            _ => Ok(()),
        });
    });
    store.say("study", "before");
    assert!(!store.log.is_down());
    broken.store(true, Ordering::SeqCst);
    let refused = store.append(record("study", "mina", None, "k"));
    assert_eq!(refused, Err(AppendError::Failed));
    assert!(store.log.is_down());
    broken.store(false, Ordering::SeqCst);
    until_stored(&store, "k");
    assert!(!store.log.is_down());
}

#[test]
fn while_the_store_is_down_senders_are_refused_at_once_and_readers_are_not() {
    let (store, broken) = failing_at(Step::Begin);
    store.say("study", "before");
    broken.store(true, Ordering::SeqCst);
    for n in 0..20 {
        let refused = store.append(record("study", "mina", None, &n.to_string()));
        assert_eq!(refused, Err(AppendError::Failed));
        assert_eq!(texts(&store.all("study")), ["before"]);
    }
    broken.store(false, Ordering::SeqCst);
    until_stored(&store, "k");
    assert_eq!(texts(&store.all("study")), ["before", "k"]);
}

#[test]
fn a_commit_that_was_done_but_reported_an_error_is_shown_once_and_confirmed_on_retry() {
    let (store, broken) = failing_at(Step::Committed);
    store.say("study", "before");
    broken.store(true, Ordering::SeqCst);
    let refused = store.append(record("study", "mina", Some("k"), "k"));
    assert_eq!(refused, Err(AppendError::Failed));
    // It lies in the file, but nobody was shown it yet: no reader may be ahead of the live ones.
    assert_eq!(texts(&store.all("study")), ["before"]);
    assert_eq!(store.wait(store.projection.head(&room("study"))), Ok(1));
    broken.store(false, Ordering::SeqCst);
    let stored = until_stored(&store, "k");
    assert!(stored.duplicate);
    store.say("study", "after");
    let entries = store.all("study");
    assert_eq!(texts(&entries), ["before", "k", "after"]);
    assert_eq!(stored.id, entries[1].message.id);
    assert_eq!(texts(&store.seen.all()), ["before", "k", "after"]);
    assert_chain(&entries, None);
    assert_chain(&store.seen.all(), None);
}

#[test]
fn closing_while_the_store_is_down_ends() {
    let (store, broken) = failing_at(Step::Begin);
    broken.store(true, Ordering::SeqCst);
    let refused = store.append(record("study", "mina", None, "x"));
    assert_eq!(refused, Err(AppendError::Failed));
    store.log.close();
    let late = store.append(record("study", "mina", None, "x"));
    assert_eq!(late, Err(AppendError::Unavailable));
}

#[test]
fn a_follower_that_panics_leaves_nobody_waiting() {
    struct Panics;
    impl chat_server::log::Follower for Panics {
        fn committed(&self, _: &[Arc<chat_server::log::Entry>]) {
            panic!("a bug in the follower, caused by this test");
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let options = chat_server::log::sqlite::Options::new(dir.path());
    let opened = chat_server::log::sqlite::SqliteLog::open(options).unwrap();
    opened.log.follow(Arc::new(Panics));
    let lost = opened.log.append(record("study", "mina", None, "x")).blocking_recv();
    assert!(lost.is_err(), "a dropped answer means the append failed");
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = opened.log.append(record("study", "mina", None, "x")).blocking_recv();
        match answer {
            Ok(Err(AppendError::Unavailable)) => break,
            other => assert!(other.is_err(), "{other:?}"),
        }
        assert!(Instant::now() < deadline);
    }
    assert!(opened.log.is_down(), "/healthz says so");
}
