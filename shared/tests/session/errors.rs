//! ERROR, then the end: rows E01–E05, E07–E09, L07, D01, R07.

use super::support::{Link, secs};
use chat_protocol::code::Code;
use chat_protocol::session::CloseReason;

const SEND: &str = "SEND\ndestination:/topic/a\nreceipt:";

#[test]
fn e01_e02_e04_an_error_has_code_message_receipt_and_a_body_with_its_length() {
    let mut link = Link::open("1.2");
    link.say("SEND\nreceipt:r\\c1\n\nhi\0");
    assert_eq!(
        {
            link.event();
            link.transmitted()
        },
        "ERROR\ncode:missing-header\nmessage:SEND needs a destination header\nreceipt-id:r\\c1\n\
         content-type:text/plain;charset=utf-8\ncontent-length:31\n\nSEND needs a destination header\0"
    );
    assert!(link.session.is_closed());
}

#[test]
fn d01_a_send_needs_a_readable_destination() {
    let mut link = Link::open("1.2");
    link.say("SEND\n\n\0");
    link.assert_error(Code::MissingHeader);
    for bad in ["", "/", "topic", "/nowhere/x", "/topic/", "/topic/*", "/topic/room.", "/topic/>"] {
        let mut link = Link::open("1.2");
        link.say(format!("SEND\ndestination:{bad}\nreceipt:1\n\n\0"));
        assert!(link.assert_error(Code::BadDestination).contains("\nreceipt-id:1\n"));
    }
}

#[test]
fn e07_a_malformed_frame_gets_an_error_with_its_receipt() {
    let mut link = Link::open("1.2");
    link.say("SEND\ndestination:/topic/a\nreceipt:r\nbad\\tescape:x\n\n\0");
    let error = link.assert_error(Code::BadHeader);
    assert!(error.contains("\nreceipt-id:r\n"), "{error}");
}

#[test]
fn e09_l07_nothing_after_the_fault_is_processed_and_one_error_is_all() {
    let mut link = Link::open("1.2");
    link.say("NOPE\n\n\0SEND\ndestination:/topic/a\n\n\0NOPE\n\n\0");
    link.assert_error(Code::BadCommand);
    link.say("NOPE\n\n\0");
    link.session.fail(None, Code::Internal, "again");
    assert_eq!(link.event(), None);
    assert_eq!(link.transmitted(), "");
}

#[test]
fn e08_the_close_code_is_1009_when_too_big_and_1002_otherwise() {
    for (code, ws_code) in [
        (Code::FrameTooLong, 1009),
        (Code::BadHeader, 1002),
        (Code::SlowConsumer, 1002),
        (Code::ShuttingDown, 1001),
        (Code::Internal, 1011),
    ] {
        let mut link = Link::open("1.2");
        link.session.fail(None, code, "why");
        assert_eq!(link.closed().ws_code, ws_code);
    }
}

#[test]
fn r07_a_failed_frame_gets_an_error_and_no_receipt() {
    let mut link = Link::open("1.2");
    link.say(format!("{SEND}1\n\n\0"));
    let ticket = link.ticket();
    link.session.fail(Some(ticket), Code::BadCursor, "why");
    link.session.confirm(ticket, &[]);
    let error = link.assert_error(Code::BadCursor);
    assert!(error.contains("\nreceipt-id:1\n"));
}

#[test]
fn receipts_of_earlier_answered_frames_leave_before_the_error_and_no_others() {
    let mut link = Link::open("1.2");
    let tickets: Vec<_> = (0..5)
        .map(|n| {
            link.say(format!("{SEND}{n}\n\n\0"));
            link.ticket()
        })
        .collect();
    for answered in [1, 2, 4] {
        link.session.confirm(tickets[answered], &[]);
    }
    link.session.fail(Some(tickets[3]), Code::BadCursor, "why");
    let out = link.transmitted();
    assert!(
        out.starts_with("RECEIPT\nreceipt-id:1\n\n\0RECEIPT\nreceipt-id:2\n\n\0ERROR\n"),
        "{out}"
    );
    assert!(out.contains("receipt-id:3\n") && !out.contains("receipt-id:4\n"), "{out}");
    assert_eq!(out.matches('\0').count(), 3);
    assert_eq!(link.session.unanswered(), 0);
    link.session.confirm(tickets[0], &[]);
    assert_eq!(link.transmitted(), "");
}

#[test]
fn a_broken_frame_waits_for_the_receipts_of_those_before_it() {
    let mut link = Link::open("1.2");
    link.say(format!("{SEND}1\n\n\0{SEND}2\n\n\0NOPE\nreceipt:3\n\n\0{SEND}4\n\n\0"));
    let (first, second) = (link.ticket(), link.ticket());
    assert_eq!(link.event(), None);
    assert_eq!(link.transmitted(), "");
    link.session.confirm(first, &[]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:1\n\n\0");
    link.say(format!("{SEND}5\n\n\0"));
    assert_eq!(link.event(), None, "nothing is read any more");
    link.session.confirm(second, &[]);
    let out = link.transmitted();
    assert!(out.starts_with("RECEIPT\nreceipt-id:2\n\n\0ERROR\ncode:bad-command\n"), "{out}");
    assert!(out.contains("receipt-id:3\n"));
    assert!(matches!(link.closed().reason, CloseReason::Error { .. }));
}

#[test]
fn a_broken_frame_does_not_wait_for_ever() {
    let mut link = Link::open("1.2");
    link.say(format!("{SEND}1\n\n\0{SEND}2\n\n\0NOPE\n\n\0"));
    let (_, second) = (link.ticket(), link.ticket());
    link.session.confirm(second, &[]);
    assert_eq!(link.event(), None);
    assert_eq!(link.session.poll_timeout(), Some(link.now + secs(10)));
    link.wait(secs(10));
    let out = link.transmitted();
    assert!(out.starts_with("RECEIPT\nreceipt-id:2\n\n\0ERROR\n"), "{out}");
}
