//! Pages: replays, history around every kind of anchor, bounds and edges.

use crate::support::*;
use chat_protocol::chat::MessageId;
use chat_protocol::chat::request::Anchor;
use chat_server::projection::{Bounds, History, ReadError};
use std::sync::atomic::Ordering;

/// 1…9 in "study", each followed by one in another room, a second apart.
fn nine() -> (Store, Vec<MessageId>) {
    let store = Store::new();
    let mut ids = Vec::new();
    for n in 1..10 {
        store.clock.store(START + n * 1000, Ordering::SeqCst);
        ids.push(store.say("study", &n.to_string()));
        store.say("other", "x");
    }
    (store, ids)
}

fn at_most(messages: usize) -> Bounds {
    Bounds { messages, bytes: usize::MAX }
}

/// The texts, with a mark on each side where there is more.
fn shape(history: &History) -> String {
    let mut shape = texts(&history.entries).concat();
    if history.more_before {
        shape.insert(0, '<');
    }
    if history.more_after {
        shape.push('>');
    }
    shape
}

#[test]
fn pages_follow_on_each_other() {
    let (store, _) = nine();
    let (mut offset, mut read, mut pages) = (0, Vec::new(), 0);
    loop {
        let page = store.after("study", offset, at_most(4));
        assert_eq!(page.head, 17);
        assert!(!page.gap);
        offset = page.entries.last().unwrap().position.offset;
        read.extend(page.entries);
        pages += 1;
        if !page.more {
            break;
        }
    }
    assert_eq!((pages, offset), (3, 17));
    assert_eq!(texts(&read).concat(), "123456789");
    assert_chain(&read, None);
    let done = store.after("study", 17, at_most(4));
    assert!(done.entries.is_empty() && !done.more);
}

#[test]
fn a_page_that_ends_with_the_room_has_no_more() {
    let (store, _) = nine();
    assert!(!store.after("study", 0, at_most(9)).more);
    assert!(store.after("study", 0, at_most(8)).more);
}

#[test]
fn the_newest_come_oldest_first() {
    let (store, _) = nine();
    let newest = |n| {
        let page = store.wait(store.projection.newest(&room("study"), at_most(n))).unwrap();
        assert_eq!(page.head, 17);
        texts(&page.entries).concat()
    };
    assert_eq!(newest(3), "789");
    assert_eq!(newest(300), "123456789");
    assert_eq!(newest(0), "");
}

#[test]
fn a_room_without_messages_is_an_empty_page() {
    let (store, ids) = nine();
    let page = store.after("nobody", 0, ALL);
    assert!(page.entries.is_empty() && !page.more && !page.gap && page.head == 0);
    let page = store.wait(store.projection.newest(&room("nobody"), ALL)).unwrap();
    assert!(page.entries.is_empty() && page.head == 0);
    assert_eq!(store.wait(store.projection.head(&room("nobody"))), Ok(0));
    for anchor in [Anchor::Newest, Anchor::Since(0), Anchor::Around(ids[0].clone())] {
        assert_eq!(shape(&store.history("nobody", anchor, ALL)), "");
    }
}

#[test]
fn history_before_after_and_newest() {
    let (store, ids) = nine();
    let before = |n: usize, limit| {
        shape(&store.history("study", Anchor::Before(ids[n - 1].clone()), at_most(limit)))
    };
    assert_eq!(before(5, 2), "<34>");
    assert_eq!(before(5, 4), "1234>");
    assert_eq!(before(2, 300), "1>");
    assert_eq!(before(1, 300), ">");
    let after = |n: usize, limit| {
        shape(&store.history("study", Anchor::After(ids[n - 1].clone()), at_most(limit)))
    };
    assert_eq!(after(5, 2), "<67>");
    assert_eq!(after(5, 4), "<6789");
    assert_eq!(after(9, 300), "<");
    let start = store.projection.position(0).to_id();
    let from_start = store.history("study", Anchor::After(start.clone()), at_most(3));
    assert_eq!(shape(&from_start), "123>");
    let to_start = store.history("study", Anchor::Before(start), ALL);
    assert_eq!(shape(&to_start), ">");
    assert_eq!(shape(&store.history("study", Anchor::Newest, at_most(4))), "<6789");
    assert_eq!(shape(&store.history("study", Anchor::Newest, ALL)), "123456789");
}

#[test]
fn an_anchor_may_be_a_place_between_the_rooms_messages() {
    let (store, _) = nine();
    let between = store.projection.position(10).to_id(); // "other", between 5 and 6
    let page = |anchor| shape(&store.history("study", anchor, at_most(2)));
    assert_eq!(page(Anchor::Before(between.clone())), "<45>");
    assert_eq!(page(Anchor::After(between.clone())), "<67>");
    assert_eq!(page(Anchor::Around(between)), "<56>");
}

#[test]
fn history_around_a_message_is_balanced_and_filled_up_at_the_ends() {
    let (store, ids) = nine();
    let around = |n: usize, limit| {
        shape(&store.history("study", Anchor::Around(ids[n - 1].clone()), at_most(limit)))
    };
    assert_eq!(around(5, 1), "<5>");
    assert_eq!(around(5, 3), "<456>");
    assert_eq!(around(5, 4), "<3456>");
    assert_eq!(around(1, 4), "1234>");
    assert_eq!(around(9, 4), "<6789");
    assert_eq!(around(8, 300), "123456789");
}

#[test]
fn history_since_a_time() {
    let (store, _) = nine();
    let since =
        |ms, limit| shape(&store.history("study", Anchor::Since(START + ms), at_most(limit)));
    assert_eq!(since(4000, 2), "<45>");
    assert_eq!(since(4001, 2), "<56>");
    assert_eq!(since(9000, 2), "<9");
    assert_eq!(since(9001, 2), "<");
    assert_eq!(since(0, 2), "12>");
    assert_eq!(shape(&store.history("study", Anchor::Since(0), ALL)), "123456789");
    assert_eq!(shape(&store.history("study", Anchor::Since(u64::MAX), ALL)), "<");
}

#[test]
fn bytes_bound_a_page_but_never_to_nothing() {
    let store = Store::new();
    let ids: Vec<_> = (0..6).map(|_| store.say("study", &"\u{1}".repeat(1000))).collect();
    let json = |h: &History| -> usize {
        h.entries.iter().map(|e| serde_json::to_vec(&e.message).unwrap().len() + 1).sum()
    };
    let all = store.history("study", Anchor::Newest, ALL);
    assert_eq!(all.entries.len(), 6);
    let each = json(&all) / 6;
    assert!(each > 6000, "control characters are six bytes each in JSON");
    for anchor in [
        Anchor::Newest,
        Anchor::Since(0),
        Anchor::After(ids[0].clone()),
        Anchor::Before(ids[5].clone()),
        Anchor::Around(ids[2].clone()),
    ] {
        let three = Bounds { messages: 300, bytes: each * 3 + each / 2 };
        let page = store.history("study", anchor.clone(), three);
        assert_eq!(page.entries.len(), 3, "{anchor:?}");
        assert!(json(&page) <= three.bytes);
        assert_chain(&page.entries, page.entries[0].prev.clone());
        let one = store.history("study", anchor, Bounds { messages: 300, bytes: 1 });
        assert_eq!(one.entries.len(), 1);
    }
    let page = store.after("study", 0, Bounds { messages: 300, bytes: each * 2 + 1 });
    assert_eq!((page.entries.len(), page.more), (2, true));
}

#[test]
fn an_id_of_another_life_or_of_the_future_is_no_anchor() {
    let (store, ids) = nine();
    let other = Store::new().say("study", "x");
    let future = store.projection.position(19).to_id();
    for id in [other, future, MessageId::parse("hello").unwrap()] {
        let (room, anchor) = (room("study"), Anchor::After(id));
        let read = store.wait(store.projection.history(&room, &anchor, ALL));
        assert_eq!(read.unwrap_err(), ReadError::UnknownAnchor);
    }
    assert_eq!(store.projection.offset_of(&ids[8]), Some(17));
    assert_eq!(store.projection.offset_of(&store.projection.position(18).to_id()), Some(18));
}
