//! Edits, deletes, reactions and topics: what may be posted, the JSON of their rows, and what they do
//! to the message they are about. Also the requests about marks and search.
#![allow(clippy::unwrap_used)]

use chat_protocol::chat::body::{Change, REACTORS_MAX, Reactions, TOMBSTONE};
use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::search::Moment;
use chat_protocol::chat::*;
use chat_protocol::code::Code;
use proptest::prelude::*;

fn post(body: &str) -> Result<Post, BodyError> {
    let json = Some("application/json");
    NewMessage::from_send(json, None, body.as_bytes(), &TextLimits::default()).map(|new| new.post)
}

fn id(s: &str) -> MessageId {
    MessageId::parse(s).unwrap()
}

fn row(n: usize, sender: &str) -> ChatMessage {
    let (room, sender) = (RoomName::parse("study").unwrap(), UserName::parse(sender).unwrap());
    ChatMessage::new(id(&format!("a.0.{n}")), room, sender, n as u64, "first".into())
}

fn edit(n: usize, text: &str) -> ChatMessage {
    let edits = Some(id("a.0.1"));
    ChatMessage { kind: Kind::Edit, edits, text: text.into(), ..row(n, "mina") }
}

fn delete(n: usize) -> ChatMessage {
    ChatMessage { kind: Kind::Delete, deletes: Some(id("a.0.1")), ..row(n, "mina") }
}

fn reaction(n: usize, sender: &str, emoji: &str, on: bool) -> ChatMessage {
    let (reacts_to, emoji) = (Some(id("a.0.1")), Some(emoji.into()));
    ChatMessage { kind: Kind::Reaction, reacts_to, emoji, on: Some(on), ..row(n, sender) }
}

/// Each emoji with who used it.
fn reactions(message: &ChatMessage) -> String {
    let names = |r: &Reactions| r.by.iter().map(|n| n.as_str()).collect::<Vec<_>>().join("+");
    let each = |r: &Reactions| format!("{}{}:{}", r.emoji.as_str(), r.count, names(r));
    message.reactions.iter().map(each).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_post_is_the_json_of_the_contract_and_has_a_sensible_text() {
    let target = id("a.0.1");
    for (body, expected, text) in [
        (
            r#"{"text":"더 나은 글","edits":"a.0.1"}"#,
            Post::Edit { edits: target.clone(), text: "더 나은 글".into() },
            "더 나은 글",
        ),
        (r#"{"deletes":"a.0.1"}"#, Post::Delete { deletes: target.clone() }, "(deleted a message)"),
        (
            r#"{"reacts_to":"a.0.1","emoji":"👍","on":true}"#,
            Post::Reaction { reacts_to: target.clone(), emoji: "👍".into(), on: true },
            "👍",
        ),
        (
            r#"{"reacts_to":"a.0.1","emoji":"👍","on":false}"#,
            Post::Reaction { reacts_to: target, emoji: "👍".into(), on: false },
            "-👍",
        ),
        (r#"{"topic":"금요일"}"#, Post::Topic { topic: "금요일".into() }, "topic: 금요일"),
        (r#"{"topic":""}"#, Post::Topic { topic: "".into() }, "(cleared the topic)"),
    ] {
        assert_eq!(post(body).unwrap(), expected);
        let new = NewMessage { post: expected.clone(), key: None };
        assert_eq!(String::from_utf8(new.to_json()).unwrap(), body);
        assert_eq!(expected.row_text().as_str(), text);
    }
    let on = post(r#"{"reacts_to":"a.0.1","emoji":"👍"}"#).unwrap();
    assert!(matches!(on, Post::Reaction { on: true, .. }));
}

#[test]
fn a_reaction_is_one_emoji_that_is_seen() {
    let react = |emoji: &str| {
        post(&serde_json::json!({ "reacts_to": "a.0.1", "emoji": emoji }).to_string())
    };
    for emoji in [
        "👍",
        "👍🏽",
        "👩\u{200d}👩\u{200d}👧\u{200d}👦",
        "🇰🇷",
        "❤\u{fe0f}",
        "ㅋ",
        "+",
        "👩🏽\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏽",
    ] {
        assert!(react(emoji).is_ok(), "{emoji}");
    }
    for emoji in [
        "",
        " ",
        "👍👍",
        "ok",
        "\u{200b}",
        "\u{7}",
        "\u{202e}",
        "a\u{200b}",
        "\u{3164}",
        &format!("a{}", "\u{301}".repeat(30)),
    ] {
        assert_eq!(react(emoji).unwrap_err().code, Code::BadBody, "{emoji:?}");
    }
    assert!(post(r#"{"reacts_to":"a.0.1"}"#).unwrap_err().message.contains("emoji"));
}

#[test]
fn a_topic_is_one_line_of_bounded_length() {
    let topic = |topic: &str| post(&serde_json::json!({ "topic": topic }).to_string());
    assert_eq!(topic("  a b \n").unwrap(), Post::Topic { topic: "a b".into() });
    assert_eq!(topic(" \u{200b}").unwrap(), Post::Topic { topic: "".into() });
    assert_eq!(topic("a\nb").unwrap_err().code, Code::BadBody);
    assert_eq!(topic("a\u{1b}b").unwrap_err().code, Code::BadBody);
    assert!(topic(&"한".repeat(250)).is_ok());
    assert_eq!(topic(&"한".repeat(251)).unwrap_err().code, Code::TooLong);
    assert_eq!(topic(&"👩\u{200d}👩".repeat(150)).unwrap_err().code, Code::TooLong);
}

#[test]
fn a_post_is_one_thing_only() {
    for body in [
        r#"{"edits":"a.0.1"}"#,
        r#"{"edits":"a.0.1","text":" "}"#,
        r#"{"edits":"a b","text":"x"}"#,
        r#"{"edits":"a.0.1","reply_to":"a.0.1","text":"x"}"#,
        r#"{"deletes":"a.0.1","topic":"x"}"#,
        r#"{"deletes":1}"#,
        r#"{"topic":1}"#,
        r#"{"reacts_to":"a.0.1","emoji":"👍","on":"yes"}"#,
    ] {
        assert_eq!(post(body).unwrap_err().code, Code::BadBody, "{body}");
    }
}

#[test]
fn a_folded_message_is_the_json_of_the_contract() {
    let text = r#"{"id":"a.0.1","room":"study","sender":"mina","at":1,"kind":"message","text":"new","mentions":["juno"],"mentions_room":true,"edited":{"id":"a.0.2","at":2},"reactions":[{"emoji":"👍","by":["juno"],"count":1}]}"#;
    let mut message = row(1, "mina");
    let mut second = edit(2, "new");
    second.mentions = vec![UserName::parse("juno").unwrap()];
    second.mentions_room = true;
    assert!(message.apply(&second));
    assert!(message.apply(&reaction(3, "juno", "👍", true)));
    assert_eq!(String::from_utf8(message.to_json()).unwrap(), text);
    assert_eq!(serde_json::from_str::<ChatMessage>(text).unwrap(), message);
}

#[test]
fn rows_of_changes_are_the_json_of_the_contract() {
    for (row, part) in [
        (edit(2, "new"), r#""kind":"edit","text":"new","edits":"a.0.1"}"#),
        (delete(3), r#""kind":"delete","text":"first","deletes":"a.0.1"}"#),
        (
            reaction(4, "juno", "👍", false),
            r#""kind":"reaction","text":"first","reacts_to":"a.0.1","emoji":"👍","on":false}"#,
        ),
        (
            ChatMessage { kind: Kind::Topic, topic: Some("".into()), ..row(5, "mina") },
            r#""kind":"topic","text":"first","topic":""}"#,
        ),
    ] {
        let text = String::from_utf8(row.to_json()).unwrap();
        assert!(text.ends_with(part), "{text}");
        assert_eq!(serde_json::from_str::<ChatMessage>(&text).unwrap(), row);
    }
}

#[test]
fn a_history_page_holds_every_kind() {
    let rows = vec![row(1, "mina"), edit(2, "b"), delete(3), reaction(4, "juno", "👍", true)];
    let reply = HistoryReply { messages: rows, more_before: false, more_after: false };
    assert_eq!(serde_json::from_slice::<HistoryReply>(&reply.to_json()).unwrap(), reply);
}

#[test]
fn the_newest_edit_counts_and_a_delete_is_the_end() {
    let mut message = row(1, "mina");
    assert!(!message.apply(&row(2, "mina")));
    assert!(!message.apply(&ChatMessage { edits: Some(id("a.0.9")), ..edit(2, "b") }));
    assert!(message.apply(&edit(4, "new")));
    assert!(!message.apply(&edit(3, "older")));
    assert_eq!(message.text.as_str(), "new");
    assert!(message.apply(&reaction(5, "juno", "👍", true)));
    assert!(message.apply(&delete(6)));
    let gone = Some(Change { id: id("a.0.6"), at: 6 });
    let tombstone = ChatMessage { text: TOMBSTONE.into(), deleted: gone, ..row(1, "mina") };
    assert_eq!(message, tombstone);
    for late in [edit(7, "x"), delete(8), reaction(9, "juno", "👍", true)] {
        assert!(!message.apply(&late));
    }
    assert_eq!(message, tombstone);
}

#[test]
fn a_reaction_counts_once_per_person_and_emoji() {
    let mut message = row(1, "mina");
    for (n, (who, emoji, on, changes, state)) in [
        ("juno", "👍", true, true, "👍1:juno"),
        ("juno", "👍", true, false, "👍1:juno"),
        ("mina", "👍", true, true, "👍2:juno+mina"),
        ("mina", "❤", true, true, "❤1:mina 👍2:juno+mina"),
        ("juno", "👍", false, true, "❤1:mina 👍1:mina"),
        ("juno", "👍", false, false, "❤1:mina 👍1:mina"),
        ("mina", "❤", false, true, "👍1:mina"),
        ("mina", "❤", false, false, "👍1:mina"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(message.apply(&reaction(n + 2, who, emoji, on)), changes, "{n}");
        assert_eq!(reactions(&message), state);
    }
}

#[test]
fn of_many_who_react_the_first_are_named_and_all_are_counted() {
    let mut message = row(1, "mina");
    for n in 0..30 {
        assert!(message.apply(&reaction(n + 2, &format!("u{n}"), "👍", true)));
    }
    assert_eq!((message.reactions[0].by.len(), message.reactions[0].count), (REACTORS_MAX, 30));
    assert!(message.apply(&reaction(40, "u9", "👍", false)));
    assert!(message.apply(&reaction(41, "u0", "👍", false)));
    assert_eq!((message.reactions[0].by.len(), message.reactions[0].count), (19, 28));
}

fn changes() -> impl Strategy<Value = Vec<ChatMessage>> {
    let one = (0..5u8, 0..3usize, 0..2usize, any::<bool>());
    prop::collection::vec(one, 0..24).prop_map(|picks| {
        let each = |(i, (what, who, emoji, on)): (usize, (u8, usize, usize, bool))| match what {
            0 => edit(i + 2, &format!("text {i}")),
            1 if i > 15 => delete(i + 2),
            _ => reaction(i + 2, ["a", "b", "c"][who], ["👍", "❤"][emoji], on),
        };
        picks.into_iter().enumerate().map(each).collect()
    })
}

proptest! {
    #[test]
    fn applying_again_what_a_message_has_already_ends_in_the_same_state(
        rows in changes(), from in 0..24usize,
    ) {
        let mut once = row(1, "mina");
        rows.iter().for_each(|row| { once.apply(row); });
        let mut again = once.clone();
        rows.iter().skip(from).for_each(|row| { again.apply(row); });
        prop_assert_eq!(again, once);
    }
}

#[test]
fn requests_about_marks_and_search_are_the_json_of_the_contract() {
    let body = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let read = ReadRequest { id: id("a.0.1") };
    assert_eq!(body(read.to_json()), r#"{"id":"a.0.1"}"#);
    assert_eq!(ReadRequest::from_json(br#"{"id":"a.0.1","x":1}"#).unwrap(), read);
    assert_eq!(ReadRequest::from_json(b"{}").unwrap_err().code, Code::BadBody);
    for (text, before, limit) in
        [("", None, 100), (r#"{"before":"a.0.1","limit":0}"#, Some(id("a.0.1")), 1)]
    {
        let asked = MentionsRequest::from_json(text.as_bytes()).unwrap();
        assert_eq!(asked, MentionsRequest { before, limit });
        assert_eq!(MentionsRequest::from_json(&asked.to_json()).unwrap(), asked);
    }
    let full =
        r#"{"text":"회의","room":"study","sender":"mina","before":"a.0.9","after":17,"limit":5}"#;
    let asked = SearchRequest::from_json(full.as_bytes()).unwrap();
    assert_eq!(asked.before, Some(Moment::Message(id("a.0.9"))));
    assert_eq!((asked.after.clone(), asked.limit), (Some(Moment::At(17)), 5));
    assert_eq!(body(asked.to_json()), full);
    assert_eq!(SearchRequest::from_json(br#"{"text":"x"}"#).unwrap().limit, 20);
    for bad in [
        "",
        "{}",
        r#"{"text":"x","before":-1}"#,
        r#"{"text":"x","after":"a b"}"#,
        r#"{"text":"x","room":"a b"}"#,
    ] {
        assert_eq!(
            SearchRequest::from_json(bad.as_bytes()).unwrap_err().code,
            Code::BadBody,
            "{bad}"
        );
    }
    let long = serde_json::json!({ "text": "x".repeat(1025) }).to_string();
    assert_eq!(SearchRequest::from_json(long.as_bytes()).unwrap_err().code, Code::TooLong);
}
