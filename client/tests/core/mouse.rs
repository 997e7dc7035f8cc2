//! The mouse, and what links can be opened from the keyboard.

use crate::harness::App;
use chat_tui::app::state::picker::PickerKind;
use chat_tui::app::{Effect, Mouse, MouseAction, Msg, arrange};
use crossterm::event::KeyCode;

fn links(app: &App) -> Vec<&str> {
    app.state.picker.as_ref().map_or(Vec::new(), |p| p.items.iter().map(|i| &*i.label).collect())
}

fn mouse(app: &mut App, x: u16, y: u16, did: MouseAction) {
    app.msg(Msg::Mouse(Mouse { x, y, did }));
    arrange(&mut app.state);
}

fn opened(app: &mut App) -> Vec<String> {
    let effects = app.take().into_iter();
    effects.filter_map(|e| if let Effect::OpenUrl(a) = e { Some(a) } else { None }).collect()
}

#[test]
fn ctrl_o_lists_the_links_in_view_newest_first_and_enter_opens_one() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "https://one.example and https://two.example");
    app.receive("a", 2, "하늘", "[셋](https://three.example/x) https://one.example");
    app.ctrl('ㅐ');
    assert_eq!(
        links(&app),
        ["https://three.example/x", "https://one.example/", "https://two.example/"]
    );
    app.type_text("two");
    app.key(KeyCode::Enter);
    assert_eq!(opened(&mut app), ["https://two.example/"]);
    assert!(app.state.picker.is_none() && app.draft().is_empty());
}

#[test]
fn a_link_can_be_copied_and_what_does_not_open_is_copied() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "https://one.example");
    app.enter("/links");
    app.take();
    app.ctrl('y');
    assert_eq!(app.take(), [Effect::Copy("https://one.example/".into())]);
    app.msg(Msg::NotOpened("https://x.example/".into()));
    assert_eq!(app.take(), [Effect::Copy("https://x.example/".into())]);
    assert!(app.notice().contains("clipboard"), "{}", app.notice());
}

#[test]
fn without_links_the_list_says_so() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "javascript:alert(1) file:///etc/passwd ftp://x.example");
    app.ctrl('o');
    assert!(links(&app).is_empty());
    assert!(app.state.picker.as_ref().is_some_and(|p| p.kind == PickerKind::Links));
    app.key(KeyCode::Enter);
    assert_eq!(opened(&mut app), [""; 0]);
}

#[test]
fn f12_takes_the_mouse_and_gives_it_back() {
    let mut app = App::joined(&["a"]);
    app.take();
    app.key(KeyCode::F(12));
    app.key(KeyCode::F(12));
    assert_eq!(app.take(), [Effect::Mouse(true), Effect::Mouse(false)]);
}

#[test]
fn a_click_goes_to_a_room() {
    let mut app = App::joined(&["a", "b", "c"]);
    let listed: Vec<String> =
        app.state.rooms.listed().map(|(_, r)| r.place.name().to_owned()).collect();
    for (row, name) in listed.iter().enumerate() {
        mouse(&mut app, 3, row as u16, MouseAction::Press);
        assert_eq!(app.selected(), name);
    }
    mouse(&mut app, 3, 10, MouseAction::Press);
    assert_eq!(app.selected(), listed[2], "below the list is nothing");
}

#[test]
fn a_click_on_a_link_opens_it_and_one_beside_it_does_not() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "- 가 https://one.example 나");
    arrange(&mut app.state);
    let layout = app.state.layout;
    // `• 가 ` stands before the link.
    let begins = layout.timeline.x + layout.head.gutter() + 5;
    let row = layout.timeline.height - 1;
    let ends = begins + "https://one.example".len() as u16;
    for (x, is_link) in [(begins - 1, false), (begins, true), (ends - 1, true), (ends, false)] {
        mouse(&mut app, x, row, MouseAction::Press);
        assert_eq!(!opened(&mut app).is_empty(), is_link, "{x}");
    }
    mouse(&mut app, begins, row - 3, MouseAction::Press);
    app.key(KeyCode::F(1));
    mouse(&mut app, begins, row, MouseAction::Press);
    assert_eq!(opened(&mut app), [""; 0], "the help covers it");
}

#[test]
fn a_click_selects_a_message_and_another_one_leaves_it() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "one https://one.example");
    app.receive("a", 2, "하늘", "two https://two.example");
    arrange(&mut app.state);
    let row = app.state.layout.timeline.height - 1;
    let selected = |app: &App| {
        let room = app.state.room().unwrap();
        room.timeline.selected().map(|e| e.text.as_str().to_owned())
    };
    mouse(&mut app, 24, row - 1, MouseAction::Press);
    assert_eq!(selected(&app).as_deref(), Some("one https://one.example"));
    app.ctrl('o');
    assert_eq!(links(&app), ["https://one.example/"], "only those of the selected one");
    app.key(KeyCode::Esc);
    mouse(&mut app, 24, row - 1, MouseAction::Press);
    assert_eq!(selected(&app), None);
}

#[test]
fn the_wheel_scrolls() {
    let mut app = App::joined(&["a"]);
    (1..=60).for_each(|n| app.receive("a", n, "jun", &format!("m{n}")));
    let last = app.rows().last().cloned();
    mouse(&mut app, 30, 5, MouseAction::WheelUp);
    assert_ne!(app.rows().last().cloned(), last);
    mouse(&mut app, 30, 5, MouseAction::WheelDown);
    assert_eq!(app.rows().last().cloned(), last);
}
