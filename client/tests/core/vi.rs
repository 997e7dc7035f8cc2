//! The keys of vi in the composer.

use crate::harness::App;
use chat_tui::app::Msg;
use chat_tui::app::state::vi::Mode;
use chat_tui::text::grapheme;
use crossterm::event::{KeyCode, KeyModifiers};
use proptest::prelude::*;

fn app() -> App {
    let mut app = App::joined(&["a"]);
    app.state.settings.ui.vi = true;
    app
}

/// In the mode for commands, with this draft; `|` is before the sign under the caret.
fn with(draft: &str) -> App {
    let mut app = app();
    let caret = draft.find('|').unwrap();
    app.msg(Msg::Paste(draft.replace('|', "")));
    app.key(KeyCode::Esc);
    app.state.composer_mut().go_to(caret);
    app
}

fn shown(app: &App) -> String {
    let mut text = app.draft().to_owned();
    text.insert(app.state.composer().caret(), '|');
    text
}

#[track_caller]
fn does(before: &str, keys: &str, after: &str) {
    let mut app = with(before);
    for c in keys.chars() {
        app.key(if c == '\u{1b}' { KeyCode::Esc } else { KeyCode::Char(c) });
    }
    assert_eq!(shown(&app), after, "{before:?}, {keys:?}");
}

#[test]
fn motions_lead_where_vi_leads() {
    does("|one two", "w", "one |two");
    does("|one two three", "2w", "one two |three");
    does("|one, two", "w", "one|, two");
    does("|one, two", "W", "one, |two");
    does("|one two", "e", "on|e two");
    does("one t|wo", "b", "one |two");
    does("one |two", "b", "|one two");
    does("  one t|wo", "0", "|  one two");
    does("  one t|wo", "^", "  |one two");
    does("|one two", "$", "one tw|o");
    does("|one", "l", "o|ne");
    does("on|e", "l", "on|e");
    does("one\n|two", "h", "one\n|two");
    does("|one two", "fo", "one tw|o");
    does("|one two", "tw", "one |two");
    does("one tw|o", "Fo", "|one two");
    does("a\nb\n|c", "gg", "|a\nb\nc");
    does("|a\nb\nc", "G", "a\nb\n|c");
    does("|a\nb\nc", "2G", "a\n|b\nc");
    does("|ab\ncd", "j", "ab\n|cd");
    does("|오늘 날씨가 좋아요", "2w", "오늘 날씨가 |좋아요");
    does("|👨‍👩‍👧‍👦👍🏽 x", "l", "👨‍👩‍👧‍👦|👍🏽 x");
}

#[test]
fn operators_take_what_the_motion_spans() {
    does("|one two three", "dw", "|two three");
    does("|one two three", "2dw", "|three");
    does("|one two three four five six seven", "2d3w", "|seven");
    does("one |two three", "d$", "one| ");
    does("one |two", "db", "|two");
    does("|one two", "de", "| two");
    does("one |two\nthree", "dw", "one| \nthree");
    does("a\n|b\nc", "dd", "a\n|c");
    does("a\n|b", "dd", "|a");
    does("|a", "dd", "|");
    does("|a\nb\nc", "dj", "|c");
    does("a\nb\n|c", "dgg", "|");
    does("|one two", "dfw", "|o");
    does("|one two", "dtw", "|wo");
    does("ab|cd", "x", "ab|d");
    does("ab|cd", "X", "a|cd");
    does("ab|cd", "D", "a|b");
    does("|abc", "2x", "|c");
    does("|abc", "rx", "|xbc");
    does("|abc", "2r가", "가|가c");
    does("|aBc", "3~", "Ab|C");
    does("|one\ntwo", "yyp", "one\n|one\ntwo");
    does("one\n|two", "yyP", "one\n|two\ntwo");
    does("|ab", "xp", "b|a");
    does("|one two", "dwu", "|one two");
}

#[test]
fn text_begins_where_the_command_says() {
    does("a|bc", "ix", "ax|bc");
    does("a|bc", "ax", "abx|c");
    does("  a|bc", "Ix", "  x|abc");
    does("a|bc", "Ax", "abcx|");
    does("a|b\nc", "ox", "ab\nx|\nc");
    does("a\n|b", "Ox", "a\nx|\nb");
    does("|one two", "cwx", "x| two");
    does("on|e two", "ccx", "x|");
    does("one |two", "Cx", "one x|");
    does("a|bc", "sx", "ax|c");
    does("|one", "ix\u{1b}", "|xone");
}

#[test]
fn the_korean_layout_has_the_same_commands() {
    // ㅈ is w, ㅇ is d, ㅏ is k; an input method sends a finished syllable whole: 어 is dj.
    does("|one two", "ㅈ", "one |two");
    does("|one two", "ㅇㅈ", "|two");
    does("|a\nb\nc", "어", "|c");
    does("|one two", "ㅑx", "x|one two");
    does("|가나다", "f다", "가나|다");
    let mut app = with("|one two");
    app.type_text("ㅌㅕ");
    assert_eq!(shown(&app), "|one two");
    app.press(KeyModifiers::CONTROL, KeyCode::Char('ㄱ'));
    assert_eq!(app.draft(), "ne two", "Ctrl-R");
}

#[test]
fn one_begins_in_text_and_comes_back_to_it_after_sending() {
    let mut app = app();
    app.type_text("dd");
    assert_eq!(app.draft(), "dd");
    app.key(KeyCode::Esc);
    assert_eq!(app.state.vi.mode, Mode::Normal);
    app.type_text("q2");
    assert_eq!(app.notice(), "that is no command here; i begins text");
    assert_eq!(app.state.vi.shown().unwrap(), "NORMAL 2");
    app.key(KeyCode::Esc);
    assert_eq!(app.state.vi.shown().unwrap(), "NORMAL");
    app.key(KeyCode::Enter);
    assert_eq!(app.sends()[0].0, "dd");
    assert_eq!(app.state.vi.mode, Mode::Insert);
}

#[test]
fn esc_closes_what_is_open_before_it_changes_the_mode() {
    let mut app = app();
    app.key(KeyCode::F(1));
    app.key(KeyCode::Esc);
    assert_eq!((&app.state.popup, app.state.vi.mode), (&None, Mode::Insert));
    app.type_text("/jo");
    app.key(KeyCode::Tab);
    app.key(KeyCode::Esc);
    assert_eq!((app.draft(), app.state.vi.mode), ("/jo", Mode::Insert));
    app.key(KeyCode::Esc);
    assert_eq!(app.state.vi.mode, Mode::Normal);
}

#[test]
fn without_the_setting_nothing_is_modal() {
    let mut app = App::joined(&["a"]);
    app.type_text("x");
    app.key(KeyCode::Esc);
    app.type_text("dd");
    assert_eq!(app.draft(), "xdd");
}

proptest! {
    #[test]
    fn whatever_is_typed_leaves_the_caret_on_a_border(
        draft in "([a-z,. 가-힣\n]|👨‍👩‍👧‍👦|e\u{301}){0,20}",
        keys in "[0-9hjklwbeWBEfFtTgGdcyxXDCYsSrpPuiaIAoO~$^ㅇㅈ아\u{1b}]{0,30}",
    ) {
        let mut app = with(&format!("{draft}|"));
        for c in keys.chars() {
            app.key(if c == '\u{1b}' { KeyCode::Esc } else { KeyCode::Char(c) });
            if app.state.pasted.is_some() {
                app.key(KeyCode::Enter);
            }
            let composer = app.state.composer();
            let (text, caret) = (composer.text(), composer.caret());
            prop_assert_eq!(grapheme::floor(text, caret), caret, "{:?} at {}", text, caret);
        }
    }
}
