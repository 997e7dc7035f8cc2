//! The frames in `docs/protocol.md` are what this crate reads.
#![allow(clippy::unwrap_used)]

use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::{
    ChatEvent, Destination, HistoryRequest, MentionsRequest, MessageId, NewMessage, ReadRequest,
    SearchRequest, header,
};
use chat_protocol::stomp::{Command, Decoder, Frame, Item, Limits, Sender, Version};

const PAGE: &str = include_str!("../../docs/protocol.md");

/// The frames of every block fenced as from `side`.
fn frames(side: &str, sender: Sender) -> Vec<Frame> {
    let fence = format!("```stomp {side}\n");
    let blocks = PAGE.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap());
    let mut frames = Vec::new();
    for block in blocks {
        let mut decoder = Decoder::new(sender, Limits::default());
        decoder.set_version(Version::V1_2);
        decoder.push(block.replace("^@", "\0").as_bytes());
        while let Some(item) = decoder.next().unwrap_or_else(|e| panic!("{e}:\n{block}")) {
            if let Item::Frame(frame) = item {
                frames.push(frame);
            }
        }
        assert!(!decoder.is_mid_frame(), "{block}");
    }
    frames
}

fn destination(frame: &Frame) -> Destination {
    Destination::parse(frame.headers.get("destination").unwrap().as_str()).unwrap()
}

#[test]
fn the_clients_frames_are_taken() {
    let frames = frames("client", Sender::Client);
    for frame in frames.iter().filter(|frame| frame.command == Command::Send) {
        let value = |name| frame.headers.get(name).map(|value| value.as_str());
        match destination(frame) {
            Destination::AppHistory(_) => {
                HistoryRequest::from_json(&frame.body).unwrap();
            }
            Destination::AppRead(_) => {
                ReadRequest::from_json(&frame.body).unwrap();
            }
            Destination::AppMentions => {
                MentionsRequest::from_json(&frame.body).unwrap();
            }
            Destination::AppSearch => {
                SearchRequest::from_json(&frame.body).unwrap();
            }
            _ => {
                let (kind, key) = (value("content-type"), value(header::IDEMPOTENCY_KEY));
                NewMessage::from_send(kind, key, &frame.body, &TextLimits::default()).unwrap();
            }
        }
    }
    for after in frames.iter().filter_map(|frame| frame.headers.get(header::AFTER)) {
        MessageId::parse(after.as_str()).unwrap();
    }
    assert!(frames.len() >= 4, "{}", frames.len());
}

#[test]
fn the_servers_messages_are_understood() {
    let frames = frames("server", Sender::Server);
    for frame in frames.iter().filter(|frame| frame.command == Command::Message) {
        let event = ChatEvent::from_message(&destination(frame), &frame.headers, &frame.body);
        assert!(!matches!(event.unwrap(), ChatEvent::Plain { .. }), "{:?}", frame.headers);
    }
    assert!(frames.len() >= 12, "{}", frames.len());
}
