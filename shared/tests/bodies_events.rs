//! What the server says on each destination: the exact JSON, typed, both ways.
#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use chat_protocol::chat::event::{EventError, Member, ResetReason};
use chat_protocol::chat::*;
use chat_protocol::stomp::Headers;

fn room() -> RoomName {
    RoomName::parse("study-group").unwrap()
}

fn user(s: &str) -> UserName {
    UserName::parse(s).unwrap()
}

fn id(s: &str) -> MessageId {
    MessageId::parse(s).unwrap()
}

fn read_with(
    destination: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<ChatEvent, EventError> {
    let mut all = Headers::new();
    headers.iter().for_each(|(name, value)| all.push(name, value));
    let destination = Destination::parse(destination).unwrap();
    ChatEvent::from_message(&destination, &all, &Bytes::copy_from_slice(body.as_bytes()))
}

fn read(destination: &str, body: &str) -> ChatEvent {
    read_with(destination, &[], body).unwrap()
}

fn json(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap()
}

const MESSAGE: &str =
    r#"{"id":"a.0.2","room":"study-group","sender":"mina","at":5,"kind":"message","text":"안녕"}"#;

#[test]
fn a_message_in_a_room_comes_with_the_one_before_it() {
    let event =
        read_with("/topic/room.study-group", &[("prev", "a.0.1"), ("kind", "message")], MESSAGE);
    let Ok(ChatEvent::Message { message, prev }) = event else { panic!("{event:?}") };
    assert_eq!((message.text.as_str(), prev), ("안녕", Some(id("a.0.1"))));
    let first = read("/topic/room.study-group", MESSAGE);
    assert!(matches!(first, ChatEvent::Message { prev: None, .. }));
}

#[test]
fn sync_is_the_json_of_the_contract() {
    let recovered =
        Sync { recovered: true, position: Some(id("a.0.9")), reason: None, oldest: None };
    let reset = Sync {
        recovered: false,
        position: None,
        reason: Some(ResetReason::Trimmed),
        oldest: Some(id("a.0.4")),
    };
    for (sync, text) in [
        (recovered, r#"{"kind":"sync","recovered":true,"position":"a.0.9"}"#),
        (reset, r#"{"kind":"sync","recovered":false,"reason":"trimmed","oldest":"a.0.4"}"#),
    ] {
        assert_eq!(json(sync.to_json()), text);
        let event = read("/topic/room.study-group", text);
        assert_eq!(event, ChatEvent::Sync { room: room(), sync });
    }
    let unknown = r#"{"kind":"sync","recovered":false,"reason":"unknown"}"#;
    let event = read("/topic/room.study-group", unknown);
    let ChatEvent::Sync { sync, .. } = event else { panic!("{event:?}") };
    assert_eq!(sync.reason, Some(ResetReason::Unknown));
}

#[test]
fn presence_is_the_json_of_the_contract() {
    let users = vec![Member { name: user("mina") }, Member { name: user("준") }];
    for (event, text) in [
        (
            PresenceEvent::List { room: room(), users },
            r#"{"kind":"list","room":"study-group","users":[{"name":"mina"},{"name":"준"}]}"#,
        ),
        (
            PresenceEvent::Joined { room: room(), user: user("mina") },
            r#"{"kind":"joined","room":"study-group","user":"mina"}"#,
        ),
        (
            PresenceEvent::Left { room: room(), user: user("mina") },
            r#"{"kind":"left","room":"study-group","user":"mina"}"#,
        ),
    ] {
        assert_eq!(json(event.to_json()), text);
        assert_eq!(
            read("/topic/room.study-group.presence", text),
            ChatEvent::Presence(event.clone())
        );
        let later = text.replace(r#""room""#, r#""away":true,"room""#);
        assert_eq!(read("/topic/room.study-group.presence", &later), ChatEvent::Presence(event));
    }
}

#[test]
fn typing_is_the_json_of_the_contract() {
    let typing = Typing { room: room(), user: user("mina") };
    let text = r#"{"kind":"typing","room":"study-group","user":"mina"}"#;
    assert_eq!(json(typing.to_json()), text);
    assert_eq!(read("/topic/room.study-group.typing", text), ChatEvent::Typing(typing));
}

#[test]
fn the_room_list_is_the_json_of_the_contract() {
    let full = r#"{"name":"study-group","topic":"","members":2,"last_id":"a.0.2","last_at":5}"#;
    let empty = r#"{"name":"study-group","topic":"","members":0,"last_id":null,"last_at":null}"#;
    let info =
        |members, last_id, last_at| RoomInfo { members, last_id, last_at, ..RoomInfo::new(room()) };
    for (info, text) in [(info(2, Some(id("a.0.2")), Some(5)), full), (info(0, None, None), empty)]
    {
        assert_eq!(json(info.to_json()), text);
        assert_eq!(read("/topic/rooms", text), ChatEvent::Room(info.clone()));
        let list = format!(r#"{{"rooms":[{text}]}}"#);
        let reply = RoomsReply { rooms: vec![info] };
        assert_eq!(json(reply.to_json()), list);
        let event = read("/app/rooms", &list);
        assert_eq!(event, ChatEvent::Rooms { reply: reply.clone(), correlation_id: None });
        let event = read_with("/user/queue/replies", &[("correlation-id", "7")], &list).unwrap();
        assert_eq!(event, ChatEvent::Rooms { reply, correlation_id: Some("7".into()) });
    }
}

#[test]
fn the_list_one_asks_for_has_ones_own_marks() {
    let text = r#"{"name":"study-group","topic":"ko","members":2,"last_id":"a.0.2","last_at":5,"read":"a.0.1","unread":1,"mentions":0}"#;
    let info = RoomInfo {
        topic: "ko".into(),
        members: 2,
        last_id: Some(id("a.0.2")),
        last_at: Some(5),
        read: Some(id("a.0.1")),
        unread: Some(1),
        mentions: Some(0),
        ..RoomInfo::new(room())
    };
    assert_eq!(json(info.to_json()), text);
    assert_eq!(read("/topic/rooms", text), ChatEvent::Room(info));
}

#[test]
fn a_read_position_is_the_json_of_the_contract() {
    let text = r#"{"kind":"read","room":"study-group","id":"a.0.2","unread":1000,"mentions":3}"#;
    let event = ReadEvent { room: room(), id: id("a.0.2"), unread: 1000, mentions: 3 };
    assert_eq!(json(event.to_json()), text);
    assert_eq!(read("/user/queue/reads", text), ChatEvent::Read(event));
    let later = read("/user/queue/reads", r#"{"kind":"level","room":"a"}"#);
    assert!(matches!(later, ChatEvent::Plain { .. }));
}

#[test]
fn replies_are_told_apart_by_their_list() {
    let page = format!(r#"{{"messages":[{MESSAGE}],"more_before":false,"more_after":true}}"#);
    let event = read_with("/user/queue/replies", &[("correlation-id", "h1")], &page).unwrap();
    let ChatEvent::History { reply, correlation_id } = event else { panic!("{event:?}") };
    assert_eq!((reply.messages.len(), reply.more_after), (1, true));
    assert_eq!(correlation_id, Some("h1".into()));
    for list in ["mentions", "results"] {
        let page = format!(r#"{{"{list}":[{MESSAGE},{{"kind":"poll"}}],"more":true}}"#);
        let event = read_with("/user/queue/replies", &[("correlation-id", "q")], &page).unwrap();
        let (found, more, asked) = match event {
            ChatEvent::Mentions { reply, correlation_id } => {
                (reply.mentions, reply.more, correlation_id)
            }
            ChatEvent::Search { reply, correlation_id } => {
                (reply.results, reply.more, correlation_id)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!((found.len(), more, asked), (1, true, Some("q".into())));
    }
    assert!(matches!(read("/user/queue/replies", r#"{"found":[]}"#), ChatEvent::Plain { .. }));
}

#[test]
fn a_refusal_has_its_body_and_the_headers_that_apply() {
    let body = r#"{"code":"rate-limited","message":"slow \"down\""}"#;
    let headers = [
        ("code", "rate-limited"),
        ("receipt-id", "r1"),
        ("correlation-id", "c1"),
        ("retry-after", "1500"),
    ];
    let expected = Refusal {
        code: "rate-limited".into(),
        message: "slow \"down\"".into(),
        receipt_id: Some("r1".into()),
        correlation_id: Some("c1".into()),
        retry_after: Some(1500),
    };
    let event = read_with("/user/queue/errors", &headers, body).unwrap();
    assert_eq!(event, ChatEvent::Refusal(expected.clone()));
    let bare = Refusal { receipt_id: None, correlation_id: None, retry_after: None, ..expected };
    assert_eq!(read("/user/queue/errors", body), ChatEvent::Refusal(bare));
}

#[test]
fn a_plain_topics_message_is_left_as_it_is() {
    let event =
        read_with("/topic/prices", &[("destination", "/topic/prices")], "\u{1b}raw").unwrap();
    let ChatEvent::Plain { destination, headers, body } = event else { panic!("{event:?}") };
    assert_eq!((destination.as_str(), &body[..]), ("/topic/prices", &b"\x1braw"[..]));
    assert_eq!(headers.len(), 1);
}

#[test]
fn kinds_of_later_versions_do_not_break_a_reader() {
    for (destination, body) in [
        ("/topic/room.a", r#"{"kind":"poll"}"#),
        ("/topic/room.a", r#"{"kind":"delete","id":"x"}"#),
        ("/topic/room.a.presence", r#"{"kind":"away","room":"a","user":"b"}"#),
        ("/topic/room.a.typing", r#"{"kind":"drawing"}"#),
    ] {
        assert!(matches!(read(destination, body), ChatEvent::Plain { .. }), "{body}");
    }
}

#[test]
fn what_cannot_be_read_is_an_error_that_is_safe_to_show() {
    let sync_without_word = r#"{"kind":"sync"}"#;
    let message_without_text = r#"{"kind":"message","id":"x"}"#;
    for (destination, body) in [
        ("/topic/room.a", ""),
        ("/topic/room.a", "{}"),
        ("/topic/room.a", sync_without_word),
        ("/topic/room.a", message_without_text),
        ("/topic/room.a", "{\"kind\":{\"\\u001b[2J\":1}}"),
        ("/topic/room.a.presence", r#"{"kind":"joined","room":"a"}"#),
        ("/topic/room.a.typing", r#"{"kind":"typing","room":"a","user":"-"}"#),
        ("/topic/rooms", r#"{"name":"a"}"#),
        ("/app/rooms", r#"{"rooms":{}}"#),
        ("/user/queue/replies", r#"{"messages":1,"more_before":true}"#),
        ("/user/queue/errors", r#"{"code":"x"}"#),
        ("/user/queue/reads", r#"{"kind":"read","room":"a"}"#),
        ("/app/search", "{}"),
        ("/app/room.a", "{}"),
    ] {
        let error = read_with(destination, &[], body).unwrap_err();
        assert_eq!(error.destination, destination);
        assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
    }
    assert!(read_with("/topic/room.a", &[("prev", "a b")], MESSAGE).is_err());
}
