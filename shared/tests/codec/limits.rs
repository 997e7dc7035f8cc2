//! What one frame may take, each limit from both sides.

use super::support::{fault, feed, wire};
use chat_protocol::code::Code;
use chat_protocol::stomp::{DecodeError, Decoder, Item, Limits, Sender, Version};

fn read(limits: Limits, input: &[u8]) -> Result<usize, DecodeError> {
    let run = |size: usize| {
        let mut decoder = Decoder::new(Sender::Client, limits);
        decoder.set_version(Version::V1_2);
        feed(decoder, input.chunks(size))
    };
    let whole = run(input.len());
    assert_eq!(run(1), whole);
    match whole {
        (items, None) => Ok(items.len()),
        (_, Some(error)) => Err(error),
    }
}

#[test]
fn l01_as_many_headers_as_the_limit_and_not_one_more() {
    let limits = Limits { headers: 8, ..Limits::default() };
    let headers =
        |n: usize| (0..n).map(|i| format!("h{i}:x")).collect::<Vec<_>>().join("\n").into_bytes();
    let frame = |n| [b"SEND\n", &headers(n)[..], b"\n\n\0"].concat();
    assert_eq!(read(limits, &frame(8)), Ok(1));
    let error = read(limits, &frame(9)).unwrap_err();
    assert_eq!(error.code, Code::TooManyHeaders);
    assert!(error.message.contains('8'));
    // Told at once: the frame need not end.
    let endless = [b"SEND\n", &headers(1000)[..]].concat();
    assert_eq!(read(limits, &endless).unwrap_err().code, Code::TooManyHeaders);
}

#[test]
fn l10_repeated_headers_do_not_eat_the_limit_but_the_frame_bounds_them() {
    let limits = Limits { headers: 2, frame: 1000, ..Limits::default() };
    let frame = |n| wire("SEND", &format!("a:1\n{}b:3", "a:2\n".repeat(n)), "");
    assert_eq!(read(limits, &frame(200)), Ok(1));
    assert_eq!(read(limits, &frame(300)).unwrap_err().code, Code::FrameTooLong);
}

#[test]
fn l02_a_header_line_as_long_as_the_limit_and_not_one_octet_more() {
    let limits = Limits { header_line: 32, ..Limits::default() };
    for eol in ["\n", "\r\n"] {
        let line = |total: usize| format!("a:{}{eol}", "x".repeat(total - 2 - eol.len()));
        let frame = |total| format!("SEND\n{}\n\0", line(total));
        assert_eq!(read(limits, frame(32).as_bytes()), Ok(1));
        assert_eq!(read(limits, frame(33).as_bytes()).unwrap_err().code, Code::HeaderTooLong);
    }
    // Told at once: the line need not end.
    let endless = [b"SEND\n", &[b'x'; 32][..]].concat();
    assert_eq!(read(limits, &endless).unwrap_err().code, Code::HeaderTooLong);
}

#[test]
fn l03_a_frame_as_long_as_the_limit_and_not_one_octet_more() {
    let limits = Limits { frame: 100, ..Limits::default() };
    let frames = |length: usize| {
        let fill = |head: &str| format!("{head}{}\0", "x".repeat(length - head.len() - 1));
        [fill("SEND\na:b\n\n"), fill(&format!("SEND\ncontent-length:{}\n\n", length - 25))]
    };
    for frame in frames(100) {
        assert_eq!(read(limits, frame.as_bytes()), Ok(1), "{frame:?}");
    }
    for frame in frames(101) {
        let error = read(limits, frame.as_bytes()).unwrap_err();
        assert_eq!(error.code, Code::FrameTooLong, "{frame:?}");
    }
}

#[test]
fn l03_the_head_alone_can_be_too_long_for_the_frame() {
    for frame in 1..10 {
        let limits = Limits { frame, ..Limits::default() };
        let error = read(limits, b"SEND\na:b\n\n\0").unwrap_err();
        assert_eq!(error.code, Code::FrameTooLong, "{frame}");
    }
}

#[test]
fn l04_the_longest_command_fits_and_a_longer_line_is_no_command() {
    assert_eq!(read(Limits::default(), b"UNSUBSCRIBE\r\n\r\n\0"), Ok(1));
    for input in ["ABCDEFGHIJKLMNOP\n\n\0", "ABCDEFGHIJKLMNOP"] {
        assert_eq!(fault(Version::V1_2, input).code, Code::BadCommand);
    }
}

#[test]
fn l05_limits_set_between_frames_hold_from_the_next_frame_on() {
    let small = Limits { frame: 64, ..Limits::default() };
    let mut decoder = Decoder::new(Sender::Client, small);
    let big = wire("SEND", "", &"x".repeat(1000));
    decoder.push(&wire("CONNECT", "accept-version:1.2", ""));
    decoder.push(&big);
    assert!(matches!(decoder.next(), Ok(Some(Item::Frame(_)))));
    decoder.set_limits(Limits::default());
    assert!(matches!(decoder.next(), Ok(Some(Item::Frame(_)))));
    decoder.set_limits(small);
    decoder.push(&big);
    assert_eq!(decoder.next().unwrap_err().code, Code::FrameTooLong);
}

#[test]
fn l06_the_limit_counts_a_frame_over_however_many_pieces() {
    let limits = Limits { frame: 1000, ..Limits::default() };
    let mut decoder = Decoder::new(Sender::Client, limits);
    decoder.push(b"SEND\n\n");
    let mut pushed = 6;
    let error = loop {
        decoder.push(b"0123456789");
        pushed += 10;
        match decoder.next() {
            Ok(None) => assert!(pushed < 1000),
            Ok(Some(item)) => panic!("{item:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!((error.code, pushed), (Code::FrameTooLong, 1006));
}

#[test]
fn l07_one_frame_with_several_faults_gives_the_first_of_them_once() {
    let input = b"FROBNICATE\nno colon\na:\\t\ncontent-length:x\nreceipt:7\n\nbody\0";
    let error = read(Limits::default(), input).unwrap_err();
    assert_eq!((error.code, error.receipt.as_deref()), (Code::BadCommand, Some("7")));
}

#[test]
fn l13_ten_megabytes_of_eols_are_one_heart_beat_a_read() {
    let mut decoder = Decoder::new(Sender::Client, Limits::default());
    for eols in [b"\n".repeat(5_000_000), b"\r\n".repeat(2_500_000)] {
        decoder.push(&eols);
        assert_eq!(decoder.next(), Ok(Some(Item::HeartBeat)));
        assert_eq!(decoder.next(), Ok(None));
        assert!(!decoder.is_mid_frame());
    }
}

#[test]
fn l13_a_large_frame_octet_by_octet_is_scanned_once() {
    // Quadratic work would take minutes here.
    let limits = Limits { frame: 4 << 20, ..Limits::default() };
    let mut decoder = Decoder::new(Sender::Client, limits);
    decoder.push(b"SEND\n\n");
    for _ in 0..2 << 20 {
        decoder.push(b"x");
        assert_eq!(decoder.next(), Ok(None));
    }
    decoder.push(b"\0");
    assert!(matches!(decoder.next(), Ok(Some(Item::Frame(frame))) if frame.body.len() == 2 << 20));
}
