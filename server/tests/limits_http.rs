//! How many connections there may be, and that those beyond are told so.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::Instant;
use support::{Raw, Server, command, status, upgrade};

/// What a new connection gets when it asks for the WebSocket.
fn knock(server: &Server) -> (Raw, String) {
    let mut raw = server.connect();
    raw.send(upgrade(&[]));
    let answer = raw.read_until("\r\n\r\n");
    (raw, answer)
}

/// Until a new connection gets in again.
fn wait_for_a_place(server: &Server) -> Raw {
    let begun = Instant::now();
    loop {
        let (raw, answer) = knock(server);
        if status(&answer) == "101" {
            return raw;
        }
        assert!(begun.elapsed() < support::LONG, "no place comes back: {answer}");
    }
}

fn full(answer: &str, raw: &mut Raw) {
    assert_eq!(status(answer), "503", "{answer}");
    assert!(answer.to_ascii_lowercase().contains("retry-after: "), "{answer}");
    let body = answer.to_owned() + &raw.read_all();
    assert!(body.contains("too-many-connections"), "{body}");
}

#[test]
fn the_total_is_bounded_and_a_place_comes_back() {
    let flags = ["--limit-loopback", "--max-connections", "2", "--connect-burst", "100000"];
    let server = Server::start(&[&flags[..], &["--stomp-listen", "127.0.0.1:0"]].concat());
    let first = wait_for_a_place(&server);
    let _second = wait_for_a_place(&server);
    let (mut raw, answer) = knock(&server);
    full(&answer, &mut raw);
    let mut stomp = Raw::connect(server.stomp.unwrap());
    let answer = stomp.read_all();
    assert!(answer.starts_with("ERROR\n"), "{answer}");
    assert!(answer.contains("code:too-many-connections\n"), "{answer}");
    drop(first);
    wait_for_a_place(&server);
}

#[test]
fn one_address_has_its_share() {
    let flags = ["--limit-loopback", "--max-connections-per-ip", "2", "--connect-burst", "100000"];
    let server = Server::start(&flags);
    let _held = [wait_for_a_place(&server), wait_for_a_place(&server)];
    let (mut raw, answer) = knock(&server);
    full(&answer, &mut raw);
}

#[test]
fn new_connections_have_a_rate() {
    let flags = ["--limit-loopback", "--connect-burst", "2", "--connect-rate", "0"];
    let server = Server::start(&flags);
    let _held = [knock(&server), knock(&server)];
    let (mut raw, answer) = knock(&server);
    full(&answer, &mut raw);
}

#[test]
fn loopback_is_not_counted_by_default() {
    let server = Server::start(&["--max-connections-per-ip", "1", "--connect-burst", "1"]);
    for _ in 0..5 {
        let (raw, answer) = knock(&server);
        assert_eq!(status(&answer), "101");
        drop(raw);
    }
}

/// A12: what the limit of open files allows is the last bound, for everybody.
#[test]
fn the_limit_of_open_files_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    let program = command("serve").get_program().to_owned();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -n 100; exec \"$0\" \"$@\""]).arg(program);
    limited.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(dir.path());
    let server = Server::spawn(limited, dir);
    let mut healthy = server.login();
    let crowd: Vec<Raw> = (0..150).map(|_| server.connect()).collect();
    let (mut raw, answer) = knock(&server);
    full(&answer, &mut raw);
    healthy.send(support::frame(1, b"SEND\ndestination:/topic/t\nreceipt:r1\n\nhi\0"));
    healthy.read_until("receipt-id:r1");
    drop(crowd);
    wait_for_a_place(&server);
}
