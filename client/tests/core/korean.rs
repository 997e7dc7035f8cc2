//! Hangul and wide text at the layer of the core: what an input method commits, what is normalised,
//! where the caret stands.

use crate::harness::App;
use chat_tui::app::Msg;
use chat_tui::app::state::layout::composer_width;
use chat_tui::text::{cells, hangul, wrap};
use crossterm::event::{KeyCode, KeyModifiers};
use unicode_normalization::UnicodeNormalization;

fn nfd(text: &str) -> String {
    text.nfd().collect()
}

#[test]
fn measured_widths() {
    for (text, width) in [
        ("한글", 4),
        ("\u{1112}\u{1161}\u{11ab}", 2),
        ("ㅎ", 2),
        ("❤", 1),
        ("❤\u{fe0f}", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇰🇷", 2),
        ("①", 1),
        ("·", 1),
        ("…", 1),
        ("─", 1),
        ("e\u{301}", 1),
    ] {
        assert_eq!(cells(text), width, "{text}");
    }
}

#[test]
fn a_syllable_and_enter_in_one_write_or_two_send_it_once() {
    let mut app = App::joined(&["a"]);
    app.enter("한글");
    app.type_text("한글");
    app.msg(Msg::Tick);
    app.key(KeyCode::Enter);
    let texts: Vec<_> = app.sends().into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["한글", "한글"]);
}

#[test]
fn the_caret_is_behind_the_last_syllable_in_cells() {
    let mut app = App::joined(&["a"]);
    let width = composer_width(80);
    app.type_text("안녕");
    assert_eq!(app.state.composer().caret_cell(width), (0, 4));
    app.key(KeyCode::Left);
    assert_eq!(app.state.composer().caret_cell(width), (0, 2));
    app.type_text("!");
    assert_eq!(app.draft(), "안!녕");
}

#[test]
fn in_an_odd_width_a_syllable_moves_down_whole_and_the_caret_with_it() {
    let mut app = App::joined(&["a"]);
    // 2 of prompt, 1 for the caret: 18 columns of draft in 21, 17 in 20.
    app.msg(Msg::Resize { width: 20, height: 10 });
    app.type_text(&"가".repeat(8));
    assert_eq!(app.state.composer().caret_cell(17), (0, 16));
    app.type_text("나");
    assert_eq!(app.state.composer().caret_cell(17), (1, 2));
    assert_eq!(wrap(app.draft(), 17)[0].cells, 16);
    assert_eq!(app.state.layout.composer.height, 2);
}

#[test]
fn backspace_takes_one_syllable_composed_or_not() {
    for text in ["안녕해", &nfd("안녕해")] {
        let mut app = App::joined(&["a"]);
        app.type_text(text);
        app.key(KeyCode::Backspace);
        assert_eq!(app.draft().nfc().collect::<String>(), "안녕");
    }
}

#[test]
fn what_is_sent_is_composed() {
    let mut app = App::joined(&["a"]);
    app.msg(Msg::Paste(nfd("안녕하세요")));
    app.key(KeyCode::Enter);
    assert_eq!(app.sends()[0].0, "안녕하세요");
}

#[test]
fn commands_rooms_and_nicks_are_the_same_composed_or_not() {
    for line in ["/참여 공부방", &nfd("/참여 공부방"), &nfd("/join 공부방")] {
        let mut app = App::joined(&[]);
        app.enter(line);
        assert_eq!(app.selected(), "공부방", "{line}");
    }
    let mut app = App::joined(&["방"]);
    app.receive("방", 1, "민수", "안녕");
    app.type_text(&nfd("@민"));
    app.key(KeyCode::Tab);
    assert_eq!(app.draft(), "@민수");
    app.receive("방", 2, "민수", &nfd("@mina님, 안녕"));
    assert!(app.room("방").timeline.entries().last().unwrap().mention);
}

#[test]
fn a_command_typed_with_the_korean_layout_on_is_understood() {
    let mut app = App::joined(&[]);
    app.enter("/ㅓㅐㅑㅜ study");
    assert_eq!(app.selected(), "study");
    app.enter("/ㅗ디ㅔ");
    assert!(app.state.popup.is_some());
}

#[test]
fn alt_and_a_jamo_mean_the_latin_key_under_it() {
    for jamo in ['ㅁ', '\u{1106}', '\u{11b7}'] {
        let mut app = App::joined(&["a", "b"]);
        app.receive("b", 1, "jun", "hi");
        app.alt(jamo);
        assert_eq!(app.selected(), "b", "{jamo:?}");
        assert_eq!(app.draft(), "", "nothing is typed");
    }
    let mut app = App::joined(&["a"]);
    app.type_text("가 나");
    app.alt('ㅠ');
    app.alt('ㅇ');
    assert_eq!(app.draft(), "가 ", "Alt-B, Alt-D");
    app.ctrl('x');
    app.key(KeyCode::Char('ㅠ'));
    assert_eq!(app.state.composer().caret(), 0, "after Ctrl-X as well");
}

#[test]
fn a_jamo_without_alt_is_text() {
    let mut app = App::joined(&["a"]);
    app.type_text("ㅋㅋㅋ");
    assert_eq!(app.draft(), "ㅋㅋㅋ");
    app.press(KeyModifiers::SHIFT, KeyCode::Char('ㅃ'));
    assert_eq!(app.draft(), "ㅋㅋㅋㅃ");
}

#[test]
fn every_key_of_the_two_set_keyboard_has_its_letter() {
    let jamo = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ";
    let keys = "qwertyuiopasdfghjklzxcvbnmQWERTOP";
    for (jamo, key) in jamo.chars().zip(keys.chars()) {
        assert_eq!(hangul::key(jamo), Some(key), "{jamo}");
    }
    for (leading, key) in ('\u{1100}'..='\u{1112}').zip("rRseEfaqQtTdwWczxvg".chars()) {
        assert_eq!(hangul::key(leading), Some(key));
    }
    assert_eq!(hangul::key('가'), None);
    assert_eq!(hangul::key('a'), None);
    assert_eq!(hangul::to_latin("안녕").as_deref(), Some("dkssud"));
    assert_eq!(hangul::to_latin("닭").as_deref(), Some("ekfr"));
    assert_eq!(hangul::to_latin("漢"), None);
}

#[test]
fn wide_names_and_emoji_keep_the_gutter_straight() {
    let mut app = App::joined(&["방"]);
    app.receive("방", 1, "민수", "❤\u{fe0f} 👨‍👩‍👧‍👦 🇰🇷 끝");
    app.msg(Msg::Resize { width: 72, height: 24 });
    let width = app.state.layout.text_width();
    for width in [width, 7, 9] {
        for line in wrap("❤\u{fe0f} 👨‍👩‍👧‍👦 🇰🇷 끝", width) {
            assert!(line.cells <= width + 1);
        }
    }
    assert_eq!(app.rows()[1], "09:01 민수|❤\u{fe0f} 👨‍👩‍👧‍👦 🇰🇷 끝");
}
