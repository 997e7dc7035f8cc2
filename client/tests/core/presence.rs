use crate::harness::{App, room, user};
use chat_protocol::chat::PresenceEvent;
use chat_protocol::chat::event::Member;
use chat_tui::net::Command;
use crossterm::event::KeyCode;

#[test]
fn members_follow_the_list_and_its_changes() {
    let mut app = App::joined(&["a"]);
    let users = ["jun", "mina"].map(|n| Member { name: user(n) }).to_vec();
    app.presence("a", PresenceEvent::List { room: room("a"), users });
    app.presence("a", PresenceEvent::Joined { room: room("a"), user: user("bo") });
    app.presence("a", PresenceEvent::Left { room: room("a"), user: user("JUN") });
    let members: Vec<_> = app.room("a").members.iter().map(|m| m.as_str()).collect();
    assert_eq!(members, ["bo", "mina"]);
    app.key(KeyCode::F(2));
    assert!(app.state.layout.side.is_some());
    app.enter("/members");
    assert!(app.state.layout.side.is_none());
}

#[test]
fn typing_is_over_after_five_seconds_or_with_the_message() {
    let mut app = App::joined(&["a"]);
    app.typing("a", "jun");
    app.typing("a", "bo");
    app.typing("a", "mina");
    assert_eq!(app.room("a").typing.len(), 2, "oneself is not shown");
    app.receive("a", 1, "bo", "done");
    assert_eq!(app.room("a").typing.len(), 1);
    app.wait(4000);
    app.typing("a", "jun");
    app.wait(4999);
    assert_eq!(app.room("a").typing.len(), 1);
    assert!(app.state.deadline().is_some());
    app.wait(1);
    assert_eq!(app.room("a").typing.len(), 0);
}

#[test]
fn others_are_told_that_one_types_each_three_seconds_and_not_about_commands() {
    let mut app = App::joined(&["a"]);
    let told = |app: &mut App| {
        app.commands().iter().filter(|c| matches!(c, Command::Typing { .. })).count()
    };
    app.type_text("/join");
    assert_eq!(told(&mut app), 0);
    app.ctrl('u');
    app.type_text("hello");
    assert_eq!(told(&mut app), 1);
    app.wait(2999);
    app.type_text("!");
    assert_eq!(told(&mut app), 0);
    app.wait(1);
    app.type_text("!");
    assert_eq!(told(&mut app), 1);
    app.wait(5000);
    app.offline();
    app.type_text("!");
    assert_eq!(told(&mut app), 0);
}
