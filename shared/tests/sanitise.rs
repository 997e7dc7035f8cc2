//! What a peer wrote, made fit to be shown.

use chat_protocol::text::{PeerStr, is_bidi_control};
use proptest::prelude::*;

fn line(s: &str) -> String {
    PeerStr::new(s).line().into_string()
}

fn block(s: &str) -> String {
    PeerStr::new(s).block().into_string()
}

#[test]
fn escape_sequences_become_pictures() {
    assert_eq!(line("\x1b[2J\x1b]52;c;aGk=\x07"), "␛[2J␛]52;c;aGk=␇");
    assert_eq!(line("\x1bP1$r\x1b\\"), "␛P1$r␛\\");
    assert_eq!(line("a\x08b\x0bc\x0cd\x00e\x7f"), "a␈b␋c␌d␀e␡");
    assert_eq!(line("\u{85}\u{9b}2J\u{9d}0;x\u{9c}"), "<U+0085><U+009B>2J<U+009D>0;x<U+009C>");
}

#[test]
fn a_line_shows_its_breaks_and_a_block_keeps_them() {
    assert_eq!(line("a\nb\r\nc\rd\te"), "a␊b␍␊c␍d␉e");
    assert_eq!(block("a\nb\r\nc\rd\te\r\r\n"), "a\nb\nc␍d    e␍\n");
}

#[test]
fn bidi_controls_and_separators_become_markers() {
    assert_eq!(line("a\u{202E}b\u{2066}c\u{061C}\u{200F}"), "a<U+202E>b<U+2066>c<U+061C><U+200F>");
    assert_eq!(block("a\u{2028}b\u{2029}"), "a<U+2028>b<U+2029>");
}

#[test]
fn what_shows_nothing_becomes_a_marker() {
    for c in [
        '\u{AD}',
        '\u{34F}',
        '\u{115F}',
        '\u{1160}',
        '\u{3164}',
        '\u{FFA0}',
        '\u{17B4}',
        '\u{180E}',
        '\u{200B}',
        '\u{200C}',
        '\u{200D}',
        '\u{2060}',
        '\u{2064}',
        '\u{206A}',
        '\u{FE00}',
        '\u{FEFF}',
        '\u{FFF9}',
        '\u{FFFE}',
        '\u{FDD0}',
        '\u{1FFFF}',
        '\u{E0001}',
        '\u{E0041}',
        '\u{E0100}',
        '\u{1D173}',
    ] {
        assert_eq!(line(&format!("a{c}b")), format!("a<U+{:04X}>b", u32::from(c)));
    }
}

#[test]
fn scripts_and_emoji_are_left_alone() {
    for s in [
        "안녕하세요",
        "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}",
        "漢字かな交じり文",
        "שלום עליכם",
        "مرحبا بالعالم",
        "می\u{200C}خواهم",
        "ക\u{0D4D}\u{200D}",
        "ශ්\u{200D}රී",
        "e\u{301} o\u{308}\u{304}",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦",
        "👩🏽\u{200D}🤝\u{200D}👨🏿",
        "🏳\u{FE0F}\u{200D}🌈",
        "🏴\u{200D}☠\u{FE0F}",
        "❤\u{FE0F} ☎\u{FE0E}",
        "1\u{FE0F}\u{20E3}",
        "🇰🇷",
        "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
        "🏽",
        "\u{E0A0} private",
        "ཧ\u{F90}\u{FB5}\u{FA8}\u{FB3}\u{FBA}\u{FBC}\u{FBB}\u{F82}",
    ] {
        assert_eq!(line(s), s);
        assert_eq!(block(s), s);
    }
}

#[test]
fn joiners_that_join_nothing_become_markers() {
    assert_eq!(line("a\u{200D}b"), "a<U+200D>b");
    assert_eq!(line("👩\u{200D}a"), "👩<U+200D>a");
    assert_eq!(line("\u{200D}👩"), "<U+200D>👩");
    assert_eq!(line("می\u{200C}\u{200C}خ"), "می\u{200C}<U+200C>خ");
}

#[test]
fn tags_that_spell_no_flag_become_markers() {
    assert_eq!(line("🏴\u{E0067}\u{E007F}"), "🏴<U+E0067><U+E007F>");
    assert_eq!(line("🏴\u{E0067}\u{E0062}\u{E0065}x"), "🏴<U+E0067><U+E0062><U+E0065>x");
    assert_eq!(line("a\u{E0067}\u{E0062}\u{E0065}\u{E007F}").matches('<').count(), 4);
}

#[test]
fn towers_of_marks_are_cut() {
    let cut = line(&format!("a{}b", "\u{301}".repeat(1000)));
    assert_eq!(cut, format!("a{}<+992 marks>b", "\u{301}".repeat(8)));
    let tones = line(&format!("👩{}", "🏽".repeat(20)));
    assert_eq!(tones, format!("👩{}<+12 marks>", "🏽".repeat(8)));
    let chain = line(&format!("👩{}", "\u{200D}👩🏽".repeat(20)));
    assert_eq!(chain.matches("<U+200D>").count(), 2);
}

#[test]
fn selectors_cannot_carry_data() {
    assert_eq!(line("a\u{FE0F}\u{FE0E}b"), "a\u{FE0F}<U+FE0E>b");
    assert_eq!(line("a\u{FE0F}\u{FE0F}\u{FE0F}").matches("<U+FE0F>").count(), 1);
}

#[test]
fn a_mark_without_a_base_gets_one() {
    assert_eq!(line("\u{301}x"), "\u{25CC}\u{301}x");
    assert_eq!(block("a\n\u{301}x"), "a\n\u{25CC}\u{301}x");
}

#[test]
fn debug_of_a_peer_string_is_sanitised() {
    assert_eq!(format!("{:?}", PeerStr::new("\x1b[2J\n")), "\"␛[2J␊\"");
    assert_eq!(format!("{:?}", PeerStr::new("\x1b").to_owned()), "\"␛\"");
}

#[test]
fn json_is_escaped_and_means_the_same() {
    let json = r#"{"text":"한\n"}"#;
    assert_eq!(PeerStr::new(json).json().as_str(), json);
    let raw = "{\"text\":\"\u{7f}\u{9b}\u{202E}\u{E0041}\"}";
    let escaped = r#"{"text":"\u007f\u009b\u202e\udb40\udc41"}"#;
    assert_eq!(PeerStr::new(raw).json().as_str(), escaped);
    let family = "\"👩\u{200d}👩\u{200d}👧 ❤\u{fe0f}\"";
    assert_eq!(PeerStr::new(family).json().as_str(), family);
}

fn any_text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(
        "\0\t\n\r\x1b\x7f\u{80}\u{9b}\u{ad}\u{200b}\u{200c}\u{200d}\u{200e}\u{202e}\u{2066}\u{2028}\
         \u{fe0f}\u{fe0e}\u{feff}\u{301}\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}👩🏽❤🇰ى한a1"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(prop_oneof![3 => special, 1 => any::<char>()], 0..60)
        .prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn nothing_harmful_is_left(s in any_text()) {
        prop_assert!(!line(&s).chars().any(|c| c.is_control() || is_bidi_control(c)));
        prop_assert!(!block(&s).chars().any(|c| (c.is_control() && c != '\n') || is_bidi_control(c)));
    }

    #[test]
    fn a_second_pass_changes_nothing(s in any_text()) {
        prop_assert_eq!(line(&line(&s)), line(&s));
        prop_assert_eq!(block(&block(&s)), block(&s));
    }

    #[test]
    fn ordinary_text_is_unchanged(s in "[ -~가-힣一-鿿א-תа-яぁ-ん😀-😎]{0,60}") {
        prop_assert_eq!(line(&s), s.clone());
        prop_assert_eq!(block(&s), s);
    }

    #[test]
    fn json_says_the_same_and_shows_nothing_harmful(s in any_text()) {
        let json = serde_json::to_string(&s).unwrap();
        let shown = PeerStr::new(&json).json();
        prop_assert_eq!(serde_json::from_str::<String>(shown.as_str()).unwrap(), s);
        prop_assert!(!shown.as_str().chars().any(|c| c.is_control() || is_bidi_control(c)));
    }

    #[test]
    fn the_output_is_bounded_by_the_input(s in any_text()) {
        prop_assert!(line(&s).len() <= 8 * s.len() + 16);
    }
}
