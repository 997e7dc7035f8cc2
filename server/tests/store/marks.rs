//! How far people have read, and what is left to them: against a plain count, after a restart, and
//! without reading a long room.

use crate::support::*;
use chat_protocol::chat::mark::UNREAD_MAX;
use chat_protocol::chat::{Kind, MessageId, Post};
use chat_server::log::faults::{Faults, Step};
use chat_server::log::{AppendError, Log, Mark};
use chat_server::projection::ReadState;
use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn mark(store: &Store, room: &str, person: &str, id: &MessageId) -> Result<(), AppendError> {
    let offset = store.projection.offset_of(id).unwrap();
    let answer = store.log.mark(Mark { room: self::room(room), person: user(person), offset });
    store.wait(async { answer.await.unwrap_or(Err(AppendError::Failed)) })
}

fn state(store: &Store, room: &str, person: &str) -> Option<ReadState> {
    store.wait(store.projection.read_state(&self::room(room), &user(person))).unwrap()
}

/// Read up to, unread and mentions.
fn left(store: &Store, room: &str, person: &str) -> Option<(MessageId, u64, u64)> {
    state(store, room, person).map(|state| (state.read, state.unread, state.mentions))
}

fn post(store: &Store, sender: &str, text: &str) -> MessageId {
    store.post("study", sender, Post::message(text)).unwrap().id
}

#[test]
fn a_mark_moves_forward_only_and_outlives_a_restart() {
    let mut store = Store::new();
    let ids: Vec<_> = (0..5).map(|n| post(&store, "mina", &n.to_string())).collect();
    assert_eq!(left(&store, "study", "jun"), None);
    mark(&store, "study", "jun", &ids[2]).unwrap();
    assert_eq!(left(&store, "study", "jun"), Some((ids[2].clone(), 2, 0)));
    mark(&store, "Study", "JUN", &ids[0]).unwrap();
    assert_eq!(left(&store, "study", "jun"), Some((ids[2].clone(), 2, 0)), "never back");
    assert_eq!(store.seen.marks().len(), 2, "both are told");
    mark(&store, "study", "jun", &ids[4]).unwrap();
    store.reopen(|_| {});
    assert_eq!(left(&store, "study", "jun"), Some((ids[4].clone(), 0, 0)));
    assert_eq!(state(&store, "study", "jun").unwrap().room.as_str(), "study");
}

#[test]
fn a_mark_is_on_a_row_of_its_room() {
    let store = Store::with(|o| o.keep_messages = NonZeroU64::new(2));
    let old = post(&store, "mina", "gone soon");
    let elsewhere = store.say("other", "x");
    let kept = post(&store, "mina", "b");
    post(&store, "mina", "c");
    let unknown = Err(AppendError::UnknownMessage);
    assert_eq!(mark(&store, "study", "jun", &elsewhere), unknown);
    assert_eq!(mark(&store, "study", "jun", &old), unknown, "no longer kept");
    assert_eq!(mark(&store, "nowhere", "jun", &kept), unknown);
    let rooms = store.wait(store.projection.rooms()).unwrap();
    assert_eq!(rooms.len(), 2, "no room comes of it");
    assert_eq!(store.wait(store.projection.person(&user("jun"))), Ok(None), "nobody either");
    assert!(store.seen.marks().is_empty());
    mark(&store, "study", "jun", &kept).unwrap();
}

#[test]
fn who_speaks_has_a_place_from_then_on_and_it_stays_there() {
    let mut store = Store::new();
    post(&store, "mina", "before");
    let first = post(&store, "jun", "first");
    post(&store, "mina", "answer");
    post(&store, "jun", "second");
    assert_eq!(left(&store, "study", "jun"), Some((first.clone(), 1, 0)));
    store.reopen(|_| {});
    post(&store, "jun", "third");
    assert_eq!(left(&store, "study", "jun"), Some((first, 1, 0)));
}

#[test]
fn a_mark_that_could_not_be_stored_is_refused() {
    let broken = Arc::new(AtomicBool::new(false));
    let faulty = broken.clone();
    let store = Store::with(|o| {
        o.faults = Faults::inject(move |step| {
            if step == Step::Commit && faulty.load(Ordering::SeqCst) {
                return Err(rusqlite::Error::InvalidQuery);
            }
            Ok(())
        });
    });
    let id = post(&store, "mina", "a");
    broken.store(true, Ordering::SeqCst);
    assert_eq!(mark(&store, "study", "jun", &id), Err(AppendError::Failed));
    broken.store(false, Ordering::SeqCst);
    assert_eq!(left(&store, "study", "jun"), None);
    assert!(store.seen.marks().is_empty());
}

/// The same numbers as counting what history shows.
#[test]
fn counts_are_those_of_a_plain_count() {
    let mut seed = 0x5eed_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let store = Store::new();
    let people = ["mina", "jun", "민아"];
    let (mut marks, mut messages) = (HashMap::new(), Vec::new());
    let mut rows = Vec::new();
    for n in 0..600 {
        let sender = people[random(3) as usize];
        let texts = ["hi", "@mina 봐", "@room", "@민아는 @room", "`@jun`", "@jun @mina"];
        let text = texts[random(6) as usize];
        let own = |messages: &[(MessageId, &str)], pick: u64| {
            let own: Vec<_> = messages.iter().filter(|(_, by)| *by == sender).collect();
            own.get(pick as usize % own.len().max(1)).map(|(id, _)| id.clone())
        };
        let (what, pick) = (random(10), random(1000));
        let post = match (what, own(&messages, pick), messages.last()) {
            (0, Some(deletes), _) => Post::Delete { deletes },
            (1, Some(edits), _) => Post::Edit { edits, text: text.into() },
            (2, _, Some((id, _))) => {
                Post::Reaction { reacts_to: id.clone(), emoji: "👍".into(), on: pick % 2 == 0 }
            }
            _ => Post::message(text),
        };
        let is_message = post.kind() == Kind::Message;
        if let Ok(appended) = store.post("study", sender, post)
            && !appended.duplicate
        {
            marks.entry(sender).or_insert(rows.len());
            rows.push(appended.id.clone());
            if is_message {
                messages.push((appended.id, sender));
            }
        }
        if n % 7 == 0 && !rows.is_empty() {
            let (reader, at) = (people[random(3) as usize], random(rows.len() as u64) as usize);
            mark(&store, "study", reader, &rows[at]).unwrap();
            let place = marks.entry(reader).or_insert(at);
            *place = at.max(*place);
        }
    }
    let shown: Vec<_> = store.all("study").iter().map(|entry| entry.message.clone()).collect();
    for person in people {
        let at = marks[person];
        let open: Vec<_> = shown[at + 1..]
            .iter()
            .filter(|m| m.kind == Kind::Message && m.deleted.is_none() && m.sender != user(person))
            .collect();
        let calls = open.iter().filter(|m| m.mentions_room || m.mentions.contains(&user(person)));
        let expected = (rows[at].clone(), open.len() as u64, calls.count() as u64);
        assert_eq!(left(&store, "study", person), Some(expected), "{person}");
        let all = store.wait(store.projection.read_states(&user(person))).unwrap();
        assert_eq!(all, [state(&store, "study", person).unwrap()]);
    }
}

#[test]
fn counts_stop_at_their_bound() {
    let store = Store::new();
    let first = store.say("study", "first");
    mark(&store, "study", "jun", &first).unwrap();
    let record = record("study", "mina", None, "@jun and @room");
    let answers: Vec<_> = (0..1100).map(|_| store.log.append(record.clone())).collect();
    for answer in answers {
        answer.blocking_recv().unwrap().unwrap();
    }
    assert_eq!(left(&store, "study", "jun"), Some((first, UNREAD_MAX, UNREAD_MAX)));
}
