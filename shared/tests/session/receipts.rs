//! Receipts and DISCONNECT: rows R01, R02, R05, R08, R09, X01–X03.

use super::support::Link;
use chat_protocol::session::{CloseReason, ServerEvent};

const VERSIONS: [&str; 3] = ["1.0", "1.1", "1.2"];

#[test]
fn r01_r09_each_request_gets_exactly_one_receipt() {
    for version in VERSIONS {
        let mut link = Link::open(version);
        link.confirmed("SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:sub\n\n\0");
        assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:sub\n\n\0");
        link.confirmed("SEND\ndestination:/topic/a\nreceipt:send\n\nhi\0");
        assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:send\n\n\0");
        link.confirmed("UNSUBSCRIBE\nid:1\nreceipt:un\n\n\0");
        assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:un\n\n\0");
        link.confirmed("DISCONNECT\nreceipt:bye\n\n\0");
        assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:bye\n\n\0");
    }
}

#[test]
fn no_receipt_is_given_unasked() {
    let mut link = Link::open("1.2");
    link.confirmed("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0");
    link.confirmed("SEND\ndestination:/topic/a\n\nhi\0");
    link.confirmed("UNSUBSCRIBE\nid:1\n\n\0");
    assert_eq!(link.transmitted(), "");
}

#[test]
fn r02_the_receipt_id_is_the_value_octet_for_octet() {
    let long = "x".repeat(256);
    let odd = [" ", "a b ", "안녕 👋", "a\\cb", "back\\\\slash", "\\n", long.as_str()];
    for version in ["1.1", "1.2"] {
        for value in odd {
            let mut link = Link::open(version);
            link.confirmed(&format!("SEND\ndestination:/topic/a\nreceipt:{value}\n\n\0"));
            assert_eq!(link.transmitted(), format!("RECEIPT\nreceipt-id:{value}\n\n\0"));
        }
    }
    let mut link = Link::open("1.0");
    link.confirmed("SEND\ndestination:/topic/a\nreceipt:a:b\\cd\n\n\0");
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:a:b\\cd\n\n\0");
}

#[test]
fn a_receipt_carries_what_the_application_adds() {
    let mut link = Link::open("1.2");
    link.say("SEND\ndestination:/topic/room.a\nreceipt:1\n\nhi\0");
    let ticket = link.ticket();
    link.session.confirm(ticket, &[("message-id", "e.0.7"), ("duplicate", "true")]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:1\nmessage-id:e.0.7\nduplicate:true\n\n\0");
}

#[test]
fn r05_receipts_leave_in_frame_order_whatever_the_order_of_the_answers() {
    let mut link = Link::open("1.2");
    let tickets: Vec<_> = (0..4)
        .map(|n| {
            link.say(format!("SEND\ndestination:/topic/a\nreceipt:{n}\n\n\0"));
            link.ticket()
        })
        .collect();
    assert_eq!(link.session.unanswered(), 4);
    link.session.confirm(tickets[3], &[]);
    link.session.confirm(tickets[1], &[]);
    assert_eq!(link.transmitted(), "");
    assert_eq!(link.session.unanswered(), 2);
    link.session.confirm(tickets[0], &[]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:0\n\n\0RECEIPT\nreceipt-id:1\n\n\0");
    link.session.confirm(tickets[2], &[]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:2\n\n\0RECEIPT\nreceipt-id:3\n\n\0");
    assert_eq!(link.session.unanswered(), 0);
}

#[test]
fn a_frame_without_receipt_keeps_its_place_too() {
    let mut link = Link::open("1.2");
    link.say("SEND\ndestination:/topic/a\n\n\0SEND\ndestination:/topic/a\nreceipt:2\n\n\0");
    let (first, second) = (link.ticket(), link.ticket());
    link.session.confirm(second, &[]);
    assert_eq!(link.transmitted(), "");
    link.session.confirm(first, &[]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:2\n\n\0");
}

#[test]
fn a_second_answer_to_a_ticket_is_ignored() {
    let mut link = Link::open("1.2");
    link.say(
        "SEND\ndestination:/topic/a\nreceipt:1\n\n\0SEND\ndestination:/topic/a\nreceipt:2\n\n\0",
    );
    let (first, second) = (link.ticket(), link.ticket());
    link.session.confirm(second, &[]);
    link.session.confirm(second, &[]);
    link.session.confirm(first, &[]);
    link.session.confirm(first, &[]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:1\n\n\0RECEIPT\nreceipt-id:2\n\n\0");
    assert_eq!(link.session.unanswered(), 0);
}

#[test]
fn r08_the_same_receipt_value_works_twice() {
    let mut link = Link::open("1.2");
    link.confirmed("SEND\ndestination:/topic/a\nreceipt:same\n\n\0");
    link.confirmed("SEND\ndestination:/topic/a\nreceipt:same\n\n\0");
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:same\n\n\0".repeat(2));
}

#[test]
fn r05_x01_disconnect_is_answered_after_every_earlier_frame() {
    let mut link = Link::open("1.2");
    link.say("SEND\ndestination:/topic/a\nreceipt:1\n\n\0DISCONNECT\nreceipt:bye\n\n\0");
    let (send, disconnect) = (link.ticket(), link.ticket());
    link.session.confirm(disconnect, &[]);
    assert_eq!(link.transmitted(), "");
    assert_eq!(link.event(), None, "not closed before the SEND is answered");
    link.session.confirm(send, &[]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:1\n\n\0RECEIPT\nreceipt-id:bye\n\n\0");
    let closed = link.closed();
    assert_eq!((closed.reason, closed.ws_code), (CloseReason::Disconnected, 1000));
}

#[test]
fn x02_disconnect_without_receipt_closes() {
    let mut link = Link::open("1.2");
    link.confirmed("DISCONNECT\n\n\0");
    assert_eq!(link.transmitted(), "");
    assert_eq!(link.closed().ws_code, 1000);
}

#[test]
fn x03_frames_after_disconnect_are_ignored() {
    let mut link = Link::open("1.2");
    link.say("DISCONNECT\nreceipt:bye\n\n\0SEND\ndestination:/topic/a\n\n\0");
    let Some(ServerEvent::Disconnect { ticket }) = link.event() else { panic!() };
    assert_eq!(link.event(), None);
    link.say("garbage\n\n\0");
    assert_eq!(link.event(), None);
    link.session.confirm(ticket, &[]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:bye\n\n\0");
    assert_eq!(link.closed().reason, CloseReason::Disconnected);
}
