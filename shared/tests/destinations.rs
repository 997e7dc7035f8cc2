//! Destinations, from and to their text.
#![allow(clippy::unwrap_used)]

use chat_protocol::chat::Destination::{self, *};
use chat_protocol::chat::{RoomName, UserName};
use proptest::prelude::*;

fn parse(s: &str) -> Destination {
    Destination::parse(s).unwrap()
}

#[test]
fn every_kind_of_the_contract_is_read_and_written() {
    let room = || RoomName::parse("스터디").unwrap();
    for (text, destination) in [
        ("/topic/room.스터디", Room(room())),
        ("/topic/room.스터디.presence", RoomPresence(room())),
        ("/topic/room.스터디.typing", RoomTyping(room())),
        ("/app/room.스터디", AppRoom(room())),
        ("/app/room.스터디.typing", AppTyping(room())),
        ("/app/room.스터디.history", AppHistory(room())),
        ("/app/room.스터디.read", AppRead(room())),
        ("/app/rooms", AppRooms),
        ("/app/mentions", AppMentions),
        ("/app/search", AppSearch),
        ("/topic/rooms", Rooms),
        ("/user/queue/replies", Replies),
        ("/user/queue/errors", Errors),
        ("/user/queue/reads", Reads),
        ("/topic/prices.krw/usd", Topic("/topic/prices.krw/usd".into())),
        ("/topic/room", Topic("/topic/room".into())),
        ("/topic/roomservice", Topic("/topic/roomservice".into())),
        ("/topic/a%2eb c", Topic("/topic/a%2eb c".into())),
        ("/queue/a/b.c/d", Queue("/queue/a/b.c/d".into())),
        ("/queue/dlq.work", Queue("/queue/dlq.work".into())),
        ("/temp-queue/mine", TempQueue("/temp-queue/mine".into())),
        ("/reply-queue/s1.mine", ReplyQueue("/reply-queue/s1.mine".into())),
        ("/user/queue/news", UserQueue("/user/queue/news".into())),
        ("/user/queue/errors.x", UserQueue("/user/queue/errors.x".into())),
        (
            "/user/mina/queue/news",
            PersonQueue {
                user: UserName::parse("mina").unwrap(),
                queue: "/user/queue/news".into(),
            },
        ),
    ] {
        assert_eq!(parse(text), destination);
        assert_eq!(destination.to_string(), text);
        let about = text.contains("room.").then(room);
        assert_eq!(destination.room(), about.as_ref());
    }
}

#[test]
fn a_room_called_like_a_part_of_it_is_a_room() {
    assert_eq!(parse("/topic/room.presence"), Room(RoomName::parse("presence").unwrap()));
    assert_eq!(parse("/topic/room.typing.typing"), RoomTyping(RoomName::parse("typing").unwrap()));
}

#[test]
fn one_room_has_one_destination_whatever_its_case_and_normal_form() {
    assert_eq!(parse("/topic/room.Caf\u{e9}"), parse("/topic/room.CAFE\u{301}"));
}

#[test]
fn everything_else_is_refused_with_the_valid_kinds_named() {
    let long = format!("/topic/{}", "x".repeat(250));
    for s in [
        "",
        "/",
        "/topic",
        "/topic/",
        "topic/x",
        "/Topic/x",
        "/exchange/x",
        "/app/x",
        "/app/room.",
        "/app/room",
        "/app/rooms.x",
        "/app/room.a.presence",
        "/app/room.a.b.history",
        "/topic/room.",
        "/topic/room.a b",
        "/topic/room.a.",
        "/topic/room..typing",
        "/topic/room.a.history",
        "/topic/room.a.presence.x",
        "/topic/room.a/b",
        "/topic/room.*",
        "/topic/room.-a",
        "/topic/rooms.x",
        "/topic/rooms/x",
        "/topic/a..b",
        "/topic/a//b",
        "/topic/a.",
        "/topic/*",
        "/topic/a.>",
        "/topic/#/b",
        "/topic/a\u{7}b",
        "/topic/a\u{202E}b",
        "/topic/a\u{200B}",
        "/queue/",
        "/queue/*",
        "/topic/**",
        "/user/queue/",
        "/user/queue/*",
        "/user/mina/topic/x",
        "/user/mi na/queue/x",
        "/user/mina/queue/errors",
        "/user/mina/queue/replies",
        "/user/mina/queue/reads",
        "/app/search.x",
        "/topic/room.a.read",
        "/temp-queue/#",
        &long,
    ] {
        let error = Destination::parse(s).unwrap_err().to_string();
        assert!(error.contains("/topic/room.NAME"), "{s:?}: {error}");
        assert!(!error.chars().any(|c| c.is_control() || c == '\u{202E}'), "{error:?}");
        assert!(error.len() < 1000, "{error}");
    }
    assert!(Destination::parse(&format!("/topic/{}", "x".repeat(249))).is_ok());
}

proptest! {
    #[test]
    fn the_text_of_a_destination_parses_to_it(
        s in "/(topic|app|queue|user/queue)/(room\\.|rooms|)[a-zA-Z가-힣é\u{301}ßΣ*>#./ -]{0,12}(\\.presence|\\.typing|\\.history|)"
    ) {
        if let Ok(destination) = Destination::parse(&s) {
            let text = destination.to_string();
            prop_assert_eq!(parse(&text), destination.clone());
            prop_assert_eq!(parse(&text).to_string(), text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(s in any::<String>()) {
        let _ = Destination::parse(&s);
        let _ = Destination::parse(&format!("/topic/{s}"));
    }
}
