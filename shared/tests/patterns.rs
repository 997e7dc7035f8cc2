//! Wildcards in subscriptions: rows S15 and L11.
#![allow(clippy::unwrap_used)]

use chat_protocol::chat::{Destination, Pattern};
use proptest::prelude::*;

fn pattern(s: &str) -> Pattern {
    match Destination::parse_source(s) {
        Ok(Destination::Pattern(pattern)) => pattern,
        other => panic!("{s}: {other:?}"),
    }
}

fn matches(s: &str, destination: &str) -> bool {
    pattern(s).matches(&Destination::parse(destination).unwrap())
}

#[test]
fn s15_a_star_is_one_segment_and_the_last_sign_is_the_rest() {
    for (s, destination) in [
        ("/topic/*", "/topic/a"),
        ("/topic/a.*", "/topic/a.b"),
        ("/topic/*.b", "/topic/a.b"),
        ("/topic/*/b/*", "/topic/a/b/c"),
        ("/topic/a.>", "/topic/a.b.c/d"),
        ("/topic/a.#", "/topic/a.b"),
        ("/topic/a/**", "/topic/a/b"),
        ("/topic/a.>", "/topic/a"),
        ("/topic/>", "/topic/a.b"),
        ("/topic/*.>", "/topic/a"),
        ("/queue/*.b.>", "/queue/a.b.c"),
        ("/topic/*", "/topic/a*"),
        ("/topic/안녕.*", "/topic/안녕.민아"),
        ("/topic/a.*", "/topic/a/b"),
    ] {
        assert!(matches(s, destination), "{s} {destination}");
    }
    for (s, destination) in [
        ("/topic/*", "/topic/a.b"),
        ("/topic/a.*", "/topic/a"),
        ("/topic/a.*", "/topic/b.a"),
        ("/topic/a.*", "/topic/A.b"),
        ("/topic/a.>", "/topic/ab"),
        ("/topic/*.>", "/queue/a"),
        ("/queue/>", "/topic/a"),
        ("/topic/*.b", "/topic/a.c"),
        ("/topic/*.b.>", "/topic/b"),
    ] {
        assert!(!matches(s, destination), "{s} {destination}");
    }
}

#[test]
fn s15_a_pattern_never_matches_what_is_the_chats_or_one_connections() {
    for destination in [
        "/topic/rooms",
        "/topic/room.a",
        "/topic/room.a.presence",
        "/topic/room.a.typing",
        "/app/rooms",
        "/app/room.a",
        "/user/queue/errors",
        "/user/queue/a",
        "/user/mina/queue/a",
        "/temp-queue/a",
        "/reply-queue/a",
    ] {
        for s in ["/topic/>", "/topic/*", "/topic/*.*", "/topic/*.*.*", "/queue/>", "/queue/*"] {
            assert!(!matches(s, destination), "{s} {destination}");
        }
    }
}

#[test]
fn a15_dead_letters_are_read_only_by_patterns_that_say_so() {
    assert!(matches("/queue/dlq.>", "/queue/dlq.work"));
    assert!(matches("/queue/dlq.*", "/queue/dlq.work"));
    for s in ["/queue/>", "/queue/*.work", "/queue/*.>"] {
        assert!(!matches(s, "/queue/dlq.work"), "{s}");
    }
    assert!(matches("/queue/*", "/queue/dlq"));
}

#[test]
fn a15_every_queue_has_a_queue_of_dead_letters_that_can_be_named() {
    let longest = format!("/queue/{}", "x".repeat(245));
    for queue in ["/queue/work", "/queue/a/b.c", &longest] {
        let dead = Destination::parse(queue).unwrap().dead_letter().unwrap();
        assert!(dead.is_dead_letter());
        assert_eq!(Destination::parse(&dead.to_string()).unwrap(), dead);
        assert_eq!(dead.dead_letter(), None);
    }
    assert_eq!(
        Destination::parse("/queue/a/b").unwrap().dead_letter().unwrap().to_string(),
        "/queue/dlq.a/b"
    );
    assert!(Destination::parse(&format!("{longest}x")).is_err());
    assert_eq!(Destination::parse("/topic/a").unwrap().dead_letter(), None);
}

#[test]
fn s15_aliases_are_one_pattern() {
    for s in ["/topic/a.>", "/topic/a.#", "/topic/a.**"] {
        assert_eq!(pattern(s), pattern("/topic/a.>"));
        assert_eq!(pattern(s).as_str(), "/topic/a.>");
    }
}

#[test]
fn l11_patterns_are_bounded_and_well_formed() {
    let deep = |n: usize| format!("/topic/{}*", "a.".repeat(n - 1));
    assert!(Destination::parse_source(&deep(16)).is_ok());
    for s in [
        &deep(17),
        "/topic/>.a",
        "/topic/a.#.b",
        "/topic/**/a",
        "/topic/*..a",
        "/topic/.*",
        "/topic/*.",
        "/topic/*\u{7}",
        "/topic/room.*",
        "/topic/room.*.typing",
        "/topic/room.>",
        "/topic/rooms.*",
        "/topic/rooms/>",
        "/app/*",
        "/user/queue/*",
        "/user/*/queue/a",
        "/temp-queue/>",
        "/*",
        "*",
        ">",
        &format!("/topic/{}.*", "x".repeat(250)),
    ] {
        let error = Destination::parse_source(s).unwrap_err().to_string();
        assert!(!error.contains(char::is_control), "{error:?}");
    }
    assert!(matches!(Destination::parse_source("/topic/a"), Ok(Destination::Topic(_))));
    assert!(matches!(Destination::parse_source("/topic/room.a"), Ok(Destination::Room(_))));
}

proptest! {
    #[test]
    fn s15_matching_agrees_with_trying_everything(
        wanted in prop::collection::vec("[ab*]", 1..5), rest in any::<bool>(),
        found in prop::collection::vec("[ab]", 1..6)
    ) {
        let whole = format!("/topic/{}{}", wanted.join("."), if rest { ".>" } else { "" });
        let Ok(Destination::Pattern(pattern)) = Destination::parse_source(&whole) else {
            return Ok(());
        };
        let long_enough = found.len() == wanted.len() || rest && found.len() > wanted.len();
        let fits = wanted.iter().zip(&found).all(|(w, f)| w == "*" || w == f);
        let destination = Destination::parse(&format!("/topic/{}", found.join("/"))).unwrap();
        prop_assert_eq!(pattern.matches(&destination), long_enough && fits);
    }

    #[test]
    fn any_text_is_read_or_refused_and_reads_back(s in "/(topic|queue|user/queue)/[a*>#./é\u{1b} ]{0,12}") {
        if let Ok(destination) = Destination::parse_source(&s) {
            let text = destination.to_string();
            prop_assert_eq!(Destination::parse_source(&text).unwrap(), destination);
        }
        if let Ok(destination) = Destination::parse(&s) {
            prop_assert!(!matches!(destination, Destination::Pattern(_)));
        }
    }
}
