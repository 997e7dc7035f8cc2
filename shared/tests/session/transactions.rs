//! Transactions: rows T01–T04, T06–T08, T10–T14, R06.

use super::support::{Link, config};
use chat_protocol::chat::Destination;
use chat_protocol::code::Code;
use chat_protocol::session::{
    AckRef, ServerConfig, ServerEvent, TransactionAction, TransactionLimits,
};

const BEGIN: &str = "BEGIN\ntransaction:t\n\n\0";
const COMMIT: &str = "COMMIT\ntransaction:t\n\n\0";
const ABORT: &str = "ABORT\ntransaction:t\n\n\0";

fn send(transaction: &str, body: &str) -> String {
    format!("SEND\ndestination:/queue/a\ntransaction:{transaction}\n\n{body}\0")
}

/// What a COMMIT hands over, as words.
#[track_caller]
fn committed(link: &mut Link) -> Vec<String> {
    let event = link.event();
    let Some(ServerEvent::Commit { ticket, actions }) = event else { panic!("{event:?}") };
    link.session.confirm(ticket, &[]);
    let word = |action: &TransactionAction| match action {
        TransactionAction::Send { body, .. } => String::from_utf8(body.to_vec()).unwrap(),
        TransactionAction::Settle { reference: AckRef::Ack(id), ok: true } => {
            format!("ack {}", id.as_str())
        }
        TransactionAction::Settle { reference: AckRef::Ack(id), ok: false } => {
            format!("nack {}", id.as_str())
        }
        other => panic!("{other:?}"),
    };
    actions.iter().map(word).collect()
}

fn limited(open: usize, frames: usize, octets: usize) -> Link {
    let transactions = TransactionLimits { open, frames, octets };
    Link::open_with("1.2", ServerConfig { transactions, ..config() })
}

#[test]
fn t01_begin_commit_and_abort_name_a_transaction() {
    for command in ["BEGIN", "COMMIT", "ABORT"] {
        let mut link = Link::open("1.1");
        link.say(format!("{command}\nreceipt:r\n\n\0"));
        assert!(link.assert_error(Code::MissingHeader).contains("\nreceipt-id:r\n"));
    }
}

#[test]
fn t02_an_open_transaction_cannot_be_begun_again() {
    let mut link = Link::open("1.2");
    link.say(format!("{BEGIN}{BEGIN}"));
    link.assert_error(Code::DuplicateTransaction);
}

#[test]
fn t03_t07_an_unknown_transaction_is_an_error_wherever_it_is_named() {
    for frame in [
        "COMMIT\ntransaction:u\n",
        "ABORT\ntransaction:u\n",
        "SEND\ndestination:/queue/a\ntransaction:u\n",
        "ACK\nid:x\ntransaction:u\n",
        "NACK\nid:x\ntransaction:u\n",
    ] {
        let mut link = Link::open("1.2");
        link.say(format!("{BEGIN}{frame}receipt:r\n\n\0"));
        assert!(link.assert_error(Code::UnknownTransaction).contains("\nreceipt-id:r\n"));
    }
}

#[test]
fn t04_t08_sends_and_settlements_wait_for_commit_and_come_in_order() {
    let mut link = Link::open("1.2");
    link.say(format!(
        "{BEGIN}{}ACK\nid:x\ntransaction:t\n\n\0{}NACK\nid:y\ntransaction:t\n\n\0",
        send("t", "1"),
        send("t", "2")
    ));
    assert_eq!(link.event(), None);
    link.say(COMMIT);
    assert_eq!(committed(&mut link), ["1", "ack x", "2", "nack y"]);
    assert_eq!(link.event(), None);
}

#[test]
fn t04_a_send_keeps_its_destination_headers_and_body() {
    let mut link = Link::open("1.2");
    link.say(format!(
        "{BEGIN}SEND\ndestination:/queue/a\nx:y\ntransaction:t\nreceipt:r\n\nhi\0{COMMIT}"
    ));
    let Some(ServerEvent::Commit { actions, .. }) = link.event() else { panic!() };
    let [TransactionAction::Send { destination, headers, body }] = &actions[..] else { panic!() };
    assert_eq!(*destination, Destination::parse("/queue/a").unwrap());
    assert_eq!(body, "hi");
    assert_eq!(headers.forwarded(&[]).collect::<Vec<_>>(), [("x", "y")], "no hop headers");
}

#[test]
fn t05_t10_abort_drops_them_and_frees_the_name() {
    let mut link = Link::open("1.2");
    link.say(format!("{BEGIN}{}{ABORT}{BEGIN}{}{COMMIT}", send("t", "1"), send("t", "2")));
    assert_eq!(committed(&mut link), ["2"]);
    link.say(format!("{BEGIN}{COMMIT}"));
    assert_eq!(committed(&mut link), [""; 0]);
    link.say(ABORT);
    link.assert_error(Code::UnknownTransaction);
}

#[test]
fn t10_a_name_is_free_before_its_commit_is_answered() {
    let mut link = Link::open("1.2");
    link.say(format!("{BEGIN}{COMMIT}{BEGIN}{}{COMMIT}", send("t", "2")));
    assert!(matches!(link.event(), Some(ServerEvent::Commit { .. })));
    assert_eq!(committed(&mut link), ["2"]);
}

#[test]
fn t06_what_is_open_ends_with_the_connection() {
    let mut link = Link::open("1.2");
    link.say(format!("{BEGIN}{}DISCONNECT\n\n\0{COMMIT}", send("t", "1")));
    assert!(matches!(link.event(), Some(ServerEvent::Disconnect { .. })));
    assert_eq!(link.event(), None);
}

#[test]
fn t11_a_name_belongs_to_its_connection() {
    let mut other = Link::open("1.2");
    other.say(BEGIN);
    assert_eq!(other.event(), None);
    let mut link = Link::open("1.2");
    link.say(COMMIT);
    link.assert_error(Code::UnknownTransaction);
}

#[test]
fn t12_open_transactions_are_counted() {
    let mut link = limited(2, 10, 1000);
    for name in ["a", "b"] {
        link.say(format!("BEGIN\ntransaction:{name}\n\n\0"));
    }
    link.say(format!("ABORT\ntransaction:a\n\n\0{BEGIN}"));
    assert_eq!(link.event(), None);
    assert!(!link.session.is_closed());
    link.say("BEGIN\ntransaction:c\nreceipt:r\n\n\0");
    assert!(link.assert_error(Code::TransactionTooLarge).contains("\nreceipt-id:r\n"));
}

#[test]
fn t12_frames_and_octets_in_one_are_bounded_each() {
    let mut link = limited(2, 3, 1000);
    link.say(format!("{BEGIN}{}ACK\nid:x\ntransaction:t\n\n\0{}", send("t", ""), send("t", "")));
    link.say("BEGIN\ntransaction:u\n\n\0");
    link.say(send("u", ""));
    assert_eq!(link.event(), None);
    link.say(send("t", ""));
    link.assert_error(Code::TransactionTooLarge);

    // `destination:/queue/a` and `transaction:t` are 31 octets without their colons and ends.
    for (body, fits) in [(69, true), (70, false)] {
        let mut link = limited(2, 10, 100);
        link.say(format!("{BEGIN}{}", send("t", &"x".repeat(body))));
        if fits {
            assert_eq!(link.event(), None);
        } else {
            link.assert_error(Code::TransactionTooLarge);
        }
    }
}

#[test]
fn t13_what_names_no_transaction_goes_on_beside_it() {
    let mut link = Link::open("1.2");
    link.say(format!("{BEGIN}{}SEND\ndestination:/queue/a\n\n2\0{COMMIT}", send("t", "1")));
    let Some(ServerEvent::Send { body, .. }) = link.event() else { panic!() };
    assert_eq!(body, "2");
    assert_eq!(committed(&mut link), ["1"]);
}

#[test]
fn t14_one_message_may_be_acked_in_two_transactions() {
    let mut link = Link::open("1.2");
    link.say(format!("{BEGIN}ACK\nid:x\ntransaction:t\n\n\0BEGIN\ntransaction:u\n\n\0"));
    link.say(format!("ACK\nid:x\ntransaction:u\n\n\0{ABORT}COMMIT\ntransaction:u\n\n\0"));
    assert_eq!(committed(&mut link), ["ack x"]);
}

#[test]
fn d01_a_send_in_a_transaction_is_checked_when_it_comes() {
    let mut link = Link::open("1.2");
    link.say(format!("{BEGIN}SEND\ndestination:/nowhere\ntransaction:t\nreceipt:r\n\n\0"));
    assert!(link.assert_error(Code::BadDestination).contains("\nreceipt-id:r\n"));
}

#[test]
fn r06_what_is_in_a_transaction_is_receipted_at_once_and_in_frame_order() {
    let mut link = Link::open("1.2");
    link.say("SEND\ndestination:/queue/a\nreceipt:0\n\n\0BEGIN\ntransaction:t\nreceipt:1\n\n\0");
    link.say("SEND\ndestination:/queue/a\ntransaction:t\nreceipt:2\n\n\0");
    link.say("ACK\nid:x\ntransaction:t\nreceipt:3\n\n\0COMMIT\ntransaction:t\nreceipt:4\n\n\0");
    let (first, commit) = (link.ticket(), link.ticket());
    assert_eq!(link.transmitted(), "", "behind the SEND that is not answered yet");
    link.session.confirm(first, &[]);
    let receipts = |ids: &[u8]| -> String {
        ids.iter().map(|id| format!("RECEIPT\nreceipt-id:{id}\n\n\0")).collect()
    };
    assert_eq!(link.transmitted(), receipts(&[0, 1, 2, 3]));
    link.session.confirm(commit, &[]);
    assert_eq!(link.transmitted(), receipts(&[4]));
    link.say("BEGIN\ntransaction:t\n\n\0ABORT\ntransaction:t\nreceipt:5\n\n\0");
    assert_eq!(link.event(), None);
    assert_eq!(link.transmitted(), receipts(&[5]));
}

#[test]
fn t09_a_refused_commit_is_one_refusal_and_the_name_is_free() {
    let mut link = Link::open("1.2");
    link.subscribed("SUBSCRIBE\nid:er\ndestination:/user/queue/errors\n\n\0");
    link.say(format!("{BEGIN}{}COMMIT\ntransaction:t\nreceipt:c\n\n\0", send("t", "1")));
    let ticket = link.ticket();
    link.session.refuse(ticket, Code::StorageFull, "full", None);
    let out = link.transmitted();
    assert!(out.contains("\ncode:storage-full\nreceipt-id:c\n"), "{out}");
    link.say(BEGIN);
    assert_eq!(link.event(), None);
    assert!(!link.session.is_closed());
}
