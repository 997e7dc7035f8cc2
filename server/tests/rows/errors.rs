//! A6: ERROR frames. Every way to break a frame is in `broken`.

use crate::host::{Host, alone, open};
use crate::peer::{BOTH, Peer, Via};

static HOST: Host = Host::new(&[]);

/// One frame of each kind of fault, sent after CONNECTED.
const FAULTS: [(&str, &str); 8] = [
    ("NONSENSE receipt:r", "bad-command"),
    ("SEND receipt:r no-colon", "bad-header"),
    ("SEND receipt:r", "missing-header"),
    ("SEND receipt:r destination:/nowhere/x", "bad-destination"),
    ("SUBSCRIBE receipt:r destination:/topic/e", "missing-header"),
    ("UNSUBSCRIBE receipt:r id:none", "unknown-subscription"),
    ("COMMIT receipt:r transaction:none", "unknown-transaction"),
    ("CONNECT receipt:r accept-version:1.2", "already-connected"),
];

fn each(check: impl Fn(&mut Peer, &str)) {
    for via in BOTH {
        for (head, code) in FAULTS {
            let mut a = HOST.raw(via).login("1.2");
            a.say(head, "");
            check(&mut a, code);
        }
    }
}

#[test]
fn e01_error_is_always_followed_by_the_close() {
    each(|a, code| {
        a.dies_of(code);
    });
}

#[test]
fn e02_receipt_id_on_error_when_the_bad_frame_had_a_receipt() {
    each(|a, code| assert_eq!(a.dies_of(code).get("receipt-id"), Some("r")));
    let mut a = HOST.tcp("1.2");
    a.write("SEND\n\nx\0");
    assert_eq!(a.dies_of("missing-header").get("receipt-id"), None);
}

#[test]
fn e03_the_message_is_short_and_the_code_is_stable() {
    each(|a, code| {
        let error = a.dies_of(code);
        let message = error.need("message");
        assert!(!message.is_empty() && message.len() <= 400, "{message:?}");
    });
}

#[test]
fn e04_the_body_has_a_type_and_a_length() {
    each(|a, code| {
        let error = a.dies_of(code);
        assert!(error.need("content-type").starts_with("text/plain"));
        assert_eq!(error.need("content-length"), error.body.len().to_string());
        assert!(!error.text().is_empty());
    });
}

#[test]
fn e05_nothing_of_the_inside_is_told() {
    each(|a, code| {
        let error = a.dies_of(code);
        let said = String::from_utf8(error.raw).unwrap();
        for inner in ["src/", ".rs", "panicked", "backtrace", "Error {", "/root", "/home", "/tmp"] {
            assert!(!said.contains(inner), "{said}");
        }
    });
}

/// The fault lies in the middle of a large write, so that the peer has unread input at the close.
#[test]
fn e06_error_comes_before_the_close_and_no_reset_takes_it_away() {
    for via in BOTH {
        for _ in 0..20 {
            let mut a = HOST.raw(via).login("1.2");
            let mut octets = b"NONSENSE\nreceipt:r\n\n\0".to_vec();
            octets.resize(60_000, b'x');
            a.write(octets);
            assert_eq!(a.next().get("code"), Some("bad-command"));
            assert!(!a.ends().reset);
        }
    }
}

#[test]
fn e07_malformed_frames_get_an_error_and_no_bare_close() {
    for via in BOTH {
        for octets in
            ["\0", "GET / HTTP/1.1\r\n", "{\"a\":1}\n\n\0", "\u{feff}SEND\n\n\0", " SEND\n"]
        {
            let mut a = HOST.raw(via).login("1.2");
            a.write(octets);
            a.dies_of("bad-command");
        }
    }
}

#[test]
fn e08_the_websocket_s_close_code_fits_and_its_reason_is_the_code() {
    for (head, code) in FAULTS {
        let mut a = HOST.ws("1.2");
        a.say(head, "");
        let error = a.next();
        assert_eq!(error.get("code"), Some(code));
        assert_eq!(a.ends().close, Some((1002, code.to_owned())));
    }
    let mut a = HOST.ws("1.2");
    a.write("SEND\ndestination:/topic/e08\ncontent-length:99999\n\n");
    assert_eq!(a.next().get("code"), Some("frame-too-long"));
    assert_eq!(a.ends().close, Some((1009, "frame-too-long".to_owned())));
}

#[test]
fn e09_nothing_is_processed_after_an_error() {
    for via in BOTH {
        let mut reader = HOST.reader("/topic/e09");
        let mut a = HOST.raw(via).login("1.2");
        a.write(
            "SEND\ndestination:/topic/e09\n\nbefore\0SEND\n\n\0SEND\ndestination:/topic/e09\n\nafter\0",
        );
        a.dies_of("missing-header");
        reader.gets("before");
        reader.ask("SEND destination:/topic/e09", "end");
        reader.gets("end");
    }
}

/// What ends one subscription ends the connection, with an ERROR.
#[test]
fn e10_a_subscription_is_never_lost_without_a_word() {
    let server = alone(&["--max-unread=64KiB", "--stall-timeout=300ms", "--close-timeout=60s"]);
    let mut slow = open(&server, Via::Ws).login("1.2");
    slow.ask("SUBSCRIBE id:s destination:/topic/e10", "");
    let mut writer = open(&server, Via::Tcp).login("1.2");
    let body = "x".repeat(60_000);
    for _ in 0..400 {
        writer.ask("SEND destination:/topic/e10", &body);
    }
    let mut last = slow.next();
    while let Some(frame) = slow.try_next() {
        last = frame;
    }
    assert_eq!((last.command.as_str(), last.get("code")), ("ERROR", Some("slow-consumer")));
}
