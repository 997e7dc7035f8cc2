//! What a SUBSCRIBE may ask for: rows S07, S13–S18, S20, S22.

use super::support::{Link, config};
use chat_protocol::chat::Destination;
use chat_protocol::code::Code;
use chat_protocol::session::{AckMode, ServerConfig, ServerEvent, SubscribeOptions};

fn subscribe(version: &str, headers: &str) -> Link {
    let mut link = Link::open(version);
    link.say(format!("SUBSCRIBE\nid:1\ndestination:/queue/a\nreceipt:r\n{headers}\n\0"));
    link
}

#[track_caller]
fn options(version: &str, headers: &str) -> SubscribeOptions {
    let mut link = subscribe(version, headers);
    let event = link.event();
    let Some(ServerEvent::Subscribe { options, .. }) = event else { panic!("{event:?}") };
    options
}

#[track_caller]
fn refused(headers: &str, code: Code) {
    let error = subscribe("1.2", headers).assert_error(code);
    assert!(error.contains("\nreceipt-id:r\n"), "{error}");
}

#[test]
fn s07_ack_is_one_of_three_in_every_version_and_auto_unless_said() {
    for version in ["1.0", "1.1", "1.2"] {
        for (headers, ack) in [
            ("", AckMode::Auto),
            ("ack:auto\n", AckMode::Auto),
            ("ack:client\n", AckMode::Client),
            ("ack:client-individual\n", AckMode::ClientIndividual),
        ] {
            assert_eq!(options(version, headers), SubscribeOptions { ack, ..Default::default() });
        }
    }
    for bad in ["", "Client", "individual", "auto "] {
        refused(&format!("ack:{bad}\n"), Code::BadHeader);
    }
}

#[test]
fn s16_prefetch_is_a_number_under_two_names_and_zero_leaves_it_to_the_server() {
    for (headers, prefetch) in [
        ("prefetch-count:1\n", Some(1)),
        ("activemq.prefetchSize:20\n", Some(20)),
        ("activemq.prefetchSize:20\nprefetch-count:4294967295\n", Some(u32::MAX)),
        ("prefetch-count:0\n", None),
        ("", None),
    ] {
        assert_eq!(options("1.2", headers).prefetch, prefetch);
    }
    for bad in ["", "-1", "+1", "many", "4294967296", "1.5", " 1"] {
        refused(&format!("prefetch-count:{bad}\n"), Code::BadHeader);
        refused(&format!("activemq.prefetchSize:{bad}\n"), Code::BadHeader);
    }
}

#[test]
fn s13_s14_a_selector_is_read_here_and_a_bad_one_is_an_error() {
    let selector = options("1.2", "selector:colour = 'red' AND n > 1\n").selector.unwrap();
    assert_eq!(selector.text().as_str(), "colour='red'AND n>1");
    assert_eq!(options("1.2", "").selector, None);
    let long = format!("a = '{}'", "x".repeat(1024));
    for bad in ["", "colour =", "colour = 'red", "a REGEXP '(x+)+'", "T(Runtime).exec('x')", &long]
    {
        refused(&format!("selector:{bad}\n"), Code::BadSelector);
    }
}

#[test]
fn s20_no_local_is_a_flag() {
    assert!(options("1.2", "no-local:true\n").no_local);
    assert!(options("1.2", "activemq.noLocal:true\n").no_local);
    assert!(!options("1.2", "no-local:false\n").no_local);
    refused("no-local:yes\n", Code::BadHeader);
    refused("activemq.noLocal:\n", Code::BadHeader);
}

#[test]
fn s17_a_durable_subscription_has_a_name() {
    for (headers, name) in [
        ("durable:true\n", Some("1")),
        ("durable:true\nactivemq.subscriptionName:mine\n", Some("mine")),
        ("activemq.subscriptionName:mine\n", Some("mine")),
        ("durable-subscription-name:mine\n", Some("mine")),
        ("durable:false\n", None),
        ("", None),
    ] {
        assert_eq!(options("1.2", headers).durable, name.map(Into::into), "{headers}");
    }
    refused("durable:yes\n", Code::BadHeader);
    refused("activemq.subscriptionName:\n", Code::BadHeader);
    refused(&format!("durable-subscription-name:{}\n", "x".repeat(257)), Code::BadHeader);
    let mut link = Link::open("1.0");
    link.say("SUBSCRIBE\ndestination:/topic/a\ndurable:true\n\n\0");
    link.assert_error(Code::MissingHeader);
}

#[test]
fn s17_the_client_id_of_connect_is_told() {
    let mut link = Link::new();
    link.say("CONNECT\nclient-id:laptop\n\n\0");
    let Some(ServerEvent::Connect { client_id, .. }) = link.event() else { panic!() };
    assert_eq!(client_id, Some("laptop".into()));
}

#[test]
fn s18_a_durable_subscription_is_deleted_only_when_held_and_by_its_own_name() {
    let held = "SUBSCRIBE\nid:1\ndestination:/topic/a\nactivemq.subscriptionName:mine\n\n\0";
    for (headers, deleted) in [
        ("", Ok(false)),
        ("durable:false\n", Ok(false)),
        ("durable:true\n", Ok(true)),
        ("activemq.subscriptionName:mine\n", Ok(true)),
        ("durable:true\ndurable-subscription-name:mine\n", Ok(true)),
        ("activemq.subscriptionName:theirs\n", Err(Code::UnknownSubscription)),
        ("durable:maybe\n", Err(Code::BadHeader)),
    ] {
        let mut link = Link::open("1.2");
        link.subscribed(held);
        link.say(format!("UNSUBSCRIBE\nid:1\n{headers}\n\0"));
        match deleted {
            Ok(expected) => {
                let event = link.event();
                let Some(ServerEvent::Unsubscribe { forget, .. }) = event else {
                    panic!("{event:?}")
                };
                assert_eq!(forget, expected, "{headers}");
            }
            Err(code) => drop(link.assert_error(code)),
        }
    }
    let mut link = Link::open("1.2");
    link.subscribed("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0");
    link.say("UNSUBSCRIBE\nid:1\ndurable:true\n\n\0");
    link.assert_error(Code::UnknownSubscription);
}

#[test]
fn s15_a_subscription_may_be_to_a_pattern_and_a_send_may_not() {
    for (text, canonical) in [
        ("/topic/a.*", "/topic/a.*"),
        ("/topic/a.>", "/topic/a.>"),
        ("/queue/a/#", "/queue/a/>"),
        ("/topic/**", "/topic/>"),
    ] {
        let mut link = Link::open("1.0");
        link.say(format!("SUBSCRIBE\ndestination:{text}\n\n\0"));
        let Some(ServerEvent::Subscribe { ticket, subscription, destination, .. }) = link.event()
        else {
            panic!()
        };
        assert!(matches!(destination, Destination::Pattern(_)));
        assert_eq!(destination.to_string(), canonical);
        link.session.confirm(ticket, &[]);
        link.say(format!("UNSUBSCRIBE\ndestination:{canonical}\n\n\0"));
        assert!(
            matches!(link.event(), Some(ServerEvent::Unsubscribe { subscription: ended, .. }) if ended == subscription)
        );
        let mut link = Link::open("1.2");
        link.say(format!("SEND\ndestination:{text}\n\n\0"));
        link.assert_error(Code::BadDestination);
    }
    for bad in
        ["/topic/room.*", "/topic/room.a.>", "/topic/rooms.*", "/topic/a.>.b", "/user/queue/*"]
    {
        let mut link = Link::open("1.2");
        link.say(format!("SUBSCRIBE\nid:1\ndestination:{bad}\n\n\0"));
        link.assert_error(Code::BadDestination);
    }
}

#[test]
fn s22_many_subscriptions_and_their_churn_end() {
    const MANY: usize = 10_000;
    let mut link = Link::open_with("1.0", ServerConfig { max_subscriptions: MANY, ..config() });
    for round in 0..2 {
        for n in 0..MANY {
            link.confirmed(&format!("SUBSCRIBE\ndestination:/topic/{n}\n\n\0"));
        }
        for n in 0..MANY {
            let n = if round == 0 { n } else { MANY - 1 - n };
            link.confirmed(&format!("UNSUBSCRIBE\ndestination:/topic/{n}\n\n\0"));
        }
    }
    assert!(!link.session.is_closed());
}
