//! More than the server can deliver, or keep for those who do not read.

use crate::support::{Net, PATIENCE, header, quick, send};
use chat_protocol::stomp::Command;
use chat_server::Settings;
use std::sync::mpsc;
use std::time::Duration;

const LARGE: usize = 60_000;

/// The thread that delivers is held up: what waits there is bounded. Who publishes waits a little, is
/// then told, and everything that was taken arrives once the thread goes on.
#[test]
fn one_who_publishes_faster_than_can_be_delivered_waits_and_is_told() {
    let net = Net::start(Settings {
        overload_patience: Duration::from_millis(50),
        max_backlog: 1 << 30,
        ..quick()
    });
    // The two are on different threads: connections are given to them in turn.
    let (mut reader, mut writer) = (net.peer("reader"), net.peer("writer"));
    reader.subscribe("f", "/topic/flood", &[]);
    writer.subscribe("e", "/user/queue/errors", &[]);
    let (go_on, wait) = mpsc::channel::<()>();
    let (held, is_held) = mpsc::channel();
    net.server.shards()[0].spawn(move |_| async move {
        held.send(()).unwrap();
        let _ = wait.recv();
    });
    is_held.recv().unwrap();
    let body = "x".repeat(LARGE);
    let mut taken = 0;
    let refusal = loop {
        writer.send(&send("/topic/flood", &format!("{taken} {body}")).with("receipt", "r"));
        let answer = writer.next();
        if answer.command == Command::Message {
            break answer;
        }
        taken += 1;
        assert!(taken < 1000, "what waits has no bound");
    };
    assert_eq!(header(&refusal, "code"), Some("unavailable"));
    assert_eq!(header(&refusal, "receipt-id"), Some("r"));
    assert!(header(&refusal, "retry-after").is_some());
    go_on.send(()).unwrap();
    for n in 0..taken {
        let (number, rest) = (n.to_string(), reader.message().body);
        assert_eq!(rest.split(|octet| *octet == b' ').next(), Some(number.as_bytes()));
    }
    writer.ask(send("/topic/flood", "again"));
    assert_eq!(reader.message().body, "again");
}

/// All connections together may leave only so much unread. Who owes most goes; who reads does not notice.
#[test]
fn one_that_does_not_read_goes_when_all_together_owe_too_much() {
    let unread_total = 1 << 20;
    let net =
        Net::start(Settings { max_backlog: 1 << 30, stall: PATIENCE, unread_total, ..quick() });
    let (mut slow, mut quick) = (net.peer("slow"), net.peer("quick"));
    for peer in [&mut slow, &mut quick] {
        peer.subscribe("f", "/topic/flood", &[]);
    }
    let mut writer = net.peer("writer");
    let body = "x".repeat(LARGE);
    let mut sent = 0;
    while net.server.connections() > 2 {
        writer.ask(send("/topic/flood", &body));
        assert_eq!(quick.message().body.len(), LARGE);
        sent += 1;
        assert!(sent < 2000, "what is unread has no bound");
    }
    while slow.try_next().is_some() {}
    writer.ask(send("/topic/flood", "end"));
    assert_eq!(quick.message().body, "end");
}
