//! A10: transactions.

use crate::acks::settle;
use crate::host::Host;
use crate::peer::{BOTH, Peer};

static HOST: Host = Host::new(&["--heart-beat-min=50ms"]);

#[test]
fn t01_begin_commit_and_abort_need_a_transaction() {
    for command in ["BEGIN", "COMMIT", "ABORT"] {
        for version in ["1.0", "1.1", "1.2"] {
            let mut a = HOST.tcp(version);
            a.say(&format!("{command} receipt:r"), "");
            assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("r"));
        }
    }
}

#[test]
fn t02_begin_of_an_open_one_is_an_error() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("BEGIN transaction:t", "");
        a.ask("BEGIN transaction:u", "");
        a.say("BEGIN transaction:t receipt:r", "");
        assert_eq!(a.dies_of("duplicate-transaction").get("receipt-id"), Some("r"));
    }
}

#[test]
fn t03_commit_and_abort_of_an_unknown_one_are_errors() {
    for command in ["COMMIT", "ABORT"] {
        let mut a = HOST.tcp("1.2");
        a.ask("BEGIN transaction:t", "");
        a.say(&format!("{command} transaction:T receipt:r"), "");
        assert_eq!(a.dies_of("unknown-transaction").get("receipt-id"), Some("r"));
    }
}

#[test]
fn t04_sends_are_invisible_until_commit_and_then_come_in_order() {
    for via in BOTH {
        for prefix in ["/topic", "/queue"] {
            let to = format!("{prefix}/t04-{via:?}");
            let mut reader = HOST.reader(&to);
            let mut a = HOST.raw(via).login("1.2");
            a.ask("BEGIN transaction:t", "");
            for n in 0..20 {
                a.ask(&format!("SEND destination:{to} transaction:t"), &n.to_string());
            }
            a.ask(&format!("SEND destination:{to}"), "outside");
            reader.gets("outside");
            reader.nothing_came();
            a.ask("COMMIT transaction:t", "");
            for n in 0..20 {
                reader.gets(&n.to_string());
            }
            reader.nothing_came();
        }
    }
}

#[test]
fn t04_sends_to_a_room_come_in_order_too() {
    let mut reader = HOST.reader("/topic/room.t04");
    let mut a = HOST.tcp("1.2");
    a.ask("BEGIN transaction:t", "");
    for text in ["one", "two"] {
        a.ask("SEND destination:/app/room.t04 transaction:t", text);
    }
    reader.nothing_came();
    a.ask("COMMIT transaction:t", "");
    for text in ["one", "two"] {
        assert!(reader.message().text().contains(&format!("\"text\":\"{text}\"")));
    }
}

#[test]
fn t05_abort_drops_them() {
    let mut reader = HOST.reader("/topic/t05");
    let mut a = HOST.ws("1.2");
    a.ask("BEGIN transaction:t", "");
    a.ask("SEND destination:/topic/t05 transaction:t", "dropped");
    a.ask("ABORT transaction:t", "");
    a.ask("SEND destination:/topic/t05", "end");
    reader.gets("end");
}

#[test]
fn t06_every_end_of_the_link_aborts() {
    let ends: [fn(Peer); 3] = [
        drop,
        |mut a| {
            a.ask("DISCONNECT", "");
            a.ends();
        },
        |mut a| {
            a.write("NONSENSE\n\n\0");
            a.dies_of("bad-command");
        },
    ];
    let mut reader = HOST.reader("/topic/t06");
    for via in BOTH {
        for end in ends {
            let mut a = HOST.raw(via).login("1.2");
            a.ask("BEGIN transaction:t", "");
            a.ask("SEND destination:/topic/t06 transaction:t", "dropped");
            end(a);
        }
    }
    let mut a = HOST.tcp("1.2");
    a.ask("SEND destination:/topic/t06", "end");
    reader.gets("end");
    // The name is free again for others, and its frames are not theirs.
    a.say("COMMIT transaction:t receipt:r", "");
    a.dies_of("unknown-transaction");
}

#[test]
fn t06_a_timeout_aborts() {
    let mut reader = HOST.reader("/topic/t06-beats");
    let mut a = HOST.raw(BOTH[0]);
    a.say("CONNECT accept-version:1.2 host:h heart-beat:100,0", "");
    assert_eq!(a.next().command, "CONNECTED");
    a.say("BEGIN transaction:t", "");
    a.say("SEND destination:/topic/t06-beats transaction:t", "dropped");
    a.dies_of("heart-beat-timeout");
    reader.ask("SEND destination:/topic/t06-beats", "end");
    reader.gets("end");
}

#[test]
fn t07_a_frame_that_names_an_unknown_one_is_an_error() {
    for head in ["SEND destination:/topic/t07", "ACK id:x", "NACK id:x"] {
        let mut reader = HOST.reader("/topic/t07");
        let mut a = HOST.tcp("1.2");
        a.say(&format!("{head} transaction:none receipt:r"), "");
        assert_eq!(a.dies_of("unknown-transaction").get("receipt-id"), Some("r"));
        reader.nothing_came();
    }
}

#[test]
fn t08_acks_in_a_transaction_take_effect_with_its_commit() {
    let mut a = HOST.tcp("1.2");
    for n in 1..=3 {
        a.ask("SEND destination:/queue/t08", &n.to_string());
    }
    a.ask("SUBSCRIBE id:s destination:/queue/t08 ack:client-individual", "");
    let got: Vec<_> = (1..=3).map(|n| a.gets(&n.to_string())).collect();
    a.ask("BEGIN transaction:t", "");
    a.ask(&format!("{} transaction:t", settle("ACK", &got[0])), "");
    a.ask("COMMIT transaction:t", "");
    a.ask("BEGIN transaction:t", "");
    a.ask(&format!("{} transaction:t", settle("ACK", &got[1])), "");
    a.ask("ABORT transaction:t", "");
    a.ask("BEGIN transaction:t", "");
    a.ask(&format!("{} transaction:t", settle("ACK", &got[2])), "");
    drop(a);
    let mut b = HOST.ws("1.2");
    b.ask("SUBSCRIBE id:s destination:/queue/t08", "");
    b.gets("2");
    b.gets("3");
    b.nothing_came();
}

#[test]
fn t09_one_refused_send_leaves_nothing_of_the_transaction_behind() {
    let mut reader = HOST.reader("/topic/t09");
    reader.ask("SUBSCRIBE id:room destination:/topic/room.t09 last:0", "");
    assert_eq!(reader.message().get("kind"), Some("sync"));
    let mut a = HOST.tcp("1.2");
    a.ask("SUBSCRIBE id:e destination:/user/queue/errors", "");
    a.ask("SUBSCRIBE id:q destination:/queue/t09", "");
    a.ask("BEGIN transaction:t", "");
    for (to, body) in [
        ("/topic/t09", "topic"),
        ("/queue/t09", "queue"),
        ("/app/room.t09", "room"),
        ("/app/room.t09", ""),
    ] {
        a.ask(&format!("SEND destination:{to} transaction:t"), body);
    }
    a.say("COMMIT transaction:t receipt:r", "");
    let refusal = a.message();
    assert_eq!((refusal.get("code"), refusal.get("receipt-id")), (Some("bad-body"), Some("r")));
    a.nothing_came();
    reader.nothing_came();
    // The name is free, and the connection sound.
    a.ask("BEGIN transaction:t", "");
    a.ask("SEND destination:/topic/t09 transaction:t", "end");
    a.ask("COMMIT transaction:t", "");
    reader.gets("end");
}

#[test]
fn t09_an_ack_that_names_nothing_leaves_nothing_behind_either() {
    let mut reader = HOST.reader("/topic/t09-ack");
    let mut a = HOST.tcp("1.2");
    a.ask("BEGIN transaction:t", "");
    a.ask("SEND destination:/topic/t09-ack transaction:t", "x");
    a.ask("ACK id:none transaction:t", "");
    a.say("COMMIT transaction:t receipt:r", "");
    assert_eq!(a.dies_of("unknown-ack").get("receipt-id"), Some("r"));
    reader.nothing_came();
}

#[test]
fn t10_a_name_is_free_after_abort() {
    let mut a = HOST.tcp("1.2");
    for _ in 0..40 {
        a.ask("BEGIN transaction:t", "");
        a.ask("ABORT transaction:t", "");
    }
}

#[test]
fn t10_a_name_is_free_after_commit() {
    let mut a = HOST.reader("/topic/t10");
    for n in 0..40 {
        a.ask("BEGIN transaction:t", "");
        a.ask("SEND destination:/topic/t10 transaction:t", &n.to_string());
        a.ask("COMMIT transaction:t", "");
        a.gets(&n.to_string());
    }
}

#[test]
fn t11_names_belong_to_their_connection() {
    let (mut a, mut b) = (HOST.tcp("1.2"), HOST.ws("1.2"));
    a.ask("BEGIN transaction:t", "");
    b.ask("BEGIN transaction:t", "");
    b.ask("ABORT transaction:t", "");
    b.say("ABORT transaction:t receipt:r", "");
    b.dies_of("unknown-transaction");
    a.ask("ABORT transaction:t", "");
}

#[test]
fn t12_their_number_and_size_are_limited() {
    let mut a = HOST.tcp("1.2");
    for n in 0..16 {
        a.ask(&format!("BEGIN transaction:{n}"), "");
    }
    a.say("BEGIN transaction:more receipt:r", "");
    assert_eq!(a.dies_of("transaction-too-large").get("receipt-id"), Some("r"));

    let mut a = HOST.tcp("1.2");
    a.ask("BEGIN transaction:t", "");
    for _ in 0..256 {
        a.say("SEND destination:/topic/t12 transaction:t", "");
    }
    a.say("SEND destination:/topic/t12 transaction:t receipt:r", "");
    assert_eq!(a.dies_of("transaction-too-large").get("receipt-id"), Some("r"));

    let mut a = HOST.ws("1.2");
    a.ask("BEGIN transaction:t", "");
    let body = "x".repeat(60_000);
    for _ in 0..4 {
        a.ask("SEND destination:/topic/t12 transaction:t", &body);
    }
    a.say("SEND destination:/topic/t12 transaction:t receipt:r", &body);
    assert_eq!(a.dies_of("transaction-too-large").get("receipt-id"), Some("r"));
}

#[test]
fn t13_other_frames_go_on_beside_a_transaction() {
    let mut a = HOST.reader("/topic/t13");
    a.ask("BEGIN transaction:t", "");
    a.ask("SEND destination:/topic/t13 transaction:t", "within");
    a.ask("SEND destination:/topic/t13", "beside");
    a.gets("beside");
    a.ask("SUBSCRIBE id:u destination:/topic/t13-u", "");
    a.ask("BEGIN transaction:u", "");
    a.ask("UNSUBSCRIBE id:s", "");
    a.ask("ABORT transaction:t", "");
    a.ask("ABORT transaction:u", "");
    a.nothing_came();
}

#[test]
fn t14_a_message_acknowledged_in_two_transactions_can_still_be_settled_outside() {
    let mut a = HOST.tcp("1.2");
    a.ask("SEND destination:/queue/t14", "x");
    a.ask("SUBSCRIBE id:s destination:/queue/t14 ack:client", "");
    let message = a.gets("x");
    for name in ["one", "two"] {
        a.ask(&format!("BEGIN transaction:{name}"), "");
        a.ask(&format!("{} transaction:{name}", settle("ACK", &message)), "");
    }
    a.ask("ABORT transaction:one", "");
    a.ask(&settle("ACK", &message), "");
    a.say("COMMIT transaction:two receipt:r", "");
    assert_eq!(a.dies_of("unknown-ack").get("receipt-id"), Some("r"));
}
