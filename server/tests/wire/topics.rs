//! Plain topics: fan-out to whoever is subscribed now.

use crate::support::{Net, header, quick, send, subscribe};
use chat_protocol::stomp::{Command, Frame};
use chat_server::Settings;

#[test]
fn a_message_goes_to_every_subscription_once_with_its_own_id() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.ws_peer("juno"));
    a.subscribe("one", "/topic/news", &[]);
    a.subscribe("two", "/topic/news", &[]);
    b.subscribe("one", "/topic/news", &[]);
    b.ask(send("/topic/news", "hello"));
    let ids: Vec<_> =
        (0..2).map(|_| header(&a.message(), "subscription").unwrap().to_owned()).collect();
    assert!(ids == ["one", "two"] || ids == ["two", "one"], "{ids:?}");
    let message = b.message();
    assert_eq!(header(&message, "destination"), Some("/topic/news"));
    assert_eq!(&message.body[..], b"hello");
    b.ask(send("/topic/news", "end"));
    assert_eq!(&a.message().body[..], b"end");
}

/// D02, D09, D10, D20, H15–H17 and attack 51.
#[test]
fn the_sender_s_headers_pass_but_for_the_server_s() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    a.subscribe("s", "/topic/news", &[]);
    let own = ["subscription", "message-id", "ack", "sender", "timestamp", "prev", "kind"];
    let frame = own.iter().fold(send("/topic/news", "x"), |f, name| f.with(name, "forged"));
    a.ask(
        frame
            .with("content-type", "text/html;charset=utf-8")
            .with("mine", "a:b\nc")
            .with("correlation-id", "7"),
    );
    let message = a.message();
    assert_eq!(header(&message, "content-type"), Some("text/html;charset=utf-8"));
    assert_eq!(header(&message, "mine"), Some("a:b\nc"));
    assert_eq!(header(&message, "correlation-id"), Some("7"));
    for name in own.into_iter().chain(["receipt"]) {
        assert_ne!(header(&message, name), Some("forged"), "{name}");
    }
    assert_eq!(header(&message, "receipt"), None);
    a.ask(send("/topic/news", "y"));
    let next = a.message();
    assert_ne!(header(&next, "message-id"), header(&message, "message-id"));
    assert_eq!(header(&next, "content-type"), None, "none is invented");
}

/// H09: each receiver gets a header as its own version writes it; one without a subscription id
/// (1.0 only) gets none.
#[test]
fn every_version_reads_the_same_message() {
    let net = Net::start(quick());
    let mut writer = net.peer("mina");
    let mut readers = [net.raw(), net.raw_ws(), net.raw()];
    for (reader, version) in readers.iter_mut().zip(["1.0", "1.1", "1.2"]) {
        let id = if version == "1.0" { "" } else { "id:s\n" };
        reader.write(
            format!(
                "CONNECT\naccept-version:{version}\nhost:h\n\n\0\
                 SUBSCRIBE\n{id}destination:/topic/a\nreceipt:r\n\n\0"
            )
            .as_bytes(),
        );
        reader.receipt("r");
    }
    writer.ask(send("/topic/a", "body").with("mine", "a:b\\c\nd"));
    let expected = ["\nmine:a:b\\c d\n", "\nmine:a\\cb\\\\c\\nd\n", "\nmine:a\\cb\\\\c\\nd\n"];
    for (n, (reader, line)) in readers.iter_mut().zip(expected).enumerate() {
        let raw = reader.raw_frame();
        assert!(raw.starts_with("MESSAGE\n") && raw.ends_with("\n\nbody\0"), "{raw:?}");
        assert!(raw.contains(line), "{raw:?}");
        assert_eq!(raw.contains("\nsubscription:s\n"), n > 0, "{raw:?}");
    }
}

/// D16: an empty body, and one that is not UTF-8, over both transports.
#[test]
fn any_body_passes() {
    let net = Net::start(quick());
    for mut a in [net.peer("mina"), net.ws_peer("juno")] {
        a.subscribe("s", "/topic/bytes", &[]);
        for body in [&b""[..], b"\0\xff\0", "한글".as_bytes(), &[7; 60_000]] {
            let frame = Frame::new(Command::Send).with("destination", "/topic/bytes");
            a.ask(frame.body(body.to_vec()));
            assert_eq!(a.message().body, body);
        }
    }
}

/// S08: nothing follows the RECEIPT of an UNSUBSCRIBE, in the middle of a stream of messages.
#[test]
fn unsubscribe_s_receipt_is_the_end_of_it() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    for round in 0..50 {
        a.subscribe("s", "/topic/storm", &[]);
        for n in 0..100 {
            b.send(&send("/topic/storm", &format!("{round}.{n}")));
        }
        a.message();
        a.send(&Frame::new(Command::Unsubscribe).with("id", "s").with("receipt", "bye"));
        while a.next().command != Command::Receipt {}
        b.ask(send("/topic/storm", "late"));
        a.ask(send("/topic/other", "nothing may come before this receipt"));
        assert!(a.nothing_waits(), "round {round}");
    }
}

/// Every reader, on whichever shard, sees many publishers' messages in the same order.
#[test]
fn all_readers_see_one_order() {
    for shards in [1, 2, 4] {
        let net = Net::start(Settings { shards, ..quick() });
        for destination in ["/topic/order", "/topic/room.order"] {
            let orders = read_by_all(&net, destination);
            assert!(
                orders.iter().all(|order| *order == orders[0]),
                "{destination}, {shards} shards"
            );
        }
    }
}

/// What four readers see of what four writers say, each in his order.
fn read_by_all(net: &Net, destination: &str) -> Vec<Vec<String>> {
    let mut readers: Vec<_> = (0..4).map(|n| net.peer(&format!("r{n}"))).collect();
    for reader in &mut readers {
        reader.subscribe("s", destination, &[]);
    }
    std::thread::scope(|scope| {
        for n in 0..4 {
            let mut writer = net.ws_peer(&format!("w{n}"));
            scope.spawn(move || {
                for m in 0..100 {
                    writer.send(&send(destination, &format!("{n}.{m}")));
                }
                writer.ask(send("/topic/other", "all are taken"));
            });
        }
    });
    let id = |frame: Frame| header(&frame, "message-id").unwrap().to_owned();
    readers.iter_mut().map(|reader| (0..400).map(|_| id(reader.message())).collect()).collect()
}

/// D06: one publisher's order holds for every receiver, on every shard.
#[test]
fn one_publisher_s_order_is_kept() {
    let net = Net::start(quick());
    let mut readers: Vec<_> = (0..6).map(|n| net.ws_peer(&format!("r{n}"))).collect();
    for reader in &mut readers {
        reader.subscribe("s", "/topic/count", &[]);
    }
    let mut writer = net.peer("mina");
    for n in 0..1000 {
        writer.send(&send("/topic/count", &n.to_string()));
    }
    for reader in &mut readers {
        for n in 0..1000 {
            assert_eq!(reader.message().body, n.to_string());
        }
    }
}

/// S15: `*` is one segment, `>` and its aliases the rest; `.` and `/` both part segments.
#[test]
fn a_wildcard_gets_what_matches_and_nothing_of_the_chat() {
    let net = Net::start(quick());
    let (mut one, mut rest, mut writer) = (net.peer("one"), net.ws_peer("rest"), net.peer("mina"));
    one.subscribe("s", "/topic/build.*.done", &[]);
    rest.subscribe("s", "/topic/>", &[]);
    for to in ["/topic/build.linux.done", "/topic/build/mac/done", "/topic/build.linux.x.done"] {
        writer.ask(send(to, to));
    }
    writer.ask(send("/app/room.study", "a room is no plain topic"));
    writer.ask(send("/topic/end", "end"));
    for to in ["/topic/build.linux.done", "/topic/build/mac/done"] {
        assert_eq!(header(&one.message(), "destination"), Some(to));
    }
    let heard: Vec<_> =
        (0..4).map(|_| String::from_utf8(rest.message().body.to_vec()).unwrap()).collect();
    assert_eq!(
        heard,
        ["/topic/build.linux.done", "/topic/build/mac/done", "/topic/build.linux.x.done", "end"]
    );
    rest.unsubscribe("s");
    writer.ask(send("/topic/build.win.done", "after"));
    assert_eq!(&one.message().body[..], b"after");
    assert!(rest.nothing_waits());
}

#[test]
fn wildcards_are_bounded_in_number_and_sent_to_by_nobody() {
    let net = Net::start(Settings { max_wildcards: 2, ..quick() });
    let mut a = net.peer("mina");
    for n in 0..2 {
        a.subscribe(&format!("s{n}"), &format!("/topic/{n}/*"), &[]);
    }
    a.send(&subscribe("s2", "/topic/2/*", &[]));
    a.dies_of("too-many-subscriptions");
    let mut b = net.peer("juno");
    b.send(&send("/topic/a/*", "x"));
    b.dies_of("bad-destination");
}

/// S13: evaluated over the headers of the MESSAGE; what does not match is not delivered.
#[test]
fn a_selector_costs_and_spares_only_its_own_subscriber() {
    let net = Net::start(quick());
    let (mut picky, mut other, mut writer) = (net.peer("a"), net.peer("b"), net.peer("mina"));
    picky.subscribe("s", "/topic/builds", &[("selector", "status = 'failed' AND tries > 2")]);
    other.subscribe("s", "/topic/builds", &[]);
    for (status, tries) in [("failed", "1"), ("passed", "9"), ("failed", "3")] {
        let frame = send("/topic/builds", status).with("status", status).with("tries", tries);
        writer.ask(frame);
    }
    assert_eq!(header(&picky.message(), "tries"), Some("3"));
    assert!(picky.nothing_waits());
    for tries in ["1", "9", "3"] {
        assert_eq!(header(&other.message(), "tries"), Some(tries));
    }
}

/// S14 and contract section 4: never silently ignored.
#[test]
fn a_selector_that_cannot_be_used_is_an_error() {
    let net = Net::start(quick());
    for (destination, selector, code) in [
        ("/topic/x", "status =", "bad-selector"),
        ("/topic/room.study", "kind = 'message'", "unsupported"),
    ] {
        let mut a = net.peer("mina");
        a.send(&subscribe("s", destination, &[("selector", selector)]));
        a.dies_of(code);
    }
}

/// S20, D11.
#[test]
fn no_local_spares_the_sender_its_own() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("mina"));
    a.subscribe("s", "/topic/x", &[("no-local", "true")]);
    a.ask(send("/topic/x", "mine"));
    b.ask(send("/topic/x", "from another connection of the same person"));
    assert!(a.message().body.starts_with(b"from another"));
}

/// `/user/queue/x` is one's own; what is sent to a person reaches all of their connections, under the
/// name subscribed to.
#[test]
fn a_person_gets_what_is_sent_to_them_on_every_connection() {
    let net = Net::start(quick());
    let (mut one, mut two, mut other) = (net.peer("Mina"), net.ws_peer("mina"), net.peer("juno"));
    for peer in [&mut one, &mut two, &mut other] {
        peer.subscribe("s", "/user/queue/hints", &[]);
    }
    other.ask(send("/user/MINA/queue/hints", "psst"));
    for peer in [&mut one, &mut two] {
        let message = peer.message();
        assert_eq!(header(&message, "destination"), Some("/user/queue/hints"));
        assert_eq!(&message.body[..], b"psst");
    }
    assert!(other.nothing_waits());
    other.send(&subscribe("t", "/user/mina/queue/hints", &[]));
    other.dies_of("bad-destination");
}
