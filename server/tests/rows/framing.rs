//! A1: frames, bodies, `content-length`.

use crate::host::Host;
use crate::peer::{BOTH, Via, frame};

static HOST: Host = Host::new(&[]);

const VERSIONS: [&str; 3] = ["1.0", "1.1", "1.2"];

/// What a broken frame must come to, over both transports and in every version.
#[track_caller]
fn dies(octets: impl AsRef<[u8]>, code: &str) {
    for via in BOTH {
        for version in VERSIONS {
            let mut a = HOST.raw(via).login(version);
            a.write(&octets);
            a.dies_of(code);
        }
    }
}

#[test]
fn f01_a_frame_round_trips_unchanged() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/f01", "");
        a.write("SEND\ndestination:/topic/f01\nfoo:bar\nbaz: two words \n\nline 1\nline 2\0");
        let message = a.gets("line 1\nline 2");
        assert_eq!(message.get("foo"), Some("bar"));
        assert_eq!(message.get("baz"), Some(" two words "));
        assert_eq!(message.get("destination"), Some("/topic/f01"));
        assert!(
            message.raw.starts_with(b"MESSAGE\n") && message.raw.ends_with(b"\n\nline 1\nline 2\0")
        );
    }
}

#[test]
fn f02_carriage_returns_before_line_ends_are_accepted_in_1_2_also_mixed() {
    crlf("1.2", "f02");
}

#[test]
fn f03_carriage_returns_before_line_ends_are_accepted_in_1_0_and_1_1() {
    crlf("1.0", "f03-0");
    crlf("1.1", "f03-1");
}

fn crlf(version: &str, name: &str) {
    for via in BOTH {
        let mut a = HOST.raw(via);
        a.write(format!("CONNECT\r\naccept-version:{version}\r\nhost:h\r\n\r\n\0\r\n"));
        assert_eq!(a.next().get("version"), Some(version));
        a.write(format!("SUBSCRIBE\r\nid:s\ndestination:/topic/{name}\r\nreceipt:r\n\r\n\0"));
        a.receipt("r");
        a.write(format!("SEND\ndestination:/topic/{name}\r\nmine:x\r\n\nhi\r\n\0"));
        assert_eq!(a.gets("hi\r\n").get("mine"), Some("x"));
    }
}

#[test]
fn f04_a_carriage_return_within_a_header_line_is_an_error() {
    dies("SEND\ndestination:/topic/f04\nfoo:a\rb\n\n\0", "bad-header");
}

#[test]
fn f05_line_ends_before_and_between_frames_are_skipped() {
    for via in BOTH {
        let mut a = HOST.raw(via);
        a.write("\n\r\n\n\r\nCONNECT\naccept-version:1.2\nhost:h\n\n\0\n\n\r\n");
        assert_eq!(a.next().command, "CONNECTED");
        a.write("\n\r\n");
        a.write("\nSEND\ndestination:/topic/f05\nreceipt:1\n\n\0\n\r\n\n");
        a.receipt("1");
        a.write("SEND\ndestination:/topic/f05\nreceipt:2\n\n\0");
        a.receipt("2");
    }
}

#[test]
fn f06_a_stray_nul_between_frames_is_an_error() {
    dies("\0", "bad-command");
    dies("\n\0SEND\ndestination:/topic/f06\n\n\0", "bad-command");
}

#[test]
fn f07_one_octet_at_a_time_still_parses() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        let both = "SUBSCRIBE\nid:s\ndestination:/topic/f07\n\n\0\nSEND\ndestination:/topic/f07\nmine:x\n\nbody\0";
        for octet in both.as_bytes() {
            a.write([*octet]);
        }
        assert_eq!(a.gets("body").get("mine"), Some("x"));
    }
}

#[test]
fn f08_many_frames_with_beats_between_come_in_one_segment() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        let mut octets = b"SUBSCRIBE\nid:s\ndestination:/topic/f08\n\n\0".to_vec();
        for n in 0..200 {
            octets.extend(b"\n".repeat(n % 3));
            octets.extend(frame("SEND destination:/topic/f08", &n.to_string()));
        }
        a.write(octets);
        for n in 0..200 {
            a.gets(&n.to_string());
        }
    }
}

#[test]
fn f09_a_character_may_be_split_over_two_reads() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/f09", "");
        let octets = "SEND\ndestination:/topic/f09\nmine:한\n\n글😀\0".as_bytes();
        for at in 1..octets.len() {
            a.write(&octets[..at]);
            a.write(&octets[at..]);
            assert_eq!(a.gets("글😀").get("mine"), Some("한"));
        }
    }
}

#[test]
fn f10_commands_are_case_sensitive() {
    dies("send\ndestination:/topic/f10\n\n\0", "bad-command");
    for via in BOTH {
        let mut a = HOST.raw(via);
        a.write("connect\naccept-version:1.2\nhost:h\n\n\0");
        a.dies_of("bad-command");
    }
}

#[test]
fn f11_header_names_are_case_sensitive() {
    dies("SEND\nDestination:/topic/f11\n\n\0", "missing-header");
    let mut a = HOST.reader("/topic/f11");
    a.say("SEND destination:/topic/f11 Destination:/topic/other Message-Id:mine", "x");
    let message = a.gets("x");
    assert_eq!(message.get("Destination"), Some("/topic/other"));
    assert_eq!(message.get("Message-Id"), Some("mine"));
}

#[test]
fn f12_a_frame_without_headers_is_legal() {
    for via in BOTH {
        for version in VERSIONS {
            let mut a = HOST.raw(via).login(version);
            a.write("DISCONNECT\n\n\0");
            a.ends();
        }
    }
}

#[test]
fn f13_a_header_line_without_a_colon_is_an_error() {
    dies("SEND\ndestination:/topic/f13\nnonsense\n\n\0", "bad-header");
}

#[test]
fn f14_an_empty_header_value_passes() {
    let mut a = HOST.reader("/topic/f14");
    a.write("SEND\ndestination:/topic/f14\nempty:\nfull:x\n\n\0");
    let message = a.gets("");
    assert_eq!((message.get("empty"), message.get("full")), (Some(""), Some("x")));
}

#[test]
fn f15_an_empty_header_name_is_an_error() {
    dies("SEND\ndestination:/topic/f15\n:x\n\n\0", "bad-header");
}

#[test]
fn f16_only_send_may_have_a_body() {
    for head in [
        "UNSUBSCRIBE id:s",
        "BEGIN transaction:t",
        "COMMIT transaction:t",
        "ABORT transaction:t",
        "ACK id:1 message-id:1 subscription:s",
        "DISCONNECT",
    ] {
        for (via, version) in BOTH.into_iter().zip(["1.1", "1.2"]) {
            let mut a = HOST.raw(via).login(version);
            a.say(&format!("{head} receipt:r"), "body");
            assert_eq!(a.dies_of("body-not-allowed").get("receipt-id"), Some("r"), "{head}");
        }
    }
    for version in ["1.1", "1.2"] {
        let mut a = HOST.tcp(version);
        a.say("SUBSCRIBE id:s destination:/topic/f16", "body");
        a.dies_of("body-not-allowed");
    }
    let mut a = HOST.raw(Via::Tcp);
    a.say("CONNECT accept-version:1.2 host:h", "body");
    a.dies_of("body-not-allowed");
}

#[test]
fn f16_the_body_of_a_1_0_subscribe_is_ignored() {
    let mut a = HOST.tcp("1.0");
    a.ask("SUBSCRIBE destination:/topic/f16-0", "body");
    a.ask("SEND destination:/topic/f16-0", "x");
    a.gets("x");
}

#[test]
fn f17_content_length_keeps_the_nuls_of_a_body() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/f17", "");
        a.write("SEND\ndestination:/topic/f17\ncontent-length:5\n\n\0a\0b\0\0");
        let message = a.gets("\0a\0b\0");
        assert_eq!(message.get("content-length"), Some("5"));
    }
}

#[test]
fn f18_a_content_length_that_is_too_small_is_an_error() {
    dies("SEND\ndestination:/topic/f18\ncontent-length:2\n\nabc\0", "bad-body-end");
}

#[test]
fn f19_without_content_length_the_first_nul_ends_the_body() {
    let mut a = HOST.reader("/topic/f19");
    a.write("SEND\ndestination:/topic/f19\n\nabc\0SEND\ndestination:/topic/f19\n\ndef\0");
    a.gets("abc");
    a.gets("def");
}

#[test]
fn f20_a_negative_content_length_is_an_error() {
    dies("SEND\ndestination:/topic/f20\ncontent-length:-1\n\n\0", "bad-content-length");
}

#[test]
fn f21_a_content_length_that_is_no_number_is_an_error() {
    for value in ["abc", "", " 3", "+3", "0x3", "3.0", "3,4"] {
        let mut a = HOST.tcp("1.2");
        a.write(format!("SEND\ndestination:/topic/f21\ncontent-length:{value}\n\nabc\0"));
        a.dies_of("bad-content-length");
    }
}

#[test]
fn f22_content_length_counts_on_other_frames_too() {
    for command in ["SUBSCRIBE\nid:s\ndestination:/topic/f22", "BEGIN\ntransaction:t", "DISCONNECT"]
    {
        let mut a = HOST.tcp("1.2");
        a.write(format!("{command}\nreceipt:r\ncontent-length:1\n\n\0\0"));
        assert_eq!(a.dies_of("body-not-allowed").get("receipt-id"), Some("r"));
    }
}

#[test]
fn f23_a_content_length_of_0_is_accepted_everywhere() {
    for via in BOTH {
        let mut a = HOST.raw(via);
        a.say("CONNECT accept-version:1.2 host:h content-length:0", "");
        assert_eq!(a.next().command, "CONNECTED");
        a.ask("SUBSCRIBE id:s destination:/topic/f23 content-length:0", "");
        a.ask("SEND destination:/topic/f23 content-length:0", "");
        a.gets("");
        a.ask("UNSUBSCRIBE id:s content-length:0", "");
        a.ask("BEGIN transaction:t content-length:0", "");
        a.ask("ABORT transaction:t content-length:0", "");
        a.ask("DISCONNECT content-length:0", "");
        a.ends();
    }
}

#[test]
fn f24_a_huge_content_length_is_an_error_at_once() {
    let forty = "9".repeat(40);
    for (value, code) in [
        ("2147483648", "frame-too-long"),
        ("9223372036854775809", "frame-too-long"),
        ("18446744073709551615", "frame-too-long"),
        (&forty, "bad-content-length"),
    ] {
        for via in BOTH {
            let mut a = HOST.raw(via).login("1.2");
            a.write(format!(
                "SEND\ndestination:/topic/f24\nreceipt:r\ncontent-length:{value}\n\nx"
            ));
            assert_eq!(a.dies_of(code).get("receipt-id"), Some("r"), "{value}");
        }
    }
}

#[test]
fn f25_the_first_of_two_content_lengths_counts() {
    let mut a = HOST.reader("/topic/f25");
    a.write("SEND\ndestination:/topic/f25\ncontent-length:3\ncontent-length:1\n\na\0b\0");
    let message = a.gets("a\0b");
    assert_eq!(message.headers.iter().filter(|(name, _)| name == "content-length").count(), 1);
}

#[test]
fn f26_a_header_that_is_not_utf_8_is_an_error() {
    dies(b"SEND\ndestination:/topic/f26\nmine:\xff\n\n\0", "bad-header");
    dies(b"SEND\ndestination:/topic/f26\nm\xc3:x\n\n\0", "bad-header");
}

#[test]
fn f27_characters_of_four_octets_pass_everywhere() {
    for via in BOTH {
        for version in VERSIONS {
            let mut a = HOST.raw(via).login(version);
            let to = format!("/topic/f27/😀-{version}-{via:?}");
            a.ask(&format!("SUBSCRIBE id:s destination:{to}"), "");
            a.say(&format!("SEND destination:{to} k𝄞y:v😀lue"), "𝄞😀");
            let message = a.gets("𝄞😀");
            assert_eq!(message.get("k𝄞y"), Some("v😀lue"));
            assert_eq!(message.get("destination"), Some(&to[..]));
        }
    }
}

#[test]
fn f28_a_binary_body_is_identical_at_the_receiver() {
    let body: Vec<u8> = (0..=255).cycle().take(20_000).collect();
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/f28", "");
        let mut octets = b"SEND\ndestination:/topic/f28\ncontent-length:20000\n\n".to_vec();
        octets.extend(&body);
        octets.push(0);
        a.write(octets);
        assert_eq!(a.message().body, body);
    }
}

#[test]
fn f29_frames_of_the_server_with_a_body_have_their_content_length() {
    let mut a = HOST.reader("/topic/f29");
    for (body, length) in [("", "0"), ("한글", "6")] {
        a.say("SEND destination:/topic/f29", body);
        assert_eq!(a.gets(body).get("content-length"), Some(length));
    }
    a.write("NONSENSE\n\n\0");
    let error = a.dies_of("bad-command");
    assert_eq!(error.need("content-length"), error.body.len().to_string());
    assert!(!error.body.is_empty());
}

#[test]
fn f30_receipt_and_connected_have_no_body() {
    for via in BOTH {
        let mut a = HOST.raw(via);
        a.say("CONNECT accept-version:1.2 host:h", "");
        let connected = a.next();
        let receipt = a.ask("SEND destination:/topic/f30", "x");
        for frame in [connected, receipt] {
            assert!(frame.raw.ends_with(b"\n\n\0") && frame.body.is_empty(), "{frame:?}");
        }
    }
}

#[test]
fn f31_frames_that_only_servers_send_are_refused() {
    for command in ["MESSAGE", "RECEIPT", "CONNECTED", "ERROR"] {
        for via in BOTH {
            let mut a = HOST.raw(via).login("1.2");
            a.say(&format!("{command} receipt:r destination:/topic/f31"), "");
            assert_eq!(a.dies_of("bad-command").get("receipt-id"), Some("r"));
        }
    }
}

#[test]
fn f32_an_unknown_command_is_an_error() {
    dies("PUBLISH\ndestination:/topic/f32\n\n\0", "bad-command");
}
