//! Wide characters, and borders that stay straight beside them.

use crate::stage::{borders, online};
use crossterm::event::KeyCode;

/// Family by ZWJ, heart with VS16, flag, skin tone, keycap, half-decomposed and decomposed Hangul,
/// combining accent, ideographs.
const TRICKY: [&str; 9] =
    ["👨‍👩‍👧‍👦", "❤️", "🇰🇷", "👍🏽", "1️⃣", "한글", "\u{1112}\u{1161}\u{11ab}", "e\u{301}", "漢字"];

#[test]
fn borders_stay_in_their_column_beside_every_width() {
    let mut s = online(81, 24);
    s.press(KeyCode::F(2));
    s.members("study-group", &["mina", "하늘", "김철수와영희와민수와지영", "jun"]);
    for text in TRICKY {
        s.says("하늘", text);
        s.says("jun", &text.repeat(60));
    }
    let (buffer, _) = s.paint();
    for y in 0..22 {
        assert_eq!(borders(&buffer, y), [20, 64], "row {y} of\n{}", s.picture());
    }
}

#[test]
fn the_nick_column_stays_in_line_beside_every_width() {
    let mut s = online(80, 24);
    for (nick, text) in ["하늘", "jun", "김철수와영희와민수", "ab한"].iter().zip(TRICKY)
    {
        s.says(nick, text);
        s.says(nick, &text.repeat(30));
    }
    let (buffer, _) = s.paint();
    let first = (0..22).find(|y| borders(&buffer, *y).len() > 1).unwrap();
    for y in first..22 {
        assert_eq!(borders(&buffer, y), [20, 38], "row {y} of\n{}", s.picture());
    }
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │───────────────────── 2025-11-21 Fri ──────────────────────|
        |                    │09:00       하늘 │ 👨‍👩‍👧‍👦|
        |                    │                 │ 👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦|
        |                    │                 │ 👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦|
        |                    │09:00        jun │ ❤️|
        |                    │                 │ ❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️|
        |                    │                 │ ❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️|
        |                    │09:00  김철수와… │ 🇰🇷|
        |                    │                 │ 🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷|
        |                    │                 │ 🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷🇰🇷|
        |                    │09:00       ab한 │ 👍🏽|
        |                    │                 │ 👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽|
        |                    │                 │ 👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽|
        | online · study-group                                             0 here · mina|
        |> ▏F1 for help|
        "#,
    );
}

#[test]
fn a_wide_character_never_straddles_the_edge() {
    for width in 20..26 {
        let mut s = online(width, 8);
        s.says("jun", &"가나다라마바사".repeat(4));
        let (buffer, _) = s.paint();
        let last = width - 1;
        for y in 0..6 {
            let symbol = buffer[(last, y)].symbol();
            assert!(unicode_width::UnicodeWidthStr::width(symbol) <= 1, "{symbol} at {width}, {y}");
        }
        let text: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(text.matches('가').count(), 4, "{}", s.picture());
    }
}

#[test]
fn the_cursor_stands_after_what_was_typed_in_cells() {
    let mut s = online(40, 5);
    for (text, column) in [("가", 4), ("나x", 7), ("👨‍👩‍👧‍👦", 9), ("\u{1112}\u{1161}\u{11ab}", 11)]
    {
        s.tell(chat_tui::app::Msg::Paste(text.to_owned()));
        let (_, caret) = s.paint();
        assert_eq!((caret.x, caret.y), (column, 4), "after {text}:\n{}", s.picture());
    }
    s.press(KeyCode::Left);
    s.press(KeyCode::Left);
    s.shows_rows(
        r#"
        ||
        ||
        | nothing was said here yet|
        | online · study-group     0 here · mina|
        |> 가나x▏👨‍👩‍👧‍👦한|
        "#,
    );
}
