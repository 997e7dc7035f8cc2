//! `connect --plain` with the real server: lines in and lines out, without a terminal.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::Server;

#[test]
fn lines_are_sent_confirmed_and_printed_without_any_escape() {
    let server = Server::start();
    server.pipe(&["send", "--room", "study"], "이전 말".as_bytes());
    let out = server
        .pipe(&["connect", "--plain", "--room", "study"], "안녕하세요\n/members\n".as_bytes());
    assert_eq!((out.code, out.stderr.as_str()), (0, ""), "{out:?}");
    assert_eq!(server.texts("study"), ["이전 말", "안녕하세요"]);
    for wanted in ["-- room study\n", "mina: 이전 말\n"] {
        assert_eq!(out.stdout.matches(wanted).count(), 1, "{}", out.stdout);
    }
    assert!(!out.stdout.contains(['\x1b', '│', '─']), "{:?}", out.stdout);
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
