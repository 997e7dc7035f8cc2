use crate::harness::{App, id, message, user};
use chat_tui::net::{Command, Event};
use crossterm::event::KeyCode;

#[test]
fn a_message_is_pending_then_confirmed_then_in_its_place() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "first");
    app.enter("안녕하세요");
    assert_eq!(app.texts("a"), ["first", "[pending] 안녕하세요"]);
    let sends = app.sends();
    assert_eq!(sends, [("안녕하세요".to_owned(), sends[0].1.clone())]);
    app.confirm(&sends[0].1, 3);
    assert_eq!(app.texts("a"), ["first", "[confirmed] 안녕하세요"]);
    assert_eq!(app.state.last_receipt.unwrap().as_millis(), 12);
    app.receive("a", 2, "jun", "second");
    app.receive("a", 3, "mina", "안녕하세요");
    assert_eq!(app.texts("a"), ["first", "second", "안녕하세요"]);
    assert_eq!(app.room("a").unread, 0);
}

#[test]
fn the_echo_may_come_before_the_receipt() {
    let mut app = App::joined(&["a"]);
    app.enter("hi");
    let (_, key) = app.sends().remove(0);
    let mut echo = message("a", 1, "mina", "hi");
    echo.key = Some(key.as_str().into());
    app.post(echo, 1);
    assert_eq!(app.texts("a"), ["hi"]);
    app.confirm(&key, 1);
    assert_eq!(app.texts("a"), ["hi"]);
    assert!(app.state.unsent().is_empty());
}

#[test]
fn another_sender_with_our_key_does_not_take_our_message_away() {
    let mut app = App::joined(&["a"]);
    app.enter("mine");
    let (_, key) = app.sends().remove(0);
    let mut theirs = message("a", 1, "jun", "theirs");
    theirs.key = Some(key.as_str().into());
    app.post(theirs, 1);
    assert_eq!(app.texts("a"), ["theirs", "[pending] mine"]);
}

#[test]
fn a_confirmed_message_that_history_brings_is_shown_once() {
    let mut app = App::joined(&["a"]);
    app.enter("hi");
    let (_, key) = app.sends().remove(0);
    app.confirm(&key, 1);
    // The link was cut before the echo; the replay brings it.
    app.offline();
    app.online();
    app.synced("a");
    app.receive("a", 1, "mina", "hi");
    assert_eq!(app.texts("a"), ["hi"]);
}

#[test]
fn a_duplicate_receipt_points_to_what_is_there_already() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "mina", "hi");
    app.enter("hi");
    let (_, key) = app.sends().remove(0);
    app.confirm(&key, 1);
    assert_eq!(app.texts("a"), ["hi"]);
}

#[test]
fn a_refused_message_says_why_and_is_retried_with_its_key_or_discarded() {
    let mut app = App::joined(&["a"]);
    app.enter("hi");
    let (_, key) = app.sends().remove(0);
    app.refuse(&key);
    let why = "not sent: the disk is full (storage-full); F6 sends it again, F7 discards it";
    assert_eq!(app.texts("a"), [format!("[failed: {why}] hi")]);
    assert!(app.rows().contains(&"! not sent: the disk is full ".to_owned()), "{:?}", app.rows());
    app.key(KeyCode::F(6));
    assert_eq!(app.texts("a"), ["[pending] hi"]);
    assert_eq!(app.sends(), [("hi".to_owned(), key.clone())]);
    app.refuse(&key);
    app.enter("/discard");
    assert_eq!(app.texts("a"), Vec::<String>::new());
    assert!(app.commands().contains(&Command::Discard { key }));
}

#[test]
fn retry_sends_all_that_failed_in_order() {
    let mut app = App::joined(&["a"]);
    for text in ["one", "two", "three"] {
        app.enter(text);
    }
    let sends = app.sends();
    app.refuse(&sends[0].1);
    app.refuse(&sends[2].1);
    app.enter("/retry");
    assert_eq!(app.sends(), [sends[0].clone(), sends[2].clone()]);
    assert_eq!(app.texts("a"), ["[pending] two", "[pending] one", "[pending] three"]);
    app.enter("/retry");
    assert_eq!(app.notice(), "nothing failed in this room");
}

#[test]
fn what_is_written_offline_is_queued_in_order_and_goes_out_with_the_link() {
    let mut app = App::joined(&["a"]);
    app.enter("before");
    app.offline();
    app.enter("one");
    app.enter("two");
    assert_eq!(app.texts("a"), ["[queued] before", "[queued] one", "[queued] two"]);
    let sends = app.sends();
    let texts: Vec<_> = sends.iter().map(|(t, _)| t.as_str()).collect();
    assert_eq!(texts, ["before", "one", "two"]);
    app.online();
    assert_eq!(app.texts("a"), ["[pending] before", "[pending] one", "[pending] two"]);
    assert_eq!(app.sends(), [], "the driver has kept them");
    let keys: std::collections::HashSet<_> = sends.iter().map(|(_, k)| k).collect();
    assert_eq!(keys.len(), 3);
}

#[test]
fn written_before_the_first_connection_it_gets_its_sender_with_it() {
    let mut app = App::new();
    app.enter("/join a");
    app.enter("early");
    assert_eq!(app.texts("a"), ["[queued] early"]);
    assert!(app.rows().last().unwrap().contains("me|early"));
    app.online();
    assert!(app.rows().last().unwrap().contains("mina|early"));
    assert_eq!(app.room("a").timeline.entries().next().unwrap().sender, Some(user("mina")));
}

#[test]
fn what_is_too_long_stays_in_the_draft_and_is_told() {
    let mut app = App::joined(&["a"]);
    app.msg(chat_tui::app::Msg::Paste("가".repeat(2001)));
    app.key(KeyCode::Enter);
    assert_eq!(app.notice(), "2001 characters, and a message has at most 2000: shorten it");
    assert_eq!(app.sends(), []);
    app.key(KeyCode::Backspace);
    app.key(KeyCode::Enter);
    assert_eq!(app.sends().len(), 1);
}

#[test]
fn blank_drafts_are_not_sent_and_a_double_slash_sends_one() {
    let mut app = App::joined(&["a"]);
    app.enter("   ");
    assert_eq!(app.sends(), []);
    app.ctrl('u');
    app.enter("//etc/passwd is a path");
    assert_eq!(app.sends()[0].0, "/etc/passwd is a path");
}

#[test]
fn without_a_room_nothing_is_lost() {
    let mut app = App::new();
    app.enter("hello?");
    assert_eq!(app.draft(), "hello?");
    assert_eq!(app.notice(), "no room is joined: /join NAME first");
}

#[test]
fn sending_shows_the_end_again() {
    let mut app = App::joined(&["a"]);
    for n in 1..=100 {
        app.receive("a", n, "jun", "text");
    }
    app.key(KeyCode::PageUp);
    app.enter("mine");
    assert!(app.rows().last().unwrap().ends_with("|mine"));
}

#[test]
fn a_refusal_of_something_unknown_changes_nothing() {
    let mut app = App::joined(&["a"]);
    app.refuse("who knows");
    app.net(Event::Confirmed {
        key: "who knows".into(),
        id: id(1),
        duplicate: true,
        attempts: 3,
        elapsed: std::time::Duration::ZERO,
    });
    assert!(app.room("a").timeline.is_empty());
}
