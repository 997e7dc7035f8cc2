//! Whatever a peer or a server writes, into whatever field: nothing of it moves a cursor, colours a
//! cell, reorders its neighbours or hides.

use crate::stage::{Stage, room};
use chat_protocol::chat::{ChatEvent, ChatMessage, MessageId, RoomInfo};
use chat_protocol::text::{PeerString, is_bidi_control};
use chat_tui::app::state::Place;
use chat_tui::net::{Event, Target};
use crossterm::event::{KeyCode, KeyModifiers};
use serde_json::{Value, json};

const EVIL: [&str; 18] = [
    "\x1b[2J\x1b[6n",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "\x1b]52;c;eA==\x07",
    "\x1b]9;note\x07\x1b]777;notify;a;b\x1b\\",
    "\x1bP+q544e\x1b\\\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\",
    "\u{9b}31m\u{9d}0;x\u{9c}",
    "\u{202e}gnp.exe\u{2066}a\u{2069}\u{200f}",
    "a\u{200b}b\u{feff}c\u{2060}\u{e0041}\u{e007f}",
    "x\r\n\x08\x0b\x0c\u{85}\u{2028}y\x7f",
    "[a\x1b[31m](https://x.example/\x1b[2J)",
    "`\x1b[31m` **\u{9b}1m** > \x07",
    "&#27;[2J &#x9b;m &#8238;x",
    "https://x.example/\u{202e}gnp\x1b[2J",
    "<https://x.example/\x07>",
    "```\n\x1b[2J\n```",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{1b}",
];

/// Nothing in any cell but what can be seen, once the links that are ours are taken away.
#[track_caller]
fn is_harmless(stage: &mut Stage, what: &str) {
    let (buffer, _) = stage.paint();
    for cell in &buffer.content {
        let symbol = seen(cell.symbol());
        let bad = |c: char| c.is_control() || is_bidi_control(c) || "\u{feff}\u{200b}".contains(c);
        assert!(!symbol.contains(bad), "{what}: {:?}", cell.symbol());
    }
}

/// What a cell shows, inside a link or not.
fn seen(symbol: &str) -> &str {
    let Some(linked) = symbol.strip_prefix("\x1b]8;id=") else { return symbol };
    let (open, rest) = linked.split_once("\x1b\\").expect("a link that ends");
    assert!(open.bytes().all(|b| (b'!'..=b'~').contains(&b)), "{open:?}");
    rest.strip_suffix("\x1b]8;;\x1b\\").expect("a link that is closed")
}

/// Everything that may be over the timeline, and narrow and wide.
fn look_around(stage: &mut Stage, what: &str) {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        stage.resize(width, height);
        is_harmless(stage, what);
        for (modifiers, code) in [
            (KeyModifiers::CONTROL, KeyCode::Char('t')),
            (KeyModifiers::CONTROL, KeyCode::Char('o')),
            (KeyModifiers::NONE, KeyCode::F(2)),
            (KeyModifiers::NONE, KeyCode::F(1)),
        ] {
            stage.press_with(modifiers, code);
            is_harmless(stage, what);
            stage.press(KeyCode::Esc);
        }
    }
}

fn stage() -> Stage {
    let mut stage = Stage::new(80, 24, &["study-group"]);
    stage.connect();
    stage.state.look.links = true;
    stage.says("jun", "first");
    stage
}

/// A row of the room's log, unless its own reader refuses it.
fn post(stage: &mut Stage, row: Value) {
    let Ok(message) = serde_json::from_value::<ChatMessage>(row) else { return };
    let id = message.id.clone();
    let prev = stage.newest.insert("study-group".to_owned(), id);
    let event = ChatEvent::Message { message: Box::new(message), prev };
    stage.net(Event::Chat { target: Target::Room(room("study-group")), event });
}

fn id(number: usize) -> MessageId {
    MessageId::parse(&format!("aaaaaaaa.0.{number}")).unwrap()
}

#[test]
fn every_field_of_every_row() {
    let first = id(1);
    let rows = [
        json!({"kind": "message", "text": "t", "reply_to": first, "key": "k"}),
        json!({"kind": "edit", "text": "t", "edits": first}),
        json!({"kind": "delete", "text": "t", "deletes": first}),
        json!({"kind": "reaction", "text": "t", "reacts_to": first, "emoji": "e", "on": true}),
        json!({"kind": "topic", "text": "t", "topic": "t"}),
        json!({"kind": "unheard-of", "text": "t"}),
    ];
    for row in &rows {
        let fields: Vec<String> = row.as_object().unwrap().keys().cloned().collect();
        for field in fields.iter().map(String::as_str).chain(["sender", "id", "room"]) {
            let mut stage = stage();
            for (number, evil) in (2..).zip(EVIL) {
                let mut row = row.clone();
                row["id"] = json!(id(number));
                row["room"] = json!("study-group");
                row["sender"] = json!("jun");
                row["at"] = json!(stage.now.wall);
                row[field] = json!(evil);
                post(&mut stage, row);
                is_harmless(&mut stage, &format!("{field} {evil:?}"));
            }
            look_around(&mut stage, field);
        }
    }
}

#[test]
fn what_a_server_says_beside_messages() {
    for evil in EVIL {
        let mut stage = stage();
        let (code, message) = (PeerString::from(evil), PeerString::from(evil));
        stage.send("mine");
        stage.refuses(evil, evil);
        let target = Target::Presence(room("study-group"));
        stage.net(Event::SubscriptionRefused { target, code, message });
        is_harmless(&mut stage, evil);
        let info = json!({"name": "other", "topic": evil, "members": 1});
        if let Ok(info) = serde_json::from_value::<RoomInfo>(info) {
            stage.net(Event::Chat { target: Target::Rooms, event: ChatEvent::Room(info) });
        }
        stage.send("/sub /topic/plain");
        assert!(stage.state.rooms.get(&Place::Topic("/topic/plain".into())).is_some());
        let event = ChatEvent::Plain {
            destination: evil.into(),
            headers: Default::default(),
            body: evil.as_bytes().to_vec().into(),
        };
        stage.net(Event::Chat { target: Target::Topic("/topic/plain".to_owned()), event });
        look_around(&mut stage, evil);
    }
}
