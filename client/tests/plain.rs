//! `connect --plain` with the real server: lines in and lines out, without a terminal.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{Running, Server};

#[test]
fn lines_are_sent_confirmed_and_printed_without_any_escape() {
    let server = Server::start();
    server.pipe(&["send", "--room", "study"], "이전 말".as_bytes());
    let mut client = Running::start(server.tui(&["connect", "--plain", "--room", "study"]));
    let until = |client: &mut Running, wanted: &str| loop {
        let line = client.line();
        if line.contains(wanted) {
            return line;
        }
    };
    until(&mut client, "mina: 이전 말");
    client.type_in("안녕하세요\n".as_bytes());
    until(&mut client, "mina: 안녕하세요");
    client.type_in(b"/members\n");
    // Who is here comes by a way of its own.
    while !until(&mut client, " here: ").contains("1 here: mina") {
        client.type_in(b"/members\n");
    }
    client.close();
    let out = client.end();
    assert_eq!((out.code, out.stderr.as_str()), (0, ""), "{out:?}");
    assert_eq!(server.texts("study"), ["이전 말", "안녕하세요"]);
    for once in ["-- room study\n", "이전 말", "안녕하세요"] {
        assert_eq!(out.stdout.matches(once).count(), 1, "{}", out.stdout);
    }
    assert!(!out.stdout.contains(['\x1b', '│', '─']), "{:?}", out.stdout);
}

#[test]
fn the_end_of_the_input_waits_for_what_was_typed() {
    let server = Server::start();
    let out = server.pipe(&["connect", "--plain", "--room", "study"], b"one\ntwo\n");
    assert_eq!((out.code, out.stderr.as_str()), (0, ""), "{out:?}");
    assert_eq!(server.texts("study"), ["one", "two"]);
}

#[test]
fn what_is_typed_while_the_server_is_gone_is_named_at_the_end() {
    let mut server = Server::start();
    server.kill();
    let out = server.pipe(&["connect", "--plain", "--room", "study"], b"lost?\n");
    assert_eq!(out.code, 0, "{out:?}");
    assert!(out.stdout.contains("-- offline: "), "{}", out.stdout);
    assert!(out.stderr.contains("lost?"), "{}", out.stderr);
}
