//! Plain topics: fan-out to whoever is subscribed now.

use crate::support::{Net, header, quick, send};
use chat_protocol::stomp::{Command, Frame};

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
    let net = Net::start(quick());
    for destination in ["/topic/order", "/topic/room.order"] {
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
        let mut orders = readers.iter_mut().map(|reader| {
            (0..400).map(|_| header(&reader.message(), "message-id").unwrap().to_owned()).collect()
        });
        let first: Vec<String> = orders.next().unwrap();
        assert!(orders.all(|order: Vec<String>| order == first), "{destination}");
    }
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
