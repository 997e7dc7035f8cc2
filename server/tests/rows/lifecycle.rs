//! A11: DISCONNECT, half-closed links, resets, shutdown and restart.

use crate::host::{Host, alone, login};
use crate::peer::{BOTH, Peer, Via, frame};
use crate::support::{self, Server};
use socket2::SockRef;
use std::collections::HashSet;
use std::time::Duration;

static HOST: Host = Host::new(&["--presence-grace=1ms"]);

#[test]
fn x01_the_receipt_of_disconnect_comes_before_the_close() {
    for via in BOTH {
        for version in ["1.0", "1.1", "1.2"] {
            let mut a = HOST.raw(via).login(version);
            a.say("DISCONNECT receipt:bye", "");
            let receipt = a.next();
            assert_eq!((&receipt.command[..], receipt.get("receipt-id")), ("RECEIPT", Some("bye")));
            let end = a.ends();
            assert_eq!(end.close.map(|(code, _)| code), (via == Via::Ws).then_some(1000));
            assert!(!end.reset);
        }
    }
}

#[test]
fn x02_disconnect_without_receipt_is_closed_too() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.say("DISCONNECT", "");
        assert!(!a.ends().reset);
    }
}

#[test]
fn x03_frames_after_disconnect_are_ignored() {
    for via in BOTH {
        let mut reader = HOST.reader("/topic/x03");
        let mut a = HOST.raw(via).login("1.2");
        a.write(
            "DISCONNECT\nreceipt:bye\n\n\0SEND\ndestination:/topic/x03\nreceipt:late\n\nlate\0NONSENSE\n\n\0",
        );
        assert_eq!(a.next().get("receipt-id"), Some("bye"));
        a.ends();
        reader.ask("SEND destination:/topic/x03", "end");
        reader.gets("end");
    }
}

#[test]
fn x04_what_was_pipelined_before_a_half_close_is_all_processed() {
    let mut reader = HOST.reader("/topic/room.x04");
    let mut a = HOST.tcp("1.2");
    let mut octets = Vec::new();
    for n in 0..300 {
        octets.extend(frame(
            &format!("SEND destination:/topic/room.x04 receipt:{n}"),
            &n.to_string(),
        ));
    }
    a.write(octets);
    a.finish();
    for n in 0..300 {
        assert_eq!(a.next().need("receipt-id"), n.to_string());
        assert!(reader.message().text().contains(&format!("\"text\":\"{n}\"")));
    }
    assert!(!a.ends().reset);
}

/// The peer goes on writing after its last frame; the system would answer that with a reset.
#[test]
fn x05_a_last_receipt_is_not_lost_to_a_reset() {
    for via in BOTH {
        for _ in 0..20 {
            let mut a = HOST.raw(via).login("1.2");
            let mut octets = frame("DISCONNECT receipt:bye", "");
            octets.resize(60_000, b'\n');
            a.write(&octets);
            a.write(&octets);
            assert_eq!(a.next().get("receipt-id"), Some("bye"));
            assert!(!a.ends().reset);
        }
    }
}

/// Breaks the link without a farewell: the system sends a reset.
fn reset(a: Peer) {
    SockRef::from(&a.stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(a);
}

#[test]
fn x06_a_reset_frees_subscriptions_transactions_and_presence() {
    let mut watcher = HOST.reader("/topic/room.x06.presence");
    watcher.message();
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/room.x06", "");
        assert!(watcher.message().text().contains("\"joined\""));
        a.ask("BEGIN transaction:t", "");
        a.ask("SEND destination:/topic/x06 transaction:t", "dropped");
        reset(a);
        assert!(watcher.message().text().contains("\"left\""));
    }
}

#[test]
fn x06_a_reset_gives_back_what_was_not_acknowledged() {
    for via in BOTH {
        let queue = format!("/queue/x06-{via:?}");
        let mut a = HOST.raw(via).login("1.2");
        a.ask(&format!("SEND destination:{queue}"), "x");
        a.ask(&format!("SUBSCRIBE id:s destination:{queue} ack:client"), "");
        a.gets("x");
        reset(a);
        let mut b = HOST.reader(&queue);
        assert_eq!(b.gets("x").get("redelivered"), Some("true"));
    }
}

#[test]
fn x07_a_server_that_stops_confirms_what_it_took_and_says_so() {
    let mut server = alone(&["--drain-spread=0ms"]);
    let (mut a, mut b) = (login(&server, Via::Tcp), login(&server, Via::Ws));
    for n in 0..50 {
        let head = format!("SEND destination:/topic/room.x07 receipt:{n}");
        a.say(&head, "x");
        b.say(&head, "x");
    }
    for n in 0..50 {
        assert_eq!(a.next().need("receipt-id"), n.to_string());
        assert_eq!(b.next().need("receipt-id"), n.to_string());
    }
    server.signal("TERM");
    a.dies_of("shutting-down");
    let end = b.ends();
    assert!([1001, 1012].contains(&end.close.as_ref().unwrap().0), "{end:?}");
    assert_eq!(server.ended().code(), Some(0));
}

#[test]
fn x08_a_restarted_server_has_what_was_stored_and_gives_no_id_twice() {
    let mut server = alone(&[]);
    let mut ids = HashSet::new();
    for round in 0..3 {
        let mut a = login(&server, BOTH[round % 2]);
        a.ask("SUBSCRIBE id:plain destination:/topic/x08", "");
        for n in 0..10 {
            let text = format!("{round}.{n}");
            let receipt = a.ask("SEND destination:/topic/room.x08", &text);
            assert!(ids.insert(receipt.need("message-id").to_owned()));
            a.ask("SEND destination:/topic/x08", &text);
            assert!(ids.insert(a.gets(&text).need("message-id").to_owned()));
        }
        a.ask("SUBSCRIBE id:room destination:/topic/room.x08 last:300", "");
        for n in 0..(round + 1) * 10 {
            let text = format!("\"text\":\"{}.{}\"", n / 10, n % 10);
            assert!(a.message().text().contains(&text));
        }
        drop(a);
        server.signal("TERM");
        server.ended();
        let dir = std::mem::replace(&mut server.dir, tempfile::tempdir().unwrap());
        let mut command = support::command("serve");
        command.args(["--listen", "127.0.0.1:0", "--stomp-listen", "127.0.0.1:0", "--data-dir"]);
        command.arg(dir.path());
        server = Server::spawn(command, dir);
    }
}
