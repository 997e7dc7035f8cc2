//! Header lines as they are read: escapes, padding, repetition, text.

use super::support::{VERSIONS, decoder, fault, fault_code, feed, frame, header, pairs};
use chat_protocol::code::Code;
use chat_protocol::stomp::{Command, Frame, Item, Sender, Version, encode_frame};

#[test]
fn f26_invalid_utf_8_in_a_header_is_an_error() {
    let cases: [&[u8]; 5] =
        [b"a:\xff", b"a\xc3:b", b"a:\xc0\xaf", b"a:\xed\xa0\x80", b"a:\xed\x95"];
    for line in cases {
        for version in VERSIONS {
            let input = [b"SEND\nreceipt:7\n", line, b"\n\n\0"].concat();
            let error = fault(version, input);
            assert_eq!((error.code, error.receipt.as_deref()), (Code::BadHeader, Some("7")));
        }
    }
}

#[test]
fn f27_four_byte_characters_in_name_value_and_body() {
    for version in VERSIONS {
        let sent = Frame::new(Command::Send).with("😀", "𝄞😀").body("🎉");
        assert_eq!(frame(version, encode_frame(&sent, version)), sent);
    }
}

#[test]
fn h01_h07_stomp_1_2_decodes_its_four_escapes_in_names_and_values() {
    let read = frame(Version::V1_2, "SEND\n\\r\\n\\c\\\\k:\\r\\n\\c\\\\\\\\n\n\n\0");
    assert_eq!(pairs(&read), [("\r\n:\\k", "\r\n:\\\\n")]);
}

#[test]
fn h02_an_undefined_escape_in_1_2_is_an_error() {
    for line in
        ["a:\\t", "a:\\x", "a:b\\", "a:\\", "a\\t:b", "a\\:b", "a:\\C", "a:\\\\\\", "a:\\한"]
    {
        let error = fault(Version::V1_2, format!("SEND\n{line}\nreceipt:7\n\n\0"));
        assert_eq!((error.code, error.receipt.as_deref()), (Code::BadHeader, Some("7")), "{line}");
        assert!(error.message.contains("1.2"));
    }
}

#[test]
fn h03_stomp_1_1_decodes_n_c_and_backslash_and_refuses_r() {
    let read = frame(Version::V1_1, "SEND\n\\n\\c\\\\k:\\n\\c\\\\\n\n\0");
    assert_eq!(pairs(&read), [("\n:\\k", "\n:\\")]);
    for line in ["a:\\r", "\\r:a", "a:\\t", "a:b\\"] {
        let error = fault(Version::V1_1, format!("SEND\n{line}\n\n\0"));
        assert_eq!(error.code, Code::BadHeader);
        assert!(error.message.contains("1.1"));
    }
}

#[test]
fn h04_in_1_0_a_backslash_is_a_plain_octet_both_ways() {
    let read = frame(Version::V1_0, "SEND\na\\n:\\t\\n\\c\\\\\\\n\n\0");
    assert_eq!(pairs(&read), [("a\\n", "\\t\\n\\c\\\\\\")]);
    let expected = "SEND\na\\n:\\t\\n\\c\\\\\\\ncontent-length:0\n\n\0";
    assert_eq!(encode_frame(&read, Version::V1_0), expected);
}

#[test]
fn h05_connect_and_stomp_headers_are_never_unescaped() {
    for version in VERSIONS {
        for command in ["CONNECT", "STOMP"] {
            let input = format!(
                "{command}\naccept-version:1.2\nlogin:us:er\npasscode:p:a\\ss\nx:\\n\\c\\\n\n\0"
            );
            let read = frame(version, input);
            assert_eq!(header(&read, "login"), Some("us:er"));
            assert_eq!(header(&read, "passcode"), Some("p:a\\ss"));
            assert_eq!(header(&read, "x"), Some("\\n\\c\\"));
        }
    }
}

#[test]
fn h05_h06_connecting_frames_are_never_escaped_nor_unescaped() {
    for version in VERSIONS {
        for command in [Command::Connect, Command::Stomp, Command::Connected] {
            let sent = Frame::new(command)
                .with("accept-version", "1.2")
                .with("version", "1.2")
                .with("x", "a:b\\c\\n");
            let bytes = encode_frame(&sent, version);
            assert!(bytes.ends_with(b"\nx:a:b\\c\\n\n\n\0"));
            let (items, error) = feed(decoder(command.sender(), version), [&bytes[..]]);
            assert_eq!((items, error), (vec![Item::Frame(sent)], None));
        }
    }
}

#[test]
fn h08_a_raw_colon_in_a_value_is_tolerated() {
    for version in VERSIONS {
        let read = frame(version, "SEND\na:b:c::d\n\n\0");
        assert_eq!(pairs(&read), [("a", "b:c::d")]);
    }
}

#[test]
fn h11_1_1_and_1_2_never_trim_or_pad() {
    for version in [Version::V1_1, Version::V1_2] {
        let read = frame(version, "SEND\na: b \nc:\t\n d :e\n\n\0");
        assert_eq!(pairs(&read), [("a", " b "), ("c", "\t"), (" d ", "e")]);
        let expected = "SEND\na: b \nc:\t\n d :e\ncontent-length:0\n\n\0";
        assert_eq!(encode_frame(&read, version), expected);
    }
}

#[test]
fn h11_a_connect_that_offers_1_1_or_1_2_is_never_trimmed() {
    for offer in ["1.1", "1.2", "1.0,1.1", "1.0, 1.2", "2.0,1.1"] {
        let input = format!("CONNECT\nlogin: guest \naccept-version:{offer}\n\n\0");
        assert_eq!(header(&frame(Version::V1_0, input), "login"), Some(" guest "));
    }
}

#[test]
fn h12_in_1_0_padding_around_a_value_is_dropped() {
    let read = frame(Version::V1_0, "SEND\ndestination: /topic/x \nb:\t x y\t\nc:  \n\n\0");
    assert_eq!(pairs(&read), [("destination", "/topic/x"), ("b", "x y"), ("c", "")]);
    for offer in ["", "accept-version:1.0\n", "accept-version: 1.0\n"] {
        let input = format!("CONNECT\nlogin: guest \n{offer}passcode: p\n\n\0");
        let read = frame(Version::V1_0, input);
        assert_eq!(header(&read, "login"), Some("guest"));
        assert_eq!(header(&read, "passcode"), Some("p"));
    }
    let (items, _) =
        feed(decoder(Sender::Server, Version::V1_0), [&b"CONNECTED\nsession: 7\n\n\0"[..]]);
    assert_eq!(items, [Item::Frame(Frame::new(Command::Connected).with("session", "7"))]);
}

#[test]
fn h13_of_a_repeated_header_the_first_value_is_the_value() {
    for version in VERSIONS {
        let read = frame(version, "SEND\nfoo:1\nbar:x\nfoo:2\nfoo:\n\n\0");
        assert_eq!(pairs(&read), [("foo", "1"), ("bar", "x")]);
    }
    // What is repeated is the decoded name.
    let read = frame(Version::V1_2, "SEND\na\\cb:1\na\\cb:2\n\n\0");
    assert_eq!(pairs(&read), [("a:b", "1")]);
}

#[test]
fn h13_a_fault_in_a_repetition_is_a_fault() {
    assert_eq!(fault_code(Version::V1_2, "SEND\na:1\na:\\t\n\n\0"), Code::BadHeader);
}

#[test]
fn h14_h18_user_headers_arrive_unchanged_and_in_order() {
    let long = "긴".repeat(1300);
    for version in VERSIONS {
        let sent = Frame::new(Command::Send)
            .with("z", &long)
            .with("empty", "")
            .with("유니코드", "값 😀")
            .with("two words", "x")
            .with("a", "1");
        let read = frame(version, encode_frame(&sent, version));
        assert_eq!(pairs(&read), pairs(&sent));
    }
}

#[test]
fn h19_the_receipt_in_an_error_is_the_decoded_one() {
    let error = fault(Version::V1_2, "SEND\nreceipt:a\\cb\ncontent-length:x\n\n\0");
    assert_eq!(error.receipt.as_deref(), Some("a:b"));
}

#[test]
fn a_version_set_between_frames_holds_from_the_next_frame_on() {
    let mut decoder = decoder(Sender::Client, Version::V1_0);
    decoder.push(b"SEND\na:\\n\n");
    assert_eq!(decoder.next(), Ok(None));
    decoder.set_version(Version::V1_2);
    decoder.push(b"b:\\n\n\n\0SEND\na:\\n\n\n\0");
    let first = Frame::new(Command::Send).with("a", "\\n").with("b", "\\n");
    assert_eq!(decoder.next(), Ok(Some(Item::Frame(first))));
    let second = Frame::new(Command::Send).with("a", "\n");
    assert_eq!(decoder.next(), Ok(Some(Item::Frame(second))));
}
