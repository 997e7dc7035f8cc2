//! How connections behave and end: half-closed, closed, broken, slow, and when the server goes.

use crate::support::{Net, PATIENCE, Peer, header, quick, send, subscribe, until};
use chat_protocol::stomp::{Command, Frame};
use chat_server::Settings;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

/// X04: everything pipelined before the end of the stream is done and answered.
#[test]
fn a_half_closed_link_is_served_to_its_end() {
    let net = Net::start(quick());
    let mut reader = net.peer("juno");
    reader.subscribe("s", "/topic/room.study", &[]);
    let mut a = net.peer("mina");
    a.send(&subscribe("s", "/topic/room.study", &[("last", "0"), ("receipt", "r")]));
    for n in 0..500 {
        a.send(&send("/topic/room.study", &n.to_string()).with("receipt", &n.to_string()));
    }
    a.stream().shutdown(Shutdown::Write).unwrap();
    for n in 0..500 {
        a.receipt(&n.to_string());
        assert_eq!(reader.event()["text"], n.to_string());
    }
    while a.try_next().is_some() {}
}

/// X01–X03: RECEIPT, then the close; what follows DISCONNECT is ignored.
#[test]
fn disconnect_is_answered_then_closed() {
    let net = Net::start(quick());
    for (mut a, code) in [(net.peer("mina"), None), (net.ws_peer("mina"), Some(1000))] {
        a.send(&send("/topic/room.study", "before").with("receipt", "m"));
        a.send(&Frame::new(Command::Disconnect).with("receipt", "bye"));
        a.send(&send("/topic/room.study", "after").with("receipt", "late"));
        assert_eq!(header(&a.next(), "receipt-id"), Some("m"));
        assert_eq!(header(&a.next(), "receipt-id"), Some("bye"));
        assert!(a.try_next().is_none());
        assert_eq!(a.close_code, code);
    }
    until("all are gone", || net.server.connections() == 0);
}

/// What came before a Close is done and answered, and nothing follows the Close that answers it
/// (RFC 6455, section 5.5.1).
#[test]
fn a_close_is_answered_last() {
    let net = Net::start(quick());
    let mut reader = net.peer("juno");
    reader.subscribe("s", "/topic/room.study", &[]);
    let frames = [
        send("/topic/room.study", "one").with("receipt", "1"),
        subscribe("s", "/topic/news", &[("receipt", "2")]),
        send("/topic/room.study", "two").with("receipt", "3"),
    ];
    let mut a = net.ws_peer("mina");
    for frame in &frames {
        a.send(frame);
    }
    a.say_close();
    for receipt in ["1", "2", "3"] {
        assert_eq!(header(&a.next(), "receipt-id"), Some(receipt));
        assert_eq!(a.close_code, None);
    }
    assert!(a.try_next().is_none());
    assert_eq!(a.close_code, Some(1000));
    assert_eq!([reader.event()["text"].clone(), reader.event()["text"].clone()], ["one", "two"]);
}

#[test]
fn errors_and_faults_have_their_close_codes() {
    let net = Net::start(quick());
    let mut a = net.ws_peer("mina");
    a.write(b"NONSENSE\n\n\0");
    a.dies_of("bad-command");
    assert_eq!((a.close_code, a.close_reason.as_str()), (Some(1002), "bad-command"));
    let mut a = net.ws_peer("mina");
    a.write(&vec![b'x'; 70_000]);
    a.dies_of("frame-too-long");
    assert_eq!((a.close_code, a.close_reason.as_str()), (Some(1009), "frame-too-long"));
    let mut a = net.raw_ws();
    a.write(b"SEND\ndestination:/topic/a\n\n\0");
    a.dies_of("not-connected");
}

/// X05: a peer in the middle of a large write is read to its end, else the system would answer it
/// with a reset, which can throw the ERROR away.
#[test]
fn a_last_error_is_not_lost_to_a_reset() {
    let net = Net::start(quick());
    let mut a = net.peer("mina");
    let mut bytes = b"NONSENSE\n\n\0".to_vec();
    bytes.resize(32 << 20, b'x');
    a.write(&bytes);
    a.dies_of("bad-command");
}

/// B.2 27: a peer that never answers Close is not waited for.
#[test]
fn a_peer_that_does_not_close_is_left() {
    let net = Net::start(tight());
    let mut a = net.ws_peer("mina");
    let tcp = net.peer("juno");
    a.stream().write_all(b"\x81\x01x").unwrap();
    until("the faulty one is gone", || net.server.connections() == 1);
    drop(tcp);
    until("both are gone", || net.server.connections() == 0);
    assert!(a.try_next().is_none());
    assert_eq!(a.close_code, Some(1002));
}

/// The frame that a WebSocket message may hold: of any number and split anywhere (W05, W06).
#[test]
fn frames_do_not_care_about_messages() {
    let net = Net::start(quick());
    let mut a = net.ws_peer("mina");
    let bytes = b"SUBSCRIBE\nid:s\ndestination:/topic/a\nreceipt:1\n\n\0\
        SEND\ndestination:/topic/a\n\nx\0\n\nSEND\ndestination:/topic/a\nreceipt:2\n\ny\0";
    for byte in bytes {
        a.write(&[*byte]);
    }
    a.receipt("1");
    a.receipt("2");
    assert_eq!((a.message().body, a.message().body), (b"x"[..].into(), b"y"[..].into()));
    let twice =
        b"SEND\ndestination:/topic/a\nreceipt:3\n\n\0SEND\ndestination:/topic/a\nreceipt:4\n\n\0";
    a.write(twice);
    a.receipt("3");
    a.receipt("4");
}

#[test]
fn silence_after_the_upgrade_ends_with_an_error() {
    let mut settings = quick();
    let protocol = Arc::make_mut(&mut settings.protocol);
    protocol.connect_timeout = Duration::from_millis(50);
    let net = Net::start(settings);
    net.raw_ws().dies_of("connect-timeout");
    net.raw().dies_of("connect-timeout");
}

fn tight() -> Settings {
    Settings {
        max_backlog: 128 * 1024,
        stall: Duration::from_millis(500),
        close_timeout: Duration::from_millis(200),
        ..quick()
    }
}

/// A reader that stops is cut; the healthy one beside it gets everything.
#[test]
fn a_stalled_reader_costs_itself() {
    let net = Net::start(tight());
    let (mut slow, mut healthy) = (net.peer("slow"), net.ws_peer("healthy"));
    slow.subscribe("s", "/topic/flood", &[]);
    healthy.subscribe("s", "/topic/flood", &[]);
    let mut writer = net.peer("writer");
    let body = "x".repeat(32 * 1024);
    let before = net.server.connections();
    let mut sent = 0;
    while net.server.connections() == before {
        writer.ask(send("/topic/flood", &format!("{sent} {body}")));
        assert!(healthy.message().body.starts_with(format!("{sent} ").as_bytes()));
        sent += 1;
    }
    assert_eq!(net.server.connections(), before - 1);
    healthy.ask(send("/topic/other", "sound"));
    // What the slow one got is a prefix, in order, and at its end it was told why, if that fitted.
    let mut expected = 0;
    while let Some(frame) = slow.try_next() {
        if frame.command == Command::Error {
            assert_eq!(header(&frame, "code"), Some("slow-consumer"));
            break;
        }
        assert!(frame.body.starts_with(format!("{expected} ").as_bytes()));
        expected += 1;
    }
    assert!(0 < expected && expected < sent);
}

/// A slow reader that is cut while it still reads learns the reason.
#[test]
fn one_that_is_cut_is_told_why() {
    let net = Net::start(Settings { close_timeout: PATIENCE, ..tight() });
    let mut slow = net.ws_peer("slow");
    slow.subscribe("s", "/topic/flood", &[]);
    let mut writer = net.peer("writer");
    let body = "x".repeat(60 * 1024);
    for _ in 0..400 {
        writer.ask(send("/topic/flood", &body));
    }
    let mut last = slow.next();
    while let Some(frame) = slow.try_next() {
        last = frame;
    }
    assert_eq!(header(&last, "code"), Some("slow-consumer"));
    assert_eq!(slow.close_code, Some(1008));
}

/// A long replay is not cut for its length, however slowly it is read.
#[test]
fn a_replay_waits_for_its_reader() {
    let net = Net::start(tight());
    let mut writer = net.peer("writer");
    let text = "x".repeat(1900);
    for _ in 0..4000 {
        writer.send(&send("/topic/room.study", &text));
    }
    let last = writer.post("/topic/room.study", "end");
    let mut reader = net.peer("reader");
    reader.subscribe("s", "/topic/room.study", &[("last", "0")]);
    let position = reader.event()["position"].as_str().unwrap().to_owned();
    assert_eq!(position, last);
    reader.unsubscribe("s");
    let first = format!("{}.0", &last[..last.rfind('.').unwrap()]);
    reader.subscribe("t", "/topic/room.study", &[("after", &first)]);
    let mut count = 0;
    while reader.event()["kind"] == "message" {
        count += 1;
    }
    assert_eq!(count, 4001);
}

#[test]
fn a_going_server_confirms_what_it_accepted_then_says_goodbye() {
    let net = Net::start(quick());
    let mut peers: Vec<Peer> = (0..10).map(|n| net.ws_peer(&format!("p{n}"))).collect();
    let mut tcp = net.peer("tcp");
    for peer in &mut peers {
        peer.post("/topic/room.study", "x");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let going = std::thread::scope(|scope| {
        let going = scope
            .spawn(|| runtime.block_on(net.server.shutdown(PATIENCE, Duration::from_millis(50))));
        for peer in &mut peers {
            assert!(peer.try_next().is_none());
            assert_eq!(peer.close_code, Some(1001));
        }
        tcp.dies_of("shutting-down");
        drop((std::mem::take(&mut peers), tcp));
        going.join().unwrap()
    });
    assert!(going, "all are gone");
    let mut late = net.raw();
    let mut rest = Vec::new();
    let _ = late.stream().read_to_end(&mut rest);
    assert!(late.try_next().is_none());
}
