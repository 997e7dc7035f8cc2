//! Edits, deletes, reactions and topics in the store: who may, what history shows, what is left.

use crate::support::*;
use chat_protocol::chat::body::TOMBSTONE;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{ChatMessage, Kind, MessageId, Post};
use chat_server::log::open::FILE;
use chat_server::log::{AppendError, Log, Record};
use chat_server::projection::{Bounds, ReadError};
use std::num::NonZeroU64;

fn edit(id: &MessageId, text: &str) -> Post {
    Post::Edit { edits: id.clone(), text: text.into() }
}
fn delete(id: &MessageId) -> Post {
    Post::Delete { deletes: id.clone() }
}
fn react(id: &MessageId, emoji: &str, on: bool) -> Post {
    Post::Reaction { reacts_to: id.clone(), emoji: emoji.into(), on }
}

fn ok(store: &Store, sender: &str, post: Post) -> MessageId {
    let appended = store.post("study", sender, post).unwrap();
    assert!(!appended.duplicate);
    appended.id
}

fn rows(store: &Store) -> Vec<ChatMessage> {
    store.all("study").iter().map(|entry| entry.message.clone()).collect()
}

/// Each emoji, how many, and who.
fn reactions(message: &ChatMessage) -> String {
    let one = |r: &chat_protocol::chat::body::Reactions| {
        let by: Vec<_> = r.by.iter().map(|name| name.as_str()).collect();
        format!("{}{}:{}", r.emoji.as_str(), r.count, by.join("+"))
    };
    message.reactions.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_change_is_a_row_of_the_room_and_history_folds_it() {
    let mut store = Store::new();
    let first = store.say("study", "frist");
    let second = ok(&store, "mina", edit(&first, "first"));
    ok(&store, "jun", react(&first, "👍", true));
    ok(&store, "Mina", react(&first, "❤", true));
    ok(&store, "jun", react(&first, "❤", true));
    ok(&store, "mina", react(&first, "❤", false));
    let last = ok(&store, "jun", Post::Topic { topic: "Rust".into() });
    let check = |store: &Store| {
        let rows = rows(store);
        let kinds: Vec<_> = rows.iter().map(|row| row.kind.as_str()).collect();
        let expected = ["message", "edit", "reaction", "reaction", "reaction", "reaction", "topic"];
        assert_eq!(kinds, expected);
        let texts: Vec<_> = rows.iter().map(|row| row.text.as_str()).collect();
        assert_eq!(texts, ["first", "first", "👍", "❤", "❤", "-❤", "topic: Rust"]);
        assert_eq!(rows[0].edited.as_ref().map(|change| &change.id), Some(&second));
        assert_eq!(reactions(&rows[0]), "❤1:jun 👍1:jun");
        assert_eq!(rows[1].edits, Some(first.clone()));
        assert_eq!((rows[5].on, &rows[5].reacts_to), (Some(false), &Some(first.clone())));
        assert_chain(&store.all("study"), None);
        let room = &store.wait(store.projection.rooms()).unwrap()[0];
        assert_eq!((room.topic.as_str(), &room.last_id), ("Rust", &last));
    };
    check(&store);
    assert_chain(&store.seen.of("study"), None);
    assert_eq!(store.seen.of("study")[0].message.text.as_str(), "frist");
    store.reopen(|_| {});
    check(&store);
    ok(&store, "jun", Post::Topic { topic: "".into() });
    assert_eq!(store.wait(store.projection.rooms()).unwrap()[0].topic.as_str(), "");
}

#[test]
fn only_the_author_edits_and_deletes_and_only_what_is_there() {
    let store = Store::new();
    let mine = store.say("study", "mine");
    let elsewhere = store.say("other", "x");
    let edited = ok(&store, "MINA", edit(&mine, "mine!"));
    for post in [edit(&mine, "yours"), delete(&mine)] {
        assert_eq!(store.post("study", "jun", post), Err(AppendError::NotTheAuthor));
    }
    let ids = ["m-1", "aaaaaaaa.0.1", "aaaaaaaa.0.18446744073709551615"].map(MessageId::parse);
    let mut nowhere: Vec<_> = ids.into_iter().map(Result::unwrap).collect();
    let future = |offset| store.projection.position(offset).to_id();
    nowhere.extend([elsewhere, edited, future(0), future(4), future(u64::MAX)]);
    for id in &nowhere {
        for post in [edit(id, "x"), delete(id), react(id, "👍", true), react(id, "👍", false)] {
            assert_eq!(store.post("study", "mina", post), Err(AppendError::UnknownMessage), "{id}");
        }
    }
    // What is turned down leaves no trace: no row, no room, no person.
    assert_eq!(store.post("nowhere", "nobody", delete(&mine)), Err(AppendError::UnknownMessage));
    assert_eq!(rows(&store).len(), 2);
    assert_eq!(store.say("study", "next"), store.projection.position(4).to_id());
    let nobody = chat_protocol::chat::UserName::parse("nobody").unwrap();
    assert_eq!(store.wait(store.projection.person(&nobody)), Ok(None));
}

#[test]
fn one_that_is_turned_down_fails_nobody_else_of_its_commit() {
    let store = Store::new();
    let mine = store.say("study", "mine");
    let record = |sender, post| Record { post, ..record("study", sender, None, "") };
    let posts = (0..60).map(|n| match n % 3 {
        0 => record("jun", delete(&mine)),
        1 => record("mina", edit(&mine, &n.to_string())),
        _ => record("jun", Post::message(n.to_string())),
    });
    let answers: Vec<_> = posts.map(|post| store.log.append(post)).collect();
    for (n, answer) in answers.into_iter().enumerate() {
        let answer = answer.blocking_recv().unwrap();
        assert_eq!(answer.err(), (n % 3 == 0).then_some(AppendError::NotTheAuthor), "{n}");
    }
    assert_eq!(rows(&store).len(), 41);
    assert_eq!(rows(&store)[0].text.as_str(), "58");
}

#[test]
fn a_tombstone_is_all_that_is_left_of_a_deleted_message() {
    let store = Store::new();
    let mine = store.append(record("study", "mina", Some("k"), "first-secret")).unwrap().id;
    ok(&store, "mina", edit(&mine, &format!("second-secret {}", "long ".repeat(2000))));
    ok(&store, "mina", edit(&mine, "third-secret"));
    ok(&store, "jun", react(&mine, "🤫", true));
    let gone = ok(&store, "mina", delete(&mine));
    let rows = rows(&store);
    assert_eq!(rows[0].text.as_str(), TOMBSTONE);
    assert_eq!(rows[0].deleted.as_ref().map(|change| &change.id), Some(&gone));
    assert_eq!((&rows[0].edited, rows[0].reactions.len()), (&None, 0));
    assert!(rows[1..3].iter().all(|row| row.kind == Kind::Edit && row.text.as_str() == TOMBSTONE));
    assert_eq!(rows[4].text.as_str(), "(deleted a message)");
    let past = store.history("study", Anchor::EditsOf(mine.clone()), ALL);
    assert_eq!(texts(&past.entries), [TOMBSTONE]);
    for post in [edit(&mine, "x"), delete(&mine), react(&mine, "👍", true)] {
        assert_eq!(store.post("study", "mina", post), Err(AppendError::UnknownMessage));
    }
    let path = store.dir().join(FILE);
    store.log.close();
    let stored = std::fs::read(path).unwrap();
    let secret = b"-secret";
    assert!(!stored.windows(secret.len()).any(|bytes| bytes == secret), "it is still in the file");
}

#[test]
fn a_retry_with_its_key_is_answered_as_at_first() {
    let store = Store::new();
    let mine = store.say("study", "mine");
    let keyed = |key, post| Record { key: Some(key), post, ..record("study", "mina", None, "") };
    let say = |post: Record| store.append(post).unwrap();
    let first = say(keyed("e".into(), edit(&mine, "better")));
    let gone = say(keyed("d".into(), delete(&mine)));
    assert!(!first.duplicate && !gone.duplicate);
    for (key, post, id) in
        [("e", edit(&mine, "better"), first.id), ("d", delete(&mine), gone.id.clone())]
    {
        let again = say(keyed(key.into(), post));
        assert_eq!((again.id, again.duplicate), (id, true));
    }
    let other = store.append(keyed("other".into(), delete(&mine)));
    assert_eq!(other, Err(AppendError::UnknownMessage));
    assert_eq!(rows(&store).len(), 3);
}

#[test]
fn a_reaction_that_changes_nothing_is_no_new_row() {
    let store = Store::new();
    let mine = store.say("study", "mine");
    let on = ok(&store, "jun", react(&mine, "👍", true));
    let again = store.post("study", "JUN", react(&mine, "👍", true)).unwrap();
    assert_eq!((again.id, again.duplicate), (on, true));
    ok(&store, "jun", react(&mine, "👍", false));
    let off = store.post("study", "jun", react(&mine, "👍", false)).unwrap();
    assert_eq!((off.id, off.duplicate), (mine, true));
    assert_eq!(rows(&store).len(), 3);
    assert_eq!(reactions(&rows(&store)[0]), "");
}

#[test]
fn many_emoji_are_too_many_and_many_people_are_counted() {
    let store = Store::with(|o| o.max_reactions = 2);
    let mine = store.say("study", "mine");
    ok(&store, "jun", react(&mine, "👍", true));
    ok(&store, "jun", react(&mine, "❤", true));
    let third = store.post("study", "jun", react(&mine, "🎉", true));
    assert_eq!(third, Err(AppendError::TooManyReactions));
    for n in 10..40 {
        ok(&store, &format!("u{n}"), react(&mine, "👍", true));
    }
    let row = &rows(&store)[0];
    assert_eq!((row.reactions[1].count, row.reactions[1].by.len()), (31, 20));
    ok(&store, "u10", react(&mine, "👍", false));
    let row = &rows(&store)[0];
    assert_eq!((row.reactions[1].count, row.reactions[1].by.len()), (30, 20));
    assert_eq!(row.reactions[1].by[19].as_str(), "u29");
}

#[test]
fn the_past_of_an_edited_message_can_be_asked_for() {
    let store = Store::new();
    let mine = store.say("study", "one");
    let plain = store.say("study", "plain");
    let edits: Vec<_> =
        ["two", "three"].iter().map(|text| ok(&store, "mina", edit(&mine, text))).collect();
    ok(&store, "jun", react(&mine, "👍", true));
    let past = store.history("study", Anchor::EditsOf(mine.clone()), ALL);
    assert_eq!(texts(&past.entries), ["one", "two", "three"]);
    let ids: Vec<_> = past.entries.iter().map(|entry| entry.message.id.clone()).collect();
    assert_eq!(ids, [vec![mine.clone()], edits.clone()].concat());
    assert!(past.entries[0].message.reactions.is_empty() && !past.more_after);
    let two = Bounds { messages: 2, ..ALL };
    let past = store.history("study", Anchor::EditsOf(mine.clone()), two);
    assert_eq!((texts(&past.entries), past.more_after), (vec!["one", "two"], true));
    assert_eq!(texts(&store.history("study", Anchor::EditsOf(plain), ALL).entries), ["plain"]);
    for (name, id) in [("study", &edits[0]), ("other", &mine)] {
        let name = room(name);
        let asked = Anchor::EditsOf(id.clone());
        let past = store.wait(store.projection.history(&name, &asked, ALL));
        assert_eq!(past.err(), Some(ReadError::UnknownMessage));
    }
}

#[test]
fn what_is_trimmed_takes_its_reactions_with_it() {
    let store = Store::with(|o| o.keep_messages = NonZeroU64::new(3));
    let mine = store.say("study", "mine");
    ok(&store, "jun", react(&mine, "👍", true));
    let late = ok(&store, "mina", edit(&mine, "better"));
    assert_eq!(texts(&store.all("study")), ["better", "👍", "better"]);
    store.say("study", "next");
    // The edit of a message that is no longer kept stays readable.
    assert_eq!(texts(&store.all("study")), ["👍", "better", "next"]);
    let post = store.post("study", "jun", react(&mine, "👍", false));
    assert_eq!(post, Err(AppendError::UnknownMessage));
    assert!(store.history("study", Anchor::Around(late), ALL).entries.len() == 3);
    let path = store.dir().join(FILE);
    store.log.close();
    let conn = rusqlite::Connection::open(path).unwrap();
    let left: u64 = conn.query_row("SELECT count(*) FROM reactions", [], |r| r.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn search_finds_what_a_message_says_now() {
    let store = Store::new();
    let mine = store.say("study", "점심 회의");
    ok(&store, "jun", Post::Topic { topic: "회의".into() });
    let found = |text: &str| {
        let query = chat_protocol::text::find::Query::parse(text).unwrap();
        let search = chat_server::projection::Search {
            query,
            room: None,
            sender: None,
            before: None,
            after: None,
        };
        let found = store.wait(store.projection.search(search, ALL)).unwrap();
        found.entries.iter().map(|e| e.message.text.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("회의"), ["점심 회의"]);
    ok(&store, "mina", edit(&mine, "저녁 모임"));
    assert_eq!((found("회의").len(), found("모임")), (0, vec!["저녁 모임".to_owned()]));
    ok(&store, "mina", delete(&mine));
    assert!(found("모임").is_empty() && found("deleted").is_empty());
}
