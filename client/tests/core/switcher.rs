//! Ctrl-T: to a room by a part of its name, in whatever layout.

use crate::harness::{App, room};
use chat_protocol::chat::{ChatEvent, RoomInfo};
use chat_tui::app::Msg;
use chat_tui::net::{Command, Event, Target};
use crossterm::event::{KeyCode, KeyModifiers};

fn listed(app: &App) -> Vec<String> {
    let picker = app.state.picker.as_ref().expect("the switcher is closed");
    picker.items.iter().map(|i| format!("{} {}", i.label, i.count).trim().to_owned()).collect()
}

fn known(app: &mut App, name: &str, topic: &str) {
    let info = RoomInfo {
        name: room(name),
        topic: topic.into(),
        members: 3,
        last_id: None,
        last_at: None,
        read: None,
        unread: None,
        mentions: None,
    };
    app.net(Event::Chat { target: Target::Rooms, event: ChatEvent::Room(info) });
}

#[test]
fn what_is_unread_comes_first_then_what_was_visited_last() {
    let mut app = App::joined(&["a", "b", "c", "d"]);
    for number in ['3', '2', '1'] {
        app.alt(number);
    }
    app.receive("d", 1, "jun", "@mina 안녕");
    app.ctrl('t');
    assert_eq!(listed(&app), ["d @1 1", "b", "c", "a"], "here is last: one wants to be elsewhere");
    app.key(KeyCode::Enter);
    assert_eq!(app.selected(), "d");
    app.ctrl('t');
    app.key(KeyCode::Enter);
    assert_eq!(app.selected(), "a", "twice goes back");
}

#[test]
fn a_room_is_found_by_letters_leading_consonants_and_the_other_layout() {
    let rooms = ["lobby", "study-group", "스터디"];
    for (typed, found) in [
        ("stgr", "study-group"),
        ("ㄴ셔요", "study-group"),
        ("ㅅㅌㄷ", "스터디"),
        ("tmxjel", "스터디"),
        ("스디", "스터디"),
        ("#lob", "lobby"),
    ] {
        let mut app = App::joined(&rooms);
        app.ctrl('t');
        app.enter(typed);
        assert_eq!(app.selected(), found, "{typed}");
        assert!(app.state.picker.is_none());
        assert_eq!(app.draft(), "", "what was typed went to the switcher");
    }
}

#[test]
fn a_room_that_is_not_joined_is_joined() {
    let mut app = App::joined(&["a"]);
    known(&mut app, "음악", "듣는 것");
    app.ctrl('t');
    app.type_text("ㅇㅇ");
    let detail = &app.state.picker.as_ref().unwrap().items[0].detail;
    assert_eq!(detail, "not joined · 3 here · 듣는 것");
    app.key(KeyCode::Enter);
    assert_eq!(app.selected(), "음악");
    let joined = |c: &Command| matches!(c, Command::Subscribe { target: Target::Room(r), .. } if *r == room("음악"));
    assert!(app.commands().iter().any(joined));
    // One that nobody knows of.
    app.ctrl('t');
    app.enter("new-room");
    assert_eq!(app.selected(), "new-room");
}

#[test]
fn the_keys_of_the_draft_work_in_the_query_and_escape_leaves_everything_as_it_was() {
    let mut app = App::joined(&["abc", "b"]);
    app.type_text("draft");
    app.ctrl('t');
    app.type_text("xb");
    app.key(KeyCode::Left);
    app.key(KeyCode::Backspace);
    app.msg(Msg::Paste("a\n".into()));
    assert_eq!(app.state.picker.as_ref().unwrap().query.text(), "ab");
    assert_eq!(listed(&app), ["abc", "ab"], "or a new room");
    app.press(KeyModifiers::CONTROL, KeyCode::Char('k'));
    assert_eq!(app.state.picker.as_ref().unwrap().query.text(), "a");
    app.key(KeyCode::Esc);
    assert!(app.state.picker.is_none());
    assert_eq!((app.selected(), app.draft()), ("abc", "draft"));
    // The same key opens and closes, also with the Korean layout on.
    app.ctrl('ㅅ');
    assert!(app.state.picker.is_some());
    app.ctrl('t');
    assert!(app.state.picker.is_none());
}

#[test]
fn a_command_begun_with_the_korean_layout_on_is_offered() {
    let mut app = App::joined(&["a"]);
    app.type_text("/ㅓㅐㅑ");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "/join ");
}
