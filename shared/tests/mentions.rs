//! Whom a text calls.
#![allow(clippy::unwrap_used)]

use chat_protocol::chat::UserName;
use chat_protocol::chat::body::MENTIONS_MAX;
use chat_protocol::chat::mention::{LOOKUPS, Mentions, resolve};
use proptest::prelude::*;
use std::convert::Infallible;

fn user(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

/// Resolved among these people, by spelling.
fn among(people: &[&str], text: &str) -> Mentions {
    let people: Vec<_> = people.iter().map(|name| user(name)).collect();
    let known = |name: &UserName| Ok(people.iter().find(|one| *one == name).cloned());
    resolve::<Infallible>(text, known).unwrap()
}

fn called(people: &[&str], text: &str) -> Vec<String> {
    among(people, text).people.iter().map(|name| name.as_str().to_owned()).collect()
}

#[test]
fn a_name_is_called_with_an_at_sign() {
    for text in [
        "@mina",
        "hi @Mina, you",
        "(@MINA)",
        "x @a @mina",
        "＠mina",
        "\n@mina\n",
        "@@mina",
        "@mina.",
        "@mina@",
        "*@mina*",
        "@mina\u{200d}",
    ] {
        assert_eq!(called(&["mina"], text), ["mina"], "{text}");
    }
    for text in ["mina", "@minari", "@mina2", "@", "@ mina", "@mina-x", "@mina_", "", "＠"] {
        assert_eq!(called(&["mina"], text), [""; 0], "{text}");
    }
}

#[test]
fn each_is_found_once_in_order_and_as_known() {
    let people = ["Mina", "jun", "Straße"];
    assert_eq!(called(&people, "@jun @MINA @strasse @mina"), ["jun", "Mina", "Straße"]);
}

#[test]
fn korean_particles_and_titles_may_follow() {
    for text in [
        "@민아",
        "@민아는",
        "@민아가 왔다",
        "@민아씨는",
        "@민아님께서는",
        "@민아에게서",
        "@민아한테도",
        "@민아랑",
        "@민아님들",
        "@민아야!",
        "@민아예요?",
        "@민아까지만",
        // 민아는 in NFD
        "@\u{1106}\u{1175}\u{11ab}\u{110b}\u{1161}\u{1102}\u{1173}\u{11ab}",
    ] {
        assert_eq!(called(&["민아"], text), ["민아"], "{text}");
    }
    for text in ["@민아리", "@김민아", "@민", "민아", "@민아가나다", "안녕@민아"]
    {
        assert_eq!(called(&["민아"], text), [""; 0], "{text}");
    }
    assert_eq!(called(&["mina"], "@mina님께"), ["mina"]);
}

#[test]
fn the_longest_name_wins() {
    assert_eq!(called(&["도도", "도도도"], "@도도도"), ["도도도"]);
    assert_eq!(called(&["도도"], "@도도도"), ["도도"]);
    assert_eq!(called(&["은"], "@은 @은은"), ["은"]);
    assert_eq!(called(&["민", "민아"], "@민아"), ["민아"]);
    assert_eq!(called(&["민"], "@민아"), ["민"]);
}

#[test]
fn the_room_is_called_too() {
    assert_eq!(among(&[], "@room"), Mentions { people: vec![], room: true });
    assert!(among(&["mina"], "@Room에게: @mina").room);
    assert!(!among(&[], "@rooms").room);
    assert!(!among(&["room은"], "@room은").room, "somebody has this name");
}

#[test]
fn an_address_calls_nobody() {
    for text in ["a@mina", "first.last@mina.example", "ㄱ@mina", "_@mina"] {
        assert_eq!(called(&["mina"], text), [""; 0], "{text}");
    }
}

#[test]
fn code_calls_nobody() {
    for text in [
        "`@mina`",
        "``a ` @mina``",
        "```\n@mina\n```",
        "~~~ rust\n@mina\n\n@mina",
        "   ```\n@mina\n``\n````\n",
        "x\n```\n@mina\n```",
        "`a\n@mina`",
    ] {
        assert_eq!(called(&["mina"], text), [""; 0], "{text}");
    }
    for text in [
        "`a` @mina `b`",
        "` @mina",
        "`` @mina `",
        "`\n\n@mina `",
        "```\ncode\n```\n@mina",
        "``` not ` a fence @mina",
        "    ```\n@mina",
        "`x`@mina",
    ] {
        assert_eq!(called(&["mina"], text), ["mina"], "{text}");
    }
}

#[test]
fn people_and_questions_are_bounded() {
    let everybody: String = (0..2 * MENTIONS_MAX).map(|n| format!("@p{n} ")).collect();
    let all = resolve::<Infallible>(&everybody, |name| Ok(Some(name.clone()))).unwrap();
    assert_eq!(all.people.len(), MENTIONS_MAX);
    let strangers: String = (0..2 * LOOKUPS).map(|n| format!("@p{n}님께서는 ")).collect();
    let mut asked = 0;
    let none = resolve::<Infallible>(&strangers, |_| {
        asked += 1;
        Ok(None)
    });
    assert_eq!((none.unwrap(), asked), (Mentions::default(), LOOKUPS));
}

#[test]
fn nobody_is_asked_for_when_there_is_no_sign() {
    let refuse = |_: &UserName| Err("asked");
    assert_eq!(resolve("plain ``` text", refuse), Ok(Mentions::default()));
    assert_eq!(resolve("hi @mina", refuse), Err("asked"));
}

/// Were one of these looked at again for each of its parts, this would not end.
#[test]
fn long_texts_are_read_in_one_go() {
    let runs: String = (1..1400).map(|n| "`".repeat(n) + " @mina ").collect();
    for text in [
        "@".repeat(1_000_000),
        "@민".repeat(300_000),
        "@".to_owned() + &"가".repeat(300_000),
        "` ``\n".repeat(200_000),
        "```x`\n".repeat(200_000),
        runs,
    ] {
        among(&["mina", "가"], &text);
    }
}

proptest! {
    #[test]
    fn whoever_is_called_is_known_and_named(text in "([@＠`~\n ]|mina|민아|[은는이가님]|\\PC){0,60}") {
        let people = ["mina", "민아", "은"];
        let mentions = among(&people, &text);
        prop_assert!(mentions.people.len() <= people.len());
        for name in &mentions.people {
            prop_assert!(people.contains(&name.as_str()));
            let folded = text.to_lowercase();
            let signs = ["@", "＠"].map(|sign| format!("{sign}{name}"));
            prop_assert!(signs.iter().any(|call| folded.contains(call)), "{text:?} {name}");
        }
    }

    #[test]
    fn a_call_between_words_is_found(before in "[a-z .,!]{0,10}", after in "[ .,!?][a-z @.,]{0,10}") {
        let text = format!("{before} @민아{after}");
        prop_assert!(called(&["민아"], &text).contains(&"민아".to_owned()), "{text}");
    }
}
