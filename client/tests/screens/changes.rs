//! Edits, deletes, reactions, replies, topics, and who came and went: each by text and shape.

use crate::stage::{Stage, id, online, room, user};
use chat_protocol::chat::{ChatEvent, ChatMessage, Kind, MessageId, PresenceEvent, RoomInfo};
use chat_tui::net::{Event, Target};
use crossterm::event::{KeyCode, KeyModifiers};

/// A row that says something other than a message.
fn row(s: &mut Stage, who: &str, change: impl FnOnce(&mut ChatMessage)) -> MessageId {
    s.messages += 1;
    let n = s.messages;
    let name = room("study-group");
    let mut message = ChatMessage::new(id(n), name.clone(), user(who), s.now.wall, "".into());
    change(&mut message);
    let prev = s.newest.insert("study-group".to_owned(), id(n));
    let event = ChatEvent::Message { message: Box::new(message), prev };
    s.net(Event::Chat { target: Target::Room(name), event });
    id(n)
}

fn react(s: &mut Stage, who: &str, to: &MessageId, emoji: &str) {
    row(s, who, |m| {
        m.kind = Kind::Reaction;
        m.reacts_to = Some(to.clone());
        m.emoji = Some(emoji.into());
    });
}

fn scene(s: &mut Stage) {
    let question = s.says("jun", "다음 모임은 언제?");
    react(s, "mina", &question, "👍");
    react(s, "bo", &question, "👍");
    react(s, "bo", &question, "👨‍👩‍👧‍👦");
    row(s, "민아", |m| {
        m.text = "토요일 3시에 도서관에서".into();
        m.reply_to = Some(question.clone());
    });
    let wrong = s.says("bo", "wrong");
    row(s, "bo", |m| {
        m.kind = Kind::Edit;
        m.edits = Some(wrong);
        m.text = "right".into();
    });
    let gone = s.says("kim", "secret");
    row(s, "kim", |m| {
        m.kind = Kind::Delete;
        m.deletes = Some(gone);
    });
    row(s, "jun", |m| {
        m.kind = Kind::Topic;
        m.topic = Some("토요일 모임".into());
        m.text = "topic: 토요일 모임".into();
    });
    for event in [
        PresenceEvent::Joined { room: room("study-group"), user: user("하나") },
        PresenceEvent::Joined { room: room("study-group"), user: user("둘") },
    ] {
        let target = Target::Presence(room("study-group"));
        s.net(Event::Chat { target, event: ChatEvent::Presence(event) });
    }
}

#[test]
fn beside_the_names() {
    let mut s = online(58, 14);
    scene(&mut s);
    s.shows(
        r#"
        ||
        ||
        ||
        |───────────────────── 2025-11-21 Fri ─────────────────────|
        |09:00        jun │ 다음 모임은 언제?|
        |                 │ [👍 2] 👨‍👩‍👧‍👦 1|
        |                 │ ↪ jun: 다음 모임은 언제?|
        |09:00       민아 │ 토요일 3시에 도서관에서|
        |09:00         bo │ right (edited)|
        |09:00        kim │ (deleted)|
        |09:00        jun │ topic: 토요일 모임|
        |                   * 하나 and 둘 joined|
        | online · study-group                       2 here · mina|
        |> ▏F1 for help|
        "#,
    );
}

#[test]
fn what_became_of_a_message_has_a_line_of_its_own_where_the_text_ends_at_the_edge() {
    let mut s = online(40, 8);
    let full = "가나다라마바사아자차카타파하가나다라";
    let said = s.says("jun", "x");
    row(&mut s, "jun", |m| {
        m.kind = Kind::Edit;
        m.edits = Some(said);
        m.text = full.into();
    });
    s.shows_rows(
        r#"
        |09:00 jun|
        | 가나다라마바사아자차카타파하가나다라|
        | (edited)|
        "#,
    );
}

#[test]
fn the_topic_stands_above_and_a_muted_room_has_its_counts_in_brackets() {
    let mut s = Stage::new(64, 10, &["study-group", "둘"]);
    s.connect();
    s.net(Event::Chat {
        target: Target::Rooms,
        event: ChatEvent::Room(RoomInfo {
            topic: "토요일 모임\u{1b}[2J".into(),
            ..RoomInfo::new(room("study-group"))
        }),
    });
    s.press_with(KeyModifiers::ALT, KeyCode::Char('2'));
    s.send("/level nothing");
    s.press_with(KeyModifiers::ALT, KeyCode::Char('1'));
    s.says_in("둘", "jun", "@mina", None);
    let picture = s.picture();
    let rows: Vec<&str> = picture.lines().collect();
    assert_eq!(rows[0], "|>1 study-group      │ Topic: 토요일 모임␛[2J|");
    assert!(rows[1].starts_with("| 2 둘         (@1 1)│"), "{picture}");
}
