//! To a message that is far away, and back to the line where one was.

use crate::harness::{App, id, place, room};
use chat_protocol::chat::HistoryReply;
use chat_tui::app::arrange;
use chat_tui::app::update::jump;
use chat_tui::net::{Command, Event};
use crossterm::event::{KeyCode, KeyModifiers};

fn text(n: usize) -> String {
    format!("text {n}")
}

/// In `a`, with the newest 200 of 1,000 messages; in `b`, with nothing.
fn app() -> App {
    let mut app = App::joined(&["a", "b"]);
    for n in 801..=1000 {
        app.receive("a", n, "jun", &text(n));
    }
    app.take();
    app
}

fn go(app: &mut App, name: &str, n: usize) {
    jump::to(&mut app.state, &place(name), id(n));
    app.wait(1);
}

#[test]
fn what_is_held_is_shown_at_once_a_third_down() {
    let mut app = app();
    go(&mut app, "a", 900);
    assert_eq!(app.commands(), [], "nothing is asked for");
    let rows = app.rows();
    let at = rows.iter().position(|row| row.ends_with("|text 900")).unwrap();
    assert_eq!(at, rows.len() / 3);
}

#[test]
fn what_is_not_held_comes_with_its_surroundings_and_one_goes_back_to_the_line() {
    let mut app = app();
    for _ in 0..3 {
        app.press(KeyModifiers::SHIFT, KeyCode::Up);
    }
    let (before, spot) = (app.rows(), jump::here(&app.state).unwrap());
    go(&mut app, "a", 300);
    assert_eq!(app.rows(), before, "nothing moves before there is something to show");
    assert_eq!(app.answer_history(1000, &text), 1);
    let rows = app.rows();
    let at = rows.iter().position(|row| row.ends_with("|text 300")).unwrap();
    assert_eq!(at, rows.len() / 3);
    app.take();
    jump::back(&mut app.state, spot);
    app.wait(1);
    assert_eq!(app.answer_history(1000, &text), 1);
    assert_eq!(app.rows(), before);
}

#[test]
fn from_the_end_of_another_room_one_comes_back_to_the_end() {
    let mut app = app();
    let (before, spot) = (app.rows(), jump::here(&app.state).unwrap());
    go(&mut app, "b", 5);
    assert_eq!(app.selected(), "b");
    assert_eq!(app.answer_history(10, &text), 1);
    assert!(app.rows().iter().any(|row| row.ends_with("|text 5")));
    jump::back(&mut app.state, spot);
    arrange(&mut app.state);
    assert_eq!((app.selected(), app.rows()), ("a", before));
}

#[test]
fn a_message_that_is_no_longer_kept_changes_nothing() {
    let mut app = app();
    let before = app.rows();
    go(&mut app, "a", 3);
    let commands = app.commands();
    let [Command::History { tag, room: asked, .. }] = commands.as_slice() else {
        panic!("{commands:?}");
    };
    assert_eq!(asked, &room("a"));
    let nothing = HistoryReply { messages: Vec::new(), more_before: false, more_after: true };
    app.net(Event::History { tag: *tag, reply: nothing });
    assert!(before.ends_with(&app.rows()), "the notice takes a row");
    assert!(app.notice().contains("no longer there"), "{}", app.notice());
    app.wait(1);
    assert_eq!(app.commands(), [], "it is not asked for again");
}
