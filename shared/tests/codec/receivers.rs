//! Header lines as they are written: each receiver gets what its version can carry.

use super::support::{VERSIONS, decoder, feed, frame, pairs};
use chat_protocol::stomp::{
    Command, Frame, Headers, Item, Sender, Version, encode_frame, message_head, message_tail,
};

/// What a receiver reads from a MESSAGE written for its version.
fn received(head: &[u8], tail: &[u8], version: Version) -> Frame {
    let (items, error) = feed(decoder(Sender::Server, version), [head, tail]);
    assert_eq!(error, None);
    match &items[..] {
        [Item::Frame(frame)] => frame.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn h09_a_1_2_sender_reaches_receivers_of_every_version_with_a_legal_frame() {
    let sent = frame(Version::V1_2, "SEND\na\\cb:1\\c2\\\\3\\n4\\r5\nplain:x\n\n\0");
    let expected = [
        (Version::V1_0, "a b:1:2\\3 4 5\n", ("a b", "1:2\\3 4 5")),
        (Version::V1_1, "a\\cb:1\\c2\\\\3\\n4 5\n", ("a:b", "1:2\\3\n4 5")),
        (Version::V1_2, "a\\cb:1\\c2\\\\3\\n4\\r5\n", ("a:b", "1:2\\3\n4\r5")),
    ];
    for (version, wire, pair) in expected {
        let tail = message_tail(sent.headers.forwarded(&[]), b"", version);
        assert_eq!(tail, format!("{wire}plain:x\ncontent-length:0\n\n\0"));
        let read = received(&message_head(Some("0"), version), &tail, version);
        assert_eq!(pairs(&read), [("subscription", "0"), pair, ("plain", "x")]);
    }
}

#[test]
fn h10_no_value_or_name_can_inject_a_header_or_end_the_frame() {
    let evil = [
        "x\nadmin:true",
        "x\r\nadmin:true",
        "x\radmin:true",
        "x\n\nbody\0",
        "x\0MESSAGE\nadmin:true\n\n\0",
        "x\\nadmin:true",
        "\n",
        "\r",
    ];
    for version in VERSIONS {
        for command in [
            Command::Message,
            Command::Error,
            Command::Receipt,
            Command::Connected,
            Command::Connect,
            Command::Send,
        ] {
            for text in evil {
                let sent = Frame::new(command).with("first", text).with(text, "last");
                let bytes = encode_frame(&sent, version);
                let (items, error) = feed(decoder(command.sender(), version), [&bytes[..]]);
                assert_eq!(error, None);
                let [Item::Frame(read)] = &items[..] else { panic!("{items:?}") };
                assert_eq!(read.headers.len(), 2, "{command:?} {version:?} {text:?}");
                assert_eq!(read.headers.get("admin"), None);
            }
        }
        let head = message_head(Some("s\nadmin:true"), version);
        let tail = message_tail([("a\nadmin:true", "b\nadmin:true")], b"", version);
        assert_eq!(received(&head, &tail, version).headers.len(), 2);
    }
}

#[test]
fn h10_a_colon_cannot_end_a_name_early_where_nothing_is_escaped() {
    let tail = message_tail([("subscription:evil", "x")], b"", Version::V1_0);
    let read = received(&message_head(None, Version::V1_0), &tail, Version::V1_0);
    assert_eq!(pairs(&read), [("subscription evil", "x")]);
}

#[test]
fn h15_h16_h17_only_a_users_own_headers_are_carried_on() {
    let mut headers = Headers::new();
    for name in [
        "destination",
        "receipt",
        "transaction",
        "content-length",
        "message-id",
        "subscription",
        "ack",
        "sender",
        "mine",
        "content-type",
    ] {
        headers.push(name, "spoofed");
    }
    let kept: Vec<_> = headers.forwarded(&["sender"]).collect();
    assert_eq!(kept, [("mine", "spoofed"), ("content-type", "spoofed")]);
}

#[test]
fn h17_the_head_of_a_message_wins_over_its_tail() {
    for version in VERSIONS {
        let tail = message_tail([("subscription", "spoofed")], b"", version);
        let read = received(&message_head(Some("mine"), version), &tail, version);
        assert_eq!(pairs(&read), [("subscription", "mine")]);
    }
}

#[test]
fn h19_error_and_receipt_values_are_escaped_in_1_1_and_1_2() {
    for (command, name) in [(Command::Receipt, "receipt-id"), (Command::Error, "message")] {
        for version in [Version::V1_1, Version::V1_2] {
            let sent = Frame::new(command).with(name, "a:b\\c\nd");
            let bytes = encode_frame(&sent, version);
            let line = format!("\n{name}:a\\cb\\\\c\\nd\n");
            assert!(String::from_utf8_lossy(&bytes).contains(&line));
            let (items, error) = feed(decoder(Sender::Server, version), [&bytes[..]]);
            assert_eq!((items, error), (vec![Item::Frame(sent)], None));
        }
    }
}

#[test]
fn a_head_without_a_subscription_names_none() {
    assert_eq!(&message_head(None, Version::V1_0)[..], b"MESSAGE\n");
    assert_eq!(&message_head(Some("a:b"), Version::V1_0)[..], b"MESSAGE\nsubscription:a:b\n");
    assert_eq!(&message_head(Some("a:b"), Version::V1_1)[..], b"MESSAGE\nsubscription:a\\cb\n");
}
