//! Read positions and mentions as clients meet them.

use crate::support::{Net, Peer, header, quick, send, subscribe};
use serde_json::{Value, json};

fn read(peer: &mut Peer, room: &str, id: &str) {
    peer.ask(send(&format!("/app/room.{room}.read"), &json!({ "id": id }).to_string()));
}

/// Logged in, with answers and reads subscribed to.
fn reader(net: &Net, name: &str) -> Peer {
    let mut peer = net.peer(name);
    for queue in ["errors", "replies", "reads"] {
        peer.subscribe(queue, &format!("/user/queue/{queue}"), &[]);
    }
    peer
}

/// What a room's row in the list says to this person: read, unread, mentions.
fn listed(peer: &mut Peer, room: &str) -> [Value; 3] {
    peer.ask(send("/app/rooms", "{}"));
    // Reads may come before it.
    let list = std::iter::repeat_with(|| peer.event()).find(|event| event["rooms"].is_array());
    let rooms = list.as_ref().unwrap()["rooms"].as_array().unwrap();
    let row = rooms.iter().find(|row| row["name"] == room).unwrap();
    ["read", "unread", "mentions"].map(|name| row[name].clone())
}

#[test]
fn a_mark_is_told_to_all_connections_of_the_person_and_to_nobody_else() {
    let net = Net::start(quick());
    let (mut a, mut b, mut other) =
        (reader(&net, "mina"), reader(&net, "Mina"), reader(&net, "jun"));
    let ids: Vec<_> = ["a", "@mina", "b", "@room"]
        .iter()
        .map(|text| other.post("/topic/room.study", text))
        .collect();
    assert_eq!(listed(&mut a, "study"), [Value::Null, Value::Null, Value::Null]);
    read(&mut a, "STUDY", &ids[0]);
    let told = json!({"kind": "read", "room": "study", "id": ids[0], "unread": 3, "mentions": 2});
    for peer in [&mut a, &mut b] {
        let message = peer.message();
        assert_eq!(header(&message, "subscription"), Some("reads"));
        assert_eq!(header(&message, "destination"), Some("/user/queue/reads"));
        assert_eq!(serde_json::from_slice::<Value>(&message.body).unwrap(), told);
    }
    read(&mut b, "study", &ids[3]);
    let told = json!({"kind": "read", "room": "study", "id": ids[3], "unread": 0, "mentions": 0});
    assert_eq!(a.event(), told);
    assert_eq!(b.event(), told);
    assert_eq!(listed(&mut a, "study"), [json!(ids[3]), json!(0), json!(0)]);
    read(&mut a, "study", &ids[1]);
    assert_eq!(a.event(), told, "it never moves back");
    other.quiet();
    let own = listed(&mut other, "study");
    assert_eq!(
        own,
        [json!(ids[0]), json!(0), json!(0)],
        "who speaks has a place, and no own unread"
    );
}

#[test]
fn the_list_that_a_subscription_gives_says_it_too() {
    let net = Net::start(quick());
    let (mut a, mut b) = (reader(&net, "mina"), reader(&net, "jun"));
    let id = b.post("/topic/room.study", "a");
    b.post("/topic/room.study", "b");
    read(&mut a, "study", &id);
    a.event();
    a.subscribe("list", "/app/rooms", &[]);
    let row = a.event()["rooms"][0].clone();
    assert_eq!(
        (&row["read"], &row["unread"], &row["mentions"]),
        (&json!(id), &json!(1), &json!(0))
    );
    a.subscribe("changes", "/topic/rooms", &[]);
    b.post("/topic/room.study", "c");
    assert_eq!(a.event().get("unread"), None, "changes are the same for everybody");
}

#[test]
fn what_cannot_be_read_is_refused_and_the_connection_goes_on() {
    let net = Net::start(quick());
    let mut a = reader(&net, "mina");
    let here = a.post("/topic/room.study", "a");
    let there = a.post("/topic/room.other", "a");
    let foreign = json!({"id": "aaaaaaaa.0.1"}).to_string();
    for (body, code) in [
        (json!({ "id": there }).to_string(), "unknown-message"),
        (foreign, "unknown-message"),
        ("{}".to_owned(), "bad-body"),
        ("a".to_owned(), "bad-body"),
        (json!({"id": "no id"}).to_string(), "bad-body"),
    ] {
        a.send(&send("/app/room.study.read", &body).with("receipt", "r"));
        let refusal = a.message();
        assert_eq!(header(&refusal, "code"), Some(code), "{body}");
        assert_eq!(header(&refusal, "receipt-id"), Some("r"));
    }
    read(&mut a, "study", &here);
    assert_eq!(a.event()["id"], here);
}

#[test]
fn marks_are_not_subscribed_to_and_reads_come_from_the_server_alone() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    a.send(&subscribe("s", "/app/room.study.read", &[]));
    a.dies_of("bad-destination");
    for destination in ["/user/queue/reads", "/user/mina/queue/reads"] {
        let mut a = net.peer("mina");
        a.send(&send(destination, "{}"));
        a.dies_of("bad-destination");
    }
}

/// The body of each of a room's rows, newest page.
fn history(peer: &mut Peer, room: &str) -> Vec<Value> {
    peer.ask(send(&format!("/app/room.{room}.history"), "{}"));
    peer.event()["messages"].as_array().unwrap().clone()
}

#[test]
fn mentions_are_in_the_body_live_and_in_history() {
    let net = Net::start(quick());
    let (mut a, mut b) = (reader(&net, "민아"), reader(&net, "Jun"));
    a.subscribe("r", "/topic/room.study", &[]);
    let first = b.post("/topic/room.study", "@민아는 @jun @nobody @room");
    let live = a.event();
    assert_eq!(live["mentions"], json!(["민아"]), "one who is connected, and not oneself");
    assert_eq!(live["mentions_room"], json!(true));
    b.post("/topic/room.study", "no@민아");
    let plain = a.event();
    assert_eq!((plain.get("mentions"), plain.get("mentions_room")), (None, None));
    let edit = json!({"text": "@jun", "edits": first}).to_string();
    b.ask(send("/app/room.study", &edit).with("content-type", "application/json"));
    let edited = a.event();
    assert_eq!((edited.get("mentions"), edited.get("mentions_room")), (None, None));
    let rows = history(&mut a, "study");
    assert_eq!(rows[0]["text"], "@jun");
    assert_eq!((rows[0].get("mentions"), rows[0].get("mentions_room")), (None, None));
}

#[test]
fn one_asks_where_one_was_mentioned() {
    let net = Net::start(quick());
    let (mut a, mut b) = (reader(&net, "mina"), reader(&net, "jun"));
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(b.post(&format!("/topic/room.r{}", n % 2), &format!("@mina {n}")));
    }
    a.ask(send("/app/mentions", r#"{"limit":3}"#).with("correlation-id", "m1"));
    let reply = a.message();
    assert_eq!(header(&reply, "correlation-id"), Some("m1"));
    let reply: Value = serde_json::from_slice(&reply.body).unwrap();
    let texts: Vec<_> = reply["mentions"].as_array().unwrap().iter().map(|m| &m["text"]).collect();
    assert_eq!(texts, ["@mina 4", "@mina 3", "@mina 2"]);
    assert_eq!(reply["more"], true);
    a.ask(send("/app/mentions", &json!({"before": ids[2]}).to_string()));
    let reply = a.event();
    assert_eq!(reply["mentions"].as_array().unwrap().len(), 2);
    assert_eq!((&reply["mentions"][0]["room"], &reply["more"]), (&json!("r1"), &json!(false)));
    a.send(&send("/app/mentions", r#"{"before":"aaaaaaaa.0.1"}"#).with("receipt", "x"));
    assert_eq!(header(&a.message(), "code"), Some("bad-body"));
}

/// Two connections of one person and a third beside them, over a restart of the server.
#[test]
fn everybody_agrees_after_a_restart() {
    let net = Net::start(quick());
    let (mut a, mut a2, mut b) = (reader(&net, "mina"), reader(&net, "mina"), reader(&net, "jun"));
    let ids: Vec<_> = (0..9).map(|n| b.post("/topic/room.study", &format!("@mina {n}"))).collect();
    read(&mut a, "study", &ids[4]);
    assert_eq!(a2.event()["unread"], 4);
    b.ask(
        send("/app/room.study", &json!({ "deletes": ids[8] }).to_string())
            .with("content-type", "application/json"),
    );
    read(&mut b, "study", &ids[8]);
    let before = [listed(&mut a2, "study"), listed(&mut b, "study")];
    assert_eq!(before[0], [json!(ids[4]), json!(3), json!(3)]);
    let net = net.restart(quick());
    let (mut a, mut a2, mut b) = (reader(&net, "mina"), reader(&net, "MINA"), reader(&net, "jun"));
    assert_eq!(listed(&mut a, "study"), before[0]);
    assert_eq!([listed(&mut a2, "study"), listed(&mut b, "study")], before);
    read(&mut a2, "study", &ids[7]);
    let told = a.event();
    assert_eq!((&told["id"], &told["unread"]), (&json!(ids[7]), &json!(0)));
    assert_eq!(listed(&mut a, "study"), listed(&mut a2, "study"));
}
