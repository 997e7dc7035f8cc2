//! Subscribing with `last` and `after`: what was missed, one `sync`, then live; no hole, no double.

use crate::support::{Net, PATIENCE, Peer, header, quick, send, subscribe};
use chat_protocol::stomp::Command;
use chat_server::Settings;
use serde_json::{Value, json};
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicBool, Ordering};

const ROOM: &str = "/topic/room.study";

/// The texts up to the sync, and the sync.
#[track_caller]
fn replayed(peer: &mut Peer) -> (Vec<String>, Value) {
    let mut texts = Vec::new();
    loop {
        let message = peer.message();
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        assert_eq!(header(&message, "kind"), body["kind"].as_str());
        if body["kind"] == "sync" {
            return (texts, body);
        }
        texts.push(body["text"].as_str().unwrap().to_owned());
    }
}

fn texts(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| n.to_string()).collect()
}

fn filled(net: &Net, count: usize) -> Vec<String> {
    let mut writer = net.peer("writer");
    (0..count).map(|n| writer.post(ROOM, &n.to_string())).collect()
}

#[test]
fn last_gives_the_newest_then_sync_then_live() {
    let net = Net::start(quick());
    let ids = filled(&net, 10);
    for (last, expected) in [("0", 10..10), ("3", 7..10), ("300", 0..10)] {
        let mut a = net.ws_peer("mina");
        a.subscribe("s", ROOM, &[("last", last), ("presence", "false")]);
        let (seen, sync) = replayed(&mut a);
        assert_eq!(seen, texts(expected), "last:{last}");
        assert_eq!(sync, json!({"kind": "sync", "recovered": true, "position": ids[9]}));
    }
    let mut a = net.peer("mina");
    a.subscribe("s", ROOM, &[("last", "1")]);
    a.subscribe("live", ROOM, &[]);
    replayed(&mut a);
    a.post(ROOM, "live");
    let both: Vec<_> = (0..2).map(|_| a.message()).collect();
    assert!(both.iter().all(|m| header(m, "prev") == Some(&ids[9])));
}

#[test]
fn after_gives_what_came_since_also_from_an_empty_room_s_position() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    a.subscribe("s", ROOM, &[("last", "0")]);
    let (none, sync) = replayed(&mut a);
    assert_eq!((none.len(), &sync["recovered"]), (0, &json!(true)));
    let empty = sync["position"].as_str().unwrap().to_owned();
    let ids = filled(&net, 400);
    for (after, expected) in [(&empty, 0..400), (&ids[0], 1..400), (&ids[399], 400..400)] {
        let mut b = net.peer("juno");
        b.subscribe("s", ROOM, &[("after", after)]);
        let (seen, sync) = replayed(&mut b);
        assert_eq!(seen, texts(expected));
        assert_eq!(sync, json!({"kind": "sync", "recovered": true, "position": ids[399]}));
    }
}

/// A page that does not fit into one read is found from its beginning.
#[test]
fn last_of_long_messages_is_complete_and_in_order() {
    let net = Net::start(quick());
    let mut writer = net.peer("writer");
    let long = |n: usize| format!("{n} {}", "x".repeat(1900));
    for n in 0..320 {
        writer.send(&send(ROOM, &long(n)));
    }
    writer.post(ROOM, &long(320));
    let mut a = net.peer("mina");
    a.subscribe("s", ROOM, &[("last", "300")]);
    let (seen, _) = replayed(&mut a);
    assert_eq!(seen, (21..321).map(long).collect::<Vec<_>>());
}

#[test]
fn a_cursor_that_does_not_hold_says_so_and_gives_the_newest_page() {
    let net = Net::start_with(quick(), |options| {
        options.keep_messages = std::num::NonZeroU64::new(5);
    });
    let ids = filled(&net, 30);
    let mut a = net.peer("mina");
    a.subscribe("s", ROOM, &[("after", "zzzzzzzz.0.3")]);
    let (seen, sync) = replayed(&mut a);
    assert_eq!(seen.last().map(String::as_str), Some("29"));
    assert_eq!((&sync["recovered"], &sync["reason"]), (&json!(false), &json!("unknown")));
    assert_eq!(sync["position"], json!(ids[29]));
    let mut b = net.peer("juno");
    b.subscribe("s", ROOM, &[("after", &ids[0])]);
    let (seen, sync) = replayed(&mut b);
    assert_eq!((&sync["recovered"], &sync["reason"]), (&json!(false), &json!("trimmed")));
    let oldest = sync["oldest"].as_str().unwrap();
    assert_eq!(
        ids.iter().position(|id| id == oldest).map(|n| n.to_string()),
        seen.first().cloned()
    );
    b.post(ROOM, "on");
    assert_eq!(b.event()["text"], "on");
}

/// Joins again and again while messages rush by: every reader sees an unbroken chain from where it
/// asked to begin.
#[test]
fn a_thousand_joins_in_a_storm_lose_and_double_nothing() {
    // A thread that gets no turn for a while is not what this is about.
    let net = Net::start(Settings { max_backlog: 64 << 20, stall: PATIENCE, ..quick() });
    filled(&net, 5);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for n in 0..3 {
            let (net, done) = (&net, &done);
            scope.spawn(move || {
                let mut writer = net.peer(&format!("w{n}"));
                while !done.load(Ordering::Relaxed) {
                    for _ in 0..20 {
                        writer.send(&send(ROOM, "storm"));
                    }
                    writer.post(ROOM, "storm");
                }
            });
        }
        let joiners: Vec<_> = (0..4)
            .map(|n| {
                let net = &net;
                scope.spawn(move || join_often(net, n))
            })
            .collect();
        let ended: Vec<_> = joiners.into_iter().map(|joiner| joiner.join()).collect();
        done.store(true, Ordering::Relaxed);
        for end in ended {
            end.unwrap();
        }
    });
}

fn join_often(net: &Net, n: usize) {
    let mut reader = if n.is_multiple_of(2) { net.peer("reader") } else { net.ws_peer("reader") };
    let mut at: Option<String> = None;
    for round in 0..250 {
        let id = format!("s{round}");
        let asked = match &at {
            Some(id) if round % 3 > 0 => ("after", id.clone()),
            _ => ("last", (round % 7).to_string()),
        };
        let begin = (asked.0 == "after").then(|| asked.1.clone());
        reader.send(&subscribe(&id, ROOM, &[(asked.0, &asked.1), ("presence", "false")]));
        at = Some(follow(&mut reader, &id, begin));
        reader.unsubscribe(&id);
        while !reader.nothing_waits() {
            reader.next();
        }
    }
}

/// Reads to the sync and five live messages on, checking the chain; gives the last id.
fn follow(reader: &mut Peer, id: &str, begin: Option<String>) -> String {
    let (mut last, mut live, mut synced) = (begin, 0, false);
    while live < 5 {
        let message = reader.message();
        assert_eq!(header(&message, "subscription"), Some(id));
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        if body["kind"] == "sync" {
            assert_eq!(body["recovered"], json!(true));
            assert!(!synced, "a second sync");
            synced = true;
            // With last:0 the position is where live begins.
            last = last.or_else(|| body["position"].as_str().map(str::to_owned));
            assert_eq!(body["position"].as_str(), last.as_deref());
            continue;
        }
        if let Some(last) = &last {
            assert_eq!(header(&message, "prev"), Some(last.as_str()), "a hole or a double");
        }
        last = header(&message, "message-id").map(str::to_owned);
        live += usize::from(synced);
    }
    last.unwrap()
}

/// Retention overtakes a replay that waits for its reader: what was delivered stands, the hole is not
/// passed over, and coming back begins anew.
#[test]
fn a_replay_that_is_overtaken_ends_instead_of_skipping() {
    let keep = NonZeroU64::new(400);
    let settings = Settings { stall: PATIENCE, ..quick() };
    let net = Net::start_with(settings, |options| options.keep_messages = keep);
    let mut writer = net.peer("juno");
    let long = "𠀀".repeat(1990);
    let mut fill = || {
        (0..450).for_each(|_| writer.send(&send(ROOM, &long)));
        writer.post(ROOM, "done");
    };
    fill();
    let mut a = net.peer("mina");
    a.subscribe("r", "/user/queue/replies", &[]);
    a.ask(send("/app/room.study.history", r#"{"since":0,"limit":1}"#));
    let oldest = a.event()["messages"][0]["id"].as_str().unwrap().to_owned();
    a.subscribe("s", ROOM, &[("after", &oldest)]);
    // The replay is under way, so it is overtaken and not begun anew.
    let first = a.message();
    assert_eq!(header(&first, "prev"), Some(oldest.as_str()));
    let mut last = header(&first, "message-id").unwrap().to_owned();
    fill();
    let error = loop {
        let frame = a.next();
        if frame.command == Command::Error {
            break frame;
        }
        let id = header(&frame, "message-id").unwrap().to_owned();
        // What came before the oldest message that is kept has gone, also when it was delivered.
        let follows = match header(&frame, "prev") {
            Some(prev) => prev == last,
            None => offset(&id) == offset(&last) + 1,
        };
        assert!(follows, "{last} and then {:?}", frame.headers);
        last = id;
    };
    assert_eq!(header(&error, "code"), Some("unavailable"));
    let mut again = net.peer("mina");
    again.subscribe("s", ROOM, &[("after", &last)]);
    let (_, sync) = replayed(&mut again);
    assert_eq!((&sync["recovered"], &sync["reason"]), (&json!(false), &json!("trimmed")));
}

/// Where a message stands in the log; nobody but this room writes to it.
fn offset(id: &str) -> u64 {
    id.rsplit('.').next().unwrap().parse().unwrap()
}
