//! Limits of a server session: rows L03, L05, L06, L13, R02.

use super::support::{Link, config};
use chat_protocol::code::Code;
use chat_protocol::session::{ServerConfig, ServerEvent};
use chat_protocol::stomp::Limits;

fn small() -> ServerConfig {
    let limits_before_connect = Limits { frame: 100, ..Limits::default() };
    let limits = Limits { frame: 1000, ..Limits::default() };
    ServerConfig { limits_before_connect, limits, ..config() }
}

#[test]
fn l05_l06_all_input_before_connected_is_bounded_in_any_pieces() {
    let inputs = [
        "\n".repeat(200) + "CONNECT\n\n\0",
        "\n".repeat(95) + "CONNECT\n\n\0",
        format!("CONNECT\nx:{}\n\n\0", "y".repeat(100)),
    ];
    for input in inputs {
        for piece in [1, 7, 99, 100, 101, 1000] {
            let mut link = Link::with(small());
            let mut ended = false;
            for part in input.as_bytes().chunks(piece) {
                link.say(part);
                if let Some(event) = link.event() {
                    assert!(matches!(event, ServerEvent::Closed(_)), "{piece}: {event:?}");
                    assert_eq!(link.transmitted().lines().nth(1), Some("code:frame-too-long"));
                    ended = true;
                    break;
                }
            }
            assert!(ended, "pieces of {piece}");
        }
    }
}

#[test]
fn l05_frames_that_came_with_connect_are_no_fault_of_it() {
    let mut link = Link::with(small());
    let body = "b".repeat(500);
    link.say(format!(
        "CONNECT\naccept-version:1.2\n\n\0SEND\ndestination:/topic/a\nx:a\\nb\n\n{body}\0"
    ));
    link.accept();
    let Some(ServerEvent::Send { headers, body: said, .. }) = link.event() else { panic!() };
    assert_eq!(said, body);
    assert_eq!(headers.get("x").unwrap().as_str(), "a\nb", "decoded by the version agreed on");
}

#[test]
fn l05_a_client_that_talks_on_before_connected_is_bounded_too() {
    let mut link = Link::with(small());
    link.say("CONNECT\n\n\0");
    assert!(matches!(link.event(), Some(ServerEvent::Connect { .. })));
    for _ in 0..11 {
        link.say([b'x'; 10]);
    }
    link.assert_error(Code::FrameTooLong);
}

#[test]
fn l03_a_frame_too_long_is_1009() {
    let mut link = Link::open_with("1.2", small());
    link.say(format!("SEND\ndestination:/topic/a\ncontent-length:2000\n\n{}", "x".repeat(1000)));
    assert_eq!(link.closed().ws_code, 1009);
    assert!(link.transmitted().starts_with("ERROR\ncode:frame-too-long\n"));
}

#[test]
fn a_receipt_too_long_or_empty_is_an_error() {
    for receipt in ["x".repeat(257), String::new()] {
        let mut link = Link::open("1.2");
        link.say(format!("SEND\ndestination:/topic/a\nreceipt:{receipt}\n\n\0"));
        link.assert_error(Code::BadReceipt);
    }
}
