//! Transactions over rooms, queues, topics and acknowledgements.

use crate::support::{Net, Peer, header, quick, send};
use chat_protocol::stomp::{Command, Frame};
use chat_server::Settings;
use chat_server::broker::queue::QueueLimits;

const JOBS: &str = "/queue/jobs";
const CLIENT: (&str, &str) = ("ack", "client");

fn within(frame: Frame) -> Frame {
    frame.with("transaction", "t")
}

fn control(peer: &mut Peer, command: Command) {
    peer.ask(within(Frame::new(command)));
}

/// T04, T13.
#[test]
fn what_is_sent_appears_with_the_commit_in_order() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.ws_peer("juno"));
    b.subscribe("queue", JOBS, &[]);
    b.subscribe("topic", "/topic/news", &[]);
    b.subscribe("room", "/topic/room.study", &[("presence", "false")]);
    control(&mut a, Command::Begin);
    a.ask(within(send(JOBS, "1").with("persistent", "true")));
    a.ask(within(send("/app/room.study", "said")));
    a.ask(within(send("/topic/news", "news")));
    a.ask(within(send(JOBS, "2")));
    a.ask(send(JOBS, "outside"));
    assert_eq!(b.bodies(1), ["outside"]);
    b.quiet();
    control(&mut a, Command::Commit);
    let mut got: Vec<_> = (0..4)
        .map(|_| {
            let message = b.message();
            let subscription = header(&message, "subscription").unwrap().to_owned();
            (subscription, String::from_utf8(message.body.to_vec()).unwrap())
        })
        .collect();
    let queue: Vec<_> = got.iter().filter(|(s, _)| s == "queue").map(|(_, b)| b.clone()).collect();
    assert_eq!(queue, ["1", "2"]);
    got.retain(|(s, _)| s != "queue");
    got.sort();
    assert!(got[0].0 == "room" && got[0].1.contains("said"), "{got:?}");
    assert_eq!(got[1], ("topic".to_owned(), "news".to_owned()));
    b.quiet();
}

/// T05, T06, T08, T14.
#[test]
fn what_is_aborted_never_was() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    a.ask(send(JOBS, "x"));
    a.subscribe("s", JOBS, &[CLIENT]);
    let x = a.message();
    let ack = Frame::new(Command::Ack).with("id", header(&x, "ack").unwrap());
    control(&mut a, Command::Begin);
    a.ask(within(send(JOBS, "y")));
    a.ask(within(ack.clone()));
    control(&mut a, Command::Abort);
    a.quiet();
    a.ask(ack);
    control(&mut a, Command::Begin);
    a.ask(within(send(JOBS, "z")));
    drop(a);
    b.subscribe("s", JOBS, &[]);
    b.quiet();
}

/// T08.
#[test]
fn acks_take_effect_with_the_commit() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    a.ask(send(JOBS, "x").with("persistent", "true"));
    a.subscribe("s", JOBS, &[CLIENT, ("prefetch-count", "1")]);
    let x = a.message();
    control(&mut a, Command::Begin);
    a.ask(within(Frame::new(Command::Ack).with("id", header(&x, "ack").unwrap())));
    a.ask(send(JOBS, "y"));
    a.quiet();
    control(&mut a, Command::Commit);
    assert_eq!(a.bodies(1), ["y"]);
    drop(a);
    let net = net.restart(quick());
    let mut b = net.peer("juno");
    b.subscribe("s", JOBS, &[]);
    b.quiet();
}

/// T09.
#[test]
fn one_refused_part_leaves_nothing_behind() {
    let queues = QueueLimits { messages: 1, ..QueueLimits::default() };
    let net = Net::start(Settings { queues, ..quick() });
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    a.subscribe("errors", "/user/queue/errors", &[]);
    a.ask(send("/queue/full", "x"));
    b.subscribe("room", "/topic/room.study", &[("presence", "false")]);
    b.subscribe("topic", "/topic/news", &[]);
    b.subscribe("queue", JOBS, &[]);
    control(&mut a, Command::Begin);
    for to in ["/app/room.study", "/topic/news", JOBS, "/queue/full"] {
        a.ask(within(send(to, "part").with("persistent", "true")));
    }
    a.send(&within(Frame::new(Command::Commit)).with("receipt", "r"));
    let refusal = a.message();
    assert_eq!(
        (header(&refusal, "code"), header(&refusal, "receipt-id")),
        (Some("queue-full"), Some("r"))
    );
    a.quiet();
    b.quiet();
    // The same with an acknowledgement of something unknown, which ends the connection.
    control(&mut a, Command::Begin);
    a.ask(within(send(JOBS, "part")));
    a.ask(within(Frame::new(Command::Ack).with("id", "nothing")));
    a.send(&within(Frame::new(Command::Commit)));
    a.dies_of("unknown-ack");
    b.quiet();
}

#[test]
fn a_request_is_no_part_of_a_transaction() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    a.subscribe("errors", "/user/queue/errors", &[]);
    for to in ["rooms", "mentions", "search", "room.a.history", "room.a.read", "room.a.typing"] {
        control(&mut a, Command::Begin);
        a.ask(within(send(&format!("/app/{to}"), "")));
        a.send(&within(Frame::new(Command::Commit)));
        assert_eq!(header(&a.message(), "code"), Some("forbidden"), "{to}");
        a.quiet();
    }
}
