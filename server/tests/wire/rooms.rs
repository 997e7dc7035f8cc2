//! Rooms: posting, presence, typing, requests; the contract's table row by row.

use crate::support::{Net, header, quick, send, subscribe, until};
use chat_protocol::stomp::{Command, Frame};
use chat_server::Settings;
use serde_json::{Value, json};

#[test]
fn a_post_is_stored_confirmed_and_read_by_all() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.ws_peer("mina"), net.peer("juno"));
    a.subscribe("s", "/topic/room.study", &[]);
    b.subscribe("s", "/topic/room.Study", &[]);
    let first = a.post("/topic/room.study", "안녕");
    let second = b.post("/app/room.study", "hi");
    for peer in [&mut a, &mut b] {
        let one = peer.message();
        let body: Value = serde_json::from_slice(&one.body).unwrap();
        let at = body["at"].as_u64().unwrap();
        assert_eq!(
            body,
            json!({"id": first, "room": "study", "sender": "mina", "at": at,
                   "kind": "message", "text": "안녕"})
        );
        for (name, value) in [
            ("message-id", first.as_str()),
            ("destination", "/topic/room.study"),
            ("subscription", "s"),
            ("sender", "mina"),
            ("timestamp", &at.to_string()),
            ("kind", "message"),
            ("content-type", "application/json"),
        ] {
            assert_eq!(header(&one, name), Some(value), "{name}");
        }
        assert_eq!(header(&one, "prev"), None);
        let two = peer.message();
        assert_eq!(header(&two, "message-id"), Some(second.as_str()));
        assert_eq!(header(&two, "prev"), Some(first.as_str()));
    }
}

#[test]
fn a_room_is_shown_as_first_used_however_it_is_spelt() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    a.subscribe("r", "/topic/room.Straße", &[]);
    a.subscribe("p", "/topic/room.STRASSE.presence", &[]);
    a.subscribe("t", "/topic/room.strasse.typing", &[]);
    let mut b = net.peer("juno");
    b.subscribe("r", "/topic/room.STRASSE", &[]);
    b.ask(send("/app/room.strasse.typing", "{}"));
    b.post("/app/room.strasse", "hi");
    for (kind, suffix) in
        [("list", ".presence"), ("joined", ".presence"), ("typing", ".typing"), ("message", "")]
    {
        let message = a.message();
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        assert_eq!((&body["kind"], &body["room"]), (&json!(kind), &json!("Straße")));
        let destination = format!("/topic/room.Straße{suffix}");
        assert_eq!(header(&message, "destination"), Some(destination.as_str()));
    }
}

#[test]
fn a_repeated_key_is_stored_once() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    a.subscribe("s", "/topic/room.study", &[]);
    let say = |text: &str| send("/topic/room.study", text).with("idempotency-key", "k1");
    let first = a.ask(say("one"));
    assert_eq!(header(&first, "duplicate"), Some("false"));
    let again = a.ask(say("another text"));
    assert_eq!(header(&again, "message-id"), header(&first, "message-id"));
    assert_eq!(header(&again, "duplicate"), Some("true"));
    a.post("/topic/room.study", "two");
    let body = a.event();
    assert_eq!((&body["text"], &body["key"]), (&json!("one"), &json!("k1")));
    assert_eq!(a.event()["text"], "two");
}

#[test]
fn presence_lists_first_then_tells_changes() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    a.subscribe("r", "/topic/room.study", &[]);
    a.subscribe("p", "/topic/room.study.presence", &[]);
    assert_eq!(a.event(), json!({"kind": "list", "room": "study", "users": [{"name": "mina"}]}));
    b.subscribe("hidden", "/topic/room.study", &[("presence", "false")]);
    b.subscribe("r", "/topic/room.study", &[]);
    b.subscribe("r2", "/topic/room.study", &[]);
    let joined = json!({"kind": "joined", "room": "study", "user": "juno"});
    let left = json!({"kind": "left", "room": "study", "user": "juno"});
    assert_eq!(a.event(), joined);
    b.unsubscribe("r");
    b.unsubscribe("hidden");
    b.unsubscribe("r2");
    assert_eq!(a.event(), left, "people are counted, not connections");
    b.subscribe("r", "/topic/room.study", &[]);
    assert_eq!(a.event(), joined);
    b.ask(Frame::new(Command::Disconnect));
    assert_eq!(a.event(), left);
    let mut c = net.ws_peer("juno");
    c.subscribe("r", "/topic/room.study", &[]);
    assert_eq!(a.event(), joined);
    drop(c);
    assert_eq!(a.event(), left, "a lost link, after its grace");
}

#[test]
fn typing_is_told_once_in_a_while() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    a.subscribe("t", "/topic/room.study.typing", &[]);
    for _ in 0..5 {
        b.ask(send("/app/room.study.typing", "{}"));
    }
    b.ask(send("/app/room.other.typing", "{}"));
    assert_eq!(a.event(), json!({"kind": "typing", "room": "study", "user": "juno"}));
    a.ask(send("/topic/any", ""));
    assert!(a.nothing_waits(), "one per person, room and three seconds");
}

#[test]
fn the_room_list_is_asked_for_or_followed() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    a.subscribe("changes", "/topic/rooms", &[]);
    b.subscribe("r", "/topic/room.study", &[]);
    let change = a.event();
    assert_eq!((&change["name"], &change["members"]), (&json!("study"), &json!(1)));
    let id = b.post("/topic/room.study", "hi");
    while a.event()["last_id"] != json!(id) {}
    a.subscribe("list", "/app/rooms", &[]);
    let list = a.message();
    assert_eq!(header(&list, "subscription"), Some("list"));
    let body: Value = serde_json::from_slice(&list.body).unwrap();
    assert_eq!(body["rooms"][0]["last_id"], json!(id));
    assert_eq!(body["rooms"][0]["members"], json!(1));
    a.subscribe("replies", "/user/queue/replies", &[]);
    a.ask(send("/app/rooms", "").with("correlation-id", "c1"));
    let reply = a.message();
    assert_eq!(header(&reply, "correlation-id"), Some("c1"));
    assert_eq!(header(&reply, "subscription"), Some("replies"));
    assert_eq!(serde_json::from_slice::<Value>(&reply.body).unwrap(), body);
}

#[test]
fn history_comes_to_the_asking_connection_only() {
    let net = Net::start(quick());
    let (mut a, mut b) = (net.peer("mina"), net.peer("mina"));
    a.subscribe("replies", "/user/queue/replies", &[]);
    b.subscribe("replies", "/user/queue/replies", &[]);
    let ids: Vec<_> = (0..5).map(|n| a.post("/app/room.study", &n.to_string())).collect();
    let ask = json!({"before": ids[4], "limit": 2}).to_string();
    a.ask(send("/app/room.study.history", &ask).with("correlation-id", "h"));
    let reply = a.message();
    assert_eq!(header(&reply, "correlation-id"), Some("h"));
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    let texts: Vec<_> =
        body["messages"].as_array().unwrap().iter().map(|m| m["text"].clone()).collect();
    assert_eq!(texts, ["2", "3"]);
    assert_eq!((&body["more_before"], &body["more_after"]), (&json!(true), &json!(true)));
    b.ask(send("/topic/any", ""));
    assert!(b.nothing_waits());
}

/// An answer has a bound on messages and one on bytes, whichever comes first, and says that there is
/// more.
#[test]
fn an_answer_of_history_is_bounded() {
    let net = Net::start(Settings { history: 3, history_bytes: 1000, ..quick() });
    let mut a = net.peer("mina");
    a.subscribe("replies", "/user/queue/replies", &[]);
    for (text, fitting) in [("short", 3), (&*"long".repeat(75), 2)] {
        (0..5).for_each(|_| drop(a.post("/app/room.study", text)));
        a.ask(send("/app/room.study.history", r#"{"limit":300}"#));
        let reply = a.message();
        assert!(reply.body.len() <= 1000);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(body["messages"].as_array().unwrap().len(), fitting);
        assert_eq!(body["more_before"], true);
    }
}

/// Refusals leave the connection sound when somebody listens for them, and end it when not.
#[test]
fn refusals_go_to_the_errors_queue_or_end_the_connection() {
    let net = Net::start(quick());
    let refused = [
        ("/topic/room.a.presence", "{}", "forbidden"),
        ("/topic/room.a.typing", "{}", "forbidden"),
        ("/topic/rooms", "{}", "forbidden"),
        ("/topic/room.a", "  ", "bad-body"),
        ("/app/rooms", "", "forbidden"),
        ("/app/room.a.history", "{}", "forbidden"),
    ];
    let mut a = net.ws_peer("mina");
    a.subscribe("errors", "/user/queue/errors", &[]);
    for (destination, body, code) in refused {
        let frame = send(destination, body).with("receipt", "r").with("correlation-id", "c");
        a.send(&frame);
        let refusal = a.message();
        assert_eq!(header(&refusal, "code"), Some(code), "{destination}");
        assert_eq!(header(&refusal, "receipt-id"), Some("r"));
        assert_eq!(header(&refusal, "correlation-id"), Some("c"));
        let mut b = net.ws_peer("juno");
        b.send(&frame);
        assert_eq!(header(&b.dies_of(code), "receipt-id"), Some("r"));
        assert_eq!(b.close_code, Some(1002));
    }
    a.subscribe("replies", "/user/queue/replies", &[]);
    let long = "x".repeat(9000);
    for (destination, body, code) in [
        ("/app/room.a", long.as_str(), "too-long"),
        ("/app/room.a.history", r#"{"limit":"ten"}"#, "bad-body"),
        ("/app/room.a.history", r#"{"before":"another.0.life"}"#, "bad-body"),
    ] {
        a.send(&send(destination, body));
        assert_eq!(header(&a.message(), "code"), Some(code), "{body:.40}");
    }
    a.ask(send("/app/room.a", "still here"));
}

#[test]
fn what_breaks_the_contract_ends_the_connection() {
    let net = Net::start(quick());
    let table = [
        (subscribe("s", "/app/room.a", &[]), "bad-destination"),
        (subscribe("s", "/app/room.a.history", &[]), "bad-destination"),
        (subscribe("s", "/nowhere", &[]), "bad-destination"),
        (subscribe("s", "/topic/room.a b", &[]), "bad-destination"),
        (subscribe("s", "/reply-queue/q", &[]), "bad-destination"),
        (subscribe("s", "/topic/room.a", &[("last", "301")]), "bad-cursor"),
        (subscribe("s", "/topic/room.a", &[("last", "1"), ("after", "x")]), "bad-cursor"),
        (subscribe("s", "/topic/room.a", &[("after", "not an id")]), "bad-cursor"),
        (subscribe("s", "/topic/room.a", &[("presence", "maybe")]), "bad-header"),
        (send("/user/queue/replies", "x"), "bad-destination"),
        (send("/topic/room.-", "x"), "bad-destination"),
    ];
    for (frame, code) in table {
        let mut a = net.ws_peer("mina");
        a.send(&frame.with("receipt", "r"));
        assert_eq!(header(&a.dies_of(code), "receipt-id"), Some("r"), "{code}");
        assert_eq!(a.close_code, Some(1002));
    }
}

#[test]
fn people_are_who_they_say_or_guests() {
    let net = Net::start(quick());
    let connect = || Frame::new(Command::Connect).with("accept-version", "1.2").with("host", "h");
    let mut names = Vec::new();
    let mut peers = Vec::new();
    for _ in 0..20 {
        let mut a = net.raw();
        a.send(&connect());
        let connected = a.next();
        let name = header(&connected, "user-name").unwrap().to_owned();
        let letters = name.strip_prefix("guest-").unwrap();
        assert!(letters.len() == 4 && letters.bytes().all(|b| b.is_ascii_lowercase()), "{name}");
        names.push(name);
        peers.push(a);
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 20);
    let _mina = net.peer("Mina");
    let mut again = net.raw();
    again.send(&connect().with("login", "MINA"));
    assert_eq!(header(&again.next(), "user-name"), Some("Mina"), "as first used");
    net.peer("Juno").post("/topic/room.study", "hi");
    until("nobody is Juno now", || net.server.connections() == peers.len() + 2);
    let mut later = net.raw();
    later.send(&connect().with("login", "JUNO"));
    assert_eq!(header(&later.next(), "user-name"), Some("Juno"), "also by who has gone");
    let mut b = net.raw_ws();
    b.send(&connect().with("login", "two words"));
    b.dies_of("bad-user-name");
}
