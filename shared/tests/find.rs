//! What a search finds, and that it is found in every spelling.
#![allow(clippy::unwrap_used)] // test code, its helpers too

use chat_protocol::text::find::{Query, QueryError, fold, words};
use proptest::prelude::*;

fn finds(query: &str, text: &str) -> bool {
    Query::parse(query).unwrap().finds(text)
}

#[test]
fn two_syllables_are_found_within_a_word() {
    for query in ["회의", "의실", "회의실", "회의실에서", "실에 회의"] {
        assert!(finds(query, "내일 회의실에서 봐요"), "{query}");
    }
    for query in ["회실", "봐요내일", "내일회의", "회의 모레"] {
        assert!(!finds(query, "내일 회의실에서 봐요"), "{query}");
    }
}

#[test]
fn a_single_syllable_is_found_where_a_word_begins() {
    assert!(finds("회", "내일 회의실에서"));
    assert!(!finds("의", "내일 회의실에서"));
    assert!(finds("나", "이제 나 갈게"));
    assert!(finds("회 내일", "내일 회의실에서") && !finds("의 내일", "내일 회의실에서"));
    assert!(Query::parse("회 a").unwrap().is_single_letters());
    assert!(!Query::parse("회 ab").unwrap().is_single_letters());
}

#[test]
fn spelling_case_and_punctuation_do_not_matter() {
    assert!(finds("BUILD", "the builds are green") && finds("build", "BuIlD"));
    assert!(finds("빌드", "\u{1107}\u{1175}\u{11af}\u{1103}\u{1173} 끝"), "decomposed");
    assert!(finds("\u{1107}\u{1175}\u{11af}\u{1103}\u{1173}", "빌드 끝"));
    assert!(finds("STRASSE", "die Straße") && finds("straße", "STRASSE"));
    assert!(finds("e\u{301}t", "été") && !finds("et", "été"));
    assert!(finds("chat-tui", "start `chat-tui`!") && finds("ab, 12", "12 (ab)"));
    assert!(finds("ㅋㅋ", "ㅋㅋㅋㅋ"));
}

#[test]
fn what_has_no_letter_or_is_too_long_is_no_query() {
    for empty in ["", "  ", "?!", "👍", "\u{301}"] {
        assert_eq!(Query::parse(empty), Err(QueryError::NoWord), "{empty:?}");
    }
    assert!(Query::parse(&"가".repeat(85)).is_ok());
    assert_eq!(Query::parse(&"가".repeat(86)), Err(QueryError::TooLong));
}

proptest! {
    /// Whatever is written, every part of two letters of a word of it is found.
    #[test]
    fn every_part_of_a_word_is_found(text in any::<String>(), at in any::<prop::sample::Index>(),
                                     from in 0usize..8, length in 2usize..8) {
        let folded = fold(&text).into_owned();
        let all: Vec<&str> = words(&folded).collect();
        prop_assume!(!all.is_empty());
        let part: String = at.get(&all).chars().skip(from).take(length).collect();
        if let Ok(query) = Query::parse(&part) && part.chars().count() > 1 {
            prop_assert!(query.is_single_letters() || query.finds(&text), "{part:?}");
        }
    }

    #[test]
    fn a_whole_text_finds_itself_and_its_own_folding(text in "\\PC{0,60}") {
        if let Ok(query) = Query::parse(&text) {
            prop_assert!(query.finds(&text));
            prop_assert!(query.finds(&fold(&text)));
        }
    }
}
