//! Before anything was ever there: what is offered, and that it happens once.

use crate::harness::{App, UTC_OFFSET, place};
use chat_tui::app::state::first_run::Server;
use chat_tui::app::{Effect, Msg, Remembered, Setup, State, arrange};
use chat_tui::net::Command;

fn started(startable: bool) -> App {
    let mut app = App::new();
    let address = "ws://127.0.0.1:7878/ws".to_owned();
    app.state = State::new(Setup {
        utc_offset: Box::new(|_| UTC_OFFSET),
        server: Some(Server { address, startable }),
        ..Setup::default()
    });
    arrange(&mut app.state);
    let rooms = vec![Remembered { place: place("a"), read: None }];
    app.msg(Msg::Start { rooms, select: None });
    app
}

fn starts(app: &mut App) -> usize {
    app.take().iter().filter(|e| **e == Effect::StartServer).count()
}

#[test]
fn the_screen_is_there_from_the_first_failure_until_there_is_something_to_show() {
    let mut app = started(true);
    assert!(app.state.welcome().is_none(), "nothing has failed yet");
    app.offline();
    assert!(app.state.welcome().unwrap().server.startable);
    app.enter("written meanwhile");
    assert!(app.state.welcome().is_none(), "there is something to show");
    let mut app = started(true);
    app.offline();
    app.online();
    assert!(app.state.welcome().is_none());
    app.offline();
    assert!(app.state.welcome().is_none(), "it was there before");
}

#[test]
fn a_server_is_started_once_and_then_connected_to() {
    let mut app = started(true);
    app.offline();
    app.take();
    app.alt('s');
    app.alt('s');
    assert_eq!(starts(&mut app), 1);
    assert!(app.state.welcome().unwrap().starting);
    app.wait(2000);
    app.take();
    app.msg(Msg::ServerStarted(Ok(Some("started".into()))));
    assert!(app.commands().contains(&Command::ReconnectNow));
    assert_eq!(app.notice(), "started");
}

#[test]
fn what_went_wrong_is_told_and_it_may_be_tried_again() {
    let mut app = started(true);
    app.offline();
    app.enter("/start-server");
    app.msg(Msg::ServerStarted(Err("there is no chat-server".into())));
    assert_eq!(app.notice(), "there is no chat-server");
    app.alt('s');
    assert_eq!(starts(&mut app), 2);
}

#[test]
fn elsewhere_none_can_be_started() {
    let mut app = started(false);
    app.offline();
    app.alt('s');
    assert_eq!(starts(&mut app), 0);
    assert!(app.notice().starts_with("only a server on this machine"));
}

#[test]
fn one_that_answers_is_enough() {
    let mut app = App::joined(&["a"]);
    app.alt('s');
    assert_eq!((starts(&mut app), app.notice()), (0, "a server answers already"));
}
