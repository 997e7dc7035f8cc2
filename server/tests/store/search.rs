//! Search in the store: what is found, in which order and stretch, and that the index follows what is
//! kept and what an older version had stored.

use crate::support::*;
use crate::upgrade::VERSION_1;
use chat_protocol::chat::search::Moment;
use chat_protocol::chat::{MessageId, UserName};
use chat_protocol::text::find::Query;
use chat_server::log::open::FILE;
use chat_server::log::sqlite::{Options, SqliteLog};
use chat_server::projection::{Bounds, Found, Search};
use proptest::prelude::*;
use std::num::NonZeroU64;
use std::sync::atomic::Ordering;
use std::time::Instant;

fn query(text: &str) -> Search {
    let query = Query::parse(text).unwrap();
    Search { query, room: None, sender: None, before: None, after: None }
}

fn within(room: &str, text: &str) -> Search {
    Search { room: Some(crate::support::room(room)), ..query(text) }
}

fn page(store: &Store, search: Search, messages: usize) -> Found {
    store.wait(store.projection.search(search, Bounds { messages, bytes: usize::MAX })).unwrap()
}

fn found(store: &Store, search: Search) -> Vec<String> {
    let found = page(store, search, 1000);
    assert_eq!(found.next, None);
    texts(&found.entries).into_iter().map(str::to_owned).collect()
}

/// Rows of the index itself that have a pair of letters.
fn indexed(store: &Store, pair: &str) -> u64 {
    let conn = rusqlite::Connection::open(store.dir().join(FILE)).unwrap();
    let count = "SELECT count(*) FROM search WHERE search MATCH ?1";
    conn.query_row(count, [format!("\"{pair}\"")], |r| r.get(0)).unwrap()
}

#[test]
fn two_syllables_find_a_message_newest_first() {
    let store = Store::new();
    for text in ["회의 시작", "점심", "내일 회의실에서", "the Build", "회 의"] {
        store.say("study", text);
    }
    store.say("other", "다른 회의");
    assert_eq!(found(&store, query("회의")), ["다른 회의", "내일 회의실에서", "회의 시작"]);
    assert_eq!(found(&store, within("STUDY", "회의")), ["내일 회의실에서", "회의 시작"]);
    assert_eq!(found(&store, query("의실에")), ["내일 회의실에서"]);
    assert_eq!(found(&store, query("BUILD")), ["the Build"]);
    assert_eq!(found(&store, query("없다")), [""; 0]);
    assert_eq!(found(&store, within("nowhere", "회의")), [""; 0]);
    assert_eq!(found(&store, within("study", "회")), ["회 의", "내일 회의실에서", "회의 시작"]);
}

#[test]
fn a_pair_across_a_gap_is_no_hit() {
    let store = Store::new();
    store.say("study", "가나 나다");
    assert_eq!(found(&store, query("가나다")), [""; 0], "its pairs follow each other all the same");
    store.say("study", "가나다");
    assert_eq!(found(&store, query("가나다")), ["가나다"]);
}

#[test]
fn a_sender_is_found_in_any_case_and_a_stranger_said_nothing() {
    let store = Store::new();
    store.append(record("study", "Mina", None, "회의 하나")).unwrap();
    store.append(record("study", "joon", None, "회의 둘")).unwrap();
    let by = |name: &str| Search { sender: UserName::parse(name).ok(), ..query("회의") };
    assert_eq!(found(&store, by("mina")), ["회의 하나"]);
    assert_eq!(found(&store, by("JOON")), ["회의 둘"]);
    assert_eq!(found(&store, by("nobody")), [""; 0]);
}

#[test]
fn a_stretch_ends_at_messages_or_times() {
    let store = Store::new();
    let mut ids = Vec::new();
    for n in 0..6 {
        store.clock.store(START + n * 1000, Ordering::SeqCst);
        ids.push(store.say(if n % 2 == 0 { "a" } else { "b" }, &format!("회의 {n}")));
    }
    let id = |n: usize| Some(Moment::Message(ids[n].clone()));
    let time = |n: u64| Some(Moment::At(START + n * 1000));
    for room in [None, Some(room("a"))] {
        let all = [5, 4, 3, 2, 1, 0].map(|n| format!("회의 {n}"));
        let expect = |from: usize, to: usize| -> Vec<String> {
            let kept = all.iter().rev().enumerate().filter(|(n, _)| (from..=to).contains(n));
            let kept = kept.filter(|(n, _)| room.is_none() || n % 2 == 0);
            let mut kept: Vec<_> = kept.map(|(_, text)| text.clone()).collect();
            kept.reverse();
            kept
        };
        let between = |after, before| {
            found(&store, Search { after, before, room: room.clone(), ..query("회의") })
        };
        assert_eq!(between(None, None), expect(0, 5));
        assert_eq!(between(id(1), id(4)), expect(2, 3));
        assert_eq!(between(time(1), time(4)), expect(1, 3));
        assert_eq!(between(id(5), None), expect(6, 5));
        assert_eq!(between(time(9), None), expect(6, 5));
        assert_eq!(between(None, time(0)), expect(6, 5));
    }
    let foreign = Some(Moment::Message(MessageId::parse("m-1").unwrap()));
    let asked = Search { before: foreign, ..query("회의") };
    let answer = store.wait(store.projection.search(asked, ALL));
    assert!(answer.is_err(), "an id of another log");
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    let store = Store::new();
    for n in 0..25 {
        store.say("study", &format!("회의 {n}"));
        store.say("study", "다른 말");
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let search = Search { before: before.take(), ..query("회의") };
        let found = page(&store, search, 10);
        seen.extend(texts(&found.entries).into_iter().map(str::to_owned));
        let Some(next) = found.next else { break };
        assert_eq!(found.entries.len(), 10);
        before = Some(Moment::Message(store.projection.position(next).to_id()));
    }
    assert_eq!(seen, (0..25).rev().map(|n| format!("회의 {n}")).collect::<Vec<_>>());
}

#[test]
fn what_is_no_longer_kept_leaves_the_index() {
    let store = Store::with(|o| o.keep_messages = NonZeroU64::new(3));
    for n in 0..10 {
        store.say("study", &format!("회의 {n}"));
    }
    assert_eq!(found(&store, query("회의")), ["회의 9", "회의 8", "회의 7"]);
    assert_eq!(indexed(&store, "회의"), 3);
}

/// A store of version 1 with this many messages, `옛말 N`, after its own two.
fn old_store(dir: &std::path::Path, messages: u64) {
    let mut conn = rusqlite::Connection::open(dir.join(FILE)).unwrap();
    conn.execute_batch(VERSION_1).unwrap();
    let tx = conn.transaction().unwrap();
    for n in 3..3 + messages {
        let row = "INSERT INTO messages VALUES(?1, 1, 1, ?1 - 1, 3000, NULL, ?2, NULL)";
        tx.execute(row, (n, format!("옛말 {n}"))).unwrap();
    }
    let head = "UPDATE rooms SET last = ?1, count = ?1, last_at = 3000";
    tx.execute(head, [messages + 2]).unwrap();
    tx.commit().unwrap();
}

#[test]
fn what_an_older_version_stored_is_indexed_by_and_by() {
    let dir = tempfile::tempdir().unwrap();
    old_store(dir.path(), 3000);
    // Closed in the middle of it, whenever that is.
    SqliteLog::open(Options::new(dir.path())).unwrap().log.close();
    let mut store = Store::with(|o| o.dir = dir.path().to_owned());
    store.say("study", "새말");
    store.reopen(|_| {});
    let deadline = Instant::now() + DEADLINE;
    let complete = loop {
        let found = page(&store, query("옛말"), 5000);
        let newest = texts(&found.entries).first().map(|text| text.to_string());
        assert!(newest.is_none_or(|text| text == "옛말 3002"), "from the newest on");
        if !found.incomplete {
            break found;
        }
        assert!(Instant::now() < deadline, "{} found", found.entries.len());
        std::thread::yield_now();
    };
    assert_eq!(complete.entries.len(), 3000);
    assert_eq!(found(&store, query("first")), ["first"]);
    assert_eq!(found(&store, query("새말")), ["새말"]);
    assert_eq!(indexed(&store, "옛말"), 3000, "each once");
}

/// More than is read without the index, with words that need more than one look into it.
#[test]
fn what_lies_deep_in_a_room_is_found_as_well() {
    let store = Store::new();
    for n in 0..300 {
        let text =
            if n % 100 == 7 { format!("회의 자료 {n}") } else { "다른 말".to_owned() };
        store.say("study", &text);
        store.say("other", "회의 자료");
    }
    let all = ["회의 자료 207", "회의 자료 107", "회의 자료 7"];
    assert_eq!(found(&store, within("study", "자료 회의")), all);
    let first = page(&store, within("study", "자료 회의"), 1);
    let before =
        first.next.map(|offset| Moment::Message(store.projection.position(offset).to_id()));
    assert_eq!(found(&store, Search { before, ..within("study", "자료 회의") }), all[1..]);
    assert_eq!(found(&store, within("study", "자")), all, "single letters too");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// Short texts of few letters: everything that finds a text finds it through the index as well.
    #[test]
    fn the_index_finds_what_reading_everything_finds(
        said in prop::collection::vec(("[ab]", "[가나다aB .]{0,8}|\\PC{0,6}"), 1..30),
        asked in prop::collection::vec("[가나다ab]{2,3}( [가나ab]{1,2})?", 1..10),
    ) {
        let store = Store::new();
        for (room, text) in &said {
            store.say(room, text);
        }
        for text in asked {
            let query = Query::parse(&text).unwrap();
            for only in [None, Some("a")] {
                let all = said.iter().rev().filter(|(room, _)| only.is_none_or(|r| r == room));
                let expected: Vec<_> =
                    all.map(|(_, text)| text.clone()).filter(|t| query.finds(t)).collect();
                let search = only.map_or_else(|| self::query(&text), |r| within(r, &text));
                prop_assert_eq!(found(&store, search), expected);
            }
        }
    }
}
