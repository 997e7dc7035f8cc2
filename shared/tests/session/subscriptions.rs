//! Subscription ids: rows S01–S09, S21, S23, D04.

use super::support::{Link, config};
use bytes::Bytes;
use chat_protocol::chat::Destination;
use chat_protocol::code::Code;
use chat_protocol::session::{ServerConfig, ServerEvent};

#[test]
fn s01_a_subscription_needs_a_readable_destination() {
    let mut link = Link::open("1.2");
    link.say("SUBSCRIBE\nid:1\nreceipt:r\n\n\0");
    assert!(link.assert_error(Code::MissingHeader).contains("\nreceipt-id:r\n"));
    let mut link = Link::open("1.2");
    link.say("SUBSCRIBE\nid:1\ndestination:/topic/room.*\n\n\0");
    link.assert_error(Code::BadDestination);
}

#[test]
fn s02_s10_an_id_is_required_from_1_1_on() {
    for version in ["1.1", "1.2"] {
        let mut link = Link::open(version);
        link.say("SUBSCRIBE\ndestination:/topic/a\n\n\0");
        link.assert_error(Code::MissingHeader);
        let mut link = Link::open(version);
        link.subscribed("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0");
        link.say("UNSUBSCRIBE\ndestination:/topic/a\n\n\0");
        link.assert_error(Code::MissingHeader);
    }
}

#[test]
fn s03_in_1_0_the_id_is_optional_and_the_destination_unsubscribes() {
    let mut link = Link::open("1.0");
    let key = link.subscribed("SUBSCRIBE\ndestination:/topic/a\n\n\0");
    assert!(link.session.message(key, &[("message-id", "m")], Bytes::from_static(b"hi")));
    assert_eq!(link.transmitted(), "MESSAGE\nmessage-id:m\ncontent-length:2\n\nhi\0");
    link.say("UNSUBSCRIBE\ndestination:/topic/a\n\n\0");
    let Some(ServerEvent::Unsubscribe { subscription, destination, .. }) = link.event() else {
        panic!()
    };
    assert_eq!(subscription, key);
    assert_eq!(destination, Destination::parse("/topic/a").unwrap());
    link.say("UNSUBSCRIBE\ndestination:/topic/a\n\n\0");
    assert_eq!(link.session.unanswered(), 1);
    assert_eq!(link.event(), None, "the ERROR waits for the frame before it");
}

#[test]
fn s03_in_1_0_a_subscription_without_id_goes_before_one_with_id() {
    let mut link = Link::open("1.0");
    let named = link.subscribed("SUBSCRIBE\nid:n\ndestination:/topic/a\n\n\0");
    let nameless = link.subscribed("SUBSCRIBE\ndestination:/topic/a\n\n\0");
    for key in [nameless, named] {
        link.say("UNSUBSCRIBE\ndestination:/topic/a\n\n\0");
        assert!(
            matches!(link.event(), Some(ServerEvent::Unsubscribe { subscription, .. }) if subscription == key)
        );
    }
}

#[test]
fn s04_an_id_in_use_is_an_error_confirmed_or_not() {
    for confirmed in [true, false] {
        let mut link = Link::open("1.2");
        link.say("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0");
        let ticket = link.ticket();
        if confirmed {
            link.session.confirm(ticket, &[]);
        }
        link.say("SUBSCRIBE\nid:1\ndestination:/topic/b\nreceipt:two\n\n\0");
        assert!(!link.session.is_closed());
        let first = link.event();
        if !confirmed {
            assert_eq!(first, None);
            link.session.confirm(ticket, &[]);
            assert!(link.event().is_some());
        }
        let out = link.transmitted();
        assert!(out.starts_with("ERROR\ncode:duplicate-subscription\n"), "{out}");
        assert!(out.contains("\nreceipt-id:two\n"), "{out}");
    }
}

#[test]
fn s04_in_1_0_the_destination_is_the_name_of_a_subscription_without_id() {
    let mut link = Link::open("1.0");
    link.subscribed("SUBSCRIBE\ndestination:/topic/a\n\n\0");
    link.subscribed("SUBSCRIBE\ndestination:/topic/b\n\n\0");
    link.say("SUBSCRIBE\ndestination:/topic/a\n\n\0");
    link.assert_error(Code::DuplicateSubscription);
}

#[test]
fn s05_s23_an_id_is_free_again_after_unsubscribe_with_a_key_of_its_own() {
    let mut link = Link::open("1.2");
    let first = link.subscribed("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0");
    link.say("UNSUBSCRIBE\nid:1\n\n\0SUBSCRIBE\nid:1\ndestination:/topic/b\n\n\0");
    assert!(matches!(link.event(), Some(ServerEvent::Unsubscribe { .. })));
    let Some(ServerEvent::Subscribe { subscription, .. }) = link.event() else { panic!() };
    assert_ne!(subscription, first);
    assert!(link.session.subscription(first).is_none());
    let (id, destination) = link.session.subscription(subscription).unwrap();
    assert_eq!(&**id.unwrap(), "1");
    assert_eq!(*destination, Destination::parse("/topic/b").unwrap());
}

#[test]
fn s06_two_subscriptions_to_one_destination_are_two() {
    let mut link = Link::open("1.2");
    let one = link.subscribed("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0");
    let two = link.subscribed("SUBSCRIBE\nid:2\ndestination:/topic/a\n\n\0");
    assert_ne!(one, two);
    let destination = Destination::parse("/topic/a").unwrap();
    assert_eq!(link.session.subscription_to(&destination), Some(one));
    assert_eq!(link.session.subscription_to(&Destination::Replies), None);
}

#[test]
fn s07_ack_is_one_of_three() {
    let mut link = Link::open("1.2");
    link.subscribed("SUBSCRIBE\nid:1\ndestination:/topic/a\nack:auto\n\n\0");
    link.say("SUBSCRIBE\nid:2\ndestination:/topic/a\nack:Auto\n\n\0");
    link.assert_error(Code::BadHeader);
}

#[test]
fn s08_no_message_after_unsubscribe_and_no_error_for_one_in_flight() {
    let mut link = Link::open("1.2");
    let key = link.subscribed("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0");
    link.confirmed("UNSUBSCRIBE\nid:1\nreceipt:u\n\n\0");
    assert!(!link.session.message(key, &[("message-id", "m")], Bytes::new()));
    assert_eq!(link.transmitted(), "RECEIPT\nreceipt-id:u\n\n\0");
    assert!(!link.session.is_closed());
}

#[test]
fn s09_unsubscribing_what_is_not_held_is_an_error() {
    for version in ["1.0", "1.1", "1.2"] {
        let mut link = Link::open(version);
        link.say("UNSUBSCRIBE\nid:9\nreceipt:r\n\n\0");
        assert!(link.assert_error(Code::UnknownSubscription).contains("\nreceipt-id:r\n"));
    }
}

#[test]
fn s21_d04_odd_ids_echo_exactly() {
    let long = "x".repeat(200);
    for id in ["", " ", "a b", "0", "안녕", "sub\\c1", "\\\\n", "a\\nb", long.as_str()] {
        let mut link = Link::open("1.2");
        let key = link.subscribed(&format!("SUBSCRIBE\nid:{id}\ndestination:/topic/a\n\n\0"));
        link.session.message(
            key,
            &[("message-id", "m"), ("destination", "/topic/a")],
            Bytes::new(),
        );
        assert_eq!(
            link.transmitted(),
            format!(
                "MESSAGE\nsubscription:{id}\nmessage-id:m\ndestination:/topic/a\n\
                 content-length:0\n\n\0"
            )
        );
        link.say(format!("UNSUBSCRIBE\nid:{id}\n\n\0"));
        assert!(matches!(link.event(), Some(ServerEvent::Unsubscribe { .. })));
    }
}

#[test]
fn a_message_cannot_be_told_to_go_to_another_subscription() {
    let mut link = Link::open("1.2");
    let key = link.subscribed("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0");
    link.session.message(key, &[("subscription", "2"), ("message-id", "m")], Bytes::new());
    assert!(link.transmitted().starts_with("MESSAGE\nsubscription:1\nmessage-id:m\n"));
}

#[test]
fn too_many_subscriptions_are_an_error_and_an_unsubscribed_one_does_not_count() {
    let mut link = Link::open_with("1.2", ServerConfig { max_subscriptions: 3, ..config() });
    for round in 0..2 {
        for n in 0..3 {
            link.subscribed(&format!("SUBSCRIBE\nid:{n}\ndestination:/topic/a\n\n\0"));
        }
        for n in 0..3 {
            if round == 0 {
                link.confirmed(&format!("UNSUBSCRIBE\nid:{n}\n\n\0"));
            }
        }
    }
    link.say("SUBSCRIBE\nid:3\ndestination:/topic/a\n\n\0");
    link.assert_error(Code::TooManySubscriptions);
}
