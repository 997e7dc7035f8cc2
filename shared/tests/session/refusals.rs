//! Sound but refused: a message on `/user/queue/errors`, else ERROR (contract, section 4).

use super::support::{Link, millis};
use chat_protocol::code::Code;

const LISTEN: &str = "SUBSCRIBE\nid:er\ndestination:/user/queue/errors\n\n\0";
const SEND: &str = "SEND\ndestination:/topic/room.a\nreceipt:r1\ncorrelation-id:c1\n\nhi\0";

#[test]
fn a_refusal_goes_to_who_listens_and_the_link_stays_open() {
    let mut link = Link::open("1.2");
    link.subscribed(LISTEN);
    link.say(SEND);
    let ticket = link.ticket();
    link.session.refuse(ticket, Code::RateLimited, "too \"fast\"", Some(millis(1500)));
    assert_eq!(
        link.transmitted(),
        "MESSAGE\nsubscription:er\ndestination:/user/queue/errors\nmessage-id:s1-e1\n\
         code:rate-limited\nreceipt-id:r1\ncorrelation-id:c1\nretry-after:1500\n\
         content-type:application/json\ncontent-length:48\n\n\
         {\"code\":\"rate-limited\",\"message\":\"too \\\"fast\\\"\"}\0"
    );
    assert!(!link.session.is_closed());
    link.confirmed("SEND\ndestination:/topic/a\nreceipt:r2\n\n\0");
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:r2\n\n\0");
}

#[test]
fn a_refusal_leaves_out_what_does_not_apply_and_never_repeats_a_message_id() {
    let mut link = Link::open("1.0");
    link.subscribed("SUBSCRIBE\ndestination:/user/queue/errors\n\n\0");
    for n in 1..=2 {
        link.say("SEND\ndestination:/topic/room.a\n\n\0");
        let ticket = link.ticket();
        link.session.refuse(ticket, Code::BadBody, "empty", None);
        assert_eq!(
            link.transmitted(),
            format!(
                "MESSAGE\ndestination:/user/queue/errors\nmessage-id:s1-e{n}\ncode:bad-body\n\
                 content-type:application/json\ncontent-length:37\n\n\
                 {{\"code\":\"bad-body\",\"message\":\"empty\"}}\0"
            )
        );
    }
}

#[test]
fn a_refusal_keeps_its_place_among_the_receipts() {
    let mut link = Link::open("1.2");
    link.subscribed(LISTEN);
    link.say("SEND\ndestination:/topic/a\nreceipt:0\n\n\0");
    link.say(SEND);
    let (first, second) = (link.ticket(), link.ticket());
    link.session.refuse(second, Code::BadBody, "empty", None);
    assert_eq!(link.transmitted(), "");
    link.session.confirm(first, &[]);
    let out = link.transmitted();
    assert!(out.starts_with("RECEIPT\nreceipt-id:0\n\n\0MESSAGE\nsubscription:er\n"), "{out}");
}

#[test]
fn with_nobody_listening_a_refusal_is_the_error_of_the_link() {
    let mut link = Link::open("1.2");
    link.say(SEND);
    let ticket = link.ticket();
    link.session.refuse(ticket, Code::Forbidden, "not here", None);
    let error = link.assert_error(Code::Forbidden);
    assert!(error.contains("\nmessage:not here\nreceipt-id:r1\n"), "{error}");
}

#[test]
fn listening_begins_and_ends_in_frame_order() {
    let mut link = Link::open("1.2");
    link.say(format!("{LISTEN}{SEND}UNSUBSCRIBE\nid:er\n\n\0{SEND}"));
    let tickets: Vec<_> = (0..4).map(|_| link.ticket()).collect();
    link.session.refuse(tickets[3], Code::BadBody, "late", None);
    link.session.confirm(tickets[2], &[]);
    link.session.refuse(tickets[1], Code::BadBody, "heard", None);
    assert_eq!(link.transmitted(), "");
    link.session.confirm(tickets[0], &[]);
    let out = link.transmitted();
    assert!(out.starts_with("MESSAGE\nsubscription:er\n") && out.contains("heard"), "{out}");
    let (_, error) = out.split_once('\0').unwrap();
    assert!(error.starts_with("ERROR\ncode:bad-body\nmessage:late\n"), "{error}");
}

#[test]
fn a_refused_subscription_gives_its_id_back() {
    let mut link = Link::open("1.2");
    link.subscribed(LISTEN);
    for _ in 0..2 {
        link.say("SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:s\n\n\0");
        let ticket = link.ticket();
        link.session.refuse(ticket, Code::Forbidden, "no", None);
        assert!(link.transmitted().contains("code:forbidden\nreceipt-id:s\n"));
    }
    assert_eq!(link.event(), None);
}

#[test]
fn a_refused_listener_does_not_listen() {
    let mut link = Link::open("1.2");
    link.say(LISTEN);
    let ticket = link.ticket();
    link.session.refuse(ticket, Code::Unavailable, "no", None);
    link.assert_error(Code::Unavailable);
}
