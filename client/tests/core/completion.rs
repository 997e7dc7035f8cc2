use crate::harness::{App, room, user};
use chat_protocol::chat::event::Member;
use chat_protocol::chat::{PresenceEvent, RoomInfo, RoomsReply};
use chat_tui::net::Event;
use crossterm::event::KeyCode;

fn with_members(names: &[&str]) -> App {
    let mut app = App::joined(&["a"]);
    let users = names.iter().map(|n| Member { name: user(n) }).collect();
    app.presence("a", PresenceEvent::List { room: room("a"), users });
    app
}

#[test]
fn tab_goes_round_the_nicks_that_fit_and_esc_goes_back() {
    let mut app = with_members(&["jun", "Juno", "bo", "mina"]);
    app.type_text("hi ju");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "hi @jun ");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "hi @Juno ");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "hi @jun ");
    app.key(KeyCode::BackTab);
    assert_eq!(app.draft(), "hi @Juno ");
    app.key(KeyCode::Esc);
    assert_eq!(app.draft(), "hi ju");
    app.key(KeyCode::Tab);
    app.type_text("!");
    assert_eq!(app.draft(), "hi @jun !");
    assert_eq!(app.state.completion, None, "typing takes it");
}

#[test]
fn who_spoke_last_comes_first_and_oneself_never() {
    let mut app = with_members(&["aa", "ab", "ac", "mina"]);
    app.receive("a", 1, "ac", "hi");
    app.type_text("@a");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "@ac ");
    app.ctrl('u');
    app.type_text("@mi");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "@mi");
}

#[test]
fn commands_and_rooms_are_completed() {
    let mut app = App::joined(&["study-group"]);
    let info = |name: &str| RoomInfo { members: 1, ..RoomInfo::new(room(name)) };
    let reply = RoomsReply { rooms: vec![info("공부방"), info("lobby")] };
    app.net(Event::Rooms { tag: 0, reply });
    app.type_text("/jo");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "/join ");
    app.type_text("lo");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "/join lobby");
    app.ctrl('u');
    app.type_text("see #공");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "see #공부방 ");
    app.ctrl('u');
    app.type_text("/참");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "/참여 ");
}

#[test]
fn nothing_to_complete_changes_nothing() {
    let mut app = with_members(&["jun"]);
    app.key(KeyCode::Tab);
    app.type_text("xyz");
    app.key(KeyCode::Tab);
    assert_eq!((app.draft(), &app.state.completion), ("xyz", &None));
}

#[test]
fn emoji_are_completed_by_their_shortcodes_in_either_layout() {
    let mut app = App::joined(&["a"]);
    app.type_text("hi :tad");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "hi 🎉");
    app.ctrl('u');
    app.type_text(":heart:");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "❤\u{fe0f}");
    app.ctrl('u');
    app.type_text(":ㅅㅁㅇ");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "🎉");
    app.key(KeyCode::Esc);
    assert_eq!(app.draft(), ":ㅅㅁㅇ");
    app.ctrl('u');
    app.type_text(":");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), ":");
}

#[test]
fn a_command_is_completed_though_the_korean_layout_is_on() {
    let mut app = App::joined(&["a"]);
    app.type_text("/ㅓㅐ");
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "/join ");
}

#[test]
fn candidates_say_what_they_are_and_up_and_down_go_through_them() {
    let mut app = with_members(&["minsu", "minji", "jun"]);
    app.receive("a", 1, "minsu", "안녕\nhello");
    app.type_text("min");
    app.key(KeyCode::Tab);
    let candidates = &app.state.completion.as_ref().unwrap().candidates;
    let shown: Vec<_> = candidates.iter().map(|c| (&*c.label, &*c.detail)).collect();
    assert_eq!(shown, [("@minsu", "안녕"), ("@minji", "")]);
    app.key(KeyCode::Down);
    assert_eq!(app.draft(), "@minji ");
    app.key(KeyCode::Up);
    assert_eq!(app.draft(), "@minsu ");
}
