//! Edits, deletes, reactions and topics as any client posts and reads them.

use crate::support::{Net, Peer, header, quick, send, subscribe};
use chat_protocol::chat::{ChatMessage, Kind};
use chat_protocol::stomp::{Command, Frame};
use serde_json::{Value, json};

const ROOM: &str = "/topic/room.study";

fn reader(net: &Net, name: &str) -> Peer {
    let mut peer = net.peer(name);
    peer.subscribe("replies", "/user/queue/replies", &[]);
    peer.subscribe("errors", "/user/queue/errors", &[]);
    peer
}

fn post(body: &Value) -> Frame {
    send("/app/room.study", &body.to_string()).with("content-type", "application/json")
}

/// The row's id.
#[track_caller]
fn done(peer: &mut Peer, body: &Value) -> String {
    let receipt = peer.ask(post(body));
    assert_eq!(header(&receipt, "duplicate"), Some("false"), "{body}");
    header(&receipt, "message-id").unwrap().to_owned()
}

/// What was refused, and why.
#[track_caller]
fn refused(peer: &mut Peer, body: &Value) -> String {
    peer.send(&post(body).with("receipt", "no"));
    let refusal = peer.message();
    assert_eq!(header(&refusal, "receipt-id"), Some("no"), "{body}");
    let said: Value = serde_json::from_slice(&refusal.body).unwrap();
    assert!(said["message"].as_str().unwrap().contains(' '));
    said["code"].as_str().unwrap().to_owned()
}

fn history(peer: &mut Peer, request: &Value) -> Vec<Value> {
    peer.ask(send("/app/room.study.history", &request.to_string()));
    peer.event()["messages"].as_array().unwrap().clone()
}

/// The rows up to the sync.
fn replay(net: &Net, name: &str) -> Vec<Value> {
    let mut peer = net.ws_peer(name);
    peer.subscribe("s", ROOM, &[("last", "300"), ("presence", "false")]);
    std::iter::repeat_with(|| peer.event()).take_while(|row| row["kind"] != "sync").collect()
}

#[test]
fn each_change_is_a_message_in_its_place_to_whoever_reads() {
    let net = Net::start(quick());
    let (mut a, mut b) = (reader(&net, "mina"), net.ws_peer("juno"));
    b.subscribe("s", ROOM, &[]);
    let first = a.post(ROOM, "frist");
    let mut ids = vec![first.clone()];
    let bodies = [
        (json!({"text": "first", "edits": first}), "edit", "first"),
        (json!({"reacts_to": first, "emoji": "👍"}), "reaction", "👍"),
        (json!({"reacts_to": first, "emoji": "👍", "on": false}), "reaction", "-👍"),
        (json!({"topic": "Rust"}), "topic", "topic: Rust"),
        (json!({"deletes": first}), "delete", "(deleted a message)"),
    ];
    for (body, ..) in &bodies {
        ids.push(done(&mut a, body));
    }
    assert_eq!(b.event()["text"], "frist");
    for (n, (asked, kind, text)) in bodies.iter().enumerate() {
        let message = b.message();
        let row: Value = serde_json::from_slice(&message.body).unwrap();
        assert_eq!((&row["kind"], &row["text"]), (&json!(kind), &json!(text)));
        assert_eq!(header(&message, "kind"), Some(*kind));
        assert_eq!(header(&message, "prev"), Some(ids[n].as_str()));
        for (field, value) in asked.as_object().unwrap() {
            assert_eq!(&row[field], value, "{row}");
        }
    }
}

#[test]
fn only_the_author_may_and_only_what_is_there() {
    let net = Net::start(quick());
    let (mut a, mut b) = (reader(&net, "mina"), reader(&net, "juno"));
    let mine = a.post(ROOM, "mine");
    let elsewhere = a.post("/topic/room.other", "x");
    for body in [json!({"text": "no", "edits": mine}), json!({"deletes": mine})] {
        assert_eq!(refused(&mut b, &body), "forbidden");
    }
    for id in [elsewhere.as_str(), "m-1"] {
        assert_eq!(refused(&mut a, &json!({"deletes": id})), "unknown-message");
        assert_eq!(refused(&mut a, &json!({"reacts_to": id, "emoji": "👍"})), "unknown-message");
    }
    assert_eq!(refused(&mut a, &json!({"deletes": mine, "topic": "x"})), "bad-body");
    assert_eq!(refused(&mut a, &json!({"reacts_to": mine, "emoji": "no"})), "bad-body");
    assert_eq!(refused(&mut a, &json!({"topic": "x".repeat(251)})), "too-long");
    assert_eq!(history(&mut a, &json!({})).len(), 1);
    // Who has no queue for refusals is told and cut, as with any other.
    let mut c = net.peer("ara");
    c.send(&post(&json!({"deletes": mine})));
    c.dies_of("forbidden");
}

#[test]
fn what_was_refused_holds_up_nothing_behind_it() {
    let net = Net::start(quick());
    let (mut a, mut b) = (reader(&net, "mina"), reader(&net, "juno"));
    let mine = a.post(ROOM, "mine");
    for n in 0..20 {
        let body =
            if n % 2 == 0 { json!({"deletes": mine}) } else { json!({"text": n.to_string()}) };
        b.send(&post(&body).with("receipt", &n.to_string()));
    }
    for n in 0..20 {
        let frame = b.next();
        assert_eq!(header(&frame, "receipt-id"), Some(n.to_string().as_str()));
        let expected = if n % 2 == 0 { Command::Message } else { Command::Receipt };
        assert_eq!(frame.command, expected);
    }
}

#[test]
fn a_reaction_that_changes_nothing_is_a_duplicate() {
    let net = Net::start(quick());
    let mut a = reader(&net, "mina");
    let mine = a.post(ROOM, "mine");
    let on = json!({"reacts_to": mine, "emoji": "👍"});
    let id = done(&mut a, &on);
    let again = a.ask(post(&on));
    assert_eq!(header(&again, "duplicate"), Some("true"));
    assert_eq!(header(&again, "message-id"), Some(id.as_str()));
    assert_eq!(history(&mut a, &json!({})).len(), 2);
}

#[test]
fn of_a_deleted_message_nobody_reads_anything() {
    let net = Net::start(quick());
    let mut a = reader(&net, "mina");
    let mine = a.post(ROOM, "first-secret");
    done(&mut a, &json!({"text": "second-secret", "edits": mine}));
    done(&mut a, &json!({"deletes": mine}));
    let check = |net: &Net| {
        let mut a = reader(net, "mina");
        let mut all = history(&mut a, &json!({}));
        let past = history(&mut a, &json!({"edits_of": mine}));
        assert_eq!((past.len(), &past[0]["text"]), (1, &json!("(deleted)")));
        assert_eq!(all, replay(net, "juno"));
        a.ask(send("/app/search", &json!({"text": "secret"}).to_string()));
        assert_eq!(a.event()["results"], json!([]));
        all.extend(past);
        assert!(!json!(all).to_string().contains("secret"), "{all:?}");
    };
    check(&net);
    check(&net.restart(quick()));
}

#[test]
fn the_topic_is_in_the_list_and_its_changes_also_after_a_restart() {
    let net = Net::start(quick());
    let (mut a, mut b) = (reader(&net, "mina"), net.peer("juno"));
    a.post(ROOM, "x");
    b.subscribe("rooms", "/topic/rooms", &[]);
    done(&mut a, &json!({"topic": "금요일"}));
    while b.event()["topic"] != "금요일" {}
    let listed = |net: &Net| {
        let mut c = net.peer("ara");
        c.send(&subscribe("l", "/app/rooms", &[]));
        c.event()["rooms"][0]["topic"].clone()
    };
    assert_eq!(listed(&net), "금요일");
    let net = net.restart(quick());
    assert_eq!(listed(&net), "금요일");
    done(&mut reader(&net, "mina"), &json!({"topic": ""}));
    assert_eq!(listed(&net), "");
}

#[test]
fn a_transaction_takes_topics_and_no_changes() {
    let net = Net::start(quick());
    let mut a = reader(&net, "mina");
    let mine = a.post(ROOM, "mine");
    let transact = |a: &mut Peer, name: &str, body: &Value| {
        a.send(&Frame::new(Command::Begin).with("transaction", name));
        a.send(&post(body).with("transaction", name));
        a.send(&Frame::new(Command::Commit).with("transaction", name).with("receipt", name));
        a.next()
    };
    let done = transact(&mut a, "t1", &json!({"topic": "Rust"}));
    assert_eq!((done.command, header(&done, "receipt-id")), (Command::Receipt, Some("t1")));
    let refusal = transact(&mut a, "t2", &json!({"deletes": mine}));
    assert_eq!(header(&refusal, "code"), Some("forbidden"));
    assert_eq!(history(&mut a, &json!({}))[1]["text"], "topic: Rust");
    assert_eq!(history(&mut a, &json!({})).len(), 2);
}

/// One who watched from the beginning, one who comes after a restart, and the history: all the same.
#[test]
fn two_readers_and_the_history_agree_also_after_a_restart() {
    let net = Net::start(quick());
    let (mut a, mut b, mut c) = (reader(&net, "mina"), reader(&net, "juno"), net.ws_peer("ara"));
    c.subscribe("s", ROOM, &[]);
    let ids: Vec<_> = (0..4).map(|n| a.post(ROOM, &n.to_string())).collect();
    for (n, id) in ids.iter().enumerate() {
        done(&mut b, &json!({"reacts_to": id, "emoji": "👍"}));
        done(&mut a, &json!({"reacts_to": id, "emoji": "👍"}));
        done(&mut a, &json!({"text": format!("{n}!"), "edits": id}));
        done(&mut b, &json!({"reacts_to": id, "emoji": "👍", "on": false}));
        done(&mut a, &json!({"reacts_to": id, "emoji": "❤"}));
    }
    done(&mut a, &json!({"deletes": ids[3]}));
    let live: Vec<ChatMessage> = (0..25).map(|_| row(c.event())).collect();
    let mut watched: Vec<ChatMessage> = Vec::new();
    for row in live {
        if let Some(held) = watched.iter_mut().find(|held| Some(&held.id) == row.target()) {
            held.apply(&row);
        }
        watched.push(row);
    }
    let messages = |rows: Vec<Value>| {
        let rows = rows.into_iter().map(row);
        rows.filter(|row| row.kind == Kind::Message).collect::<Vec<_>>()
    };
    watched.retain(|row| row.kind == Kind::Message);
    assert_eq!(messages(history(&mut a, &json!({}))), watched);
    assert_eq!(messages(replay(&net, "joon")), watched);
    let net = net.restart(quick());
    assert_eq!(messages(history(&mut reader(&net, "mina"), &json!({}))), watched);
    assert_eq!(messages(replay(&net, "joon")), watched);
}

fn row(body: Value) -> ChatMessage {
    serde_json::from_value(body).unwrap()
}
