//! `/app/search` as any client asks it.

use crate::support::{Net, Peer, header, quick, send};
use serde_json::{Value, json};

fn asker(net: &Net) -> Peer {
    let mut peer = net.peer("mina");
    peer.subscribe("replies", "/user/queue/replies", &[]);
    peer.subscribe("errors", "/user/queue/errors", &[]);
    peer
}

fn search(peer: &mut Peer, request: &Value) -> Value {
    peer.ask(send("/app/search", &request.to_string()).with("correlation-id", "s1"));
    let reply = peer.message();
    assert_eq!(header(&reply, "correlation-id"), Some("s1"));
    serde_json::from_slice(&reply.body).unwrap()
}

fn texts(reply: &Value) -> Vec<&str> {
    reply["results"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect()
}

#[test]
fn what_was_confirmed_is_found_at_once_newest_first() {
    let net = Net::start(quick());
    let (mut a, mut b) = (asker(&net), net.peer("juno"));
    a.post("/topic/room.study", "내일 회의실에서");
    b.post("/topic/room.Study", "회의 끝");
    let other = b.post("/topic/room.lobby", "The BUILD 회의");
    let reply = search(&mut a, &json!({"text": "회의"}));
    assert_eq!(texts(&reply), ["The BUILD 회의", "회의 끝", "내일 회의실에서"]);
    assert_eq!((&reply["more"], &reply["next"]), (&json!(false), &Value::Null));
    let found = &reply["results"][0];
    assert_eq!((&found["id"], &found["room"]), (&json!(other), &json!("lobby")));
    let within = search(&mut a, &json!({"text": "회의", "room": "STUDY", "sender": "JUNO"}));
    assert_eq!(texts(&within), ["회의 끝"]);
    assert_eq!(texts(&search(&mut a, &json!({"text": "build"}))), ["The BUILD 회의"]);
    assert_eq!(texts(&search(&mut a, &json!({"text": "없는 말"}))), [""; 0]);
}

#[test]
fn pages_follow_each_other_and_stretches_end() {
    let net = Net::start(quick());
    let mut a = asker(&net);
    let ids: Vec<_> = (0..5).map(|n| a.post("/topic/room.study", &format!("회의 {n}"))).collect();
    let first = search(&mut a, &json!({"text": "회의", "limit": 2}));
    assert_eq!(texts(&first), ["회의 4", "회의 3"]);
    assert_eq!((&first["more"], &first["next"]), (&json!(true), &json!(ids[3])));
    let rest = search(&mut a, &json!({"text": "회의", "before": first["next"]}));
    assert_eq!((texts(&rest), &rest["more"]), (vec!["회의 2", "회의 1", "회의 0"], &json!(false)));
    let stretch = json!({"text": "회의", "after": ids[0], "before": ids[2]});
    assert_eq!(texts(&search(&mut a, &stretch)), ["회의 1"]);
    let past = json!({"text": "회의", "before": 1000});
    assert_eq!(texts(&search(&mut a, &past)), [""; 0]);
    let since = json!({"text": "회의", "after": 1000, "limit": 1});
    assert_eq!(texts(&search(&mut a, &since)), ["회의 4"]);
}

#[test]
fn what_cannot_be_searched_for_is_refused_and_says_why() {
    let net = Net::start(quick());
    let mut a = asker(&net);
    a.post("/topic/room.study", "회의");
    for (request, code) in [
        (json!({"text": "?!"}), "bad-body"),
        (json!({"text": "회"}), "bad-body"),
        (json!({"text": "회의", "before": "another.0.life"}), "bad-body"),
        (json!({"text": "회의", "room": "no such room!"}), "bad-body"),
        (json!({"room": "study"}), "bad-body"),
        (json!({"text": "x".repeat(300)}), "too-long"),
    ] {
        a.send(&send("/app/search", &request.to_string()).with("correlation-id", "s"));
        let refusal = a.message();
        assert_eq!(header(&refusal, "code"), Some(code), "{request:.60}");
        assert_eq!(header(&refusal, "correlation-id"), Some("s"));
    }
    let single = search(&mut a, &json!({"text": "회", "room": "study"}));
    assert_eq!(texts(&single), ["회의"]);
    // FTS5's own words are words like others.
    for text in ["NEAR(회의 AND", "\"회의\" OR *", "words:회의 NOT x^2"] {
        search(&mut a, &json!({"text": text, "room": "study"}));
    }
}
