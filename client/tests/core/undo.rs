//! Undo and redo of the draft, and what was cut.

use crate::harness::App;
use chat_tui::app::Msg;
use chat_tui::app::state::Composer;
use crossterm::event::KeyCode;
use proptest::prelude::*;

#[test]
fn typing_is_undone_by_words_and_deleting_by_runs() {
    let mut app = App::joined(&["a"]);
    app.type_text("오늘 날씨가");
    app.ctrl('z');
    assert_eq!(app.draft(), "오늘");
    app.ctrl('z');
    assert_eq!(app.draft(), "");
    app.ctrl('z');
    assert_eq!(app.notice(), "there is nothing more");
    app.alt('z');
    app.alt('z');
    assert_eq!(app.draft(), "오늘 날씨가");
    app.alt('ㅋ');
    assert_eq!(app.draft(), "오늘 날씨가", "nothing more is there");
    for _ in 0..3 {
        app.key(KeyCode::Backspace);
    }
    app.ctrl('_');
    assert_eq!(app.draft(), "오늘 날씨가");
}

#[test]
fn a_paste_a_cut_a_completion_and_a_recalled_text_are_one_step_each() {
    let mut app = App::joined(&["a"]);
    app.enter("sent");
    app.type_text("x");
    app.msg(Msg::Paste("y z".into()));
    app.ctrl('w');
    app.key(KeyCode::Up);
    assert_eq!(app.draft(), "sent");
    let mut seen = Vec::new();
    for _ in 0..4 {
        app.ctrl('z');
        seen.push(app.draft().to_owned());
    }
    assert_eq!(seen, ["xy ", "xy z", "x", ""]);
    app.type_text("/jo");
    app.key(KeyCode::Tab);
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "/join ");
    app.ctrl('z');
    assert_eq!(app.draft(), "/jo");
}

#[test]
fn what_was_undone_is_gone_once_something_else_is_typed() {
    let mut app = App::joined(&["a"]);
    app.type_text("one two");
    app.ctrl('z');
    app.type_text("!");
    app.alt('z');
    assert_eq!(app.draft(), "one!");
}

#[test]
fn a_sent_text_is_not_undone_into_the_next_draft_and_each_room_has_its_own_steps() {
    let mut app = App::joined(&["a", "b"]);
    app.enter("sent");
    app.ctrl('z');
    assert_eq!(app.draft(), "");
    app.type_text("in a");
    app.ctrl('n');
    app.ctrl('z');
    assert_eq!((app.selected(), app.draft()), ("b", ""));
    app.ctrl('p');
    app.ctrl('z');
    assert_eq!(app.draft(), "in");
}

#[test]
fn cuts_in_a_row_come_back_as_one_and_older_ones_with_alt_y() {
    let mut app = App::joined(&["a"]);
    app.type_text("one two three");
    app.ctrl('w');
    app.ctrl('w');
    app.ctrl('y');
    assert_eq!(app.draft(), "one two three", "in their order");
    app.ctrl('u');
    app.type_text("x");
    app.ctrl('u');
    app.ctrl('y');
    assert_eq!(app.draft(), "x");
    app.alt('y');
    assert_eq!(app.draft(), "one two three");
    app.alt('ㅛ');
    assert_eq!(app.draft(), "two three");
    app.alt('y');
    assert_eq!(app.draft(), "x", "the newest again");
    app.type_text("!");
    app.alt('y');
    assert_eq!((app.draft(), app.notice()), ("x!", "first put back what was cut last"));
    app.ctrl('x');
    app.key(KeyCode::Char('y'));
    assert_eq!(app.draft(), "x!");
}

#[test]
fn a_forward_cut_joins_at_the_other_end() {
    let mut app = App::joined(&["a"]);
    app.type_text("one two three");
    app.ctrl('a');
    app.alt('d');
    app.alt('d');
    app.ctrl('k');
    assert_eq!(app.draft(), "");
    app.ctrl('y');
    assert_eq!(app.draft(), "one two three");
}

#[test]
fn nothing_was_cut() {
    let mut app = App::joined(&["a"]);
    app.ctrl('y');
    assert_eq!(app.notice(), "nothing was cut");
}

proptest! {
    #[test]
    fn every_draft_can_be_gone_back_from_and_forth_to(
        edits in prop::collection::vec((0usize..6, "[a-z가-힣 ]{1,4}|👨‍👩‍👧|e\u{301}"), 1..40)
    ) {
        let mut composer = Composer::default();
        for (edit, text) in edits {
            match edit {
                0 => composer.delete_before(),
                1 => { composer.cut_word_before(); }
                2 => composer.move_left(),
                3 => { composer.undo(); }
                _ => { composer.insert(&text); }
            }
        }
        while composer.redo() {}
        let end = composer.text().to_owned();
        let mut steps = 0;
        while composer.undo() {
            steps += 1;
            prop_assert!(steps < 200);
            let caret = composer.caret();
            prop_assert_eq!(chat_tui::text::grapheme::floor(composer.text(), caret), caret);
        }
        prop_assert_eq!(composer.text(), "");
        while composer.redo() {}
        prop_assert_eq!(composer.text(), end);
    }
}
