use crate::harness::App;
use chat_tui::app::Msg;
use chat_tui::app::state::Composer;
use crossterm::event::{KeyCode, KeyModifiers};
use proptest::prelude::*;

fn with(text: &str) -> Composer {
    let mut composer = Composer::default();
    assert!(composer.insert(text));
    composer
}

#[test]
fn emacs_keys_move_cut_and_bring_back() {
    let mut app = App::joined(&["a"]);
    app.type_text("one two three");
    app.ctrl('a');
    app.type_text("<");
    app.ctrl('e');
    app.type_text(">");
    assert_eq!(app.draft(), "<one two three>");
    app.ctrl('w');
    assert_eq!(app.draft(), "<one two ");
    app.ctrl('y');
    app.ctrl('y');
    assert_eq!(app.draft(), "<one two three>three>");
    app.alt('b');
    app.ctrl('k');
    assert_eq!(app.draft(), "<one two ");
    app.ctrl('a');
    app.alt('f');
    app.alt('d');
    assert_eq!(app.draft(), "<one ");
    app.ctrl('b');
    app.ctrl('h');
    assert_eq!(app.draft(), "<oe ");
    app.ctrl('a');
    app.ctrl('f');
    app.ctrl('d');
    assert_eq!(app.draft(), "<e ");
    app.ctrl('e');
    app.ctrl('u');
    assert_eq!(app.draft(), "");
    app.ctrl('d');
    assert_eq!(app.draft(), "");
}

#[test]
fn words_are_cut_the_korean_way_too() {
    let mut app = App::joined(&["a"]);
    app.type_text("오늘 날씨가");
    app.ctrl('w');
    assert_eq!(app.draft(), "오늘 ");
    app.press(KeyModifiers::ALT, KeyCode::Backspace);
    assert_eq!(app.draft(), "");
}

#[test]
fn several_lines_are_typed_with_alt_enter_and_ctrl_j() {
    let mut app = App::joined(&["a"]);
    app.type_text("one");
    app.press(KeyModifiers::ALT, KeyCode::Enter);
    app.type_text("two");
    app.ctrl('j');
    app.type_text("three");
    app.key(KeyCode::Enter);
    assert_eq!(app.sends()[0].0, "one\ntwo\nthree");
}

#[test]
fn it_grows_to_eight_lines_and_leaves_the_timeline_at_least_one() {
    let mut app = App::joined(&["a"]);
    for lines in 1..=12u16 {
        assert_eq!(app.state.layout.composer.height, lines.min(8));
        app.ctrl('j');
    }
    app.msg(Msg::Resize { width: 20, height: 5 });
    assert_eq!(app.state.layout.composer.height, 3);
    assert_eq!(app.state.layout.timeline.height, 1);
    for size in [(1, 1), (0, 0), (20, 1), (2, 2), (500, 3)] {
        app.msg(Msg::Resize { width: size.0, height: size.1 });
        let layout = app.state.layout;
        let used = layout.composer.height + layout.status.height + layout.timeline.height;
        assert!(used <= size.1.max(1), "{layout:?}");
    }
}

#[test]
fn a_paste_never_sends_and_brings_no_control_characters() {
    let mut app = App::joined(&["a"]);
    app.msg(Msg::Paste("one\r\ntwo\r\u{1b}[31m\u{7}\u{202e}\tx\n".into()));
    assert_eq!(app.sends(), []);
    assert_eq!(app.draft(), "one\ntwo\n[31m    x\n");
    app.key(KeyCode::Enter);
    assert_eq!(app.sends()[0].0, "one\ntwo\n[31m    x");
}

#[test]
fn a_paste_beyond_measure_is_refused_whole() {
    let mut app = App::joined(&["a"]);
    app.type_text("kept");
    app.msg(Msg::Paste("x".repeat(70_000)));
    assert_eq!(app.draft(), "kept");
    assert_eq!(app.notice(), "the draft is full: send or shorten it first");
}

#[test]
fn up_and_down_move_between_lines_and_at_the_ends_through_what_was_sent() {
    let mut app = App::joined(&["a"]);
    app.enter("first");
    app.enter("second");
    app.type_text("draft");
    app.ctrl('j');
    app.type_text("line");
    app.key(KeyCode::Up);
    assert_eq!(app.state.composer().caret(), "draf".len(), "the line above, the same column");
    app.key(KeyCode::Up);
    assert_eq!(app.draft(), "second");
    app.key(KeyCode::Up);
    assert_eq!(app.draft(), "first");
    app.key(KeyCode::Up);
    assert_eq!(app.draft(), "first");
    app.key(KeyCode::Down);
    app.key(KeyCode::Down);
    assert_eq!(app.draft(), "draft\nline", "the draft comes back");
    app.key(KeyCode::Down);
    assert_eq!(app.draft(), "draft\nline");
}

#[test]
fn deletion_is_by_graphemes() {
    for whole in ["해", "\u{1112}\u{1162}", "👨‍👩‍👧‍👦", "🇰🇷", "e\u{301}", "❤\u{fe0f}", "👍🏽"]
    {
        let mut composer = with(&format!("a{whole}"));
        composer.delete_before();
        assert_eq!(composer.text(), "a", "{whole}");
        let mut composer = with(&format!("{whole}b"));
        composer.move_line_start();
        composer.delete_after();
        assert_eq!(composer.text(), "b", "{whole}");
    }
    let mut flags = with("🇰🇷🇯🇵");
    flags.delete_before();
    assert_eq!(flags.text(), "🇰🇷");
}

#[test]
fn a_word_begins_behind_the_joiner_that_belongs_to_the_space() {
    let mut composer = with(" \u{200d}!");
    composer.move_word_left();
    assert_eq!(composer.caret(), 0);
}

#[derive(Debug, Clone)]
enum Edit {
    Insert(String),
    Key(usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let piece = prop_oneof![
        "\\PC{1,3}",
        "[가-힣]{1,3}",
        "[\u{1100}-\u{1105}\u{1161}-\u{1165}\u{11a8}-\u{11ab}]{1,3}",
        "[🇰🇷🇯🇵👨👩\u{200d}\u{fe0f}\u{301}]{1,3}",
        "[a-z \n]{1,5}",
    ];
    let edit = prop_oneof![piece.prop_map(Edit::Insert), (0usize..14).prop_map(Edit::Key)];
    prop::collection::vec(edit, 0..60)
}

proptest! {
    #[test]
    fn the_caret_is_always_on_a_grapheme_border(edits in edits(), width in 2usize..30) {
        let mut composer = Composer::default();
        for edit in edits {
            match edit {
                Edit::Insert(text) => { composer.insert(&text); }
                Edit::Key(0) => composer.delete_before(),
                Edit::Key(1) => composer.delete_after(),
                Edit::Key(2) => { composer.cut_word_before(); }
                Edit::Key(3) => { composer.cut_word_after(); }
                Edit::Key(4) => { composer.cut_to_line_start(); }
                Edit::Key(5) => { composer.cut_to_line_end(); }
                Edit::Key(6) => composer.move_left(),
                Edit::Key(7) => composer.move_right(),
                Edit::Key(8) => composer.move_word_left(),
                Edit::Key(9) => composer.move_word_right(),
                Edit::Key(10) => composer.move_line_start(),
                Edit::Key(11) => composer.move_line_end(),
                Edit::Key(12) => composer.up(width),
                Edit::Key(_) => composer.down(width),
            }
            let (text, caret) = (composer.text(), composer.caret());
            let floor = chat_tui::text::grapheme::floor(text, caret);
            prop_assert_eq!(floor, caret, "{:?}", text);
            let (row, column) = composer.caret_cell(width);
            prop_assert!(row < composer.lines(width).len() && column <= width);
        }
    }
}
