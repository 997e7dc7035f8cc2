//! What may be posted, and the exact JSON of messages, requests and replies.
#![allow(clippy::unwrap_used)]

use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::*;
use chat_protocol::code::Code;
use proptest::prelude::*;

const JSON: Option<&str> = Some("application/json");

fn post(content_type: Option<&str>, body: impl AsRef<[u8]>) -> Result<NewMessage, BodyError> {
    NewMessage::from_send(content_type, None, body.as_ref(), &TextLimits::default())
}

fn text(content_type: Option<&str>, body: impl AsRef<[u8]>) -> String {
    match post(content_type, body).unwrap().post {
        Post::Message { text, .. } => text.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_refused(content_type: Option<&str>, body: impl AsRef<[u8]>, code: Code, part: &str) {
    let error = post(content_type, body).unwrap_err();
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.contains(part), "{error}");
    assert!(!error.message.chars().any(char::is_control), "{error:?}");
}

fn id(s: &str) -> MessageId {
    MessageId::parse(s).unwrap()
}

fn message() -> ChatMessage {
    let (room, sender) = (RoomName::parse("study-group"), UserName::parse("mina"));
    let at = 1_763_692_800_123;
    ChatMessage::new(id("k3f9a2xq.0.17"), room.unwrap(), sender.unwrap(), at, "안녕".into())
}

fn json(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap()
}

#[test]
fn text_is_taken_as_it_is_but_for_its_normal_form() {
    for kind in [None, Some(""), Some("text/plain"), Some("Text/Plain; charset=\"UTF-8\"")] {
        assert_eq!(text(kind, "  빌드 끝\r\n\x1b[1m"), "  빌드 끝\r\n\x1b[1m");
        assert_eq!(text(kind, "{\"text\":\"x\"}"), "{\"text\":\"x\"}");
    }
    assert_eq!(text(None, "\u{1112}\u{1161}\u{11AB}"), "한");
}

#[test]
fn json_gives_the_writable_fields_and_the_rest_is_ignored() {
    let body = r#"{"text":"안녕","key":"k1","reply_to":"a.0.3","kind":"edit","id":7,"new":[{}]}"#;
    for kind in [JSON, Some("application/json;charset=utf-8"), Some("APPLICATION/JSON")] {
        let posted = post(kind, body).unwrap();
        let (text, reply_to) = ("안녕".into(), Some(id("a.0.3")));
        assert_eq!(posted.post, Post::Message { text, reply_to });
        assert_eq!(posted.key, Some("k1".into()));
    }
    assert_eq!(post(JSON, r#"{"text":"x","key":null}"#).unwrap().key, None);
}

#[test]
fn the_key_of_the_header_wins() {
    let limits = TextLimits::default();
    let posted = |header: Option<String>| {
        NewMessage::from_send(JSON, header.as_deref(), br#"{"text":"x","key":"b"}"#, &limits)
    };
    assert_eq!(posted(Some("h".to_owned())).unwrap().key, Some("h".into()));
    assert_eq!(posted(None).unwrap().key, Some("b".into()));
    let error = posted(Some("k".repeat(129))).unwrap_err();
    assert_eq!(error.code, Code::BadBody);
    assert!(error.message.contains("129") && error.message.contains("128"), "{error}");
    assert!(posted(Some("k".repeat(128))).is_ok());
    assert!(posted(Some(String::new())).unwrap_err().message.contains("empty"));
}

#[test]
fn what_is_not_that_object_is_bad_body() {
    for body in [
        "",
        "x",
        "\"x\"",
        "[]",
        "{}",
        "null",
        "{\"text\":null}",
        "{\"text\":1}",
        "{\"text\":\"a\"",
        "{\"text\":\"a\"} x",
        "{\"text\":\"a\",\"reply_to\":\"a b\"}",
        "{\"text\":\"\\ud800\"}",
        "{\"text\":\"a\",\"key\":{}}",
        "{\"text\":\"a\",\"text\":\"b\"}",
    ] {
        assert_refused(JSON, body, Code::BadBody, "JSON object");
    }
    assert_refused(JSON, "[".repeat(50_000), Code::BadBody, "JSON object");
}

#[test]
fn what_is_not_utf_8_text_is_bad_body() {
    assert_refused(None, b"\xff", Code::BadBody, "UTF-8");
    assert_refused(JSON, b"{\"text\":\"\xff\"}", Code::BadBody, "UTF-8");
    assert_refused(Some("text/plain;charset=euc-kr"), "x", Code::BadBody, "'euc-kr'");
    assert_refused(Some("text/html"), "x", Code::BadBody, "'text/html'");
    assert_refused(Some("\x1b[2J"), "x", Code::BadBody, "'␛[2J'");
}

#[test]
fn text_that_shows_nothing_is_bad_body() {
    for blank in ["", " ", "\n\t", "\u{3000}", "\u{200B}", "\u{3164}\u{FE0F}", "\u{202E} "] {
        assert_refused(None, blank, Code::BadBody, "empty");
    }
}

#[test]
fn text_over_a_limit_is_too_long_and_says_by_how_much() {
    assert_refused(None, "x".repeat(8193), Code::TooLong, "8193 bytes, at most 8192");
    assert_refused(None, "x".repeat(2001), Code::TooLong, "2001 characters, at most 2000");
    assert_eq!(text(None, "한".repeat(2000)).chars().count(), 2000);
}

#[test]
fn a_message_is_the_json_of_the_contract() {
    let full = r#"{"id":"k3f9a2xq.0.17","room":"study-group","sender":"mina","at":1763692800123,"kind":"message","text":"안녕","key":"k1","reply_to":"k3f9a2xq.0.3"}"#;
    let bare = r#"{"id":"k3f9a2xq.0.17","room":"study-group","sender":"mina","at":1763692800123,"kind":"message","text":"안녕"}"#;
    assert_eq!(json(message().to_json()), bare);
    let message =
        ChatMessage { key: Some("k1".into()), reply_to: Some(id("k3f9a2xq.0.3")), ..message() };
    assert_eq!(json(message.to_json()), full);
    assert_eq!(serde_json::from_str::<ChatMessage>(full).unwrap(), message);
    let later = full.replace('}', r#","colour":"red"}"#);
    assert_eq!(serde_json::from_str::<ChatMessage>(&later).unwrap(), message);
}

#[test]
fn a_message_to_post_is_read_back_as_it_was_written() {
    let answer = Post::Message { text: "x\n\"".into(), reply_to: Some(id("a")) };
    let new = NewMessage { post: answer, key: Some("k".into()) };
    assert_eq!(json(new.to_json()), r#"{"text":"x\n\"","key":"k","reply_to":"a"}"#);
    assert_eq!(post(JSON, new.to_json()).unwrap(), new);
}

#[test]
fn kinds_are_written_in_lower_case() {
    use Kind::*;
    for kind in [Message, Edit, Delete, Reaction, Topic, Sync] {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
    }
}

#[test]
fn ids_are_1_to_64_plain_octets() {
    for s in ["a", "k3f9a2xq.0.17", "A_-.9", &"x".repeat(64)] {
        assert_eq!(id(s).as_str(), s);
        assert_eq!(serde_json::to_string(&id(s)).unwrap(), format!("\"{s}\""));
    }
    for s in ["", "a b", "a\n", "한", "a:b", "a/b", &"x".repeat(65)] {
        assert!(MessageId::parse(s).is_err(), "{s:?}");
        assert!(serde_json::from_value::<MessageId>(s.into()).is_err(), "{s:?}");
    }
}

#[test]
fn history_requests_are_the_json_of_the_contract() {
    for (body, anchor, limit) in [
        (r#"{"limit":100}"#, Anchor::Newest, 100),
        (r#"{"before":"a.0.1","limit":1}"#, Anchor::Before(id("a.0.1")), 1),
        (r#"{"after":"a.0.1","limit":300}"#, Anchor::After(id("a.0.1")), 300),
        (r#"{"around":"a.0.1","limit":20}"#, Anchor::Around(id("a.0.1")), 20),
        (r#"{"since":1763692800123,"limit":20}"#, Anchor::Since(1_763_692_800_123), 20),
        (r#"{"edits_of":"a.0.1","limit":20}"#, Anchor::EditsOf(id("a.0.1")), 20),
    ] {
        let request = HistoryRequest { anchor, limit };
        assert_eq!(HistoryRequest::from_json(body.as_bytes()).unwrap(), request);
        assert_eq!(json(request.to_json()), body);
    }
}

#[test]
fn limits_of_history_requests_are_clamped() {
    let limit = |body: &str| HistoryRequest::from_json(body.as_bytes()).map(|r| r.limit);
    for (body, clamped) in [
        ("", 100),
        ("{}", 100),
        (r#"{"limit":null,"later":1}"#, 100),
        (r#"{"limit":0}"#, 1),
        (r#"{"limit":-5}"#, 1),
        (r#"{"limit":301}"#, 300),
        (r#"{"limit":18446744073709551615}"#, 300),
    ] {
        assert_eq!(limit(body), Ok(clamped), "{body}");
    }
}

#[test]
fn history_requests_that_cannot_be_read_are_bad_body() {
    for body in [
        "x",
        "[]",
        r#"{"limit":"9"}"#,
        r#"{"limit":1.5}"#,
        r#"{"before":"a b"}"#,
        r#"{"since":-1}"#,
        r#"{"before":"a","after":"b"}"#,
        r#"{"around":"a","since":0}"#,
        r#"{"around":"a","edits_of":"a"}"#,
        "\u{0}",
    ] {
        let error = HistoryRequest::from_json(body.as_bytes()).unwrap_err();
        assert_eq!(error.code, Code::BadBody, "{body}");
        assert!(!error.message.chars().any(char::is_control));
    }
}

#[test]
fn a_history_reply_is_the_json_of_the_contract() {
    let reply = HistoryReply { messages: vec![message()], more_before: true, more_after: false };
    let expected = format!(
        r#"{{"messages":[{}],"more_before":true,"more_after":false}}"#,
        json(message().to_json())
    );
    assert_eq!(json(reply.to_json()), expected);
    assert_eq!(serde_json::from_str::<HistoryReply>(&expected).unwrap(), reply);
}

#[test]
fn a_history_page_with_a_kind_of_a_later_version_keeps_the_rest() {
    let page = format!(
        r#"{{"messages":[{{"kind":"poll","id":"x"}},{},{{"kind":"delete","id":"y"}}],"more_before":false,"more_after":false}}"#,
        json(message().to_json())
    );
    let reply: HistoryReply = serde_json::from_str(&page).unwrap();
    assert_eq!(reply.messages, [message()]);
    let broken = page.replace("mina", "m i n a");
    assert!(serde_json::from_str::<HistoryReply>(&broken).is_err());
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused(
        kind in prop::option::of("(application/json|text/plain|[ -~]{0,12})(;charset=[ -~]{0,6})?"),
        body in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let _ = post(kind.as_deref(), &body);
        let _ = HistoryRequest::from_json(&body);
    }

    #[test]
    fn any_text_survives_posting_as_json(s in "\\PC{1,40}") {
        use unicode_normalization::UnicodeNormalization;
        let posted = post(JSON, serde_json::json!({ "text": s }).to_string());
        if let Ok(posted) = posted {
            let text = posted.post.row_text();
            prop_assert_eq!(text.as_str(), s.nfc().collect::<String>());
        }
    }
}
