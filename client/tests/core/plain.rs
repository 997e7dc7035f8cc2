//! What the linear front end prints, and that it prints it once.

use crate::harness::{App, message};
use chat_protocol::chat::{MessageId, Post, SearchReply};
use chat_tui::app::Msg;
use chat_tui::net::{Command, Event};
use chat_tui::plain::Transcript;

struct Reader {
    app: App,
    transcript: Transcript,
}

impl Reader {
    fn joined(rooms: &[&str]) -> Self {
        let mut reader = Self { app: App::joined(rooms), transcript: Transcript::default() };
        assert_eq!(reader.read(), format!("-- online\n-- room {}\n", rooms[0]));
        reader
    }

    fn read(&mut self) -> String {
        self.transcript.news(&mut self.app.state, true)
    }

    fn types(&mut self, line: &str) {
        self.app.msg(Msg::Line(line.to_owned()));
    }
}

#[test]
fn each_message_is_printed_once_in_the_order_of_the_room() {
    let mut reader = Reader::joined(&["study"]);
    reader.app.receive("study", 1, "jun", "안녕하세요");
    reader.app.receive("study", 2, "sora", "two\nlines");
    assert_eq!(reader.read(), "09:01 jun: 안녕하세요\n09:02 sora: two\n   lines\n");
    assert_eq!(reader.read(), "");
    reader.app.receive("study", 3, "jun", "three");
    assert_eq!(reader.read(), "09:03 jun: three\n");
}

#[test]
fn what_a_peer_wrote_is_made_safe() {
    let mut reader = Reader::joined(&["study"]);
    reader.app.receive("study", 1, "jun", "\x1b[2J\u{202e}x");
    assert_eq!(reader.read(), "09:01 jun: ␛[2J<U+202E>x\n");
}

#[test]
fn a_line_is_sent_and_said_to_be_when_it_is() {
    let mut reader = Reader::joined(&["study"]);
    reader.types("hello");
    assert_eq!(reader.read(), "");
    let (text, key) = reader.app.sends().remove(0);
    assert_eq!(text, "hello");
    reader.app.confirm(&key, 1);
    let mut echo = crate::harness::message("study", 1, "mina", "hello");
    echo.key = Some(key.into());
    reader.app.post(echo, 1);
    assert_eq!(reader.read(), "-- sent 09:01\n");
    assert_eq!(reader.read(), "");
}

#[test]
fn a_refused_message_is_told_and_does_not_stand_before_the_next_line() {
    let mut reader = Reader::joined(&["study"]);
    reader.types("hello");
    let (_, key) = reader.app.sends().remove(0);
    reader.app.refuse(&key);
    let said = reader.read();
    assert!(said.starts_with("! not sent: "), "{said}");
    reader.types("/nothing-of-the-kind");
    let said = reader.read();
    assert!(said.starts_with("! ") && said.contains("nothing-of-the-kind"), "{said}");
    reader.types("next");
    assert_eq!(reader.app.sends().last().unwrap().0, "next");
}

#[test]
fn other_rooms_are_told_once_until_one_looks() {
    let mut reader = Reader::joined(&["study", "ops"]);
    reader.app.receive("ops", 1, "jun", "one");
    assert_eq!(reader.read(), "-- something new in ops\n");
    reader.app.receive("ops", 2, "jun", "two");
    assert_eq!(reader.read(), "");
    reader.types("/join ops");
    assert_eq!(reader.read(), "-- room ops\n09:01 jun: one\n09:02 jun: two\n");
}

#[test]
fn losing_and_finding_the_server_is_a_line_each() {
    let mut reader = Reader::joined(&["study"]);
    reader.app.offline();
    let said = reader.read();
    assert!(said.starts_with("-- offline: "), "{said}");
    assert_eq!(reader.read(), "");
    reader.app.online();
    assert_eq!(reader.read(), "-- online\n");
}

#[test]
fn lists_that_have_a_place_on_a_screen_are_printed_when_asked_for() {
    let mut reader = Reader::joined(&["study"]);
    reader.types("/help");
    let help = reader.read();
    assert!(help.contains("/join"), "{help}");
    assert_eq!(reader.read(), "");
}

#[test]
fn an_edit_says_what_it_changes() {
    let mut reader = Reader::joined(&["study"]);
    reader.app.receive("study", 1, "jun", "teh");
    reader.read();
    let post = Post::Edit { edits: MessageId::parse("epoch.0.1").unwrap(), text: "the".into() };
    let mut edit = crate::harness::message("study", 2, "jun", post.row_text().as_str());
    edit.kind = chat_protocol::chat::Kind::Edit;
    edit.edits = Some(MessageId::parse("epoch.0.1").unwrap());
    reader.app.post(edit, 2);
    assert_eq!(reader.read(), "09:02 jun edited 09:01: the\n");
}

#[test]
fn what_is_found_is_printed_and_the_next_line_is_for_the_room() {
    let mut reader = Reader::joined(&["study"]);
    reader.types("/search 회의");
    assert_eq!(reader.read(), "", "nothing is known yet");
    reader.app.wait(1000);
    let tag = reader.app.commands().into_iter().find_map(|command| match command {
        Command::Search { tag, .. } => Some(tag),
        _ => None,
    });
    let results =
        vec![message("study", 2, "jun", "회의 끝\x1b[2J"), message("b", 1, "sora", "회의")];
    let reply = SearchReply { results, ..SearchReply::default() };
    reader.app.net(Event::Search { tag: tag.expect("the server was not asked"), reply });
    assert_eq!(
        reader.read(),
        "-- 2 messages\n   2026-11-21 09:02 #study jun: 회의 끝␛[2J\n   2026-11-21 09:01 #b sora: 회의\n"
    );
    reader.types("고마워");
    assert_eq!(reader.app.sends()[0].0, "고마워");
    reader.types("/search before:soon 회의");
    assert!(reader.read().starts_with("! `soon` is no time"));
}
