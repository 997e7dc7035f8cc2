//! What is no longer kept: cursors into it, ids, keys and predecessors.

use crate::support::*;
use chat_protocol::chat::MessageId;
use chat_protocol::chat::event::ResetReason;
use chat_protocol::chat::request::Anchor;
use chat_server::projection::Cursor;
use std::num::NonZeroU64;

fn keeping(messages: u64) -> Store {
    Store::with(|o| o.keep_messages = NonZeroU64::new(messages))
}

fn resolve(store: &Store, room: &str, id: &MessageId) -> Cursor {
    store.wait(store.projection.resolve(&crate::support::room(room), id)).unwrap()
}

#[test]
fn a_cursor_is_known_up_to_the_horizon_and_trimmed_beyond() {
    let store = keeping(3);
    let ids: Vec<_> = (0..10).map(|n| store.say("study", &n.to_string())).collect();
    assert_eq!(texts(&store.all("study")), ["7", "8", "9"]);
    let oldest = Some(ids[7].clone());
    for id in &ids[..6] {
        let lost = Cursor::Lost { reason: ResetReason::Trimmed, oldest: oldest.clone() };
        assert_eq!(resolve(&store, "study", id), lost);
    }
    // The seventh is gone, but everything after it is there.
    for (id, offset) in ids[6..].iter().zip(7..) {
        assert_eq!(resolve(&store, "study", id), Cursor::Known(offset));
    }
}

#[test]
fn a_page_says_when_it_does_not_follow_on_its_cursor() {
    let store = keeping(3);
    (0..10).for_each(|n| drop(store.say("study", &n.to_string())));
    let page = store.after("study", 6, ALL);
    assert!(page.gap);
    assert_eq!(texts(&page.entries), ["7", "8", "9"]);
    assert!(!store.after("study", 7, ALL).gap);
}

#[test]
fn an_id_of_another_life_or_of_the_future_is_unknown() {
    let store = Store::new();
    let mine = store.say("study", "x");
    let other = Store::new().say("study", "x");
    let future = store.projection.position(2).to_id();
    for id in [other, future, MessageId::parse("m-1").unwrap()] {
        let lost = Cursor::Lost { reason: ResetReason::Unknown, oldest: Some(mine.clone()) };
        assert_eq!(resolve(&store, "study", &id), lost);
        let lost = Cursor::Lost { reason: ResetReason::Unknown, oldest: None };
        assert_eq!(resolve(&store, "empty", &id), lost);
    }
}

#[test]
fn the_position_of_an_empty_room_stays_good() {
    let store = keeping(3);
    let start = store.projection.position(0).to_id();
    assert_eq!(resolve(&store, "study", &start), Cursor::Known(0));
    (0..3).for_each(|n| drop(store.say("study", &n.to_string())));
    assert_eq!(resolve(&store, "study", &start), Cursor::Known(0));
    store.say("study", "3");
    assert!(matches!(resolve(&store, "study", &start), Cursor::Lost { .. }));
}

#[test]
fn ids_are_never_used_again() {
    let mut store = keeping(1);
    let mut seen = std::collections::HashSet::new();
    for n in 0..20 {
        assert!(seen.insert(store.say(["a", "b"][n % 2], "x")));
        if n % 5 == 0 {
            store.reopen(|_| {});
        }
    }
    assert_eq!(store.all("a").len() + store.all("b").len(), 2);
    assert_eq!(store.wait(store.projection.head(&room("b"))), Ok(20));
}

#[test]
fn a_key_outlives_its_message() {
    let store = keeping(1);
    let first = store.say_keyed("study", "mina", "k");
    store.say("study", "x");
    let again = store.say_keyed("study", "mina", "k");
    assert_eq!((again.id, again.duplicate), (first.id, true));
    assert_eq!(texts(&store.all("study")), ["x"]);
}

#[test]
fn the_oldest_kept_names_no_predecessor_and_the_others_do() {
    let store = keeping(3);
    (0..10).for_each(|n| drop(store.say("study", &n.to_string())));
    assert_chain(&store.all("study"), None);
    assert_chain(&store.seen.of("study"), None);
}

#[test]
fn history_at_the_horizon() {
    let store = keeping(3);
    let ids: Vec<_> = (0..10).map(|n| store.say("study", &n.to_string())).collect();
    let page = |anchor| {
        let h = store.history("study", anchor, ALL);
        (texts(&h.entries).concat(), h.more_before, h.more_after)
    };
    assert_eq!(page(Anchor::Before(ids[2].clone())), (String::new(), false, true));
    assert_eq!(page(Anchor::After(ids[2].clone())), ("789".to_owned(), false, false));
    assert_eq!(page(Anchor::Around(ids[2].clone())), ("789".to_owned(), false, false));
    assert_eq!(page(Anchor::Since(0)), ("789".to_owned(), false, false));
}

#[test]
fn a_lower_limit_after_a_restart_takes_hold_with_the_next_message() {
    let mut store = Store::new();
    (0..10).for_each(|n| drop(store.say("study", &n.to_string())));
    store.reopen(|o| o.keep_messages = NonZeroU64::new(4));
    assert_eq!(store.all("study").len(), 10);
    store.say("study", "10");
    assert_eq!(texts(&store.all("study")), ["7", "8", "9", "10"]);
    let rooms = store.wait(store.projection.rooms()).unwrap();
    assert_eq!(rooms[0].count, 4);
}
