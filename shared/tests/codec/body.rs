//! Where a body ends, which frames have one, and `content-length`.

use super::support::{VERSIONS, decoder, fault, fault_code, feed, frame, frames, pairs, wire};
use chat_protocol::code::Code;
use chat_protocol::stomp::{
    Command, Frame, Item, Limits, Sender, Version, encode_frame, message_head, message_tail,
};
use proptest::prelude::*;

const BODILESS: [&str; 10] = [
    "CONNECT",
    "STOMP",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "ACK",
    "NACK",
    "BEGIN",
    "COMMIT",
    "ABORT",
    "DISCONNECT",
];

#[test]
fn f16_a_body_on_any_client_frame_but_send_is_an_error() {
    for version in [Version::V1_1, Version::V1_2] {
        for command in BODILESS {
            for (headers, body) in [("receipt:7", "x"), ("receipt:7\ncontent-length:1", "x")] {
                let error = fault(version, wire(command, headers, body));
                assert_eq!(error.code, Code::BodyNotAllowed, "{command} {headers}");
                assert_eq!(error.receipt.as_deref(), Some("7"));
            }
        }
    }
}

#[test]
fn f16_stomp_1_0_ignores_the_body_of_subscribe_only() {
    for headers in ["destination:/topic/x", "destination:/topic/x\ncontent-length:4"] {
        let input = [wire("SUBSCRIBE", headers, "body"), wire("SEND", "", "")].concat();
        let read = frames(Version::V1_0, input);
        assert_eq!(read.len(), 2);
        assert_eq!(pairs(&read[0]), [("destination", "/topic/x")]);
        assert!(read[0].body.is_empty());
    }
    assert_eq!(fault_code(Version::V1_0, wire("UNSUBSCRIBE", "", "x")), Code::BodyNotAllowed);
}

#[test]
fn f17_content_length_is_honoured_and_nuls_inside_the_body_survive() {
    for version in VERSIONS {
        let read = frame(version, "SEND\ncontent-length:5\n\na\0b\0\n\0");
        assert_eq!(&read.body[..], b"a\0b\0\n");
        assert!(read.headers.is_empty(), "content-length is no header of the frame");
    }
}

#[test]
fn f18_content_length_shorter_than_body_is_an_error() {
    for version in VERSIONS {
        let error = fault(version, "SEND\ncontent-length:2\nreceipt:7\n\nabc\0");
        assert_eq!((error.code, error.receipt.as_deref()), (Code::BadBodyEnd, Some("7")));
        let error = fault(version, "DISCONNECT\ncontent-length:0\nreceipt:7\n\nx\0");
        assert_eq!((error.code, error.receipt.as_deref()), (Code::BadBodyEnd, Some("7")));
    }
}

#[test]
fn f18_content_length_longer_than_body_waits_and_reads_nothing_beyond_it() {
    let (items, error) =
        feed(decoder(Sender::Client, Version::V1_2), [&b"SEND\ncontent-length:5\n\nabc\0"[..]]);
    assert_eq!((items.len(), error), (0, None));
    assert_eq!(
        fault_code(Version::V1_2, "SEND\ncontent-length:5\n\nabc\0SEND\n\n\0"),
        Code::BadBodyEnd
    );
}

#[test]
fn f19_without_content_length_the_body_ends_at_the_first_nul() {
    for version in VERSIONS {
        let read = frames(version, "SEND\n\nabc\0\nSEND\n\n\0");
        assert_eq!(read.iter().map(|f| &f.body[..]).collect::<Vec<_>>(), [&b"abc"[..], b""]);
    }
}

#[test]
fn f20_f21_f24_a_length_that_is_no_count_is_an_error_with_the_receipt() {
    let values = [
        "-1",
        "+5",
        "0x10",
        "1e3",
        "",
        " ",
        "5 5",
        "five",
        "5,0",
        "5.0",
        "٥",
        "18446744073709551616",
        "9999999999999999999999999999999999999999",
    ];
    for version in VERSIONS {
        for value in values {
            let error = fault(version, format!("SEND\ncontent-length:{value}\nreceipt:7\n\nx\0"));
            assert_eq!(error.code, Code::BadContentLength, "{value:?}");
            assert_eq!(error.receipt.as_deref(), Some("7"));
        }
    }
    for value in ["1 ", " 1"] {
        let input = format!("SEND\ncontent-length:{value}\n\nx\0");
        assert_eq!(fault_code(Version::V1_2, &input), Code::BadContentLength);
        assert_eq!(&frame(Version::V1_0, &input).body[..], b"x");
    }
}

#[test]
fn f22_content_length_is_honoured_on_frames_other_than_send() {
    let mut error = Frame::new(Command::Error).with("message", "no");
    error.body = b"a\0b".to_vec().into();
    let bytes = encode_frame(&error, Version::V1_2);
    let (items, fault) = feed(decoder(Sender::Server, Version::V1_2), [&bytes[..]]);
    assert_eq!((items, fault), (vec![Item::Frame(error)], None));
}

#[test]
fn f23_content_length_0_with_an_empty_body_is_accepted_on_every_command() {
    for version in VERSIONS {
        for command in BODILESS.iter().chain(&["SEND"]) {
            let read = frame(version, wire(command, "content-length:0", ""));
            assert!(read.body.is_empty());
        }
        for command in ["CONNECTED", "MESSAGE", "RECEIPT", "ERROR"] {
            let input = wire(command, "content-length:0", "");
            let (items, error) = feed(decoder(Sender::Server, version), [&input[..]]);
            assert_eq!((items.len(), error), (1, None));
        }
    }
}

#[test]
fn f24_a_huge_content_length_is_refused_before_its_body_comes() {
    let limit = Limits::default().frame;
    for value in [limit as u64, 1 << 31, (1 << 63) + 1, u64::MAX] {
        let error = fault(Version::V1_2, format!("SEND\ncontent-length:{value}\nreceipt:7\n\n"));
        assert_eq!((error.code, error.receipt.as_deref()), (Code::FrameTooLong, Some("7")));
    }
}

#[test]
fn f25_of_two_content_lengths_the_first_wins() {
    let read = frame(Version::V1_2, "SEND\ncontent-length:3\ncontent-length:x\n\na\0b\0");
    assert_eq!(&read.body[..], b"a\0b");
}

#[test]
fn f29_server_frames_with_a_body_carry_its_length_whatever_the_caller_says() {
    for version in VERSIONS {
        for command in [Command::Message, Command::Error, Command::Send] {
            for body in ["", "안녕", "a\0b"] {
                let sent = Frame::new(command).with("content-length", "99").body(body);
                let bytes = encode_frame(&sent, version);
                let expected =
                    format!("{}\ncontent-length:{}\n\n{body}\0", command.as_str(), body.len());
                assert_eq!(bytes, expected);
            }
        }
        let tail = message_tail([("content-length", "99"), ("a", "b")], b"x\0", version);
        assert_eq!(&tail[..], b"a:b\ncontent-length:2\n\nx\0\0");
        let whole = [message_head(Some("s1"), version), tail].concat();
        let (items, error) = feed(decoder(Sender::Server, version), [&whole[..]]);
        let expected = Frame::new(Command::Message)
            .with("subscription", "s1")
            .with("a", "b")
            .body(&b"x\0"[..]);
        assert_eq!((items, error), (vec![Item::Frame(expected)], None));
    }
}

#[test]
fn f30_receipt_connected_and_every_other_bodiless_frame_never_carry_a_body() {
    for command in [Command::Receipt, Command::Connected, Command::Subscribe, Command::Ack] {
        let sent = Frame::new(command).with("a", "b").body("ignored");
        let bytes = encode_frame(&sent, Version::V1_2);
        assert_eq!(bytes, format!("{}\na:b\n\n\0", command.as_str()));
    }
    for command in ["RECEIPT", "CONNECTED"] {
        let input = wire(command, "", "x");
        let (_, error) = feed(decoder(Sender::Server, Version::V1_2), [&input[..]]);
        assert_eq!(error.unwrap().code, Code::BodyNotAllowed);
    }
}

proptest! {
    #[test]
    fn f28_an_arbitrary_body_arrives_octet_for_octet(
        body in prop::collection::vec(any::<u8>(), 0..2000),
        version in prop::sample::select(&VERSIONS[..]),
    ) {
        let sent = Frame::new(Command::Send).with("destination", "/topic/x").body(body);
        prop_assert_eq!(frame(version, encode_frame(&sent, version)), sent);
    }
}
