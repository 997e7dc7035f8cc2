//! ACK and NACK frames: rows A03–A05, A12, R01.

use super::support::Link;
use chat_protocol::code::Code;
use chat_protocol::session::{AckRef, ServerEvent};

#[track_caller]
fn settled(version: &str, frame: &str) -> (AckRef, bool) {
    let mut link = Link::open(version);
    link.say(format!("{frame}\n\0"));
    let event = link.event();
    let Some(ServerEvent::Settle { reference, ok, .. }) = event else { panic!("{event:?}") };
    (reference, ok)
}

#[test]
fn a03_in_1_2_the_id_is_the_ack_of_the_message_whatever_else_is_there() {
    let reference = AckRef::Ack("s1-7".into());
    assert_eq!(settled("1.2", "ACK\nid:s1-7\n"), (reference.clone(), true));
    let frame = "NACK\nid:s1-7\nmessage-id:other\nsubscription:none\nreceipt:r\n";
    assert_eq!(settled("1.2", frame), (reference, false));
}

#[test]
fn a04_in_1_1_the_message_and_its_subscription_are_named() {
    let reference = AckRef::Delivery { message_id: "m:1".into(), subscription: "a".into() };
    let headers = "message-id:m\\c1\nsubscription:a\n";
    assert_eq!(settled("1.1", &format!("ACK\n{headers}")), (reference.clone(), true));
    assert_eq!(settled("1.1", &format!("NACK\n{headers}id:x\n")), (reference, false));
}

#[test]
fn a05_in_1_0_the_message_is_named_and_there_is_no_nack() {
    assert_eq!(settled("1.0", "ACK\nmessage-id:m\n"), (AckRef::Message("m".into()), true));
    let reference = AckRef::Message("m".into());
    assert_eq!(settled("1.0", "ACK\nmessage-id:m\nsubscription:a\n"), (reference, true));
    let mut link = Link::open("1.0");
    link.say("NACK\nmessage-id:m\nreceipt:r\n\n\0");
    assert!(link.assert_error(Code::BadCommand).contains("\nreceipt-id:r\n"));
}

#[test]
fn a12_a_frame_that_names_nothing_is_an_error() {
    for (version, frame) in [
        ("1.2", "ACK\n"),
        ("1.2", "ACK\nmessage-id:m\nsubscription:a\n"),
        ("1.2", "NACK\n"),
        ("1.1", "ACK\nmessage-id:m\n"),
        ("1.1", "NACK\nsubscription:a\n"),
        ("1.1", "ACK\nid:m\n"),
        ("1.0", "ACK\nsubscription:a\n"),
    ] {
        let mut link = Link::open(version);
        link.say(format!("{frame}receipt:r\n\n\0"));
        assert!(link.assert_error(Code::MissingHeader).contains("\nreceipt-id:r\n"));
    }
}

#[test]
fn r01_a_settlement_is_answered_in_frame_order() {
    let mut link = Link::open("1.2");
    link.say("SEND\ndestination:/queue/a\nreceipt:1\n\n\0ACK\nid:x\nreceipt:2\n\n\0");
    let (send, ack) = (link.ticket(), link.ticket());
    link.session.confirm(ack, &[]);
    assert_eq!(link.transmitted(), "");
    link.session.confirm(send, &[]);
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:1\n\n\0RECEIPT\nreceipt-id:2\n\n\0");
}

#[test]
fn a07_an_unknown_one_is_failed_by_the_application() {
    let mut link = Link::open("1.2");
    link.say("ACK\nid:x\nreceipt:r\n\n\0");
    let ticket = link.ticket();
    link.session.fail(Some(ticket), Code::UnknownAck, "unknown");
    assert!(link.assert_error(Code::UnknownAck).contains("\nreceipt-id:r\n"));
}
