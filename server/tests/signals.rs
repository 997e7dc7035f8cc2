//! How a running server ends.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::io::Read;
use std::net::TcpStream;
use std::time::Instant;
use support::{Raw, Server, command, frame, upgrade};

fn send(n: usize) -> Vec<u8> {
    let text = format!("SEND\ndestination:/topic/room.end\nreceipt:r{n}\n\nmessage {n}\0");
    frame(1, text.as_bytes())
}

/// Whether a Close frame with this code came.
fn closed_with(bytes: &[u8], code: u16) -> bool {
    let [high, low] = code.to_be_bytes();
    bytes.windows(4).any(|part| part[0] == 0x88 && part[2] == high && part[3] == low)
}

#[test]
fn sigterm_confirms_what_was_accepted_and_closes_1001() {
    let dir = tempfile::tempdir().unwrap();
    let serve = || {
        let mut serve = command("serve");
        // These clients do not answer a Close.
        serve.args(["--close-timeout", "200ms", "--listen", "127.0.0.1:0", "--data-dir"]);
        serve.arg(dir.path());
        Server::spawn(serve, tempfile::tempdir().unwrap())
    };
    let mut server = serve();
    let mut writer = server.login();
    let mut idle = server.login();
    let sends: Vec<u8> = (0..200).flat_map(send).collect();
    writer.send(sends);
    let mut said = writer.read_until("receipt-id:r0\n").into_bytes();
    server.signal("TERM");
    said.extend(writer.read_bytes());
    assert!(closed_with(&said, 1001), "{}", String::from_utf8_lossy(&said));
    assert!(closed_with(&idle.read_bytes(), 1001));
    assert_eq!(server.ended().code(), Some(0));

    let said = String::from_utf8_lossy(&said).into_owned();
    let confirmed = (0..200).filter(|n| said.contains(&format!("receipt-id:r{n}\n"))).count();
    assert!(confirmed > 0);
    let server = serve();
    let mut reader = server.login();
    let subscribe = "SUBSCRIBE\nid:1\ndestination:/topic/room.end\nlast:300\n\n\0";
    reader.send(frame(1, subscribe.as_bytes()));
    let replay = reader.read_until("\"kind\":\"sync\"");
    for n in 0..confirmed {
        assert_eq!(replay.matches(&format!("\"message {n}\"")).count(), 1, "message {n}");
    }
}

/// Told to stop, and busy with it for long.
fn stopping(signal: &str) -> (Server, [Raw; 2]) {
    let server = Server::start(&["--drain-spread", "50s", "--drain-timeout", "60s"]);
    let readers = [server.login(), server.login()];
    server.signal(signal);
    let begun = Instant::now();
    while TcpStream::connect(server.http).is_ok() {
        assert!(begun.elapsed() < support::LONG, "the listening socket stays open");
    }
    (server, readers)
}

#[test]
fn nobody_new_is_let_in_while_stopping_and_a_second_signal_ends_at_once() {
    let (mut server, _readers) = stopping("TERM");
    assert!(server.child.try_wait().unwrap().is_none(), "it is still closing connections");
    let mut errors = server.stderr();
    server.signal("TERM");
    assert_eq!(server.ended().code(), Some(143));
    let mut said = String::new();
    errors.read_to_string(&mut said).unwrap();
    assert!(said.contains("second time"), "{said}");
}

#[test]
fn sigint_is_as_good() {
    let mut server = Server::start(&[]);
    server.signal("INT");
    assert_eq!(server.ended().code(), Some(0));
    let (mut server, _readers) = stopping("INT");
    server.signal("INT");
    assert_eq!(server.ended().code(), Some(130));
}

#[test]
fn an_idle_server_ends_when_told_so() {
    let mut server = Server::start(&["--exit-when-idle", "100ms"]);
    assert_eq!(server.ended().code(), Some(0), "nobody ever came");
}

#[test]
fn the_last_one_to_go_lets_the_server_end() {
    let mut server = Server::start(&["--exit-when-idle", "4s"]);
    let one = server.login();
    let two = server.login();
    assert!(server.child.try_wait().unwrap().is_none());
    drop((one, two));
    assert_eq!(server.ended().code(), Some(0));
}

/// A20: a server that was stopped for a while does not take its own absence for its clients' silence.
#[test]
fn a_stopped_server_keeps_the_clients_that_went_on() {
    let server = Server::start(&["--heart-beat-min", "100ms"]);
    let mut raw = server.connect();
    raw.send(upgrade(&[]));
    raw.send(frame(1, b"CONNECT\naccept-version:1.2\nhost:h\nheart-beat:100,0\n\n\0"));
    raw.read_until("heart-beat:10000,100\n");
    server.signal("STOP");
    let stopped = Instant::now();
    // Twice as long as the server takes for a silence.
    while stopped.elapsed().as_millis() < 500 {
        std::thread::yield_now();
    }
    raw.send(frame(1, b"SEND\ndestination:/topic/t\nreceipt:r1\n\nhi\0"));
    server.signal("CONT");
    let answer = raw.read_until("\0");
    assert!(answer.contains("receipt-id:r1"), "{answer}");
}
