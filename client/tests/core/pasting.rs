//! A paste of many lines, and a text that grows too long.

use crate::harness::App;
use chat_tui::app::Msg;
use chat_tui::app::state::composer::{Left, place_left};
use crossterm::event::KeyCode;

fn pasting(text: &str) -> App {
    let mut app = App::joined(&["a"]);
    app.type_text("see ");
    app.msg(Msg::Paste(text.into()));
    app
}

const MANY: &str = "one\r\n  two\r\n\tthree\r\nfour\r\n\r\n";

#[test]
fn few_lines_go_in_at_once_and_many_wait_for_how_they_are_meant() {
    let app = pasting("one\ntwo\nthree\n");
    assert_eq!((app.draft(), &app.state.pasted), ("see one\ntwo\nthree\n", &None));
    for key in [KeyCode::Enter, KeyCode::Char('1')] {
        let mut app = pasting(MANY);
        assert_eq!(app.draft(), "see ");
        assert_eq!(app.state.pasted.as_ref().unwrap().lines(), 4);
        app.key(key);
        assert_eq!((app.draft(), &app.state.pasted), ("see one\n  two\n    three\nfour", &None));
        assert_eq!(app.sends(), [], "a paste never sends");
    }
    for key in [KeyCode::Tab, KeyCode::Char('2')] {
        let mut app = pasting(MANY);
        app.key(key);
        assert_eq!(app.draft(), "see \n```\none\n  two\n    three\nfour\n```");
        app.ctrl('z');
        assert_eq!(app.draft(), "see ", "one step");
    }
    for key in [KeyCode::Esc, KeyCode::Char('3')] {
        let mut app = pasting(MANY);
        app.key(key);
        assert_eq!((app.draft(), &app.state.pasted), ("see ", &None));
    }
}

#[test]
fn nothing_else_answers_and_one_may_still_leave() {
    let mut app = pasting(MANY);
    app.type_text("ㅛy?");
    app.ctrl('k');
    app.key(KeyCode::Up);
    assert!(app.state.pasted.is_some());
    assert_eq!(app.draft(), "see ");
    app.ctrl('c');
    assert_eq!(app.notice(), "Ctrl-C again leaves");
    app.ctrl('c');
    assert!(app.effects.iter().any(|e| matches!(e, chat_tui::app::Effect::Quit { .. })));
}

#[test]
fn a_second_paste_belongs_to_the_first() {
    let mut app = pasting("1\n2\n3\n4\n");
    app.msg(Msg::Paste("5\n".into()));
    app.key(KeyCode::Enter);
    assert_eq!(app.draft(), "see 1\n2\n3\n4\n5");
}

#[test]
fn fences_in_a_code_block_do_not_end_it() {
    let mut app = pasting("```\na\n````\nb");
    app.ctrl('u');
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "see \n`````\n```\na\n````\nb\n`````");
}

#[test]
fn what_is_left_is_counted_in_graphemes_or_in_bytes_whichever_is_less() {
    assert_eq!(place_left(&"x".repeat(1799)), None);
    assert_eq!(place_left(&"x".repeat(1800)), Some(Left::Letters(200)));
    assert_eq!(place_left(&"가".repeat(2003)), Some(Left::Letters(-3)));
    let family = "👨‍👩‍👧‍👦";
    assert_eq!(place_left(&family.repeat(10)), None);
    assert_eq!(place_left(&family.repeat(300)), Some(Left::Bytes(8192 - 300 * 25)));
    assert_eq!(place_left(&family.repeat(330)), Some(Left::Bytes(8192 - 330 * 25)));
    let decomposed = "\u{1112}\u{1161}\u{11ab}".repeat(2000);
    assert_eq!(place_left(&decomposed), Some(Left::Letters(0)), "it is sent composed");
    assert_eq!(
        place_left(&format!("{}{}", "x".repeat(2000), " ".repeat(500))),
        Some(Left::Letters(0))
    );
}
