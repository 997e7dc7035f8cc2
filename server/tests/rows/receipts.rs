//! A5: receipts.

use crate::host::{Host, alone, login};
use crate::peer::{BOTH, Peer, Via};
use crate::support::{self, Server};

static HOST: Host = Host::new(&[]);

#[test]
fn r01_frames_that_ask_for_a_receipt_get_one() {
    for via in BOTH {
        for version in ["1.0", "1.1", "1.2"] {
            let mut a = HOST.raw(via).login(version);
            a.ask("SUBSCRIBE id:s destination:/topic/r01", "");
            a.ask("SEND destination:/topic/r01", "x");
            a.gets("x");
            a.ask("BEGIN transaction:t", "");
            a.ask("SEND destination:/topic/r01 transaction:t", "x");
            a.ask("ABORT transaction:t", "");
            a.ask("UNSUBSCRIBE id:s", "");
            a.ask("DISCONNECT", "");
            a.ends();
        }
    }
}

#[test]
fn r01_ack_nack_and_commit_get_their_receipts() {
    for via in BOTH {
        for version in ["1.1", "1.2"] {
            let mut a = HOST.raw(via).login(version);
            a.ask("SUBSCRIBE id:s destination:/topic/r01-ack ack:client-individual", "");
            for command in ["ACK", "NACK"] {
                a.say("SEND destination:/topic/r01-ack", "x");
                let head = crate::acks::settle(command, &a.message());
                a.ask(&head, "");
            }
            a.ask("BEGIN transaction:t", "");
            a.ask("SEND destination:/topic/r01-other transaction:t", "x");
            a.ask("COMMIT transaction:t", "");
        }
    }
}

#[test]
fn r02_a_receipt_id_is_the_value_octet_for_octet() {
    let long = "x".repeat(256);
    for receipt in ["1", " a b ", "영수증😀", "a\\cb", "a\\nb\\\\", &long] {
        for via in BOTH {
            let mut a = HOST.raw(via).login("1.2");
            a.write(format!("SEND\ndestination:/topic/r02\nreceipt:{receipt}\n\n\0"));
            let answer = a.next();
            assert_eq!(answer.command, "RECEIPT");
            assert_eq!(answer.get("receipt-id"), Some(receipt));
        }
    }
}

#[test]
fn r02_a_receipt_too_long_is_an_error() {
    for receipt in [String::new(), "x".repeat(257)] {
        let mut a = HOST.tcp("1.2");
        a.write(format!("SEND\ndestination:/topic/r02\nreceipt:{receipt}\n\n\0"));
        a.dies_of("bad-receipt");
    }
}

#[test]
fn r03_the_receipt_of_subscribe_means_the_next_send_by_anyone_is_delivered() {
    let mut writers = [HOST.tcp("1.2"), HOST.ws("1.1")];
    for n in 0..50 {
        let mut a = HOST.raw(BOTH[n % 2]).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/r03", "");
        writers[n / 2 % 2].say("SEND destination:/topic/r03", &n.to_string());
        a.gets(&n.to_string());
    }
}

#[test]
fn r04_a_receipt_of_a_chat_message_means_it_is_stored() {
    let mut server = alone(&[]);
    let mut a = login(&server, Via::Tcp);
    let id = a.ask("SEND destination:/topic/room.r04", "kept").need("message-id").to_owned();
    server.child.kill().unwrap();
    server.ended();
    let dir = std::mem::replace(&mut server.dir, tempfile::tempdir().unwrap());
    let mut command = support::command("serve");
    command.args(["--listen", "127.0.0.1:0", "--stomp-listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(dir.path());
    let server = Server::spawn(command, dir);
    let mut a = login(&server, Via::Ws);
    a.ask("SUBSCRIBE id:s destination:/topic/room.r04 last:5", "");
    let message = a.message();
    assert_eq!(message.get("message-id"), Some(&id[..]));
    assert!(message.text().contains("\"text\":\"kept\""), "{message:?}");
}

/// Rooms are stored and plain topics are not: what is answered later must not be overtaken.
#[test]
fn r05_receipts_come_in_frame_order_and_none_is_missing_at_disconnect() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        let mut expected = Vec::new();
        let mut say = |a: &mut Peer, head: &str| {
            expected.push(format!("r-{}", expected.len()));
            a.say(&format!("{head} receipt:{}", expected.last().unwrap()), "x");
        };
        for n in 0..40 {
            say(&mut a, "SEND destination:/topic/room.r05");
            say(&mut a, "SEND destination:/topic/r05");
            if n % 10 == 0 {
                a.say(&format!("SUBSCRIBE id:{n} destination:/topic/r05-{n} receipt:s-{n}"), "");
                a.receipt(&format!("s-{n}"));
            }
        }
        a.say("DISCONNECT receipt:bye", "");
        expected.push("bye".to_owned());
        let mut got = Vec::new();
        while let Some(frame) = a.try_next() {
            assert_eq!(frame.command, "RECEIPT");
            got.push(frame.need("receipt-id").to_owned());
        }
        assert_eq!(got, expected);
    }
}

#[test]
fn r06_a_frame_in_a_transaction_is_receipted_at_once() {
    let mut a = HOST.reader("/topic/r06");
    a.say("BEGIN transaction:t receipt:1", "");
    a.say("SEND destination:/topic/r06 transaction:t receipt:2", "x");
    assert_eq!(a.next().get("receipt-id"), Some("1"));
    assert_eq!(a.next().get("receipt-id"), Some("2"));
    a.nothing_came();
}

#[test]
fn r07_a_frame_that_fails_gets_no_receipt() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.say("UNSUBSCRIBE id:none receipt:r", "");
        assert_eq!(a.dies_of("unknown-subscription").get("receipt-id"), Some("r"));
    }
}

#[test]
fn r07_a_refused_message_gets_no_receipt_either() {
    let mut a = HOST.tcp("1.2");
    a.ask("SUBSCRIBE id:e destination:/user/queue/errors", "");
    a.say("SEND destination:/topic/rooms receipt:r", "x");
    let refusal = a.message();
    assert_eq!((refusal.get("code"), refusal.get("receipt-id")), (Some("forbidden"), Some("r")));
    a.nothing_came();
}

#[test]
fn r08_the_same_receipt_may_be_asked_for_twice() {
    let mut a = HOST.ws("1.2");
    for _ in 0..3 {
        a.say("SEND destination:/topic/r08 receipt:same", "");
    }
    for _ in 0..3 {
        assert_eq!(a.next().get("receipt-id"), Some("same"));
    }
    a.nothing_came();
}

#[test]
fn r09_subscribe_gets_exactly_one_receipt() {
    for destination in ["/topic/r09", "/topic/room.r09", "/user/queue/replies", "/topic/rooms"] {
        let mut a = HOST.tcp("1.2");
        a.say(&format!("SUBSCRIBE id:s destination:{destination} receipt:r"), "");
        assert_eq!(a.next().get("receipt-id"), Some("r"));
        // Changes of the room list may come at any time: the other tests use rooms as well.
        a.no_receipt_came();
    }
}
