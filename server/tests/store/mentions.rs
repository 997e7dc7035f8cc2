//! Whom messages mention, as stored and as found again.

use crate::support::*;
use chat_protocol::chat::{ChatMessage, MessageId, Post};
use chat_server::log::{Log, Mark};
use chat_server::projection::Bounds;
use std::num::NonZeroU64;

fn post(store: &Store, room: &str, sender: &str, text: &str) -> MessageId {
    store.post(room, sender, Post::message(text)).unwrap().id
}

fn edit(store: &Store, sender: &str, id: &MessageId, text: &str) {
    store.post("study", sender, Post::Edit { edits: id.clone(), text: text.into() }).unwrap();
}

fn enter(store: &Store, room: &str, person: &str, id: &MessageId) {
    let offset = store.projection.offset_of(id).unwrap();
    let mark = Mark { room: self::room(room), person: user(person), offset };
    store.wait(store.log.mark(mark)).unwrap().unwrap();
}

/// Names, and `@room`.
fn called(message: &ChatMessage) -> Vec<&str> {
    let names = message.mentions.iter().map(|name| name.as_str());
    names.chain(message.mentions_room.then_some("@room")).collect()
}

fn found(
    store: &Store,
    person: &str,
    before: Option<&MessageId>,
    most: usize,
) -> (Vec<MessageId>, bool) {
    let bounds = Bounds { messages: most, ..ALL };
    let (entries, more) =
        store.wait(store.projection.mentions(&user(person), before, bounds)).unwrap();
    (entries.iter().map(|entry| entry.message.id.clone()).collect(), more)
}

#[test]
fn live_and_replayed_rows_name_the_same_people() {
    let mut store = Store::new();
    post(&store, "study", "Mina", "hello");
    post(&store, "study", "민아", "안녕");
    store.seen.present.lock().unwrap().push(user("Jun"));
    post(&store, "study", "jo", "@mina @민아는 @jun @nobody @jo @ROOM `@mina`");
    let expected = ["Mina", "민아", "Jun", "@room"];
    assert_eq!(called(&store.seen.all()[2].message), expected);
    assert_eq!(called(&store.all("study")[2].message), expected);
    store.reopen(|_| {});
    assert_eq!(called(&store.all("study")[2].message), expected);
    post(&store, "study", "mina", "@jun, who is gone");
    assert_eq!(called(&store.all("study")[3].message), ["Jun"], "known from being mentioned");
}

#[test]
fn an_edit_calls_anew_and_a_delete_calls_nobody() {
    let store = Store::new();
    post(&store, "study", "jun", "a");
    post(&store, "study", "sol", "b");
    let id = post(&store, "study", "mina", "@jun");
    assert_eq!(found(&store, "jun", None, 9), (vec![id.clone()], false));
    edit(&store, "mina", &id, "@sol @room");
    for entry in [&store.all("study")[2], &store.all("study")[3]] {
        assert_eq!(called(&entry.message), ["sol", "@room"]);
    }
    assert_eq!(found(&store, "jun", None, 9).0, std::slice::from_ref(&id), "by the room");
    edit(&store, "mina", &id, "@sol");
    assert_eq!(found(&store, "jun", None, 9).0, []);
    assert_eq!(found(&store, "sol", None, 9).0, std::slice::from_ref(&id));
    store.post("study", "mina", Post::Delete { deletes: id }).unwrap();
    assert_eq!(found(&store, "sol", None, 9).0, []);
    for entry in store.all("study") {
        assert_eq!(called(&entry.message), [""; 0]);
    }
}

#[test]
fn mentions_are_found_newest_first_page_by_page() {
    let store = Store::new();
    let (mut expected, mut rooms) = (Vec::new(), Vec::new());
    for room in ["a", "b", "c"] {
        rooms.push(post(&store, room, "mina", "open"));
    }
    enter(&store, "a", "jun", &rooms[0]);
    enter(&store, "b", "jun", &rooms[1]);
    for n in 0..40 {
        let room = ["a", "b", "c"][n % 3];
        match n % 4 {
            0 => expected.push(post(&store, room, "mina", "@jun")),
            1 => {
                let id = post(&store, room, "mina", "@room @jun");
                expected.push(id);
            }
            2 => {
                let id = post(&store, room, "mina", "@room");
                if room != "c" {
                    expected.push(id);
                }
            }
            _ => drop(post(&store, room, "mina", "@mina")),
        }
    }
    expected.reverse();
    assert_eq!(found(&store, "JUN", None, 100), (expected.clone(), false));
    assert_eq!(found(&store, "mina", None, 100).0, [], "one does not call oneself");
    for size in [1, 3, 7] {
        let (mut all, mut before): (Vec<MessageId>, _) = (Vec::new(), None);
        loop {
            let (page, more) = found(&store, "jun", before.as_ref(), size);
            assert!(page.len() == size || !more);
            all.extend(page);
            before = all.last().cloned();
            if !more {
                break;
            }
        }
        assert_eq!(all, expected, "pages of {size}");
    }
    assert_eq!(found(&store, "stranger", None, 9), (vec![], false));
}

#[test]
fn what_is_no_longer_kept_mentions_nobody() {
    let store = Store::with(|o| o.keep_messages = NonZeroU64::new(3));
    post(&store, "study", "jun", "here");
    let ids: Vec<_> = (0..6).map(|_| post(&store, "study", "mina", "@jun @room")).collect();
    let kept: Vec<_> = ids.iter().skip(3).rev().cloned().collect();
    assert_eq!(found(&store, "jun", None, 9).0, kept);
}
