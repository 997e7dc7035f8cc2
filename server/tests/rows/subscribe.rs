//! A7: SUBSCRIBE and UNSUBSCRIBE.

use crate::host::{Host, alone, login};
use crate::peer::{BOTH, Peer, Via};

static HOST: Host = Host::new(&[]);

/// Sends each body with its headers, then shows which of them `a` got.
#[track_caller]
fn got(a: &mut Peer, destination: &str, sends: &[(&str, &str)]) -> Vec<String> {
    for (headers, body) in sends {
        a.ask(format!("SEND destination:{destination} {headers}").trim_end(), body);
    }
    a.ask(&format!("SEND destination:{destination} end:yes"), "end");
    let mut bodies = Vec::new();
    loop {
        let message = a.message();
        if message.get("end").is_some() {
            return bodies;
        }
        bodies.push(message.text().to_owned());
    }
}

#[test]
fn s01_a_destination_is_required() {
    for version in ["1.0", "1.1", "1.2"] {
        let mut a = HOST.tcp(version);
        a.say("SUBSCRIBE id:s receipt:r", "");
        assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("r"));
    }
}

#[test]
fn s02_an_id_is_required_in_1_1_and_1_2() {
    for via in BOTH {
        for version in ["1.1", "1.2"] {
            let mut a = HOST.raw(via).login(version);
            a.say("SUBSCRIBE destination:/topic/s02 receipt:r", "");
            assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("r"));
        }
    }
}

#[test]
fn s03_an_id_is_optional_in_1_0_and_the_destination_stands_for_it() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.0");
        a.ask("SUBSCRIBE destination:/topic/s03", "");
        a.ask("SEND destination:/topic/s03", "x");
        assert_eq!(a.gets("x").get("subscription"), None);
        a.ask("UNSUBSCRIBE destination:/topic/s03", "");
        a.ask("SEND destination:/topic/s03", "y");
        a.nothing_came();
        a.say("UNSUBSCRIBE destination:/topic/s03", "");
        a.dies_of("unknown-subscription");
    }
}

#[test]
fn s04_an_id_in_use_on_the_connection_is_an_error() {
    for version in ["1.0", "1.1", "1.2"] {
        let mut a = HOST.tcp(version);
        a.ask("SUBSCRIBE id:s destination:/topic/s04", "");
        a.say("SUBSCRIBE id:s destination:/topic/s04-other receipt:r", "");
        assert_eq!(a.dies_of("duplicate-subscription").get("receipt-id"), Some("r"));
    }
}

#[test]
fn s05_an_id_is_free_on_other_connections_and_after_unsubscribe() {
    let mut both = BOTH.map(|via| HOST.raw(via).login("1.2"));
    for a in &mut both {
        a.ask("SUBSCRIBE id:s destination:/topic/s05-old", "");
        a.ask("UNSUBSCRIBE id:s", "");
        a.ask("SUBSCRIBE id:s destination:/topic/s05", "");
    }
    both[0].ask("SEND destination:/topic/s05-old", "old");
    both[1].ask("SEND destination:/topic/s05", "new");
    for mut a in both {
        assert_eq!(a.gets("new").get("subscription"), Some("s"));
    }
}

#[test]
fn s06_two_subscriptions_of_one_connection_each_get_their_copy() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        let to = format!("/topic/s06-{via:?}");
        a.ask(&format!("SUBSCRIBE id:one destination:{to}"), "");
        a.ask(&format!("SUBSCRIBE id:two destination:{to}"), "");
        a.ask(&format!("SEND destination:{to}"), "x");
        let mut ids = [a.gets("x"), a.gets("x")].map(|m| m.need("subscription").to_owned());
        ids.sort();
        assert_eq!(ids, ["one", "two"]);
        a.nothing_came();
    }
}

#[test]
fn s07_an_ack_mode_that_is_none_is_an_error() {
    for mode in ["", "bogus", "AUTO", "client_individual", "client,auto"] {
        for version in ["1.0", "1.1", "1.2"] {
            let mut a = HOST.tcp(version);
            a.say(&format!("SUBSCRIBE id:s destination:/topic/s07 ack:{mode} receipt:r"), "");
            assert_eq!(a.dies_of("bad-header").get("receipt-id"), Some("r"), "{mode:?}");
        }
    }
    let mut a = HOST.tcp("1.2");
    a.ask("SUBSCRIBE id:s destination:/topic/s07-auto ack:auto", "");
    a.ask("SEND destination:/topic/s07-auto", "x");
    a.gets("x");
}

#[test]
fn s07_all_ack_modes_are_taken_in_every_version() {
    for mode in ["auto", "client", "client-individual"] {
        for version in ["1.0", "1.1", "1.2"] {
            let to = format!("/topic/s07-{mode}-{version}");
            let mut a = HOST.tcp(version);
            a.ask(&format!("SUBSCRIBE id:s destination:{to} ack:{mode}"), "");
            a.ask(&format!("SEND destination:{to}"), "x");
            a.gets("x");
        }
    }
}

#[test]
fn s08_no_message_follows_the_receipt_of_unsubscribe() {
    let (mut a, mut b) = (HOST.ws("1.2"), HOST.tcp("1.2"));
    for round in 0..30 {
        a.ask("SUBSCRIBE id:s destination:/topic/s08", "");
        for n in 0..50 {
            b.say("SEND destination:/topic/s08", &format!("{round}.{n}"));
        }
        a.message();
        a.say("UNSUBSCRIBE id:s receipt:bye", "");
        while a.next().command == "MESSAGE" {}
        b.ask("SEND destination:/topic/s08", "late");
        a.nothing_came();
    }
}

#[test]
fn s09_unsubscribe_of_an_unknown_id_is_an_error() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/s09", "");
        a.say("UNSUBSCRIBE id:S receipt:r", "");
        assert_eq!(a.dies_of("unknown-subscription").get("receipt-id"), Some("r"));
    }
}

#[test]
fn s10_unsubscribe_without_id_is_an_error_in_1_1_and_1_2() {
    for version in ["1.1", "1.2"] {
        let mut a = HOST.tcp(version);
        a.ask("SUBSCRIBE id:s destination:/topic/s10", "");
        a.say("UNSUBSCRIBE destination:/topic/s10 receipt:r", "");
        assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("r"));
    }
}

#[test]
fn s12_an_unknown_kind_of_destination_is_an_error_that_names_the_kinds() {
    for destination in ["/exchange/x", "nothing", "", "/", "/topic/", "/topic//a", "/Topic/a"] {
        let mut a = HOST.tcp("1.2");
        a.say(&format!("SUBSCRIBE id:s destination:{destination} receipt:r"), "");
        let error = a.dies_of("bad-destination");
        assert_eq!(error.get("receipt-id"), Some("r"), "{destination}");
        if ["/exchange/x", "nothing"].contains(&destination) {
            let message = error.need("message");
            assert!(message.contains("/topic/") && message.contains("/queue/"), "{message}");
        }
    }
}

#[test]
fn s13_a_selector_chooses_by_headers() {
    let cases = [
        ("color='a'", vec!["1"]),
        ("n > 1 AND n <= 3", vec!["2", "3"]),
        ("color IN ('a','c') OR n = 2", vec!["1", "2", "3"]),
        ("color LIKE 'b%'", vec!["2"]),
        ("color IS NULL", vec!["4"]),
        ("NOT (color = 'a')", vec!["2", "3"]),
    ];
    for (n, (selector, expected)) in cases.into_iter().enumerate() {
        let to = format!("/topic/s13-{n}");
        let mut a = HOST.raw(BOTH[n % 2]).login("1.2");
        a.write(format!(
            "SUBSCRIBE\nid:s\ndestination:{to}\nselector:{selector} OR end = 'yes'\nreceipt:r\n\n\0"
        ));
        a.receipt("r");
        let sends = [("color:a n:1", "1"), ("color:bc n:2", "2"), ("color:c n:3", "3"), ("", "4")];
        assert_eq!(got(&mut a, &to, &sends), expected, "{selector}");
    }
}

#[test]
fn s14_an_invalid_selector_is_an_error() {
    let deep = "NOT ".repeat(100) + "a = 1";
    for selector in ["kind =", "= 'a'", "kind = 'a", "", "a + 1 = 2", "f(a) = 1", &deep] {
        for via in BOTH {
            let mut a = HOST.raw(via).login("1.2");
            a.write(format!(
                "SUBSCRIBE\nid:s\ndestination:/topic/s14\nselector:{selector}\nreceipt:r\n\n\0"
            ));
            assert_eq!(a.dies_of("bad-selector").get("receipt-id"), Some("r"), "{selector}");
        }
    }
}

#[test]
fn s15_wildcards_of_the_common_kinds_match_segments() {
    let cases = [
        ("/topic/s15a.*", vec!["s15a.b", "s15a/c"]),
        ("/topic/s15a.>", vec!["s15a", "s15a.b", "s15a/c", "s15a.b.c"]),
        ("/topic/s15a.#", vec!["s15a", "s15a.b", "s15a/c", "s15a.b.c"]),
        ("/topic/s15a/**", vec!["s15a", "s15a.b", "s15a/c", "s15a.b.c"]),
        ("/topic/*.b.c", vec!["s15a.b.c"]),
        ("/topic/s15a*", vec!["s15a*"]),
    ];
    for (n, (pattern, expected)) in cases.into_iter().enumerate() {
        let mut a = HOST.raw(BOTH[n % 2]).login("1.2");
        a.ask(&format!("SUBSCRIBE id:s destination:{pattern}"), "");
        a.ask("SUBSCRIBE id:end destination:/topic/s15-end", "");
        for name in ["s15a", "s15a.b", "s15a/c", "s15a.b.c", "s15x.y", "s15a*"] {
            if name != "s15a*" || pattern == "/topic/s15a*" {
                a.ask(&format!("SEND destination:/topic/{name}"), name);
            }
        }
        a.ask("SEND destination:/topic/s15-end", "end");
        let mut bodies = Vec::new();
        loop {
            let message = a.message();
            if message.get("subscription") == Some("end") {
                break;
            }
            assert_eq!(message.need("destination"), format!("/topic/{}", message.text()));
            bodies.push(message.text().to_owned());
        }
        assert_eq!(bodies, expected, "{pattern}");
    }
}

#[test]
fn s15_a_wildcard_in_send_or_in_the_wrong_place_is_an_error() {
    for head in [
        "SEND destination:/topic/a.*",
        "SEND destination:/topic/a.>",
        "SUBSCRIBE id:s destination:/topic/>.a",
        "SUBSCRIBE id:s destination:/topic/room.*",
        "SUBSCRIBE id:s destination:/topic/#/a",
    ] {
        let mut a = HOST.tcp("1.2");
        a.say(&format!("{head} receipt:r"), "");
        assert_eq!(a.dies_of("bad-destination").get("receipt-id"), Some("r"), "{head}");
    }
}

#[test]
fn s16_prefetch_bounds_what_is_not_acknowledged() {
    for (n, header) in ["prefetch-count", "activemq.prefetchSize"].into_iter().enumerate() {
        let to = format!("/queue/s16-{n}");
        let mut a = HOST.tcp("1.2");
        for n in 0..5 {
            a.ask(&format!("SEND destination:{to}"), &n.to_string());
        }
        a.ask(&format!("SUBSCRIBE id:s destination:{to} ack:client-individual {header}:2"), "");
        let first = a.gets("0");
        let second = a.gets("1");
        a.nothing_came();
        a.ask(&crate::acks::settle("ACK", &first), "");
        let third = a.gets("2");
        a.nothing_came();
        for message in [second, third] {
            a.ask(&crate::acks::settle("ACK", &message), "");
        }
        a.gets("3");
        a.gets("4");
    }
}

#[test]
fn s16_a_prefetch_that_is_no_number_is_an_error() {
    let mut a = HOST.tcp("1.2");
    a.say("SUBSCRIBE id:s destination:/topic/s16 ack:client prefetch-count:many receipt:r", "");
    assert_eq!(a.dies_of("bad-header").get("receipt-id"), Some("r"));
}

#[test]
fn s17_a_durable_subscription_gives_what_came_while_its_owner_was_away() {
    for (n, named) in ["durable:true", "activemq.subscriptionName:d", "durable-subscription-name:d"]
        .into_iter()
        .enumerate()
    {
        let to = format!("/topic/s17-{n}");
        let owner = || {
            let mut a = HOST.raw(BOTH[n % 2]);
            a.say(
                &format!(
                    "CONNECT accept-version:1.2 host:h login:owner client-id:c{n} heart-beat:0,0"
                ),
                "",
            );
            assert_eq!(a.next().command, "CONNECTED");
            a.ask(&format!("SUBSCRIBE id:d destination:{to} {named}"), "");
            a
        };
        let mut a = owner();
        let mut b = HOST.tcp("1.2");
        b.ask(&format!("SEND destination:{to}"), "live");
        a.gets("live");
        a.ask("DISCONNECT", "");
        a.ends();
        for n in 0..3 {
            b.ask(&format!("SEND destination:{to}"), &n.to_string());
        }
        let mut a = owner();
        for n in 0..3 {
            assert_eq!(a.gets(&n.to_string()).get("subscription"), Some("d"));
        }
        b.ask(&format!("SEND destination:{to}"), "live again");
        a.gets("live again");
    }
}

/// In a room a durable subscription is a remembered position.
#[test]
fn s17_a_durable_subscription_to_a_room_goes_on_where_it_was() {
    let owner = || {
        let mut a = HOST.ws("1.2");
        a.ask("SUBSCRIBE id:d destination:/topic/room.s17 durable:true ack:client", "");
        a
    };
    let mut b = HOST.tcp("1.2");
    let mut a = owner();
    for text in ["one", "two"] {
        b.ask("SEND destination:/app/room.s17", text);
    }
    let one = crate::acks::next_said(&mut a, "one");
    crate::acks::next_said(&mut a, "two");
    a.ask(&crate::acks::settle("ACK", &one), "");
    a.ask("DISCONNECT", "");
    a.ends();
    b.ask("SEND destination:/app/room.s17", "three");
    let mut a = owner();
    for text in ["two", "three"] {
        crate::acks::next_said(&mut a, text);
    }
    b.ask("SEND destination:/app/room.s17", "four");
    crate::acks::next_said(&mut a, "four");
}

#[test]
fn s18_only_its_owner_deletes_a_durable_subscription_and_only_by_name() {
    let connect = |client: &str| {
        let mut a = HOST.raw(Via::Tcp);
        let head = "CONNECT accept-version:1.2 host:h login:owner heart-beat:0,0";
        a.say(&format!("{head} client-id:{client}"), "");
        assert_eq!(a.next().command, "CONNECTED");
        a
    };
    let mut a = connect("s18");
    a.ask("SUBSCRIBE id:d destination:/topic/s18 durable:true", "");
    let mut other = connect("s18-other");
    other.ask("SUBSCRIBE id:d destination:/topic/s18", "");
    other.say("UNSUBSCRIBE id:d durable:true receipt:r", "");
    assert_eq!(other.dies_of("unknown-subscription").get("receipt-id"), Some("r"));
    a.ask("UNSUBSCRIBE id:d", "");
    HOST.tcp("1.2").ask("SEND destination:/topic/s18", "kept");
    a.ask("SUBSCRIBE id:d destination:/topic/s18 durable:true", "");
    a.gets("kept");
    a.ask("UNSUBSCRIBE id:d durable:true", "");
    HOST.tcp("1.2").ask("SEND destination:/topic/s18", "lost");
    a.ask("SUBSCRIBE id:d destination:/topic/s18 durable:true", "");
    a.nothing_came();
}

#[test]
fn s20_no_local_leaves_out_what_the_connection_sends_itself() {
    for (n, header) in ["no-local", "activemq.noLocal"].into_iter().enumerate() {
        let to = format!("/topic/s20-{n}");
        let (mut a, mut b) = (HOST.tcp("1.2"), HOST.ws("1.2"));
        a.ask(&format!("SUBSCRIBE id:s destination:{to} {header}:true"), "");
        a.ask(&format!("SEND destination:{to}"), "own");
        b.ask(&format!("SEND destination:{to}"), "other's");
        a.gets("other's");
        a.nothing_came();
    }
}

#[test]
fn s21_odd_ids_come_back_as_they_were() {
    let long = "x".repeat(200);
    for (n, id) in ["a\\cb", " a b ", "구독😀", "0", "-1", "a,b=c;d", &long].into_iter().enumerate()
    {
        for via in BOTH {
            let mut a = HOST.raw(via).login("1.2");
            let to = format!("/topic/s21-{n}-{via:?}");
            a.write(format!("SUBSCRIBE\nid:{id}\ndestination:{to}\n\n\0"));
            a.ask(&format!("SEND destination:{to}"), "x");
            assert_eq!(a.gets("x").get("subscription"), Some(id));
            a.write(format!("UNSUBSCRIBE\nid:{id}\nreceipt:bye\n\n\0"));
            a.receipt("bye");
        }
    }
}

#[test]
fn s22_ten_thousand_subscriptions_and_their_churn_work() {
    let server = alone(&["--max-subscriptions=10000", "--max-unread=16MiB"]);
    let mut a = login(&server, Via::Tcp);
    for n in 0..10_000 {
        a.say(&format!("SUBSCRIBE id:{n} destination:/topic/s22-{n}"), "");
    }
    a.ask("SEND destination:/topic/s22-9999", "x");
    assert_eq!(a.gets("x").get("subscription"), Some("9999"));
    for n in 0..10_000 {
        a.say(&format!("UNSUBSCRIBE id:{n}"), "");
        a.say(&format!("SUBSCRIBE id:{n} destination:/topic/s22"), "");
    }
    a.ask("SEND destination:/topic/s22", "y");
    for _ in 0..10_000 {
        a.gets("y");
    }
    a.nothing_came();
}

#[test]
fn s23_subscribe_and_unsubscribe_at_once_keep_their_order() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        for n in 0..50 {
            let to = format!("/topic/s23-{n}-{via:?}");
            a.write(format!(
                "SUBSCRIBE\nid:s\ndestination:{to}\n\n\0UNSUBSCRIBE\nid:s\n\n\0\
                 SUBSCRIBE\nid:s\ndestination:{to}\n\n\0SEND\ndestination:{to}\n\n{n}\0"
            ));
            a.gets(&n.to_string());
            a.write(format!(
                "UNSUBSCRIBE\nid:s\n\n\0SUBSCRIBE\nid:s\ndestination:{to}\n\n\0\
                 UNSUBSCRIBE\nid:s\n\n\0SEND\ndestination:{to}\n\nno\0"
            ));
        }
        a.nothing_came();
    }
}
