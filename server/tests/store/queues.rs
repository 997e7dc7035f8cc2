//! Queues and durable subscriptions in the store: what is decided, when, and what a restart finds.

use crate::support::*;
use chat_protocol::stomp::Headers;
use chat_server::log::faults::{Faults, Step};
use chat_server::log::{AppendError, QueueOp, StoredDurable, StoredMessage};
use rusqlite::ffi;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn message(row: u64, queue: &str) -> StoredMessage {
    let mut headers = Headers::new();
    headers.push("content-type", "text/plain");
    headers.push("odd \"name\"\n", "값:\\ \u{1f600}");
    StoredMessage {
        row,
        place: row,
        queue: queue.into(),
        message_id: format!("run.{row}").into(),
        destination: queue.into(),
        headers,
        body: vec![0, 255, row as u8].into(),
        persistent: true,
        deliveries: 0,
    }
}

fn durable(key: &str) -> StoredDurable {
    StoredDurable {
        key: key.into(),
        destination: "/topic/news".into(),
        selector: Some("kind = 'a'".into()),
        no_local: true,
        position: None,
    }
}

#[test]
fn messages_come_back_as_they_were_in_order_with_their_counts() {
    let mut store = Store::new();
    assert!(store.queues.messages.is_empty());
    let [a, b, c, d] = [1, 2, 3, 4].map(|row| message(row, "/queue/a"));
    store.change([&c, &a, &b, &d].map(|m| QueueOp::Put(m.clone())).to_vec());
    store.change(vec![
        QueueOp::Count { row: 2, deliveries: 3 },
        QueueOp::Remove { row: 3 },
        QueueOp::Move { row: 1, queue: "/queue/dlq.a".into(), place: 5 },
    ]);
    // What is not there is left alone.
    store.change(vec![
        QueueOp::Count { row: 3, deliveries: 1 },
        QueueOp::Move { row: 3, queue: "/queue/b".into(), place: 6 },
        QueueOp::Remove { row: 9 },
    ]);
    store.reopen(|_| {});
    let moved = StoredMessage { queue: "/queue/dlq.a".into(), place: 5, ..a };
    let counted = StoredMessage { deliveries: 3, ..b };
    assert_eq!(store.queues.messages, [counted, d, moved]);
}

#[test]
fn durable_subscriptions_come_back() {
    let mut store = Store::new();
    store.change(["a", "b", "c"].map(|key| QueueOp::Subscribe(durable(key))).to_vec());
    store.change(vec![
        QueueOp::Forget { key: "b".into() },
        QueueOp::Advance { key: "c".into(), position: "a1b2c3d4.0.7".into() },
        QueueOp::Advance { key: "nobody".into(), position: "a1b2c3d4.0.7".into() },
    ]);
    store.reopen(|_| {});
    let advanced = StoredDurable { position: Some("a1b2c3d4.0.7".into()), ..durable("c") };
    assert_eq!(store.queues.durables, [durable("a"), advanced]);
}

#[test]
fn records_and_changes_are_one() {
    let mut store = Store::new();
    store.say("study", "before");
    let records = vec![record("study", "mina", None, "x"), record("other", "mina", None, "y")];
    let told = store.commit(records, vec![QueueOp::Put(message(1, "/queue/a"))]);
    let Decided::Committed(answers) = told.recv_timeout(DEADLINE).unwrap() else { panic!() };
    let ids: Vec<_> = store.seen.all().iter().skip(1).map(|e| e.message.id.clone()).collect();
    assert_eq!(answers.into_iter().map(|a| a.id).collect::<Vec<_>>(), ids);
    store.reopen(|_| {});
    assert_eq!((store.all("study").len(), store.queues.messages.len()), (2, 1));
}

#[test]
fn a_full_store_takes_nothing_of_a_batch() {
    let mut store = Store::with(|o| o.max_bytes = NonZeroU64::new(128 * 1024));
    let large = StoredMessage { body: vec![1; 200_000].into(), ..message(1, "/queue/a") };
    let told = store.commit(vec![record("study", "mina", None, "x")], vec![QueueOp::Put(large)]);
    assert_eq!(told.recv_timeout(DEADLINE).unwrap(), Decided::Refused(AppendError::Full));
    assert!(told.recv_timeout(DEADLINE).is_err(), "it is decided once");
    store.change(vec![QueueOp::Put(message(2, "/queue/a"))]);
    store.reopen(|_| {});
    assert_eq!((store.all("study").len(), store.queues.messages.len()), (0, 1));
}

/// A store that fails once, at this step.
fn failing_at(step: Step) -> Store {
    let armed = AtomicBool::new(true);
    let io_error =
        || Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_FSYNC), None));
    Store::with(|o| {
        o.faults = Faults::inject(move |at| {
            if at == step && armed.swap(false, Ordering::SeqCst) { io_error() } else { Ok(()) }
        });
    })
}

#[test]
fn what_was_in_doubt_is_decided_when_the_store_works_again() {
    for step in [Step::Begin, Step::Commit, Step::Committed] {
        let mut store = failing_at(step);
        let told = store.commit(
            vec![record("study", "mina", None, "x")],
            vec![QueueOp::Put(message(1, "/queue/a"))],
        );
        assert_eq!(told.recv_timeout(DEADLINE).unwrap(), Decided::InDoubt);
        let decided = told.recv_timeout(DEADLINE).unwrap();
        let kept = step == Step::Committed;
        match kept {
            true => assert_eq!(decided, Decided::Committed(Vec::new())),
            false => assert_eq!(decided, Decided::Refused(AppendError::Failed)),
        }
        assert_eq!(store.seen.all().len(), usize::from(kept), "{step:?}: the follower agrees");
        store.change(vec![QueueOp::Put(message(2, "/queue/a"))]);
        store.reopen(|_| {});
        let rows: Vec<_> = store.queues.messages.iter().map(|m| m.row).collect();
        assert_eq!(rows, if kept { vec![1, 2] } else { vec![2] }, "{step:?}");
    }
}

#[test]
fn a_closed_log_hands_the_batch_back() {
    use chat_server::log::{Batch, Log};
    let store = Store::new();
    store.log.close();
    let untouched = Arc::new(AtomicBool::new(true));
    let seen = untouched.clone();
    let decided = Box::new(move |_: chat_server::log::Decision<'_>| {
        seen.store(false, Ordering::SeqCst);
    });
    let ops = vec![QueueOp::Remove { row: 1 }];
    let back = store.log.commit(Batch { records: Vec::new(), ops: ops.clone(), decided });
    assert_eq!(back.err().map(|batch| batch.ops), Some(ops));
    assert!(untouched.load(Ordering::SeqCst));
}
