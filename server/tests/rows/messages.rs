//! A8: SEND and MESSAGE.

use crate::host::{Host, alone, login};
use crate::peer::{BOTH, Via};
use std::collections::HashSet;

static HOST: Host = Host::new(&[]);

#[test]
fn d01_a_send_without_destination_is_an_error() {
    for via in BOTH {
        for version in ["1.0", "1.1", "1.2"] {
            let mut a = HOST.raw(via).login(version);
            a.say("SEND receipt:r", "x");
            assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("r"));
        }
    }
}

#[test]
fn d02_a_message_names_the_destination_it_was_sent_to() {
    for to in ["/topic/d02", "/topic/d02.b", "/topic/d02/b/c", "/topic/D02", "/topic/d02%20"] {
        let mut a = HOST.reader(to);
        a.say(&format!("SEND destination:{to}"), "x");
        assert_eq!(a.gets("x").get("destination"), Some(to));
    }
}

#[test]
fn d03_every_message_has_its_own_id() {
    let mut a = HOST.reader("/topic/d03");
    let mut writers = [HOST.tcp("1.2"), HOST.ws("1.2"), HOST.tcp("1.1")];
    for n in 0..300 {
        writers[n % 3].say("SEND destination:/topic/d03", "x");
    }
    let ids: HashSet<String> =
        (0..300).map(|_| a.gets("x").need("message-id").to_owned()).collect();
    assert_eq!(ids.len(), 300);
}

#[test]
fn d04_a_message_names_its_subscription() {
    for version in ["1.0", "1.1", "1.2"] {
        let mut a = HOST.tcp(version);
        let to = format!("/topic/d04-{version}");
        a.ask(&format!("SUBSCRIBE id:mine destination:{to}"), "");
        a.say(&format!("SEND destination:{to}"), "x");
        assert_eq!(a.gets("x").get("subscription"), Some("mine"));
    }
}

#[test]
fn d05_there_is_no_ack_header_in_auto_mode() {
    for version in ["1.0", "1.1", "1.2"] {
        let to = format!("/topic/d05-{version}");
        let mut a = HOST.tcp(version);
        a.ask(&format!("SUBSCRIBE id:s destination:{to} ack:auto"), "");
        a.say(&format!("SEND destination:{to}"), "x");
        assert_eq!(a.gets("x").get("ack"), None);
    }
}

#[test]
fn d05_a_1_2_message_to_be_acknowledged_says_by_which_id() {
    for mode in ["client", "client-individual"] {
        for (version, has) in [("1.0", false), ("1.1", false), ("1.2", true)] {
            let to = format!("/topic/d05-{mode}-{version}");
            let mut a = HOST.tcp(version);
            a.ask(&format!("SUBSCRIBE id:s destination:{to} ack:{mode}"), "");
            a.say(&format!("SEND destination:{to}"), "x");
            let message = a.gets("x");
            assert_eq!(message.get("ack").is_some(), has, "{message:?}");
            assert!(message.get("ack").is_none_or(|ack| !ack.contains(['\\', ':'])));
        }
    }
}

#[test]
fn d06_one_publisher_s_order_is_kept_for_every_receiver() {
    let mut readers = [HOST.tcp("1.2"), HOST.ws("1.2"), HOST.tcp("1.0"), HOST.ws("1.1")];
    for reader in &mut readers {
        reader.ask("SUBSCRIBE id:s destination:/topic/d06", "");
    }
    let mut writer = HOST.ws("1.2");
    for n in 0..500 {
        writer.say("SEND destination:/topic/d06", &n.to_string());
    }
    for reader in &mut readers {
        for n in 0..500 {
            reader.gets(&n.to_string());
        }
    }
}

#[test]
fn d07_every_subscriber_gets_a_topic_s_message_exactly_once() {
    let mut readers: Vec<_> = (0..20).map(|n| HOST.raw(BOTH[n % 2]).login("1.2")).collect();
    for reader in &mut readers {
        reader.ask("SUBSCRIBE id:s destination:/topic/d07", "");
    }
    let mut writer = HOST.tcp("1.2");
    for n in 0..20 {
        writer.ask("SEND destination:/topic/d07", &n.to_string());
    }
    for reader in &mut readers {
        for n in 0..20 {
            reader.gets(&n.to_string());
        }
        reader.nothing_came();
    }
}

#[test]
fn d08_a_queue_gives_each_message_to_one_consumer_and_keeps_it_till_there_is_one() {
    let mut writer = HOST.tcp("1.2");
    for n in 0..10 {
        writer.ask("SEND destination:/queue/d08", &n.to_string());
    }
    let mut early = HOST.tcp("1.2");
    early.ask("SUBSCRIBE id:s destination:/queue/d08", "");
    for n in 0..10 {
        early.gets(&n.to_string());
    }
    let mut second = HOST.ws("1.2");
    second.ask("SUBSCRIBE id:s destination:/queue/d08", "");
    for n in 0..40 {
        writer.ask("SEND destination:/queue/d08", &n.to_string());
    }
    let mut shares = [0, 0];
    let mut seen = Vec::new();
    for (share, mut a) in shares.iter_mut().zip([early, second]) {
        // An answer of the connection's own comes behind what it was given.
        a.ask("SEND destination:/topic/nobody", "");
        a.say("DISCONNECT", "");
        while let Some(message) = a.try_next() {
            seen.push(message.text().parse::<usize>().unwrap());
            *share += 1;
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..40).collect::<Vec<_>>());
    assert!(shares.iter().all(|share| *share >= 10), "{shares:?}");
}

#[test]
fn d08_a_full_queue_refuses_and_keeps_what_it_has() {
    let server = alone(&["--max-queue=3"]);
    let mut a = login(&server, Via::Ws);
    a.ask("SUBSCRIBE id:e destination:/user/queue/errors", "");
    for n in 0..3 {
        a.ask("SEND destination:/queue/d08", &n.to_string());
    }
    a.say("SEND destination:/queue/d08 receipt:r", "3");
    let refusal = a.message();
    assert_eq!((refusal.get("code"), refusal.get("receipt-id")), (Some("queue-full"), Some("r")));
    a.ask("SUBSCRIBE id:s destination:/queue/d08", "");
    for n in 0..3 {
        a.gets(&n.to_string());
    }
    a.ask("SEND destination:/queue/d08", "room again");
    a.gets("room again");
}

#[test]
fn d09_a_content_type_passes_and_none_is_invented() {
    let mut a = HOST.reader("/topic/d09");
    for kind in ["application/json", "text/plain", "x/y", ""] {
        a.say(&format!("SEND destination:/topic/d09 content-type:{kind}"), "x");
        assert_eq!(a.gets("x").get("content-type"), Some(kind));
    }
    a.say("SEND destination:/topic/d09", "x");
    assert_eq!(a.gets("x").get("content-type"), None);
}

#[test]
fn d10_a_charset_passes() {
    let mut a = HOST.reader("/topic/d10");
    a.write(b"SEND\ndestination:/topic/d10\ncontent-type:text/plain;charset=euc-kr\n\n\xb0\xa1\0");
    let message = a.message();
    assert_eq!(message.get("content-type"), Some("text/plain;charset=euc-kr"));
    assert_eq!(message.body, b"\xb0\xa1");
}

#[test]
fn d11_the_sender_gets_its_own_message() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/d11", "");
        a.say("SEND destination:/topic/d11", "x");
        a.gets("x");
    }
}

#[test]
fn d12_a_topic_without_subscribers_takes_messages() {
    let mut a = HOST.tcp("1.2");
    a.ask("SEND destination:/topic/d12-nobody", "x");
    a.nothing_came();
}

#[test]
fn d13_topics_may_have_any_number_of_segments() {
    for to in ["/topic/d13/a/b/c", "/topic/d13.a.b/c", "/topic/d13/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"]
    {
        let mut a = HOST.reader(to);
        a.say(&format!("SEND destination:{to}"), "x");
        a.gets("x");
    }
}

#[test]
fn d13_queues_may_have_any_number_of_segments() {
    for to in ["/queue/d13", "/queue/d13/a/b/c", "/queue/d13.a.b/c"] {
        let mut a = HOST.reader(to);
        a.say(&format!("SEND destination:{to}"), "x");
        assert_eq!(a.gets("x").get("destination"), Some(to));
        a.nothing_came();
    }
}

#[test]
fn d14_destinations_are_taken_literally() {
    let mut a = HOST.reader("/topic/d14%2Fx");
    let mut b = HOST.reader("/topic/d14/x");
    b.ask("SEND destination:/topic/d14/x", "decoded");
    b.ask("SEND destination:/topic/d14%2fx", "lower");
    b.ask("SEND destination:/topic/d14%2Fx", "literal");
    a.gets("literal");
    b.gets("decoded");
    b.nothing_came();
}

#[test]
fn d15_further_headers_of_other_brokers_pass() {
    let mut a = HOST.reader("/topic/d15");
    a.say("SEND destination:/topic/d15 priority:7 correlation-id:c1 type:t amqp-x:y", "x");
    let message = a.gets("x");
    for (name, value) in [("priority", "7"), ("correlation-id", "c1"), ("type", "t")] {
        assert_eq!(message.get(name), Some(value));
    }
}

#[test]
fn d15_persistent_messages_are_confirmed_when_they_are_stored_and_survive_a_kill() {
    crate::acks::survives_a_kill("/queue/d15");
}

#[test]
fn d16_an_empty_body_is_delivered() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/d16", "");
        a.write("SEND\ndestination:/topic/d16\n\n\0");
        a.gets("");
        a.write("SEND\ndestination:/topic/d16\ncontent-length:0\n\n\0");
        a.gets("");
    }
}

#[test]
fn d17_bodies_of_1_and_16_mib_pass_where_the_limit_allows() {
    let server = alone(&["--max-frame=17MiB"]);
    for via in BOTH {
        let mut a = login(&server, via);
        a.ask("SUBSCRIBE id:s destination:/topic/d17", "");
        for size in [1 << 20, 16 << 20] {
            let body = "0123456789abcdef".repeat(size / 16);
            a.say("SEND destination:/topic/d17", &body);
            let message = a.message();
            assert_eq!(message.get("content-length"), Some(&size.to_string()[..]));
            assert!(message.body == body.as_bytes());
        }
    }
}

#[test]
fn d18_temporary_queues_are_private_to_their_connection() {
    let (mut a, mut b) = (HOST.tcp("1.2"), HOST.ws("1.2"));
    a.ask("SUBSCRIBE id:s destination:/temp-queue/d18", "");
    b.ask("SUBSCRIBE id:s destination:/temp-queue/d18", "");
    b.ask("SEND destination:/temp-queue/d18", "b's own");
    b.gets("b's own");
    a.nothing_came();
    // Another answers through what `reply-to` became.
    b.ask("SUBSCRIBE id:q destination:/queue/d18-requests", "");
    a.ask("SEND destination:/queue/d18-requests reply-to:/temp-queue/d18", "question");
    let request = b.gets("question");
    let reply_to = request.need("reply-to").to_owned();
    b.ask(&format!("SEND destination:{reply_to}"), "answer");
    let answer = a.gets("answer");
    assert_eq!(answer.get("subscription"), Some("s"));
    b.say(&format!("SUBSCRIBE id:steal destination:{reply_to} receipt:r"), "");
    assert_eq!(b.dies_of("bad-destination").get("receipt-id"), Some("r"));
}

#[test]
fn d19_what_may_not_be_sent_to_is_refused_and_nothing_is_routed() {
    let mut reader = HOST.reader("/topic/room.d19.presence");
    reader.message();
    for (destination, code) in [
        ("/topic/room.d19.presence", "forbidden"),
        ("/topic/rooms", "forbidden"),
        ("/user/queue/errors", "bad-destination"),
    ] {
        let mut a = HOST.tcp("1.2");
        a.say(&format!("SEND destination:{destination} receipt:r"), "{}");
        let error = a.next();
        assert_eq!(error.command, "ERROR");
        assert!([code, "forbidden"].contains(&error.need("code")), "{destination}: {error:?}");
        assert_eq!(error.get("receipt-id"), Some("r"));
        a.ends();
    }
    reader.nothing_came();
}

#[test]
fn d20_who_sent_a_chat_message_is_the_server_s_to_say() {
    let mut a = HOST.reader("/topic/room.d20");
    let head = "SEND destination:/app/room.d20 sender:forged user:forged timestamp:1 kind:edit";
    a.say(head, "hello");
    let message = a.message();
    assert_eq!((message.get("sender"), message.get("kind")), (Some("mina"), Some("message")));
    assert_eq!(message.get("user"), None);
    assert_ne!(message.get("timestamp"), Some("1"));
    assert!(message.text().contains("\"sender\":\"mina\""));
}

#[test]
fn d21_an_expired_message_is_not_delivered() {
    let mut a = HOST.tcp("1.2");
    a.ask("SEND destination:/queue/d21 expires:1", "long gone");
    a.ask("SEND destination:/queue/d21 expires:9999999999999", "good for long");
    a.ask("SEND destination:/queue/d21", "for ever");
    a.ask("SUBSCRIBE id:s destination:/queue/d21", "");
    a.gets("good for long");
    a.gets("for ever");
    a.nothing_came();
}

#[test]
fn d22_a_second_delivery_says_that_it_is_one() {
    let mut a = HOST.tcp("1.2");
    a.ask("SEND destination:/queue/d22", "x");
    a.ask("SUBSCRIBE id:s destination:/queue/d22 ack:client", "");
    assert_eq!(a.gets("x").get("redelivered"), None);
    drop(a);
    let mut b = HOST.raw(Via::Ws).login("1.2");
    b.ask("SUBSCRIBE id:s destination:/queue/d22 ack:client", "");
    let again = b.gets("x");
    assert_eq!(again.get("redelivered"), Some("true"));
    assert_eq!(again.get("delivery-count"), Some("2"));
    b.ask(&crate::acks::settle("ACK", &again), "");
}
