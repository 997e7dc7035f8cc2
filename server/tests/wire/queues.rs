//! Queues: one consumer each, kept while there is none, acknowledged, tried again, given up.

use crate::support::{Net, Peer, header, quick, send, subscribe};
use chat_protocol::stomp::{Command, Frame};
use chat_server::Settings;
use chat_server::broker::queue::QueueLimits;
use std::time::Duration;

const JOBS: &str = "/queue/jobs/of.today";
const CLIENT: (&str, &str) = ("ack", "client");
const INDIVIDUAL: (&str, &str) = ("ack", "client-individual");

fn persistent(frame: Frame) -> Frame {
    frame.with("persistent", "true")
}

fn hasty() -> Settings {
    let (first_delay, longest_delay) = (Duration::from_millis(1), Duration::from_millis(4));
    let queues = QueueLimits { first_delay, longest_delay, ..QueueLimits::default() };
    Settings { queues, ..quick() }
}

fn send_all(peer: &mut Peer, bodies: &[&str]) {
    for body in bodies {
        peer.ask(send(JOBS, body));
    }
}

/// D08, D13.
#[test]
fn each_message_goes_to_one_consumer_and_waits_while_there_is_none() {
    let net = Net::start(quick());
    let mut writer = net.peer("mina");
    send_all(&mut writer, &["a", "b"]);
    let (mut one, mut two) = (net.peer("juno"), net.ws_peer("nari"));
    one.subscribe("s", JOBS, &[]);
    let first = one.message();
    assert_eq!(header(&first, "destination"), Some(JOBS));
    assert_eq!(header(&first, "subscription"), Some("s"));
    assert_eq!((header(&first, "ack"), header(&first, "redelivered")), (None, None));
    assert_eq!((&first.body[..], one.bodies(1)), (&b"a"[..], vec!["b".to_owned()]));
    two.subscribe("s", JOBS, &[]);
    send_all(&mut writer, &["c", "d", "e", "f"]);
    let (a, b) = (one.bodies(2), two.bodies(2));
    let mut all = [a, b].concat();
    all.sort();
    assert_eq!(all, ["c", "d", "e", "f"]);
    one.quiet();
    two.quiet();
}

/// A01, A02, A09, A16, D22.
#[test]
fn what_is_not_acknowledged_comes_again_in_order() {
    let net = Net::start(quick());
    let mut writer = net.peer("mina");
    send_all(&mut writer, &["a", "b", "c", "d", "e"]);
    let mut reader = net.peer("juno");
    reader.subscribe("s", JOBS, &[CLIENT, ("prefetch-count", "3")]);
    let got: Vec<_> = (0..3).map(|_| reader.message()).collect();
    reader.quiet();
    reader.ack(&got[1]);
    assert_eq!(reader.bodies(2), ["d", "e"], "an ACK covers what came before it");
    drop(reader);
    let mut next = net.ws_peer("nari");
    next.subscribe("s", JOBS, &[INDIVIDUAL]);
    let again: Vec<_> = (0..3).map(|_| next.message()).collect();
    for (frame, body) in again.iter().zip(["c", "d", "e"]) {
        assert_eq!(&frame.body[..], body.as_bytes());
        assert_eq!(header(frame, "redelivered"), Some("true"));
        assert_eq!(header(frame, "delivery-count"), Some("2"));
    }
    next.ack(&again[1]);
    next.unsubscribe("s");
    next.subscribe("t", JOBS, &[]);
    assert_eq!(next.bodies(2), ["c", "e"], "alone, its ACK covers itself");
    next.quiet();
}

/// A07, A08.
#[test]
fn an_ack_of_what_is_not_owed_ends_the_connection() {
    let net = Net::start(quick());
    let mut writer = net.peer("mina");
    send_all(&mut writer, &["a"]);
    let mut reader = net.peer("juno");
    reader.subscribe("s", JOBS, &[CLIENT]);
    let message = reader.message();
    reader.ack(&message);
    let ack = Frame::new(Command::Ack).with("id", header(&message, "ack").unwrap());
    reader.send(&ack.clone().with("receipt", "again"));
    assert_eq!(header(&reader.dies_of("unknown-ack"), "receipt-id"), Some("again"));
    let mut other = net.peer("nari");
    other.send(&ack);
    other.dies_of("unknown-ack");
}

/// A13.
#[test]
fn an_ack_after_unsubscribe_still_settles() {
    let net = Net::start(quick());
    let mut reader = net.peer("juno");
    reader.subscribe("s", JOBS, &[CLIENT]);
    send_all(&mut reader, &["a", "b"]);
    let (a, _b) = (reader.message(), reader.message());
    reader.unsubscribe("s");
    reader.ack(&a);
    reader.subscribe("t", JOBS, &[]);
    assert_eq!(reader.bodies(1), ["b"]);
    reader.quiet();
}

/// A10, A15.
#[test]
fn what_is_refused_too_often_is_a_dead_letter() {
    let net = Net::start(hasty());
    let mut reader = net.peer("juno");
    reader.subscribe("s", "/queue/jobs", &[INDIVIDUAL]);
    reader.ask(persistent(send("/queue/jobs", "bad").with("mine", "kept")));
    for attempt in 1..=5 {
        let message = reader.message();
        assert_eq!(header(&message, "delivery-count"), Some(attempt.to_string().as_str()));
        reader.settle(Command::Nack, &message);
    }
    reader.subscribe("dead", "/queue/dlq.jobs", &[]);
    let dead = reader.message();
    assert_eq!(header(&dead, "subscription"), Some("dead"));
    assert_eq!(header(&dead, "destination"), Some("/queue/dlq.jobs"));
    assert_eq!(header(&dead, "original-destination"), Some("/queue/jobs"));
    assert_eq!((header(&dead, "mine"), &dead.body[..]), (Some("kept"), &b"bad"[..]));
}

/// S13, S15, S20 on queues.
#[test]
fn selectors_wildcards_and_no_local_choose() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    a.subscribe("s", "/queue/x.*", &[("selector", "colour = 'red'")]);
    b.ask(send("/queue/x.1", "blue").with("colour", "blue"));
    b.ask(send("/queue/x.2", "red").with("colour", "red"));
    let red = a.message();
    assert_eq!((header(&red, "destination"), &red.body[..]), (Some("/queue/x.2"), &b"red"[..]));
    b.subscribe("s", "/queue/>", &[("no-local", "true")]);
    a.ask(send("/queue/x.3", "from a"));
    assert_eq!(b.bodies(1), ["from a"]);
    a.subscribe("t", "/queue/x.1", &[]);
    assert_eq!(a.bodies(1), ["blue"], "what nobody chose has stayed");
    a.quiet();
    b.quiet();
}

/// L11.
#[test]
fn wildcards_over_queues_and_topics_are_counted_together() {
    let net = Net::start(Settings { max_wildcards: 2, ..quick() });
    let mut a = net.peer("mina");
    a.subscribe("1", "/queue/a.*", &[]);
    a.subscribe("2", "/topic/a.*", &[]);
    a.unsubscribe("1");
    a.subscribe("3", "/queue/b.*", &[]);
    a.send(&subscribe("4", "/queue/c.*", &[]));
    a.dies_of("too-many-subscriptions");
}

#[test]
fn a_full_queue_is_told_to_the_sender() {
    let queues = QueueLimits { messages: 2, ..QueueLimits::default() };
    let net = Net::start(Settings { queues, ..quick() });
    let mut a = net.peer("mina");
    a.subscribe("errors", "/user/queue/errors", &[]);
    send_all(&mut a, &["a", "b"]);
    a.send(&send(JOBS, "c").with("receipt", "r"));
    let refusal = a.message();
    assert_eq!(header(&refusal, "code"), Some("queue-full"));
    assert_eq!(header(&refusal, "receipt-id"), Some("r"));
    a.subscribe("s", JOBS, &[]);
    assert_eq!(a.bodies(2), ["a", "b"]);
    a.quiet();
}

/// D18.
#[test]
fn a_reply_comes_to_the_temporary_queue_of_who_asked() {
    let net = Net::start(quick());
    let (mut asker, mut other) = (net.peer("mina"), net.peer("juno"));
    let mut worker = net.ws_peer("worker");
    worker.subscribe("s", JOBS, &[]);
    asker.subscribe("r", "/temp-queue/answers", &[]);
    other.subscribe("r", "/temp-queue/answers", &[]);
    asker.ask(send(JOBS, "?").with("reply-to", "/temp-queue/answers").with("correlation-id", "7"));
    let question = worker.message();
    let reply_to = header(&question, "reply-to").unwrap().to_owned();
    assert!(reply_to.starts_with("/reply-queue/"), "{reply_to}");
    worker.ask(send(&reply_to, "!").with("correlation-id", "7"));
    let answer = asker.message();
    assert_eq!(header(&answer, "destination"), Some("/temp-queue/answers"));
    assert_eq!((header(&answer, "correlation-id"), &answer.body[..]), (Some("7"), &b"!"[..]));
    other.quiet();
    asker.ask(Frame::new(Command::Disconnect));
    assert!(asker.try_next().is_none());
    worker.send(&send(&reply_to, "too late"));
    worker.dies_of("unavailable");
}

#[test]
fn an_expired_message_is_not_delivered() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    a.ask(send(JOBS, "over").with("expires", "1"));
    a.ask(send(JOBS, "never").with("expires", "0"));
    a.subscribe("s", JOBS, &[]);
    let message = a.message();
    assert_eq!((header(&message, "expires"), &message.body[..]), (Some("0"), &b"never"[..]));
    a.send(&send(JOBS, "x").with("expires", "tomorrow"));
    a.dies_of("bad-header");
}

#[test]
fn persistent_messages_survive_with_order_and_count_and_others_do_not() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    for body in ["a", "b", "c"] {
        a.ask(persistent(send(JOBS, body)));
    }
    a.ask(send(JOBS, "forgotten"));
    a.subscribe("s", JOBS, &[INDIVIDUAL, ("prefetch-count", "2")]);
    let (first, second) = (a.message(), a.message());
    a.ack(&second);
    assert_eq!(a.bodies(1), ["c"]);
    let net = net.restart(quick());
    let mut b = net.peer("juno");
    b.ask(persistent(send(JOBS, "d")));
    b.subscribe("s", JOBS, &[CLIENT]);
    let again: Vec<_> = (0..3).map(|_| b.message()).collect();
    let seen: Vec<_> = again
        .iter()
        .map(|m| (std::str::from_utf8(&m.body).unwrap(), header(m, "delivery-count").unwrap()))
        .collect();
    assert_eq!(seen, [("a", "2"), ("c", "2"), ("d", "1")]);
    assert_eq!(header(&again[0], "message-id"), header(&first, "message-id"));
    b.quiet();
}

#[test]
fn a_slow_reader_of_a_queue_is_given_no_more_than_it_takes() {
    let net = Net::start(Settings { max_backlog: 64 * 1024, ..quick() });
    let mut writer = net.peer("mina");
    let body = "x".repeat(32 * 1024);
    let mut reader = net.peer("juno");
    reader.send(&subscribe("s", JOBS, &[]).with("receipt", "r"));
    for n in 0..200 {
        writer.ask(send(JOBS, &format!("{n} {body}")));
    }
    reader.receipt("r");
    for n in 0..200 {
        let message = reader.message();
        assert!(message.body.starts_with(format!("{n} ").as_bytes()));
        assert_eq!(header(&message, "redelivered"), None);
    }
    reader.quiet();
}
