use chat_tui::text::{Line, cells, grapheme, locate, offset_at, pieces, truncate, wrap};
use proptest::prelude::*;

fn lines(text: &str, width: usize) -> Vec<&str> {
    wrap(text, width).iter().map(|l| &text[l.start..l.end]).collect()
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,9}",
        4 => "[가-힣]{1,7}",
        1 => "\\PC{0,6}",
        3 => Just(" ".to_owned()),
        1 => Just("\n".to_owned()),
        1 => Just("  ".to_owned()),
        1 => Just("❤\u{fe0f}".to_owned()),
        1 => Just("👨‍👩‍👧‍👦".to_owned()),
        1 => Just("🇰🇷".to_owned()),
        1 => Just("\u{1112}\u{1161}\u{11ab}".to_owned()),
        1 => Just("ᄀ".repeat(5)),
        1 => Just("e\u{301}".to_owned()),
        1 => Just("漢字かな".to_owned()),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|p| p.concat())
}

/// Where each piece is drawn: row, column, and its cells.
fn drawn(text: &str, lines: &[Line]) -> Vec<(usize, usize, usize, usize)> {
    let mut places = Vec::new();
    for (row, line) in lines.iter().enumerate() {
        let mut column = 0;
        for piece in pieces(&text[line.start..line.end]) {
            places.push((line.start + piece.at, row, column, piece.cells));
            column += piece.cells;
        }
        assert_eq!(line.cells, column, "{line:?}");
    }
    places
}

proptest! {
    #[test]
    fn lines_hold_all_the_text_in_order(text in any_text(), width in 2usize..40) {
        let lines = wrap(&text, width);
        prop_assert!(!lines.is_empty());
        let mut at = 0;
        for line in &lines {
            let skipped = &text[at..line.start];
            prop_assert!(skipped.is_empty() || skipped == "\n", "{:?}", skipped);
            prop_assert!(line.start <= line.end);
            at = line.end;
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn no_piece_straddles_the_right_edge(text in any_text(), width in 2usize..40) {
        for (at, _, column, cells) in drawn(&text, &wrap(&text, width)) {
            let fits = column + cells <= width;
            prop_assert!(fits || (text[at..].starts_with(' ') && column == width));
        }
    }

    #[test]
    fn the_caret_stands_where_the_next_piece_is_drawn(text in any_text(), width in 2usize..40) {
        let lines = wrap(&text, width);
        for (at, row, column, _) in drawn(&text, &lines) {
            prop_assert_eq!(locate(&text, &lines, at), (row, column));
        }
        let (row, column) = locate(&text, &lines, text.len());
        prop_assert_eq!(row, lines.len() - 1);
        prop_assert!(column <= width);
    }

    #[test]
    fn a_cell_leads_back_to_its_offset(text in any_text(), width in 2usize..40) {
        let lines = wrap(&text, width);
        for (at, row, column, wide) in drawn(&text, &lines) {
            if wide > 0 {
                for inside in column..column + wide {
                    let back = offset_at(&text, &lines, row, inside);
                    // What has no cells of its own stands before it in the same place.
                    prop_assert!(back <= at && cells(&text[back..at]) == 0);
                }
            }
        }
    }

    #[test]
    fn truncation_fits_and_cuts_between_graphemes(text in any_text(), width in 0usize..30) {
        let text = text.replace('\n', " ");
        let cut = truncate(&text, width);
        prop_assert!(cells(&cut) <= width);
        let kept = cut.strip_suffix('…').filter(|_| *cut != text).unwrap_or(&cut);
        prop_assert!(text.starts_with(kept));
        prop_assert!(pieces(&text).map(|p| p.at).chain([text.len()]).any(|at| at == kept.len()));
    }

    #[test]
    fn grapheme_steps_go_there_and_back(text in any_text()) {
        let mut at = 0;
        while at < text.len() {
            let next = grapheme::next(&text, at);
            prop_assert!(next > at);
            prop_assert_eq!(grapheme::previous(&text, next), at);
            at = next;
        }
    }
}

#[test]
fn words_are_kept_together() {
    assert_eq!(lines("the quick brown fox", 10), ["the quick ", "brown fox"]);
    assert_eq!(lines("오늘 날씨가 좋습니다", 10), ["오늘 ", "날씨가 ", "좋습니다"]);
    assert_eq!(lines("漢字漢字漢字", 5), ["漢字", "漢字", "漢字"]);
    assert_eq!(lines("a\n\nb\n", 5), ["a", "", "b", ""]);
    assert_eq!(lines("", 5), [""]);
}

#[test]
fn a_word_longer_than_the_line_is_broken_between_graphemes() {
    assert_eq!(lines("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    assert_eq!(lines("가나다라마", 5), ["가나", "다라", "마"]);
}

#[test]
fn one_space_hangs_past_the_edge_and_the_caret_after_it_begins_a_line() {
    assert_eq!(lines("hello world", 5), ["hello ", "world"]);
    assert_eq!(lines("hello", 5), ["hello"]);
    let text = "hello ";
    let laid_out = wrap(text, 5);
    assert_eq!(locate(text, &laid_out, 5), (0, 5));
    assert_eq!(locate(text, &laid_out, 6), (1, 0));
    assert_eq!(lines("hello   x", 5), ["hello ", "  x"]);
}

#[test]
fn truncation_counts_the_ellipsis() {
    assert_eq!(truncate("안녕하세요", 10), "안녕하세요");
    assert_eq!(truncate("안녕하세요", 9), "안녕하세…");
    assert_eq!(truncate("안녕하세요", 8), "안녕하…");
    assert_eq!(truncate("안녕", 1), "…");
    assert_eq!(truncate("안녕", 0), "");
    assert_eq!(truncate("a👨‍👩‍👧‍👦b", 3), "a…");
}

/// U+17D8 takes three cells.
#[test]
fn what_is_wider_than_the_line_stands_alone() {
    let text = "a\u{17d8}b";
    let lines: Vec<_> = wrap(text, 2).iter().map(|l| &text[l.start..l.end]).collect();
    assert_eq!(lines, ["a", "\u{17d8}", "b"]);
    assert_eq!(wrap("\u{17d8}", 1).len(), 1);
}
