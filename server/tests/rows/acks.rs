//! A9: ACK and NACK.

use crate::host::{Host, alone, login};
use crate::peer::{BOTH, Frame, Peer, Via};
use crate::support::{self, Server};

static HOST: Host = Host::new(&["--heart-beat-min=50ms"]);

const MODES: [&str; 2] = ["client", "client-individual"];

/// The head of an ACK or NACK for `message`, as the version it came in wants it.
pub fn settle(command: &str, message: &Frame) -> String {
    match message.get("ack") {
        Some(ack) => format!("{command} id:{ack}"),
        None => {
            let subscription = message.get("subscription").map(|id| format!(" subscription:{id}"));
            let id = message.need("message-id");
            format!("{command} message-id:{id}{}", subscription.unwrap_or_default())
        }
    }
}

/// The next message of a room that somebody wrote, which must be this text.
#[track_caller]
pub fn next_said(a: &mut Peer, text: &str) -> Frame {
    loop {
        let message = a.message();
        if message.get("kind") == Some("message") {
            assert!(message.text().contains(&format!("\"text\":\"{text}\"")), "{message:?}");
            return message;
        }
    }
}

/// A queue with these messages and somebody who reads it in this mode.
#[track_caller]
fn reading(version: &str, queue: &str, mode: &str, bodies: &[&str]) -> (Peer, Vec<Frame>) {
    let mut writer = HOST.tcp("1.2");
    for body in bodies {
        writer.ask(&format!("SEND destination:{queue}"), body);
    }
    let mut a = HOST.tcp(version);
    a.ask(&format!("SUBSCRIBE id:s destination:{queue} ack:{mode}"), "");
    let got = bodies.iter().map(|body| a.gets(body)).collect();
    (a, got)
}

/// That the queue holds exactly these, in this order, and empties it.
#[track_caller]
fn holds(queue: &str, bodies: &[&str]) -> Vec<Frame> {
    let mut a = HOST.ws("1.2");
    a.ask(&format!("SUBSCRIBE id:s destination:{queue}"), "");
    let got = bodies.iter().map(|body| a.gets(body)).collect();
    a.nothing_came();
    a.ask("DISCONNECT", "");
    a.ends();
    got
}

/// Persistent messages come back with their order and count when the server was killed.
pub fn survives_a_kill(queue: &str) {
    let mut server = alone(&[]);
    let mut a = login(&server, Via::Tcp);
    for n in 0..20 {
        a.ask(&format!("SEND destination:{queue} persistent:true mine:{n}"), &n.to_string());
    }
    a.ask(
        &format!("SUBSCRIBE id:s destination:{queue} ack:client-individual prefetch-count:2"),
        "",
    );
    let first = a.gets("0");
    a.gets("1");
    a.ask(&settle("ACK", &first), "");
    a.gets("2");
    server.child.kill().unwrap();
    server.ended();
    let dir = std::mem::replace(&mut server.dir, tempfile::tempdir().unwrap());
    let mut command = support::command("serve");
    command.args(["--listen", "127.0.0.1:0", "--stomp-listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(dir.path());
    let server = Server::spawn(command, dir);
    let mut a = login(&server, Via::Ws);
    a.ask(&format!("SUBSCRIBE id:s destination:{queue}"), "");
    for n in 1..20 {
        let message = a.gets(&n.to_string());
        assert_eq!(message.need("mine"), n.to_string());
        assert_eq!(message.get("redelivered"), (n < 3).then_some("true"), "{n}");
    }
    a.nothing_came();
}

#[test]
fn a01_client_mode_is_cumulative() {
    for version in ["1.0", "1.1", "1.2"] {
        let queue = format!("/queue/a01-{version}");
        let (mut a, got) = reading(version, &queue, "client", &["1", "2", "3", "4"]);
        a.ask(&settle("ACK", &got[2]), "");
        drop(a);
        holds(&queue, &["4"]);
    }
}

#[test]
fn a02_client_individual_mode_is_not() {
    for version in ["1.0", "1.1", "1.2"] {
        let queue = format!("/queue/a02-{version}");
        let (mut a, got) = reading(version, &queue, "client-individual", &["1", "2", "3", "4"]);
        a.ask(&settle("ACK", &got[2]), "");
        drop(a);
        holds(&queue, &["1", "2", "4"]);
    }
}

#[test]
fn a03_in_1_2_the_id_of_an_ack_is_the_ack_of_the_message() {
    let (mut a, got) = reading("1.2", "/queue/a03", "client-individual", &["1", "2", "3"]);
    let (ack, id) = (got[0].need("ack"), got[0].need("message-id"));
    a.ask(&format!("ACK id:{ack} message-id:{id} subscription:s"), "");
    a.ask(&format!("ACK id:{} message-id:other subscription:other", got[1].need("ack")), "");
    a.say(&format!("ACK id:{} receipt:r", got[2].need("message-id")), "");
    assert_eq!(a.dies_of("unknown-ack").get("receipt-id"), Some("r"));
    holds("/queue/a03", &["3"]);
}

#[test]
fn a04_in_1_1_an_ack_needs_message_id_and_subscription() {
    let (mut a, got) = reading("1.1", "/queue/a04", "client-individual", &["1", "2"]);
    let id = got[0].need("message-id");
    a.ask(&format!("ACK message-id:{id} subscription:s"), "");
    let id = got[1].need("message-id");
    a.say(&format!("ACK message-id:{id} subscription:other receipt:r"), "");
    assert_eq!(a.dies_of("unknown-ack").get("receipt-id"), Some("r"));
    for (n, head) in ["ACK message-id:x", "ACK subscription:s"].into_iter().enumerate() {
        let (mut a, _) = reading("1.1", &format!("/queue/a04-{n}"), "client", &["1"]);
        a.say(&format!("{head} receipt:r"), "");
        assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("r"));
    }
}

#[test]
fn a05_in_1_0_an_ack_needs_the_message_id_alone() {
    let (mut a, got) = reading("1.0", "/queue/a05", "client", &["1", "2"]);
    a.ask(&format!("ACK message-id:{}", got[0].need("message-id")), "");
    a.say(&format!("NACK message-id:{} receipt:r", got[1].need("message-id")), "");
    assert_eq!(a.dies_of("bad-command").get("receipt-id"), Some("r"));
    holds("/queue/a05", &["2"]);
}

#[test]
fn a06_an_ack_is_cumulative_within_its_subscription_only() {
    let (mut a, _one) = reading("1.2", "/queue/a06-one", "client", &["1", "2"]);
    let mut writer = HOST.tcp("1.2");
    writer.ask("SEND destination:/queue/a06-two", "3");
    a.ask("SUBSCRIBE id:t destination:/queue/a06-two ack:client", "");
    let two = a.gets("3");
    a.ask(&settle("ACK", &two), "");
    drop(a);
    holds("/queue/a06-one", &["1", "2"]);
    holds("/queue/a06-two", &[]);
}

#[test]
fn a07_an_ack_of_what_is_not_owed_is_an_error() {
    for command in ["ACK", "NACK"] {
        let queue = format!("/queue/a07-{command}");
        let (mut a, got) = reading("1.2", &queue, "client-individual", &["1", "2"]);
        a.ask(&settle("ACK", &got[0]), "");
        // Of another connection.
        let mut b = HOST.ws("1.2");
        b.say(&format!("{} receipt:r", settle(command, &got[1])), "");
        assert_eq!(b.dies_of("unknown-ack").get("receipt-id"), Some("r"));
        // Settled before.
        a.say(&format!("{} receipt:r", settle(command, &got[0])), "");
        assert_eq!(a.dies_of("unknown-ack").get("receipt-id"), Some("r"));
        holds(&queue, &["2"]);
    }
}

#[test]
fn a07_an_ack_of_what_was_never_sent_is_an_error() {
    for (version, reference) in
        [("1.0", "message-id:x"), ("1.1", "message-id:x subscription:s"), ("1.2", "id:x")]
    {
        for via in BOTH {
            let mut a = HOST.raw(via).login(version);
            a.say(&format!("ACK {reference} receipt:r"), "");
            assert_eq!(a.dies_of("unknown-ack").get("receipt-id"), Some("r"));
        }
    }
}

#[test]
fn a08_an_ack_in_an_auto_subscription_is_an_error() {
    for (version, to) in [("1.0", "/queue/a08"), ("1.1", "/topic/a08"), ("1.2", "/queue/a08-2")] {
        let mut a = HOST.tcp(version);
        a.ask(&format!("SUBSCRIBE id:s destination:{to}"), "");
        a.ask(&format!("SEND destination:{to}"), "x");
        let message = a.gets("x");
        let id = message.need("message-id");
        a.say(&format!("ACK id:{id} message-id:{id} subscription:s receipt:r"), "");
        assert_eq!(a.dies_of("unknown-ack").get("receipt-id"), Some("r"));
    }
}

#[test]
fn a09_what_is_not_acknowledged_comes_back_in_order_and_says_so() {
    let ends: [fn(Peer); 4] = [
        drop,
        |mut a| {
            a.ask("UNSUBSCRIBE id:s", "");
        },
        |mut a| {
            a.ask("DISCONNECT", "");
            a.ends();
        },
        |mut a| {
            a.write("NONSENSE\n\n\0");
            a.dies_of("bad-command");
        },
    ];
    for mode in MODES {
        for (n, end) in ends.into_iter().enumerate() {
            let queue = format!("/queue/a09-{mode}-{n}");
            let (mut a, got) = reading("1.2", &queue, mode, &["1", "2", "3", "4"]);
            a.ask(&settle("ACK", &got[0]), "");
            end(a);
            let again = holds(&queue, &["2", "3", "4"]);
            assert!(again.iter().all(|message| message.get("redelivered") == Some("true")));
        }
    }
}

#[test]
fn a09_what_is_not_acknowledged_comes_back_when_the_heart_stops() {
    let mut writer = HOST.tcp("1.2");
    writer.ask("SEND destination:/queue/a09-heart", "1");
    let mut a = HOST.raw(Via::Ws);
    a.say("CONNECT accept-version:1.2 host:h heart-beat:1000,0", "");
    assert_eq!(a.next().command, "CONNECTED");
    a.say("SUBSCRIBE id:s destination:/queue/a09-heart ack:client", "");
    a.gets("1");
    a.dies_of("heart-beat-timeout");
    holds("/queue/a09-heart", &["1"]);
}

/// On a topic it goes with its subscription.
#[test]
fn a09_what_is_not_acknowledged_on_a_topic_does_not_come_back() {
    for (n, mode) in MODES.into_iter().enumerate() {
        let mut a = HOST.raw(BOTH[n]).login("1.2");
        let head = format!("SUBSCRIBE id:s destination:/topic/a09-{n} ack:{mode}");
        a.ask(&head, "");
        a.ask(&format!("SEND destination:/topic/a09-{n}"), "old");
        a.gets("old");
        a.ask("UNSUBSCRIBE id:s", "");
        a.ask(&head, "");
        a.ask(&format!("SEND destination:/topic/a09-{n}"), "new");
        assert_eq!(a.gets("new").get("redelivered"), None);
        a.nothing_came();
    }
}

#[test]
fn a10_the_number_of_deliveries_is_a_setting() {
    let server = alone(&["--max-deliveries=2", "--redelivery-delay=1ms"]);
    let mut a = login(&server, Via::Tcp);
    a.ask("SUBSCRIBE id:dead destination:/queue/dlq.a10", "");
    a.ask("SUBSCRIBE id:s destination:/queue/a10 ack:client", "");
    a.ask("SEND destination:/queue/a10 mine:x", "bad");
    for _ in 0..2 {
        let message = a.gets("bad");
        assert_eq!(message.get("subscription"), Some("s"));
        a.ask(&settle("NACK", &message), "");
    }
    let dead = a.gets("bad");
    assert_eq!((dead.get("subscription"), dead.get("mine")), (Some("dead"), Some("x")));
    assert_eq!(dead.get("destination"), Some("/queue/dlq.a10"));
}

#[test]
fn a10_a_refused_message_comes_later_and_becomes_a_dead_letter() {
    let (mut a, got) = reading("1.2", "/queue/a10", "client-individual", &["bad", "good"]);
    a.ask(&settle("NACK", &got[0]), "");
    a.ask(&settle("ACK", &got[1]), "");
    for count in 2..=5 {
        a.nothing_came();
        let again = a.gets("bad");
        assert_eq!(again.get("redelivered"), Some("true"));
        assert_eq!(again.need("delivery-count"), count.to_string());
        a.ask(&settle("NACK", &again), "");
    }
    holds("/queue/dlq.a10", &["bad"]);
    holds("/queue/a10", &[]);
}

#[test]
fn a11_a_nack_in_client_mode_covers_what_came_before() {
    let (mut a, got) = reading("1.2", "/queue/a11", "client", &["1", "2", "3"]);
    a.ask(&settle("NACK", &got[1]), "");
    a.ask(&settle("ACK", &got[2]), "");
    for body in ["1", "2"] {
        let again = a.gets(body);
        assert_eq!(again.get("redelivered"), Some("true"));
    }
}

#[test]
fn a12_an_ack_without_its_headers_is_an_error() {
    for command in ["ACK", "NACK"] {
        for (version, reference) in
            [("1.1", "message-id:x"), ("1.1", "subscription:s"), ("1.2", "")]
        {
            let mut a = HOST.tcp(version);
            a.say(format!("{command} {reference} receipt:r").replace("  ", " ").as_str(), "");
            assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("r"));
        }
    }
    let mut a = HOST.tcp("1.0");
    a.say("ACK receipt:r", "");
    assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("r"));
}

#[test]
fn a13_an_ack_that_crosses_its_unsubscribe_is_no_fault() {
    for version in ["1.1", "1.2"] {
        let queue = format!("/queue/a13-{version}");
        let (mut a, got) = reading(version, &queue, "client-individual", &["1", "2"]);
        a.say("UNSUBSCRIBE id:s", "");
        a.ask(&settle("ACK", &got[1]), "");
        a.nothing_came();
        holds(&queue, &["1"]);
    }
}

#[test]
fn a14_a_reused_id_does_not_change_the_mode_of_older_deliveries() {
    let (mut a, got) = reading("1.2", "/queue/a14", "client-individual", &["1", "2", "3"]);
    a.ask("UNSUBSCRIBE id:s", "");
    a.ask("SUBSCRIBE id:s destination:/queue/a14-other ack:client", "");
    a.ask(&settle("ACK", &got[2]), "");
    holds("/queue/a14", &["1", "2"]);
}

#[test]
fn a15_dead_letters_are_an_ordinary_queue() {
    let mut a = HOST.tcp("1.2");
    a.ask("SEND destination:/queue/dlq.a15", "by hand");
    let mut b = HOST.tcp("1.2");
    b.ask("SUBSCRIBE id:s destination:/queue/dlq.a15 ack:client", "");
    let message = b.gets("by hand");
    b.ask(&settle("ACK", &message), "");
    b.ask("UNSUBSCRIBE id:s", "");
    holds("/queue/dlq.a15", &[]);
}

#[test]
fn a16_a_window_of_one_never_stalls() {
    for (n, mode) in MODES.into_iter().enumerate() {
        for to in [format!("/queue/a16-{n}"), format!("/topic/a16-{n}")] {
            let mut a = HOST.raw(BOTH[n]).login("1.2");
            a.ask(&format!("SUBSCRIBE id:s destination:{to} ack:{mode} prefetch-count:1"), "");
            for n in 0..200 {
                a.say(&format!("SEND destination:{to}"), &n.to_string());
            }
            for n in 0..200 {
                let message = a.gets(&n.to_string());
                a.say(&settle("ACK", &message), "");
            }
            a.nothing_came();
        }
    }
}
