//! Command line, header lines, line ends and what stands between frames.

use super::support::{
    VERSIONS, decoder, fault, fault_code, feed, frame, frames, header, pairs, wire,
};
use chat_protocol::code::Code;
use chat_protocol::stomp::{Command, Frame, Item, Sender, Version, encode_frame};

#[test]
fn f01_a_frame_round_trips_unchanged() {
    let sent = Frame::new(Command::Send)
        .with("destination", "/topic/x")
        .with("content-type", "text/plain")
        .body("hello\nworld");
    let bytes = encode_frame(&sent, Version::V1_2);
    assert_eq!(
        &bytes[..],
        b"SEND\ndestination:/topic/x\ncontent-type:text/plain\ncontent-length:11\n\nhello\nworld\0"
    );
    assert_eq!(frame(Version::V1_2, &bytes), sent);
}

#[test]
fn f02_f03_cr_lf_is_a_line_end_in_every_version_also_mixed_with_lf() {
    for version in VERSIONS {
        for input in [
            "SEND\r\ndestination:/topic/x\r\na:b\r\n\r\nbody\0",
            "SEND\r\ndestination:/topic/x\na:b\r\n\nbody\0",
            "SEND\ndestination:/topic/x\r\na:b\n\r\nbody\0",
        ] {
            let read = frame(version, input);
            assert_eq!(pairs(&read), [("destination", "/topic/x"), ("a", "b")]);
            assert_eq!(&read.body[..], b"body");
        }
    }
}

#[test]
fn f04_cr_without_lf_in_a_header_line_is_an_error() {
    for version in VERSIONS {
        for line in ["a:b\rc", "a\rb:c", "\ra:b", "a:b\r\r"] {
            let input = format!("SEND\n{line}\nreceipt:7\n\n\0");
            let error = fault(version, input);
            assert_eq!((error.code, error.receipt.as_deref()), (Code::BadHeader, Some("7")));
        }
        for input in ["SEND\r\r\n\n\0", "SE\rND\n\n\0", "\rSEND\n\n\0", "\n\r\rSEND\n\n\0"] {
            assert_eq!(fault_code(version, input), Code::BadCommand);
        }
    }
}

#[test]
fn f05_any_number_of_eols_before_and_between_frames_is_skipped() {
    let input = "\n\r\n\n\nSEND\na:1\n\n\0\n\r\n\nSEND\na:2\n\n\0SEND\na:3\n\n\0\r\n";
    for version in VERSIONS {
        let read = frames(version, input);
        let values: Vec<_> = read.iter().map(|frame| header(frame, "a")).collect();
        assert_eq!(values, [Some("1"), Some("2"), Some("3")]);
    }
}

#[test]
fn f06_a_stray_nul_between_frames_is_an_error_that_names_content_length() {
    for input in ["\0SEND\n\n\0", "SEND\n\nx\0\0", "SEND\ncontent-length:0\n\n\0\n\0"] {
        let error = fault(Version::V1_2, input);
        assert_eq!(error.code, Code::BadCommand);
        assert!(error.message.contains("content-length"));
    }
}

#[test]
fn f07_one_octet_at_a_time_gives_the_frame_as_soon_as_its_nul_is_there() {
    let input = b"SEND\r\na:\\c\r\ncontent-length:3\r\n\r\nx\0y\0";
    let mut decoder = decoder(Sender::Client, Version::V1_2);
    for (at, octet) in input.iter().enumerate() {
        decoder.push(&[*octet]);
        let item = decoder.next().unwrap();
        assert_eq!(item.is_some(), at == input.len() - 1);
        assert_eq!(decoder.is_mid_frame(), item.is_none());
    }
}

#[test]
fn f08_many_frames_at_once_with_heart_beats_between() {
    let input = "SEND\n\na\0\n\n\nSEND\n\nb\0SEND\n\nc\0\n".repeat(100);
    let (items, error) = feed(decoder(Sender::Client, Version::V1_2), [input.as_bytes()]);
    assert_eq!(error, None);
    assert_eq!(items.iter().filter(|item| matches!(item, Item::Frame(_))).count(), 300);
    assert_eq!(items.iter().filter(|item| matches!(item, Item::HeartBeat)).count(), 200);
}

#[test]
fn f09_a_character_split_over_two_reads_survives() {
    let input = "SEND\n이름:한😀글\n\n안녕😀\0".as_bytes();
    for cut in 1..input.len() {
        let (head, tail) = input.split_at(cut);
        let (items, error) = feed(decoder(Sender::Client, Version::V1_1), [head, tail]);
        assert_eq!(error, None);
        let expected = Frame::new(Command::Send).with("이름", "한😀글").body("안녕😀");
        assert_eq!(items, [Item::Frame(expected)]);
    }
}

#[test]
fn f10_commands_are_case_sensitive() {
    for command in ["connect", "Send", "sEND", "SENd"] {
        assert_eq!(fault_code(Version::V1_2, wire(command, "", "")), Code::BadCommand);
    }
}

#[test]
fn f11_header_names_are_case_sensitive() {
    let read = frame(Version::V1_2, "SEND\nDestination:/a\ndestination:/b\n\n\0");
    assert_eq!(pairs(&read), [("Destination", "/a"), ("destination", "/b")]);
    assert_eq!(header(&read, "DESTINATION"), None);
}

#[test]
fn f12_a_frame_without_headers_is_legal() {
    let read = frame(Version::V1_2, "DISCONNECT\n\n\0");
    assert_eq!(read, Frame::new(Command::Disconnect));
    assert_eq!(&encode_frame(&read, Version::V1_2)[..], b"DISCONNECT\n\n\0");
}

#[test]
fn f13_a_header_line_without_a_colon_is_an_error() {
    for version in VERSIONS {
        let error = fault(version, "SEND\ndestination\nreceipt:7\n\n\0");
        assert_eq!((error.code, error.receipt.as_deref()), (Code::BadHeader, Some("7")));
    }
}

#[test]
fn f14_an_empty_header_value_is_passed_through() {
    for version in VERSIONS {
        let read = frame(version, "SEND\na:\nb:x\n\n\0");
        assert_eq!(pairs(&read), [("a", ""), ("b", "x")]);
        assert_eq!(frame(version, encode_frame(&read, version)), read);
    }
}

#[test]
fn f15_an_empty_header_name_is_an_error() {
    for version in VERSIONS {
        assert_eq!(fault_code(version, "SEND\n:value\n\n\0"), Code::BadHeader);
    }
}

#[test]
fn f15_an_empty_header_name_is_never_written() {
    let sent = Frame::new(Command::Send).with("", "value").with("a", "b");
    assert_eq!(pairs(&frame(Version::V1_2, encode_frame(&sent, Version::V1_2))), [("a", "b")]);
}

#[test]
fn f31_server_commands_from_a_client_are_refused_and_the_other_way_round() {
    for command in ["CONNECTED", "MESSAGE", "RECEIPT", "ERROR"] {
        let error = fault(Version::V1_2, wire(command, "receipt:7", ""));
        assert_eq!((error.code, error.receipt.as_deref()), (Code::BadCommand, Some("7")));
        assert!(error.message.contains("Only a server"));
    }
    for command in ["CONNECT", "STOMP", "SEND", "SUBSCRIBE", "ACK", "BEGIN", "DISCONNECT"] {
        let input = wire(command, "", "");
        let (items, error) = feed(decoder(Sender::Server, Version::V1_2), [&input[..]]);
        assert_eq!((items.len(), error.unwrap().code), (0, Code::BadCommand));
    }
}

#[test]
fn f32_an_unknown_command_is_an_error_with_the_receipt_of_its_frame() {
    for version in VERSIONS {
        let error = fault(version, "FROBNICATE\nreceipt:7\n\n\0");
        assert_eq!((error.code, error.receipt.as_deref()), (Code::BadCommand, Some("7")));
    }
}

#[test]
fn f32_what_is_not_shaped_like_a_command_is_refused_without_waiting_for_more() {
    let cases: [&[u8]; 9] = [
        b"\xef\xbb\xbfCONNECT\n",
        b"hello\n",
        b"GET / HTTP/1.1\r\n",
        b"SEND \n",
        b" SEND\n",
        b"SE\0",
        b"\x16\x03\x01\x02\0",
        b"\xff\xfe\n",
        b"AAAAAAAAAAAAAAAAA",
    ];
    for input in cases {
        assert_eq!(fault_code(Version::V1_2, input), Code::BadCommand, "{input:?}");
    }
}

#[test]
fn a_nul_among_the_headers_is_an_error_at_once() {
    for input in ["SEND\n\0", "SEND\na:b\0", "SEND\na:b\n\0"] {
        assert_eq!(fault_code(Version::V1_2, input), Code::BadHeader);
    }
}

#[test]
fn after_an_error_the_decoder_stays_dead_and_keeps_nothing() {
    let mut decoder = decoder(Sender::Client, Version::V1_2);
    decoder.push(b"SEND\nreceipt:1\n:\n\n\0SEND\n\n\0");
    let error = decoder.next().unwrap_err();
    decoder.push(b"SEND\n\n\0");
    assert_eq!(decoder.next().unwrap_err(), error);
    assert!(!decoder.is_mid_frame());
}

#[test]
fn the_text_of_an_error_holds_nothing_the_peer_wrote() {
    for input in ["EVILEVIL\n\n\0", "SEND\nEVILEVIL\n\n\0", "SEND\ncontent-length:EVILEVIL\n\n\0"] {
        assert!(!fault(Version::V1_2, input).message.contains("EVIL"));
    }
}
