//! Names of rooms and people.
#![allow(clippy::unwrap_used)]

use chat_protocol::chat::{NameError, RoomName, UserName};
use chat_protocol::text::PeerStr;
use proptest::prelude::*;

fn room(s: &str) -> RoomName {
    RoomName::parse(s).unwrap()
}

fn refused(s: &str) -> String {
    RoomName::parse(s).unwrap_err().to_string()
}

#[test]
fn ordinary_names_of_any_script_are_taken_as_written() {
    for s in ["study-group", "a", "_x", "Ünïcode", "스터디", "勉強会", "группа", "x9-", "9", "ก้าว"]
    {
        assert_eq!(room(s).as_str(), s);
        assert_eq!(room(s).to_string(), s);
    }
}

#[test]
fn names_are_compared_by_case_folding_and_shown_as_written() {
    for (a, b) in [
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Study-Group", "study-group"),
        ("\u{1112}\u{1161}\u{11AB}", "한"),
        ("\u{1FB3}", "\u{391}\u{345}"),
    ] {
        assert_eq!(room(a), room(b));
        assert_eq!(room(a).folded(), room(b).folded());
    }
    assert_eq!(room("Study").as_str(), "Study");
    assert_ne!(room("a"), room("b"));
    assert_eq!(room("\u{1112}\u{1161}\u{11AB}").as_str(), "한");
}

#[test]
fn what_breaks_the_rules_is_refused_with_cause_and_fix() {
    for s in [
        "",
        "-a",
        " ",
        "a b",
        "a.b",
        "a/b",
        "../../x",
        ".",
        "a\0",
        "a\n",
        "a\u{202E}b",
        "%2e",
        "a*",
        "🎉",
        "a\u{200B}",
        "a\u{200D}b",
        "\u{3164}",
        "a\u{1160}",
        "a\u{FE0F}",
        "a\u{E0100}",
        "a\u{34F}",
        "\u{301}a",
        "a\u{00A0}",
        "a:b",
        "a\\b",
        "a\u{1F3F4}",
    ] {
        assert!(RoomName::parse(s).is_err(), "{s:?}");
        assert!(UserName::parse(s).is_err(), "{s:?}");
        assert!(!refused(s).chars().any(|c| c.is_control() || c == '\u{202E}'));
    }
    assert_eq!(
        refused("a b"),
        "a name is made of letters, digits, '-' and '_'; a space is not allowed"
    );
    assert_eq!(
        refused("a\u{200B}"),
        "a name is made of letters, digits, '-' and '_'; U+200B is not allowed"
    );
    assert_eq!(RoomName::parse("-a"), Err(NameError::LeadingHyphen));
}

#[test]
fn lengths_are_counted_in_graphemes_and_in_bytes() {
    assert!(RoomName::parse(&"한".repeat(64)).is_ok());
    assert!(RoomName::parse(&"한".repeat(65)).is_err());
    assert!(UserName::parse(&"x".repeat(32)).is_ok());
    assert_eq!(UserName::parse(&"x".repeat(33)), Err(NameError::TooLong { graphemes: 32 }));
    assert!(RoomName::parse(&"𐐀".repeat(64)).is_ok(), "256 bytes");
    let bytes = format!("{}x", "𐐀".repeat(64));
    assert_eq!(RoomName::parse(&bytes), Err(NameError::TooLong { graphemes: 64 }));
    assert!(refused(&format!("b{}", "\u{301}".repeat(9))).contains("marks"));
    assert!(RoomName::parse(&format!("b{}", "\u{301}".repeat(8))).is_ok());
    assert!(RoomName::parse(&"\u{1112}\u{1161}\u{11AB}".repeat(64)).is_ok(), "decomposed");
    assert!(RoomName::parse(&"a".repeat(10_000)).is_err());
}

#[test]
fn json_holds_the_shown_form_and_is_checked_on_reading() {
    assert_eq!(serde_json::to_string(&room("Straße")).unwrap(), "\"Straße\"");
    assert_eq!(serde_json::from_str::<RoomName>("\"Straße\"").unwrap().as_str(), "Straße");
    assert!(serde_json::from_str::<RoomName>("\"a b\"").is_err());
}

/// Letters whose cases and normal forms are unruly, and any character.
fn raw_name() -> impl Strategy<Value = String> {
    let unruly = prop::sample::select(
        "aZßſKÅåÅςσΣͅᾳıİiŉǰΐﬃẞ각가\u{1100}\u{1161}\u{11a8}\u{301}\u{323}é-_9"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(prop_oneof![4 => unruly, 1 => any::<char>()], 1..12)
        .prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn what_is_shown_parses_to_itself(raw in raw_name()) {
        if let Ok(name) = RoomName::parse(&raw) {
            let again = room(name.as_str());
            prop_assert_eq!(again.as_str(), name.as_str());
            prop_assert_eq!(again.folded(), name.folded());
            prop_assert!(!name.as_str().contains(['.', '/']));
            prop_assert!(!name.folded().contains(['.', '/']));
            let shown = PeerStr::new(name.as_str()).line();
            prop_assert_eq!(shown.as_str(), name.as_str());
        }
    }

    #[test]
    fn normal_forms_are_one_name(raw in raw_name()) {
        use unicode_normalization::UnicodeNormalization;
        let (c, d) = (raw.nfc().collect::<String>(), raw.nfd().collect::<String>());
        prop_assert_eq!(RoomName::parse(&c), RoomName::parse(&d));
    }

    #[test]
    fn folding_is_stable(raw in raw_name()) {
        if let Ok(name) = RoomName::parse(&raw)
            && let Ok(folded) = RoomName::parse(name.folded())
        {
            prop_assert_eq!(folded.folded(), name.folded());
            prop_assert_eq!(folded.as_str(), name.folded());
        }
    }

    #[test]
    fn cases_are_one_name(raw in "[A-Za-zÀ-ÖØ-öø-ÿΑ-ΡΣ-Ωα-ωА-Яа-я0-9_]{1,20}") {
        let upper = RoomName::parse(&raw.to_uppercase()).unwrap();
        let lower = RoomName::parse(&raw.to_lowercase()).unwrap();
        prop_assert_eq!(&upper, &lower);
        prop_assert_eq!(&upper, &room(&raw));
    }
}
