//! While the link is down: when the next attempt is, and what makes it come at once.

use crate::harness::App;
use chat_tui::app::Msg;
use chat_tui::app::state::Connection;
use chat_tui::net::{Command, Down, Event};
use crossterm::event::KeyCode;

fn attempts(app: &mut App) -> usize {
    app.commands().iter().filter(|c| **c == Command::ReconnectNow).count()
}

/// In room `a`; the server has refused and further attempts make no sense.
fn given_up() -> App {
    let mut app = App::joined(&["a"]);
    let reason = Down::Protocol("no chat server".into());
    app.net(Event::Offline { reason, retry_in: None });
    app
}

#[test]
fn any_sign_of_a_person_reconnects_at_once() {
    let signs = [
        |app: &mut App| app.key(KeyCode::Char('h')),
        |app: &mut App| app.key(KeyCode::Up),
        |app: &mut App| app.msg(Msg::Paste("text".into())),
        |app: &mut App| app.msg(Msg::Focus(true)),
        |app: &mut App| app.key(KeyCode::F(5)),
    ];
    for sign in signs {
        let mut app = App::joined(&["a"]);
        app.offline();
        app.take();
        app.wait(10);
        assert_eq!(attempts(&mut app), 0, "nobody is there");
        sign(&mut app);
        assert_eq!(attempts(&mut app), 1);
    }
}

#[test]
fn at_most_one_attempt_a_second_is_made_and_the_last_key_is_not_forgotten() {
    let mut app = App::joined(&["a"]);
    app.offline();
    app.type_text("안녕하세요");
    app.offline();
    app.key(KeyCode::Enter);
    assert_eq!(attempts(&mut app), 1);
    let due = app.state.deadline().unwrap();
    assert_eq!(due, app.now.mono + 1000);
    app.wait(999);
    assert_eq!(attempts(&mut app), 0);
    app.wait(1);
    assert_eq!(attempts(&mut app), 1);
    assert_eq!(app.state.deadline(), None, "one key is worth one attempt");
}

#[test]
fn an_attempt_that_began_by_itself_is_the_wanted_one() {
    let mut app = App::joined(&["a"]);
    app.offline();
    app.type_text("ab");
    app.net(Event::Connecting { attempt: 2 });
    app.take();
    app.wait(5000);
    assert_eq!(attempts(&mut app), 0);
}

#[test]
fn where_attempts_make_no_sense_only_sending_or_f5_makes_one() {
    let mut app = given_up();
    app.type_text("hi");
    assert_eq!(attempts(&mut app), 0);
    app.key(KeyCode::Enter);
    assert_eq!(attempts(&mut app), 1);
    let mut app = given_up();
    app.key(KeyCode::F(5));
    assert_eq!(attempts(&mut app), 1);
}

#[test]
fn the_next_attempt_has_a_time_of_day() {
    let mut app = App::joined(&["a"]);
    app.now.wall += 500;
    app.offline();
    let Connection::Offline { retry_at, .. } = app.state.connection.clone() else { panic!() };
    assert_eq!(retry_at, Some(9 * 3600 + 5), "in Korea, rounded up");
}
