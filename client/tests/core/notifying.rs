//! What one is told of, and the settings that change while the client runs.

use crate::harness::App;
use chat_tui::app::{Configured, Effect, Msg, Notification};
use chat_tui::config::{Level, Settings};
use crossterm::event::{KeyCode, KeyModifiers};
use std::time::Duration;

fn told(app: &mut App) -> Vec<Notification> {
    let of = |e| if let Effect::Notify(told) = e { Some(told) } else { None };
    app.take().into_iter().filter_map(of).collect()
}

fn texts(app: &mut App) -> Vec<String> {
    told(app).into_iter().map(|n| n.body()).collect()
}

#[test]
fn a_mention_is_told_where_nobody_looks() {
    let mut app = App::joined(&["a", "b"]);
    app.receive("a", 1, "jun", "@mina here");
    assert_eq!(texts(&mut app), [""; 0], "one looks at it");
    app.receive("b", 1, "jun", "just talk");
    assert_eq!(texts(&mut app), [""; 0], "no mention");
    app.receive("b", 2, "jun", "@mina 안녕\nsecond line");
    let all = told(&mut app);
    assert_eq!((all[0].title(), all[0].body()), ("jun in b".to_owned(), "@mina 안녕".to_owned()));
    assert!(all[0].is_mention);
    app.msg(Msg::Focus(false));
    app.wait(1000);
    app.receive("a", 2, "jun", "@mina there");
    assert_eq!(texts(&mut app), ["@mina there"], "the window is elsewhere");
}

#[test]
fn the_level_of_the_room_counts_then_the_rules_then_the_usual() {
    let mut app = App::joined(&["a", "b", "c"]);
    let rules = &mut app.state.settings.notifications;
    rules.every = Duration::ZERO;
    rules.level = Level::All;
    rules.rooms.insert("c".to_owned(), Level::Nothing);
    app.receive("b", 1, "jun", "hi");
    app.receive("c", 1, "jun", "@mina");
    assert_eq!(texts(&mut app), ["hi"]);
    let c = app.state.rooms.position(&crate::harness::place("c")).unwrap();
    app.state.rooms.iter_mut().nth(c).unwrap().level = Some(Level::Mentions);
    app.receive("c", 2, "jun", "hi");
    app.receive("c", 3, "jun", "@mina again");
    assert_eq!(texts(&mut app), ["@mina again"]);
}

#[test]
fn what_comes_too_soon_is_counted_in_the_next() {
    let mut app = App::joined(&["a", "b"]);
    for n in 1..=4 {
        app.receive("b", n, "jun", "@mina!");
    }
    assert_eq!(texts(&mut app), ["@mina!"]);
    app.wait(999);
    app.receive("b", 5, "jun", "@mina!");
    assert_eq!(texts(&mut app), [""; 0]);
    app.wait(1);
    app.receive("b", 6, "jun", "@mina?");
    assert_eq!(texts(&mut app), ["@mina? (and 4 more before)"]);
}

#[test]
fn nothing_that_others_write_is_more_than_one_line_of_text() {
    let mut app = App::joined(&["a", "b"]);
    let text = format!("@mina \u{1b}]0;evil\u{7}\u{202e}{}", "가".repeat(500));
    app.receive("b", 1, "jun", &text);
    let body = told(&mut app)[0].body();
    assert!(!body.contains(|c: char| c.is_control() || c == '\u{202e}'), "{body:?}");
    assert!(chat_tui::text::cells(&body) <= 200);
}

#[test]
fn settings_change_while_it_runs_and_bad_ones_do_not() {
    let mut app = App::joined(&["a"]);
    app.enter("/reload");
    assert_eq!(app.take(), [Effect::Reload]);
    app.msg(Msg::Configured(Err("config.toml:2: no".into())));
    assert_eq!(app.notice(), "config.toml:2: no; the configuration stays as it was");
    let mut settings = Settings::default();
    let own = [(chat_tui::app::keymap::Action::Help, vec!["Alt-G".parse().unwrap()])];
    settings.keys = chat_tui::app::keymap::Keymap::with(&own).unwrap();
    settings.ui.ascii = true;
    let new = |settings: &Settings, needs_restart| {
        Msg::Configured(Ok(Configured { settings: Box::new(settings.clone()), needs_restart }))
    };
    app.msg(new(&settings, false));
    assert_eq!(app.notice(), "the configuration was read anew");
    app.key(KeyCode::F(1));
    assert_eq!(app.state.popup, None);
    app.press(KeyModifiers::ALT, KeyCode::Char('g'));
    assert!(app.state.popup.is_some() && app.state.look.ascii);
    app.msg(new(&settings, true));
    assert!(app.notice().ends_with("some of it holds from the next start on"));
}
