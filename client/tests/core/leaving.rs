use crate::harness::{App, room};
use chat_tui::app::{Effect, Msg, Unsent};
use chat_tui::net::Command;
use crossterm::event::KeyCode;

fn quit(app: &mut App) -> Option<Vec<Unsent>> {
    app.take().into_iter().find_map(|e| match e {
        Effect::Quit { unsent } => Some(unsent),
        _ => None,
    })
}

fn unsent(text: &str) -> Unsent {
    Unsent { room: room("a"), text: text.to_owned() }
}

#[test]
fn ctrl_q_and_quit_leave_at_once() {
    let mut app = App::joined(&["a"]);
    app.ctrl('q');
    assert!(app.effects.contains(&Effect::Net(Command::Close)));
    assert_eq!(quit(&mut app), Some(vec![]));
    let mut app = App::joined(&["a"]);
    app.enter("/quit");
    assert_eq!(quit(&mut app), Some(vec![]));
}

#[test]
fn ctrl_c_leaves_the_second_time() {
    let mut app = App::joined(&["a"]);
    app.ctrl('c');
    assert_eq!((quit(&mut app), app.notice()), (None, "Ctrl-C again leaves"));
    app.wait(10_000);
    assert_eq!(app.notice(), "", "the question is withdrawn");
    app.ctrl('c');
    assert_eq!(quit(&mut app), None, "the first one is long over");
    app.ctrl('c');
    assert_eq!(quit(&mut app), Some(vec![]));
}

#[test]
fn with_something_unsent_it_asks_once_and_then_hands_the_texts_over() {
    let mut app = App::joined(&["a"]);
    app.enter("sent");
    let (_, key) = app.sends().remove(0);
    app.confirm(&key, 1);
    app.enter("refused");
    let (_, key) = app.sends().remove(0);
    app.refuse(&key);
    app.offline();
    app.enter("queued");
    app.take();
    app.ctrl('q');
    assert_eq!(quit(&mut app), None);
    assert!(app.notice().starts_with("2 messages are not sent"), "{}", app.notice());
    app.key(KeyCode::Esc);
    app.ctrl('q');
    assert_eq!(quit(&mut app), None, "Esc took the question back");
    app.ctrl('q');
    assert_eq!(quit(&mut app), Some(vec![unsent("refused"), unsent("queued")]));
}

#[test]
fn a_signal_asks_nothing() {
    let mut app = App::joined(&["a"]);
    app.offline();
    app.enter("queued");
    app.take();
    app.msg(Msg::Quit);
    assert_eq!(quit(&mut app), Some(vec![unsent("queued")]));
}
