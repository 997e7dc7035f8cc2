//! Edits, deletes and reactions in a timeline: shown with the message they are about, the same for
//! who was there and for who reads the page later.

use crate::harness::{App, id, message, place, user};
use chat_protocol::chat::body::Reactions;
use chat_protocol::chat::{ChatEvent, ChatMessage, HistoryReply, Kind};
use chat_tui::app::state::{Entry, EntryId};
use chat_tui::app::{Msg, Remembered};
use chat_tui::net::{Command, Event};
use proptest::prelude::*;

pub fn edit(n: usize, of: usize, text: &str) -> ChatMessage {
    ChatMessage { kind: Kind::Edit, edits: Some(id(of)), ..message("a", n, "jun", text) }
}
pub fn delete(n: usize, of: usize) -> ChatMessage {
    ChatMessage { kind: Kind::Delete, deletes: Some(id(of)), ..message("a", n, "jun", "(gone)") }
}
pub fn react(n: usize, of: usize, who: &str, emoji: &str, on: bool) -> ChatMessage {
    ChatMessage {
        kind: Kind::Reaction,
        reacts_to: Some(id(of)),
        emoji: Some(emoji.into()),
        on: Some(on),
        ..message("a", n, who, emoji)
    }
}

fn entry(app: &App, n: usize) -> &Entry {
    let timeline = &app.room("a").timeline;
    timeline.entries().find(|e| e.id == EntryId::Message(id(n))).expect("it is not held")
}

fn reactions(entry: &Entry) -> Vec<(String, u64)> {
    entry.reactions().iter().map(|r| (r.emoji.as_str().to_owned(), r.count)).collect()
}

#[test]
fn what_changes_a_message_is_shown_with_it_and_not_by_itself() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "helo");
    app.receive("a", 2, "bo", "hi");
    app.post(edit(3, 1, "hello"), 3);
    app.post(react(4, 1, "bo", "👍", true), 4);
    app.post(react(5, 1, "mina", "👍", true), 5);
    app.post(react(6, 2, "jun", "🎉", true), 6);
    app.post(react(7, 2, "jun", "🎉", false), 7);
    assert_eq!(app.rows(), ["-- 2026-11-21 --", "09:01 jun|hello", "+ 👍 2", "09:02 bo|hi"]);
    assert_eq!(entry(&app, 1).tag(), "(edited)");
    app.post(delete(8, 1), 8);
    assert_eq!(app.rows(), ["-- 2026-11-21 --", "09:01 jun|(deleted)", "09:02 bo|hi"]);
    assert_eq!(entry(&app, 1).tag(), "");
}

#[test]
fn a_reply_stands_below_what_it_answers_or_says_that_it_is_not_held() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "question");
    let answer = |n, of| ChatMessage { reply_to: Some(id(of)), ..message("a", n, "bo", "answer") };
    app.post(answer(2, 1), 2);
    app.post(answer(3, 77), 3);
    let rows = app.rows();
    assert_eq!(rows[2..], ["> question", "09:02 bo|answer", "> ?", "|answer"]);
    app.post(edit(4, 1, "another"), 4);
    assert_eq!(app.rows()[2], "> another");
}

#[test]
fn only_what_is_said_is_unread() {
    let mut app = App::joined(&["b", "a"]);
    app.receive("a", 1, "jun", "one");
    app.post(edit(2, 1, "@mina one"), 2);
    app.post(react(3, 1, "jun", "👍", true), 3);
    let topic = Some("새 주제".into());
    app.post(
        ChatMessage { kind: Kind::Topic, topic, ..message("a", 4, "jun", "topic: 새 주제") },
        4,
    );
    assert_eq!((app.room("a").unread, app.room("a").mentions), (1, 1));
    assert!(entry(&app, 1).mention, "it calls us now");
    app.ctrl('n');
    assert_eq!(app.rows().last().unwrap(), "|topic: 새 주제");
    assert_eq!(app.room("a").read, Some(id(4)));
}

#[test]
fn the_read_line_stands_before_the_first_message_after_what_was_read() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "one");
    app.post(react(2, 1, "bo", "👍", true), 2);
    app.msg(Msg::Focus(false));
    app.post(react(3, 1, "jun", "🎉", true), 3);
    app.receive("a", 4, "jun", "two");
    let rows = app.rows();
    assert_eq!(rows[1..], ["09:01 jun|one", "+ 🎉 1, 👍 1", "-- read --", "09:04 jun|two"]);
}

#[test]
fn a_page_that_is_older_than_what_came_meanwhile_is_brought_up_to_date() {
    let mut app = App::new();
    let rooms = vec![Remembered { place: place("a"), read: None }];
    app.msg(Msg::Start { rooms, select: None });
    app.online();
    let newest = Box::new(message("a", 50, "jun", "newest"));
    app.chat("a", ChatEvent::Message { message: newest, prev: Some(id(49)) });
    app.sync("a", true);
    let ask = |c| if let Command::History { tag, .. } = c { Some(tag) } else { None };
    let tags: Vec<u64> = app.commands().into_iter().filter_map(ask).collect();
    // The server has read the page before this row, and it arrives after it.
    let meanwhile = Box::new(react(51, 49, "bo", "👍", true));
    app.chat("a", ChatEvent::Message { message: meanwhile, prev: Some(id(50)) });
    for tag in tags {
        let reply = HistoryReply {
            messages: vec![message("a", 49, "jun", "older")],
            more_before: false,
            more_after: true,
        };
        app.net(Event::History { tag, reply });
    }
    assert_eq!(reactions(entry(&app, 49)), [("👍".to_owned(), 1)]);
}

/// What a row does, told by numbers.
#[derive(Debug, Clone)]
enum Act {
    Say,
    Edit(usize, u8),
    Delete(usize),
    React(usize, u8, bool),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Say),
        2 => (0usize..12, any::<u8>()).prop_map(|(n, text)| Act::Edit(n, text)),
        1 => (0usize..12).prop_map(Act::Delete),
        5 => (0usize..12, any::<u8>(), any::<bool>()).prop_map(|(n, who, on)| Act::React(n, who, on)),
    ]
}

fn log(acts: &[Act]) -> Vec<ChatMessage> {
    let mut rows: Vec<ChatMessage> = Vec::new();
    let mut said = Vec::new();
    for act in acts {
        let n = rows.len() + 1;
        let target = |at: &usize| said.get(at % said.len().max(1)).copied().unwrap_or(999);
        rows.push(match act {
            Act::Say => message("a", n, "jun", &format!("text {n}")),
            Act::Edit(at, text) => edit(n, target(at), &format!("edit {text}")),
            Act::Delete(at) => delete(n, target(at)),
            Act::React(at, who, on) => {
                let emoji = ["👍", "🎉"][usize::from(who % 2)];
                react(n, target(at), ["jun", "bo", "kim"][usize::from(who % 3)], emoji, *on)
            }
        });
        if matches!(act, Act::Say) {
            said.push(n);
        }
    }
    rows
}

/// As history gives the first `upto` rows when the log has that many.
fn state_of(rows: &[ChatMessage]) -> Vec<ChatMessage> {
    let mut folded = rows.to_vec();
    for (at, row) in rows.iter().enumerate() {
        for message in &mut folded[..at] {
            message.apply(row);
        }
    }
    folded
}

type Seen = Vec<(EntryId, String, bool, Vec<Reactions>)>;

fn seen(app: &App) -> Seen {
    let entries = app.room("a").timeline.entries().filter(|e| e.is_said());
    let of = |e: &Entry| {
        (e.id.clone(), e.text.as_str().to_owned(), e.is_edited(), e.reactions().to_vec())
    };
    entries.map(of).collect()
}

proptest! {
    #[test]
    fn who_was_there_who_comes_later_and_who_hears_twice_see_the_same(
        acts in prop::collection::vec(act(), 1..40),
        cut in 0usize..40,
        again in 0usize..40,
    ) {
        let rows = log(&acts);
        let cut = cut.min(rows.len());
        let mut there = App::joined(&["a"]);
        for (at, row) in rows.iter().enumerate() {
            there.post(row.clone(), at + 1);
        }
        // Joined in the middle: the replay has the state of now, the rest comes live; and then the
        // link is lost and some come a second time, as they are by then.
        let mut later = App::joined(&["a"]);
        later.offline();
        later.online();
        for (at, row) in state_of(&rows[..cut]).into_iter().enumerate() {
            later.post(row, at + 1);
        }
        later.sync("a", true);
        for (at, row) in rows.iter().enumerate().skip(cut) {
            later.post(row.clone(), at + 1);
        }
        prop_assert_eq!(seen(&there), seen(&later));
        later.offline();
        later.online();
        let from = again.min(rows.len());
        for (at, row) in state_of(&rows).into_iter().enumerate().skip(from) {
            later.post(row, at + 1);
        }
        later.sync("a", true);
        prop_assert_eq!(seen(&there), seen(&later));
        let page = state_of(&rows).into_iter().filter(|r| r.kind == Kind::Message);
        let page: Vec<_> = page.map(|r| (r.id, r.text, r.reactions)).collect();
        let shown: Vec<_> = there.room("a").timeline.entries().filter(|e| e.is_said()).collect();
        prop_assert_eq!(page.len(), shown.len());
        for ((of, text, reactions), entry) in page.into_iter().zip(shown) {
            prop_assert_eq!(EntryId::Message(of), entry.id.clone());
            prop_assert_eq!(text, entry.text.clone());
            prop_assert_eq!(reactions.as_slice(), entry.reactions());
        }
    }
}

#[test]
fn a_name_in_a_reaction_is_known_as_a_name() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "one");
    app.post(react(2, 1, "Mina", "👍", true), 2);
    assert!(entry(&app, 1).reactions()[0].by.contains(&user("mina")));
    assert!(app.state.rooms.get(&place("a")).is_some());
}
