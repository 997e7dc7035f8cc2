//! The cache: one run of each room, without a hole.

use super::*;
use crate::app::effect::Query;
use crate::store::Limits;
use crate::store::cache::{self, Chain};
use crate::store::search;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{HistoryReply, UserName};

/// Messages `from..=to`, the live way.
fn live(store: &mut Store, from: usize, to: usize) {
    for n in from..=to {
        let before = (n > 1).then(|| id(n - 1));
        let messages = vec![message(n, &format!("text {n}"))];
        hold(store, Chain { messages, before, newest: true, ..Chain::default() });
    }
}

fn hold(store: &mut Store, chain: Chain) {
    store.job(Job::Hold { room: room("a"), chain });
}

fn messages(from: usize, to: usize) -> Vec<ChatMessage> {
    (from..=to).map(|n| message(n, &format!("text {n}"))).collect()
}

fn page(store: &Store, anchor: &Anchor, limit: usize) -> Option<HistoryReply> {
    let db = store.db.as_ref().unwrap();
    cache::page(db, &store.server, &room("A"), anchor, limit).unwrap()
}

fn numbers(reply: &HistoryReply) -> Vec<u64> {
    reply.messages.iter().map(|m| m.at).collect()
}

/// All that is held.
fn held(store: &Store) -> Vec<u64> {
    page(store, &Anchor::Newest, 10_000).map_or_else(Vec::new, |p| numbers(&p))
}

#[test]
fn it_answers_what_the_server_would() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    assert_eq!(page(&store, &Anchor::Newest, 10), None);
    live(&mut store, 1, 20);
    let ask = |anchor, limit| {
        page(&store, &anchor, limit).map(|p| (numbers(&p), p.more_before, p.more_after))
    };
    assert_eq!(ask(Anchor::Newest, 3), Some((vec![18, 19, 20], true, false)));
    assert_eq!(ask(Anchor::Before(id(3)), 5), Some((vec![1, 2], false, true)));
    assert_eq!(ask(Anchor::After(id(18)), 5), Some((vec![19, 20], true, false)));
    assert_eq!(ask(Anchor::Around(id(10)), 3), Some((vec![9, 10, 11], true, true)));
    assert_eq!(ask(Anchor::Since(0), 2), Some((vec![1, 2], false, true)));
    assert_eq!(ask(Anchor::Before(id(1)), 5), None, "the server knows whether there is more");
    assert_eq!(ask(Anchor::After(id(20)), 5), None);
    assert_eq!(ask(Anchor::Before(id(99)), 5), None);
    assert_eq!(page(&store, &Anchor::Newest, 1).unwrap().messages, messages(20, 20));
}

#[test]
fn pages_join_at_both_ends_and_known_ones_take_their_present_state() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    live(&mut store, 10, 12);
    let before = Chain {
        messages: messages(5, 9),
        after: Some(id(10)),
        more_before: Some(true),
        ..Chain::default()
    };
    hold(&mut store, before.clone());
    hold(&mut store, before);
    let mut changed = message(12, "edited");
    changed.key = Some("k".into());
    let after = Chain {
        messages: [messages(11, 11), vec![changed.clone()], messages(13, 14)].concat(),
        before: Some(id(10)),
        ..Chain::default()
    };
    hold(&mut store, after);
    assert_eq!(held(&store), (5..=14).collect::<Vec<_>>());
    let twelfth = page(&store, &Anchor::After(id(11)), 1).unwrap().messages.remove(0);
    assert_eq!(twelfth, changed);
    assert!(page(&store, &Anchor::Newest, 100).unwrap().more_before);
}

#[test]
fn what_does_not_join_takes_the_place_or_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    live(&mut store, 1, 5);
    hold(&mut store, Chain { messages: messages(3, 8), ..Chain::default() });
    assert_eq!(held(&store), (1..=8).collect::<Vec<_>>(), "it overlaps");
    hold(&mut store, Chain { messages: messages(20, 25), ..Chain::default() });
    assert_eq!(held(&store), (1..=8).collect::<Vec<_>>(), "nobody knows what lies between");
    live(&mut store, 20, 21);
    assert_eq!(held(&store), [20, 21]);
    assert!(page(&store, &Anchor::Newest, 5).unwrap().more_before, "and the server has it");
    let newest = Chain {
        messages: messages(1, 2),
        newest: true,
        more_before: Some(false),
        ..Chain::default()
    };
    hold(&mut store, newest);
    assert_eq!(held(&store), [1, 2], "the server has begun anew");
    assert!(!page(&store, &Anchor::Newest, 5).unwrap().more_before);
    store.job(Job::Clear { room: room("a") });
    assert_eq!(held(&store), [0; 0]);
}

#[test]
fn a_message_is_held_in_its_present_state_and_of_a_deleted_one_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    live(&mut store, 1, 3);
    let row = |n: usize, fields: serde_json::Value| {
        let mut json = serde_json::to_value(message(n, "row")).unwrap();
        json.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value::<ChatMessage>(json).unwrap()
    };
    let rows = [
        row(4, serde_json::json!({"kind": "edit", "edits": "e.0.2", "text": "secret"})),
        row(5, serde_json::json!({"kind": "reaction", "reacts_to": "e.0.3", "emoji": "+"})),
    ];
    let chain =
        |messages| Chain { messages, before: Some(id(3)), newest: true, ..Chain::default() };
    hold(&mut store, chain(rows.to_vec()));
    hold(&mut store, chain(rows.to_vec()));
    let of = |store: &Store, n| page(store, &Anchor::Around(id(n)), 1).unwrap().messages.remove(0);
    assert_eq!(of(&store, 2).text.as_str(), "secret");
    assert_eq!(of(&store, 3).reactions[0].count, 1);
    let delete = row(6, serde_json::json!({"kind": "delete", "deletes": "e.0.2"}));
    hold(&mut store, Chain { before: Some(id(5)), ..chain(vec![delete]) });
    assert!(of(&store, 2).deleted.is_some());
    let all = page(&store, &Anchor::Newest, 100).unwrap();
    assert_eq!(all.messages.len(), 6);
    assert!(!serde_json::to_string(&all).unwrap().contains("secret"));
    let query = Query { text: "deleted".into(), limit: 5, ..Query::default() };
    let db = store.db.as_ref().unwrap();
    assert_eq!(search::find(db, &store.server, &query, &mut || true), Ok(Some(vec![])));
}

#[test]
fn rooms_and_servers_do_not_mix_and_leaving_forgets() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let mut other = Store::open(dir.path(), &server(2)).0;
    live(&mut store, 1, 3);
    live(&mut other, 7, 8);
    assert_eq!((held(&store), held(&other)), (vec![1, 2, 3], vec![7, 8]));
    store.forget("A");
    assert_eq!((held(&store), held(&other)), (vec![], vec![7, 8]));
}

#[test]
fn too_much_goes_from_the_oldest_of_the_least_used() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    live(&mut store, 1, 30);
    let trim = |store: &Store, of_a_room, in_all| {
        let db = store.db.as_ref().unwrap();
        while cache::trim(db, Limits { of_a_room, in_all }).unwrap() {}
    };
    trim(&store, 20, 1000);
    assert_eq!(held(&store), (11..=30).collect::<Vec<_>>());
    assert!(page(&store, &Anchor::Newest, 100).unwrap().more_before);
    let old = std::mem::replace(&mut store, Store::open(dir.path(), &server(2)).0);
    old.db.as_ref().unwrap().execute("UPDATE held SET used = 0", []).unwrap();
    live(&mut store, 1, 10);
    trim(&store, 20, 15);
    assert_eq!(held(&old), (26..=30).collect::<Vec<_>>());
    assert_eq!(held(&store), (1..=10).collect::<Vec<_>>());
}

#[test]
fn the_first_screen_has_its_page_and_every_room_goes_on_where_it_ends() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    live(&mut store, 1, 150);
    store.save("a", Some(120));
    store.save("b", Some(3));
    let rooms = store.rooms().unwrap();
    let restored = store.restore(&rooms, Some(&room("a"))).unwrap();
    assert_eq!(restored.resume["a"], id(120), "what was not read is counted once more");
    assert!(!restored.resume.contains_key("b"), "nothing is held of it");
    let (_, page) = restored.page.unwrap();
    assert_eq!(numbers(&page), (51..=150).collect::<Vec<_>>());
    store.save("a", Some(400));
    let rooms = store.rooms().unwrap();
    assert_eq!(store.restore(&rooms, None).unwrap().resume["a"], id(150), "so that it joins");
}

#[test]
fn words_are_found_newest_first_whatever_their_case_or_form() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let texts = ["Straße und Wörter", "스터디 자료", "study notes", "Study NOTES again", "자료"];
    let texts = texts.iter().enumerate();
    let messages = texts.map(|(n, text)| message(n + 1, text)).collect();
    hold(&mut store, Chain { messages, newest: true, ..Chain::default() });
    let find = |query: Query| {
        let db = store.db.as_ref().unwrap();
        let found = search::find(db, &store.server, &query, &mut || true).unwrap().unwrap();
        found.iter().map(|m| m.at).collect::<Vec<_>>()
    };
    let query = |text: &str| Query { text: text.into(), limit: 10, ..Query::default() };
    assert_eq!(find(query("notes STUDY")), [4, 3]);
    assert_eq!(find(query("자료")), [5, 2]);
    assert_eq!(find(query("wo\u{308}rter")), [1]);
    assert_eq!(find(Query { limit: 1, ..query("자료") }), [5]);
    assert_eq!(find(Query { before: Some(5), after: Some(2), ..query("자료") }), [2]);
    assert_eq!(find(Query { after: Some(3), ..query("자료") }), [5]);
    let jun = UserName::parse("jun").unwrap();
    assert_eq!(find(Query { sender: Some(jun), ..query("자료") }), [0; 0]);
    assert_eq!(find(Query { room: Some(room("A")), ..query("자료") }), [5, 2]);
    assert_eq!(find(Query { room: Some(room("b")), ..query("자료") }), [0; 0]);
    assert_eq!(find(query("%")), [0; 0]);
}
