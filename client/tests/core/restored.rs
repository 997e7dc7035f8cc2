//! What earlier runs left: the cache before the network, drafts, and messages that were not confirmed.

use crate::harness::{App, MIDNIGHT, id, message, place, room, user};
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{HistoryReply, Post};
use chat_tui::app::restored::Kept;
use chat_tui::app::{Effect, Msg, Remembered, Restored};
use chat_tui::net::{Command, Start, Target};
use crossterm::event::KeyCode;

fn page(from: usize, to: usize) -> HistoryReply {
    let messages = (from..=to).map(|n| message("a", n, "jun", &format!("text {n}")));
    HistoryReply { messages: messages.collect(), more_before: from > 1, more_after: false }
}

/// Offline in room `a`, read up to `read`.
fn started(restored: Restored, read: Option<usize>) -> App {
    let mut app = App::new();
    app.msg(Msg::Restore(Box::new(Restored { nick: Some(user("mina")), ..restored })));
    let rooms = vec![Remembered { place: place("a"), read: read.map(id) }];
    app.msg(Msg::Start { rooms, select: None });
    app
}

fn cached(from: usize, to: usize) -> Restored {
    let mut restored = Restored { page: Some((room("a"), page(from, to))), ..Restored::default() };
    restored.resume.insert("a".into(), id(to));
    restored
}

fn kept(key: &str, text: &str) -> Kept {
    let (room, post) = (room("a"), Post::message(text));
    Kept { key: key.into(), room, post, at: MIDNIGHT - 60_000, refused: None }
}

/// The questions to the cache that were not taken yet.
fn asked(app: &mut App) -> Vec<(u64, Anchor)> {
    let ask = |e| match e {
        Effect::LoadCached { tag, anchor, .. } => Some((tag, anchor)),
        _ => None,
    };
    app.take().into_iter().filter_map(ask).collect()
}

fn subscribed(app: &mut App) -> Option<Start> {
    app.commands().into_iter().find_map(|c| match c {
        Command::Subscribe { target: Target::Room(_), start, .. } => Some(start),
        _ => None,
    })
}

#[test]
fn the_cached_page_is_there_without_a_network_and_the_link_goes_on_after_it() {
    let mut app = started(cached(1, 40), Some(40));
    assert_eq!(subscribed(&mut app), Some(Start::After(id(40))));
    assert!(app.rows().last().unwrap().ends_with("|text 40"), "{:?}", app.rows());
    app.online();
    app.synced("a");
    app.receive("a", 41, "jun", "text 41");
    assert_eq!(app.texts("a").len(), 41);
    assert!(app.room("a").timeline.is_live());
    assert_eq!(app.notice(), "");
}

#[test]
fn a_reset_replaces_what_was_cached() {
    let mut app = started(cached(1, 40), Some(40));
    app.online();
    let target = Target::Room(room("a"));
    app.net(chat_tui::net::Event::Subscribed { target });
    app.receive("a", 90, "jun", "new");
    app.sync("a", false);
    assert_eq!(app.texts("a"), ["new"]);
}

#[test]
fn scrolling_asks_the_cache_first_and_the_server_for_what_it_does_not_have() {
    let mut app = started(cached(101, 200), Some(200));
    app.take();
    app.ctrl('x'); // nothing yet
    for _ in 0..10 {
        app.key(KeyCode::PageUp);
    }
    let (tag, anchor) = asked(&mut app).remove(0);
    assert_eq!(anchor, Anchor::Before(id(101)));
    app.msg(Msg::Cached { tag, reply: Some(page(51, 100)) });
    assert_eq!(app.texts("a").len(), 150);
    assert_eq!(asked(&mut app), [], "nothing is missing in view");
    for _ in 0..10 {
        app.key(KeyCode::PageUp);
    }
    let (tag, anchor) = asked(&mut app).remove(0);
    assert_eq!(anchor, Anchor::Before(id(51)));
    app.msg(Msg::Cached { tag, reply: None });
    app.key(KeyCode::PageUp);
    assert_eq!(app.commands(), [], "offline there is nobody else to ask");
    app.online();
    app.synced("a");
    assert_eq!(app.answer_history(200, &|n| format!("text {n}")), 1);
    assert_eq!(app.texts("a").len(), 200);
    app.key(KeyCode::PageUp);
    assert_eq!(asked(&mut app), [], "the cache ends where the server's page begins");
}

#[test]
fn a_room_that_is_not_shown_first_is_read_from_the_cache_when_one_goes_there() {
    let mut app = App::new();
    app.msg(Msg::Restore(Box::default()));
    let rooms = ["b", "a"].map(|r| Remembered { place: place(r), read: None }).to_vec();
    app.msg(Msg::Start { rooms, select: None });
    asked(&mut app);
    app.press(crossterm::event::KeyModifiers::ALT, KeyCode::Char('2'));
    // The question about the first room is still open; it knows nothing.
    app.wait(20_000);
    let (tag, anchor) = asked(&mut app).remove(0);
    assert_eq!(anchor, Anchor::Newest);
    assert_eq!(app.notice(), "", "a cache that is slow is nothing to complain of");
    app.msg(Msg::Cached { tag, reply: Some(page(1, 3)) });
    assert_eq!(app.texts("a"), ["text 1", "text 2", "text 3"]);
}

#[test]
fn a_newest_page_of_the_cache_does_not_replace_what_came_over_the_link() {
    let mut app = App::new();
    app.msg(Msg::Restore(Box::default()));
    app.msg(Msg::Start { rooms: vec![Remembered { place: place("a"), read: None }], select: None });
    let (tag, _) = asked(&mut app).remove(0);
    app.online();
    app.synced("a");
    app.receive("a", 8, "jun", "newest");
    app.msg(Msg::Cached { tag, reply: Some(page(1, 3)) });
    assert_eq!(app.texts("a"), ["newest"]);
}

#[test]
fn without_a_store_nothing_is_asked_of_it() {
    let mut app = App::joined(&["a"]);
    app.offline();
    app.key(KeyCode::PageUp);
    assert_eq!(asked(&mut app), []);
}

#[test]
fn what_was_not_confirmed_goes_out_again_with_its_key() {
    let unsent = vec![kept("k1", "one"), kept("k2", "two")];
    let mut app = started(Restored { unsent, ..cached(1, 3) }, Some(3));
    assert_eq!(app.texts("a")[3..], ["[queued] one", "[queued] two"]);
    let sends = [("one", "k1"), ("two", "k2")].map(|(t, k)| (t.to_owned(), k.to_owned()));
    assert_eq!(app.sends(), sends);
    app.online();
    app.synced("a");
    app.confirm("k1", 4);
    let mut echo = message("a", 4, "mina", "one");
    echo.key = Some("k1".into());
    app.post(echo, 4);
    assert_eq!(app.texts("a")[3..], ["one", "[pending] two"]);
}

#[test]
fn what_was_refused_or_is_too_old_waits_for_the_person() {
    let refused = Kept { refused: Some("the disk is full".into()), ..kept("k1", "one") };
    let old = Kept { at: MIDNIGHT - 24 * 3_600_000, ..kept("k2", "two") };
    let unsent = vec![refused, old];
    let mut app = started(Restored { unsent, ..Restored::default() }, None);
    assert_eq!(app.sends(), []);
    let texts = app.texts("a");
    assert!(texts[0].starts_with("[failed: not sent: the disk is full; F6"), "{texts:?}");
    assert!(texts[1].starts_with("[failed: not sent: it may have been sent"), "{texts:?}");
    app.key(KeyCode::F(6));
    let keys: Vec<_> = app.sends().into_iter().map(|(_, key)| key).collect();
    assert_eq!(keys, ["k1", "k2"]);
}

#[test]
fn other_rows_go_out_again_unseen_and_are_given_up_when_they_cannot() {
    let delete = |key| Kept { post: Post::Delete { deletes: id(3) }, ..kept(key, "") };
    let refused = Kept { refused: Some("no".into()), ..delete("k2") };
    let unsent = vec![delete("k1"), refused];
    let mut app = started(Restored { unsent, ..Restored::default() }, None);
    assert!(app.texts("a").is_empty());
    let commands = app.commands();
    let sent =
        Command::Send { room: room("a"), post: Post::Delete { deletes: id(3) }, key: "k1".into() };
    assert!(commands.contains(&sent), "{commands:?}");
    assert!(commands.contains(&Command::Discard { key: "k2".into() }), "{commands:?}");
}

#[test]
fn an_unsent_message_brings_its_room_back() {
    let mut app = App::new();
    let unsent = vec![kept("k1", "one")];
    app.msg(Msg::Restore(Box::new(Restored { unsent, ..Restored::default() })));
    app.msg(Msg::Start { rooms: vec![], select: None });
    assert_eq!(app.texts("a"), ["[queued] one"]);
}

fn drafts(app: &mut App) -> Vec<String> {
    let draft = |e| match e {
        Effect::SaveDraft { text, .. } => Some(text),
        _ => None,
    };
    app.take().into_iter().filter_map(draft).collect()
}

#[test]
fn a_draft_is_there_again_and_written_a_moment_after_the_last_change() {
    let mut restored = Restored::default();
    restored.drafts.insert("a".into(), "안녕".into());
    let mut app = started(restored, None);
    assert_eq!(app.draft(), "안녕");
    assert_eq!(drafts(&mut app), [""; 0], "nothing has changed");
    app.type_text("하세요");
    assert_eq!(drafts(&mut app), [""; 0], "not at every key");
    app.wait(1000);
    assert_eq!(drafts(&mut app), ["안녕하세요"]);
    assert!(app.state.deadline().is_none_or(|at| at > app.now.mono + 1000), "and then it rests");
}

#[test]
fn what_is_sent_is_no_draft_any_more_at_once_and_leaving_writes_the_rest() {
    let mut app = App::joined(&["a", "b"]);
    app.type_text("here");
    app.wait(1000);
    assert_eq!(drafts(&mut app), ["here"]);
    app.key(KeyCode::Enter);
    assert_eq!(drafts(&mut app), [""]);
    app.type_text("later");
    app.msg(Msg::Quit);
    assert_eq!(drafts(&mut app), ["later"]);
}

#[test]
fn a_draft_that_was_sent_just_before_the_end_does_not_come_twice() {
    let mut restored = Restored { unsent: vec![kept("k1", "안녕")], ..Restored::default() };
    restored.drafts.insert("a".into(), "안녕 ".into());
    let mut app = started(restored, None);
    assert_eq!(app.draft(), "");
    assert_eq!(app.texts("a"), ["[queued] 안녕"]);
    assert_eq!(drafts(&mut app), [""], "and is forgotten");
}
