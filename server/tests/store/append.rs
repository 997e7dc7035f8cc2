//! Order, predecessors, time and idempotency of what is appended.

use crate::support::*;
use chat_protocol::chat::{MessageId, RoomName};
use chat_server::log::{AppendError, Log, Position};
use std::sync::atomic::Ordering;
use std::time::Duration;

const HOUR: u64 = 60 * 60 * 1000;

#[test]
fn what_is_appended_is_read_back_in_order() {
    let store = Store::new();
    let ids: Vec<MessageId> = (0..20).map(|n| store.say("study", &n.to_string())).collect();
    let entries = store.all("study");
    assert_eq!(entries.iter().map(|e| e.message.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(texts(&entries), (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_chain(&entries, None);
    let offsets: Vec<u64> = entries.iter().map(|e| e.position.offset).collect();
    assert!(offsets.is_sorted_by(|a, b| a < b));
    for entry in &entries {
        assert_eq!(Position::parse(&entry.message.id), Some(entry.position.clone()));
        assert_eq!(entry.message.at, START);
    }
}

#[test]
fn the_follower_sees_what_readers_read() {
    let store = Store::new();
    for n in 0..30 {
        store.say(["a", "b", "c"][n % 3], &n.to_string());
    }
    for room in ["a", "b", "c"] {
        let (live, stored) = (store.seen.of(room), store.all(room));
        assert_eq!(live.len(), 10);
        for (live, stored) in live.iter().zip(&stored) {
            assert_eq!(live.message, stored.message);
            assert_eq!(live.position, stored.position);
            assert_eq!(live.prev, stored.prev);
        }
        assert_chain(&stored, None);
    }
}

#[test]
fn appends_from_many_threads_are_each_answered_once_in_one_order() {
    let store = Store::new();
    let ids: Vec<MessageId> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|t| {
                let log = &store.log;
                scope.spawn(move || {
                    let answers: Vec<_> = (0..200)
                        .map(|n| log.append(record("hall", "mina", None, &format!("{t}:{n}"))))
                        .collect();
                    answers.into_iter().map(|a| a.blocking_recv().unwrap().unwrap().id).collect()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|t: std::thread::ScopedJoinHandle<Vec<_>>| t.join().unwrap())
            .collect()
    });
    let entries = store.all("hall");
    assert_eq!(entries.len(), 1600);
    assert_chain(&entries, None);
    let stored: std::collections::HashSet<_> = entries.iter().map(|e| &e.message.id).collect();
    assert!(ids.iter().all(|id| stored.contains(id)));
    for t in 0..8 {
        let mine = entries.iter().filter(|e| e.message.text.as_str().starts_with(&format!("{t}:")));
        let order: Vec<_> = mine.map(|e| e.message.text.as_str().to_owned()).collect();
        assert_eq!(order, (0..200).map(|n| format!("{t}:{n}")).collect::<Vec<_>>());
    }
    let seen: Vec<_> = store.seen.of("hall").iter().map(|e| e.message.id.clone()).collect();
    assert_eq!(seen, entries.iter().map(|e| e.message.id.clone()).collect::<Vec<_>>());
}

#[test]
fn a_repeated_key_is_stored_once() {
    let store = Store::new();
    let first = store.say_keyed("study", "mina", "k");
    assert!(!first.duplicate);
    let again = store.append(record("STUDY", "Mina", Some("k"), "another text")).unwrap();
    assert_eq!((again.id, again.duplicate), (first.id.clone(), true));
    assert!(!store.say_keyed("study", "jun", "k").duplicate, "of another sender");
    assert!(!store.say_keyed("other", "mina", "k").duplicate, "in another room");
    assert!(!store.say_keyed("study", "mina", "K").duplicate, "keys are opaque");
    assert_eq!(store.seen.all().len(), 4);
    assert_eq!(store.all("study")[0].message.key.as_ref().unwrap().as_str(), "k");
}

#[test]
fn a_repeated_key_in_one_batch_is_stored_once() {
    let store = Store::new();
    let answers: Vec<_> =
        (0..50).map(|_| store.log.append(record("study", "mina", Some("k"), "x"))).collect();
    let answers: Vec<_> =
        answers.into_iter().map(|a| a.blocking_recv().unwrap().unwrap()).collect();
    assert_eq!(answers.iter().filter(|a| !a.duplicate).count(), 1);
    assert!(answers.iter().all(|a| a.id == answers[0].id));
    assert_eq!(store.all("study").len(), 1);
}

#[test]
fn a_key_is_remembered_for_the_window_also_across_a_restart() {
    let mut store = Store::new();
    let first = store.say_keyed("study", "mina", "k");
    store.clock.store(START + 24 * HOUR - 1, Ordering::SeqCst);
    store.reopen(|_| {});
    assert_eq!(store.say_keyed("study", "mina", "k").id, first.id);
    store.clock.store(START + 24 * HOUR, Ordering::SeqCst);
    let second = store.say_keyed("study", "mina", "k");
    assert!(!second.duplicate);
    store.reopen(|_| {});
    assert_eq!(store.say_keyed("study", "mina", "k").id, second.id);
    assert_eq!(store.all("study").len(), 2);
}

#[test]
fn expired_keys_are_forgotten_and_others_are_not() {
    let store = Store::with(|o| o.dedupe_window = Duration::from_millis(1000));
    for n in 0..100 {
        store.clock.store(START + n * 100, Ordering::SeqCst);
        assert!(!store.say_keyed("study", "mina", &n.to_string()).duplicate);
    }
    for n in (85..100).rev() {
        let expected = n > 89;
        assert_eq!(store.say_keyed("study", "mina", &n.to_string()).duplicate, expected, "{n}");
    }
    let conn = rusqlite::Connection::open(store.dir().join("chat.sqlite")).unwrap();
    let kept: u64 = conn.query_row("SELECT count(*) FROM keys", [], |r| r.get(0)).unwrap();
    assert!(kept <= 20, "{kept} keys kept");
}

/// Others, in other rooms, may have been the last to see the time that has gone back.
#[test]
fn a_key_that_has_left_the_window_stays_out_when_the_clock_goes_back() {
    let mut store = Store::with(|o| o.dedupe_window = Duration::from_millis(1000));
    let first = store.say_keyed("study", "mina", "k");
    store.clock.store(START + 1000, Ordering::SeqCst);
    store.say("other", "x");
    store.clock.store(START + 999, Ordering::SeqCst);
    store.reopen(|_| {});
    let second = store.say_keyed("study", "mina", "k");
    assert!(!second.duplicate && second.id != first.id);
    assert_eq!(store.say_keyed("study", "mina", "k").id, second.id);
}

#[test]
fn time_never_decreases_in_a_room() {
    let store = Store::new();
    store.say("study", "1");
    store.clock.store(START - HOUR, Ordering::SeqCst);
    store.say("study", "2");
    store.say("other", "3");
    store.clock.store(START + 5, Ordering::SeqCst);
    store.say("study", "4");
    let at = |room: &str| store.all(room).iter().map(|e| e.message.at).collect::<Vec<_>>();
    assert_eq!(at("study"), [START, START, START + 5]);
    assert_eq!(at("other"), [START - HOUR]);
}

#[test]
fn names_are_shown_as_first_used() {
    let mut store = Store::new();
    store.append(record("Study", "Mina", None, "1")).unwrap();
    store.append(record("STUDY", "MINA", None, "2")).unwrap();
    store.reopen(|_| {});
    store.append(record("study", "mina", None, "3")).unwrap();
    for entry in store.all("stuDY").iter().chain(&store.seen.all()) {
        assert_eq!(entry.message.room.as_str(), "Study");
        assert_eq!(entry.message.sender.as_str(), "Mina");
    }
    assert_chain(&store.all("study"), None);
    let rooms = store.wait(store.projection.rooms()).unwrap();
    assert_eq!(rooms.len(), 1);
    assert_eq!(rooms[0].name.as_str(), "Study");
    assert_eq!((rooms[0].count, rooms[0].last_at), (3, START));
    assert_eq!(rooms[0].last_id, store.all("study")[2].message.id);
}

#[test]
fn order_and_ids_go_on_after_a_restart() {
    let mut store = Store::new();
    let before = store.say("study", "1");
    store.reopen(|_| {});
    let reply = chat_server::log::Record {
        post: chat_protocol::chat::Post::Message {
            text: "2".into(),
            reply_to: Some(before.clone()),
        },
        ..record("study", "jun", None, "2")
    };
    store.append(reply).unwrap();
    let entries = store.all("study");
    assert_eq!(texts(&entries), ["1", "2"]);
    assert_chain(&entries, None);
    assert_eq!(entries[1].message.reply_to, Some(before));
    assert_eq!(entries[0].position.epoch, entries[1].position.epoch);
}

#[test]
fn a_full_queue_refuses_at_once() {
    let (entered, is_in) = std::sync::mpsc::channel();
    let (let_go, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let store = Store::with(|o| {
        o.queue_records = 3;
        o.faults = chat_server::log::faults::Faults::inject(move |step| {
            if step == chat_server::log::faults::Step::Begin {
                entered.send(()).unwrap();
                let _ = gate.lock().unwrap().recv();
            }
            Ok(())
        });
    });
    let mut waiting = vec![store.log.append(record("study", "mina", None, "0"))];
    is_in.recv_timeout(Duration::from_secs(60)).unwrap();
    waiting.extend((1..4).map(|n| store.log.append(record("study", "mina", None, &n.to_string()))));
    let refused = store.append(record("study", "mina", None, "4"));
    assert_eq!(refused, Err(AppendError::Unavailable));
    drop(let_go);
    for answer in waiting {
        answer.blocking_recv().unwrap().unwrap();
    }
    assert_eq!(texts(&store.all("study")), ["0", "1", "2", "3"]);
}

#[test]
fn closing_answers_what_was_taken_and_refuses_the_rest() {
    let mut store = Store::new();
    let answers: Vec<_> =
        (0..100).map(|n| store.log.append(record("study", "mina", None, &n.to_string()))).collect();
    store.log.close();
    for answer in answers {
        answer.blocking_recv().unwrap().unwrap();
    }
    let late = store.append(record("study", "mina", None, "late"));
    assert_eq!(late, Err(AppendError::Unavailable));
    let read = store.wait(store.projection.rooms());
    assert_eq!(read.unwrap_err(), chat_server::projection::ReadError::Busy);
    store.log.close();
    let files = std::fs::read_dir(store.dir()).unwrap().map(|f| f.unwrap().file_name());
    let mut files: Vec<_> = files.collect();
    files.sort();
    assert_eq!(files, ["chat.sqlite", "lock"], "all is in the one file");
    store.reopen(|_| {});
    assert_eq!(store.all("study").len(), 100);
}

#[test]
fn a_room_belongs_to_the_one_shard() {
    let store = Store::new();
    assert_eq!(store.log.shards(), 1);
    assert_eq!(store.log.shard_of(&RoomName::parse("x").unwrap()), 0);
}
