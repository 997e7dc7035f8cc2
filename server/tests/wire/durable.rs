//! Topics and rooms that are acknowledged, and subscriptions that outlast their connection.

use crate::support::{Net, Peer, header, quick, send};
use chat_protocol::stomp::{Command, Frame};
use chat_server::Settings;
use chat_server::broker::queue::QueueLimits;
use serde_json::Value;

const NEWS: &str = "/topic/news";
const ROOM: &str = "/topic/room.study";
const CLIENT: (&str, &str) = ("ack", "client");
const DURABLE: (&str, &str) = ("durable", "true");
const UNSEEN: (&str, &str) = ("presence", "false");

fn owner(net: &Net) -> Peer {
    net.raw().login_as("mina", Some("desk"))
}

/// The text of a room's message, or the kind of anything else.
fn text(frame: &Frame) -> String {
    let body: Value = serde_json::from_slice(&frame.body).unwrap();
    let text = body.get("text").unwrap_or(&body["kind"]);
    text.as_str().unwrap().to_owned()
}

/// S16.
#[test]
fn a_window_bounds_what_a_topic_s_reader_owes() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.ws_peer("juno"));
    a.subscribe("s", NEWS, &[CLIENT, ("prefetch-count", "2")]);
    b.subscribe("s", NEWS, &[]);
    for body in ["1", "2", "3", "4"] {
        b.ask(send(NEWS, body));
    }
    assert_eq!(b.bodies(4), ["1", "2", "3", "4"], "others do not wait");
    let (_, second) = (a.message(), a.message());
    assert_eq!(header(&second, "subscription"), Some("s"));
    a.quiet();
    a.ack(&second);
    assert_eq!(a.bodies(2), ["3", "4"]);
    // What is owed goes with the subscription.
    a.unsubscribe("s");
    a.subscribe("t", NEWS, &[CLIENT]);
    a.quiet();
}

#[test]
fn who_acknowledges_nothing_is_cut_before_it_costs_others() {
    let queues = QueueLimits { subscription_bytes: 1 << 20, ..QueueLimits::default() };
    let net = Net::start(Settings { queues, ..quick() });
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    a.subscribe("s", NEWS, &[CLIENT, ("prefetch-count", "1")]);
    let body = "x".repeat(60_000);
    for _ in 0..30 {
        b.ask(send(NEWS, &body));
    }
    a.message();
    a.dies_of("slow-consumer");
}

#[test]
fn a_room_is_replayed_no_faster_than_it_is_acknowledged() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    for n in 0..300 {
        b.post("/app/room.study", &format!("{n} {}", "x".repeat(400)));
    }
    a.subscribe("s", ROOM, &[CLIENT, ("prefetch-count", "7"), ("last", "300"), UNSEEN]);
    for n in 0..300 {
        let message = a.message();
        assert!(text(&message).starts_with(&format!("{n} ")), "{}", text(&message));
        if n % 5 == 4 {
            a.ack(&message);
        }
    }
    assert_eq!(text(&a.message()), "sync");
    b.post("/app/room.study", "live");
    assert_eq!(text(&a.message()), "live");
}

/// S17, S18.
#[test]
fn a_durable_subscription_to_a_topic_keeps_what_is_missed() {
    let net = Net::start(quick());
    let mut b = net.peer("juno");
    let mut a = owner(&net);
    b.ask(send(NEWS, "before it was made"));
    a.subscribe("d", NEWS, &[DURABLE, CLIENT]);
    b.ask(send(NEWS, "1"));
    b.ask(send(NEWS, "2"));
    let first = a.message();
    assert_eq!(a.bodies(1), ["2"]);
    a.ack(&first);
    drop(a);
    b.ask(send(NEWS, "3"));
    let net = net.restart(quick());
    let mut b = net.peer("juno");
    b.ask(send(NEWS, "4"));
    // Another person's of the same name is another one.
    let mut other = net.raw().login_as("nari", Some("desk"));
    other.subscribe("d", NEWS, &[DURABLE]);
    other.quiet();
    let mut a = owner(&net);
    a.subscribe("d", NEWS, &[DURABLE, CLIENT]);
    let again = a.message();
    assert_eq!((&again.body[..], header(&again, "redelivered")), (&b"2"[..], Some("true")));
    assert_eq!(header(&again, "destination"), Some(NEWS));
    let rest: Vec<_> = (0..2).map(|_| a.message()).collect();
    assert_eq!(rest.iter().map(|m| &m.body[..]).collect::<Vec<_>>(), [b"3", b"4"]);
    a.ack(&rest[1]);
    a.ask(Frame::new(Command::Unsubscribe).with("id", "d").with("durable", "true"));
    b.ask(send(NEWS, "5"));
    a.subscribe("d", NEWS, &[DURABLE]);
    a.quiet();
    assert_eq!(other.bodies(1), ["5"]);
}

#[test]
fn a_durable_subscription_has_one_reader_and_one_meaning() {
    let net = Net::start(quick());
    let (mut a, mut second) = (owner(&net), owner(&net));
    a.subscribe("d", NEWS, &[DURABLE]);
    second.subscribe("errors", "/user/queue/errors", &[]);
    let again = |second: &mut Peer, destination: &str| {
        let frame = crate::support::subscribe("d", destination, &[DURABLE]);
        second.send(&frame.with("receipt", "r"));
        header(&second.message(), "code").unwrap().to_owned()
    };
    assert_eq!(again(&mut second, NEWS), "unavailable");
    a.unsubscribe("d");
    assert_eq!(again(&mut second, "/topic/other"), "forbidden");
    second.subscribe("d", NEWS, &[DURABLE]);
    let mut third = net.peer("nari");
    third.send(&crate::support::subscribe("d", "/user/queue/replies", &[DURABLE]));
    third.dies_of("bad-header");
}

/// S17.
#[test]
fn a_durable_subscription_to_a_room_is_a_remembered_position() {
    let net = Net::start(quick());
    let mut b = net.peer("juno");
    b.post("/app/room.study", "before it was made");
    let mut a = owner(&net);
    a.subscribe("d", ROOM, &[DURABLE, CLIENT, UNSEEN]);
    let sync = a.message();
    assert_eq!(text(&sync), "sync");
    a.ack(&sync);
    for said in ["1", "2", "3"] {
        b.post("/app/room.study", said);
    }
    let got: Vec<_> = (0..3).map(|_| a.message()).collect();
    a.ack(&got[0]);
    drop(a);
    b.post("/app/room.study", "4");
    let net = net.restart(quick());
    let mut a = owner(&net);
    a.subscribe("d", ROOM, &[DURABLE, UNSEEN]);
    let texts: Vec<_> = (0..4).map(|_| text(&a.message())).collect();
    assert_eq!(texts, ["2", "3", "4", "sync"]);
    // In mode auto what was sent is done.
    a.ask(Frame::new(Command::Disconnect));
    let mut b = net.peer("juno");
    b.post("/app/room.study", "5");
    let mut a = owner(&net);
    a.subscribe("d", ROOM, &[DURABLE, UNSEEN]);
    assert_eq!((text(&a.message()), text(&a.message())), ("5".into(), "sync".into()));
}
