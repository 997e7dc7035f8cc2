//! Rates, heart-beats, WebSocket bounds and what is dropped first.

use crate::support::{Net, PATIENCE, header, quick, send, subscribe};
use chat_protocol::session::HeartBeatPolicy;
use chat_protocol::stomp::{Command, Frame};
use chat_server::chat::rate::Rate;
use chat_server::{Rates, Settings};
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn limited(rates: Rates) -> Settings {
    Settings { rates: Rates { loopback: true, ..rates }, ..quick() }
}

#[test]
fn too_fast_a_sender_is_slowed_and_keeps_its_order() {
    let person = Rate { burst: 3, per_second: 100.0 };
    let net = Net::start(limited(Rates { person, ..Rates::default() }));
    let mut a = net.peer("mina");
    a.subscribe("s", "/topic/room.study", &[]);
    let start = Instant::now();
    for n in 0..13 {
        a.send(&send("/topic/room.study", &n.to_string()));
    }
    for n in 0..13 {
        assert_eq!(a.event()["text"], n.to_string());
    }
    assert!(start.elapsed() >= Duration::from_millis(90), "ten had to wait");
}

#[test]
fn one_that_would_wait_too_long_is_refused() {
    let person = Rate { burst: 2, per_second: 0.01 };
    let patience = Duration::from_millis(20);
    let net = Net::start(limited(Rates { person, patience, ..Rates::default() }));
    let mut a = net.peer("mina");
    a.subscribe("e", "/user/queue/errors", &[]);
    a.post("/topic/room.study", "1");
    a.post("/topic/room.study", "2");
    a.send(&send("/topic/room.study", "3").with("receipt", "r"));
    let refusal = a.message();
    assert_eq!(header(&refusal, "code"), Some("rate-limited"));
    assert_eq!(header(&refusal, "receipt-id"), Some("r"));
    assert!(header(&refusal, "retry-after").unwrap().parse::<u64>().unwrap() > 1000);
    a.send(&send("/topic/plain", "3"));
    assert_eq!(header(&a.message(), "code"), Some("rate-limited"), "a message is a message");
    a.ask(send("/app/room.study.typing", "{}"));
    let mut b = net.peer("juno");
    b.post("/topic/room.study", "nor other people");
}

#[test]
fn a_room_has_a_rate_of_its_own() {
    let room = Rate { burst: 2, per_second: 0.01 };
    let patience = Duration::ZERO;
    let net = Net::start(limited(Rates { room, patience, ..Rates::default() }));
    for login in ["mina", "juno"] {
        net.peer(login).post("/topic/room.study", "hi");
    }
    let mut c = net.peer("sora");
    c.post("/topic/room.other", "hi");
    c.send(&send("/app/room.study", "hi"));
    c.dies_of("rate-limited");
}

/// Rooms are bounded in number, also those that wait for their first message, and per person in an
/// hour; those that exist can be used on.
#[test]
fn new_rooms_are_bounded() {
    let full = Net::start(Settings { max_rooms: 2, ..quick() });
    let new_rooms = Rate { burst: 2, per_second: 0.0 };
    let hour = Net::start(limited(Rates { new_rooms, ..Rates::default() }));
    for (net, code) in [(full, "forbidden"), (hour, "rate-limited")] {
        let mut a = net.peer("mina");
        a.subscribe("e", "/user/queue/errors", &[]);
        for n in 0..8 {
            a.send(&send("/app/room.One", "hi").with("receipt", &n.to_string()));
        }
        (0..8).for_each(|n| drop(a.receipt(&n.to_string())));
        a.subscribe("two", "/topic/room.two", &[]);
        a.send(&send("/app/room.three", "hi"));
        assert_eq!(header(&a.message(), "code"), Some(code));
        a.send(&subscribe("three", "/topic/room.three", &[("receipt", "3")]));
        assert_eq!(header(&a.message(), "receipt-id"), Some("3"));
        a.subscribe("three", "/topic/room.three", &[("presence", "false")]);
        a.post("/app/room.one", "still");
    }
}

/// Who comes and goes without end does not make the others' list of members flicker without end.
#[test]
fn coming_and_going_is_announced_only_so_often() {
    let person = Rate { burst: 2, per_second: 0.0 };
    let settings = limited(Rates { person, ..Rates::default() });
    let net = Net::start(Settings { presence_grace: PATIENCE, ..settings });
    let (mut watch, mut a, mut b) = (net.peer("watch"), net.peer("mina"), net.peer("juno"));
    watch.subscribe("p", "/topic/room.study.presence", &[]);
    assert_eq!(watch.event()["kind"], "list");
    for _ in 0..10 {
        a.subscribe("r", "/topic/room.study", &[]);
        a.unsubscribe("r");
    }
    b.subscribe("r", "/topic/room.study", &[]);
    for (kind, user) in [
        ("joined", "mina"),
        ("left", "mina"),
        ("joined", "mina"),
        ("left", "mina"),
        ("joined", "mina"),
        ("joined", "juno"),
    ] {
        let event = watch.event();
        assert_eq!((&event["kind"], &event["user"]), (&kind.into(), &user.into()));
    }
}

fn beating() -> Settings {
    let mut settings = quick();
    let ms = Duration::from_millis;
    Arc::make_mut(&mut settings.protocol).heart_beat =
        HeartBeatPolicy { min: ms(20), default: ms(20), ..HeartBeatPolicy::default() };
    settings
}

fn connect(beat: &str) -> Vec<u8> {
    format!("CONNECT\naccept-version:1.2\nhost:h\nlogin:mina\nheart-beat:{beat}\n\n\0").into()
}

#[test]
fn an_idle_link_gets_its_beats_and_a_silent_peer_is_cut() {
    let net = Net::start(beating());
    let peer = net.raw();
    let mut stream = peer.stream();
    stream.write_all(&connect("0,20")).unwrap();
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while !seen.ends_with(b"\0\n\n\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "cut though it owes no beats");
        seen.push(byte[0]);
    }
    let mut silent = net.raw_ws();
    silent.write(&connect("20,0"));
    assert_eq!(silent.next().command, Command::Connected);
    silent.dies_of("heart-beat-timeout");
}

/// B.2 22 and 25: a flood of empty fragments or of pings is cut with 1008.
#[test]
fn floods_below_the_frames_are_cut() {
    for (first, then) in [([0x01, 0x80], [0x00, 0x80]), ([0x89, 0x80], [0x89, 0x80])] {
        let net = Net::start(Settings { max_fragments: 100, max_pings: 100, ..quick() });
        let mut peer = net.ws_peer("mina");
        let mut bytes = [&first[..], &[0; 4]].concat();
        for _ in 0..200 {
            bytes.extend(then);
            bytes.extend([0; 4]);
        }
        peer.stream().write_all(&bytes).unwrap();
        assert!(peer.try_next().is_none());
        assert_eq!(peer.close_code, Some(1008));
    }
}

/// W09: text when the whole frame is valid UTF-8, else binary.
#[test]
fn the_kind_of_a_websocket_message_follows_its_bytes() {
    let net = Net::start(quick());
    let mut a = net.ws_peer("mina");
    a.subscribe("s", "/topic/kinds", &[]);
    for (body, text) in [("한글".as_bytes(), true), (b"\xff", false), (b"", true)] {
        let frame = Frame::new(Command::Send).with("destination", "/topic/kinds");
        a.send(&frame.body(body.to_vec()));
        assert_eq!(a.message().body, body);
        assert_eq!(a.was_text, text);
    }
}

/// Who types and who comes and goes is not queued for a reader that is behind. When it has caught up it
/// is told who is there.
#[test]
fn a_reader_that_is_behind_gets_the_list_instead_of_its_changes() {
    let net = Net::start(Settings { max_backlog: 64 << 20, stall: PATIENCE, ..quick() });
    let (mut slow, mut quick) = (net.peer("slow"), net.peer("quick"));
    for peer in [&mut slow, &mut quick] {
        peer.subscribe("t", "/topic/room.study.typing", &[]);
        peer.subscribe("p", "/topic/room.study.presence", &[]);
        assert_eq!(peer.event()["kind"], "list");
        peer.subscribe("f", "/topic/flood", &[]);
    }
    let mut writer = net.peer("writer");
    let body = "x".repeat(60_000);
    for _ in 0..200 {
        writer.ask(send("/topic/flood", &body));
        assert_eq!(quick.message().body.len(), body.len());
    }
    writer.ask(send("/app/room.study.typing", "{}"));
    writer.subscribe("r", "/topic/room.study", &[]);
    writer.ask(send("/topic/flood", "end"));
    assert_eq!(quick.event()["kind"], "typing", "a reader that keeps up gets it");
    assert_eq!(quick.event()["kind"], "joined");
    for _ in 0..200 {
        assert_eq!(header(&slow.message(), "destination"), Some("/topic/flood"));
    }
    assert_eq!(slow.message().body, "end", "nothing else is lost");
    let list = slow.event();
    assert_eq!((&list["kind"], &list["users"][0]["name"]), (&"list".into(), &"writer".into()));
    quick.subscribe("r", "/topic/room.study", &[]);
    assert_eq!(slow.event()["kind"], "joined", "and then again what changes");
}
