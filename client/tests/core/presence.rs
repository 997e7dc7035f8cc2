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

fn passing(app: &App) -> Vec<String> {
    app.rows().into_iter().filter(|row| row.starts_with("* ")).collect()
}

#[test]
fn who_came_and_went_since_the_newest_message_is_one_line_below_it() {
    let mut app = App::joined(&["b", "a"]);
    app.receive("a", 1, "jun", "hi");
    app.presence("a", joined("bo"));
    app.presence("a", joined("bo"));
    app.presence("a", joined("mina"));
    app.presence("a", left("kim"));
    assert_eq!(app.room("a").unread, 1, "nothing of it is unread");
    app.ctrl('n');
    assert_eq!(passing(&app), ["* bo joined"], "mina is us, and kim was not there");
    app.presence("a", joined("민아"));
    assert_eq!(passing(&app), ["* bo and 민아 joined"]);
    app.receive("a", 2, "jun", "hi again");
    app.presence("a", left("bo"));
    assert_eq!(passing(&app), ["* bo and 민아 joined", "* bo left"]);
    app.presence("a", joined("bo"));
    assert_eq!(passing(&app), ["* bo and 민아 joined"]);
}

#[test]
fn comings_and_goings_are_off_by_a_setting_and_among_more_than_fifty() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "hi");
    app.state.settings.ui.hides_passing = true;
    app.presence("a", joined("bo"));
    assert!(passing(&app).is_empty());
    app.state.settings.ui.hides_passing = false;
    let users = (0..51).map(|n| Member { name: user(&format!("n{n}")) }).collect();
    app.presence("a", PresenceEvent::List { room: room("a"), users });
    app.presence("a", left("n0"));
    assert_eq!(passing(&app), ["* n0 left"], "50 are left");
    app.presence("a", joined("n0"));
    app.presence("a", left("n1"));
    app.presence("a", joined("n1"));
    assert!(passing(&app).is_empty(), "{:?}", passing(&app));
}

fn joined(name: &str) -> PresenceEvent {
    PresenceEvent::Joined { room: room("a"), user: user(name) }
}
fn left(name: &str) -> PresenceEvent {
    PresenceEvent::Left { room: room("a"), user: user(name) }
}
