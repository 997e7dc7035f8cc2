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
