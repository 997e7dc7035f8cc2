//! What real clients put on the wire, replayed. A trace has a `connection` line before each connection, a
//! `> ` line for each piece that came (a read of TCP, or a WebSocket message; escaped as Rust escapes
//! octets), and behind them a `= ` line for each thing that the session makes of it. The pieces are
//! recorded (`server/tests/clients/record.rs`); UPDATE_TRACES=1 writes the `= ` lines anew, to be read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use chat_protocol::chat::UserName;
use chat_protocol::session::{ServerConfig, ServerEvent, ServerSession, TransactionAction};
use chat_protocol::stomp::Headers;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

#[derive(Default)]
struct Connection {
    pieces: Vec<Vec<u8>>,
    expected: Vec<String>,
}

/// However the octets are cut, the session makes the same of them.
#[test]
fn what_real_clients_say_is_understood() {
    for path in paths() {
        let connections = read(&path);
        assert!(!connections.is_empty(), "{path:?} is empty");
        let heard: Vec<Vec<String>> = connections.iter().map(|c| replay(&c.pieces)).collect();
        if std::env::var_os("UPDATE_TRACES").is_some() {
            std::fs::write(&path, text(&connections, &heard)).unwrap();
            continue;
        }
        for (connection, heard) in connections.iter().zip(&heard) {
            assert_eq!(heard, &connection.expected, "{path:?}");
            let whole = connection.pieces.concat();
            let octets: Vec<Vec<u8>> = whole.iter().map(|octet| vec![*octet]).collect();
            assert_eq!(&replay(&octets), heard, "{path:?}, octet by octet");
            assert_eq!(&replay(&[whole]), heard, "{path:?}, all at once");
        }
    }
}

#[test]
fn there_is_a_trace_of_every_client() {
    assert_eq!(paths().len(), 19);
}

fn paths() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Vec<Connection> {
    let mut connections = Vec::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        if line == "connection" {
            connections.push(Connection::default());
            continue;
        }
        let last = connections.last_mut().expect("`connection` comes first");
        match line.split_at(2) {
            ("> ", piece) => last.pieces.push(unescape(piece)),
            ("= ", event) => last.expected.push(event.to_owned()),
            _ => panic!("{path:?}: {line:?}"),
        }
    }
    connections
}

fn text(connections: &[Connection], heard: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (connection, heard) in connections.iter().zip(heard) {
        text.push_str("connection\n");
        for piece in &connection.pieces {
            writeln!(text, "> {}", piece.escape_ascii()).unwrap();
        }
        for event in heard {
            writeln!(text, "= {event}").unwrap();
        }
    }
    text
}

/// Undoes `escape_ascii`.
fn unescape(line: &str) -> Vec<u8> {
    let (mut octets, mut rest) = (Vec::new(), line.as_bytes());
    while let [first, after @ ..] = rest {
        let (octet, used) = match (first, after) {
            (b'\\', [b'n', ..]) => (b'\n', 2),
            (b'\\', [b'r', ..]) => (b'\r', 2),
            (b'\\', [b't', ..]) => (b'\t', 2),
            (b'\\', [b'x', digits @ ..]) => {
                let digits = std::str::from_utf8(&digits[..2]).unwrap();
                (u8::from_str_radix(digits, 16).unwrap(), 4)
            }
            (b'\\', [other, ..]) => (*other, 2),
            _ => (*first, 1),
        };
        octets.push(octet);
        rest = &rest[used..];
    }
    octets
}

/// Everything the session said, each request confirmed at once.
fn replay(pieces: &[Vec<u8>]) -> Vec<String> {
    let now = Instant::now();
    let mut session = ServerSession::new(Arc::new(ServerConfig::default()), now);
    let mut heard = Vec::new();
    for piece in pieces {
        session.receive(piece, now);
        while let Some(event) = session.poll_event() {
            answer(&mut session, &event, now);
            heard.push(told(&event));
        }
        while session.poll_transmit().is_some() {}
    }
    heard
}

fn answer(session: &mut ServerSession, event: &ServerEvent, now: Instant) {
    match event {
        ServerEvent::Connect { .. } => {
            session.accept("s1", &UserName::parse("mina").unwrap(), now);
        }
        ServerEvent::Send { ticket, .. }
        | ServerEvent::Subscribe { ticket, .. }
        | ServerEvent::Unsubscribe { ticket, .. }
        | ServerEvent::Settle { ticket, .. }
        | ServerEvent::Commit { ticket, .. }
        | ServerEvent::Disconnect { ticket } => session.confirm(*ticket, &[]),
        ServerEvent::Closed(_) => {}
    }
}

fn told(event: &ServerEvent) -> String {
    match event {
        ServerEvent::Connect { headers, .. } => format!("connect{}", shown(headers)),
        ServerEvent::Send { headers, body, .. } => sent(headers, body),
        ServerEvent::Subscribe { id, options, headers, .. } => {
            format!("subscribe id={id:?} ack={:?}{}", options.ack, shown(headers))
        }
        ServerEvent::Unsubscribe { destination, .. } => format!("unsubscribe {destination}"),
        ServerEvent::Settle { reference, ok, .. } => settled(reference, *ok),
        ServerEvent::Commit { actions, .. } => {
            let actions: Vec<String> = actions.iter().map(action).collect();
            format!("commit [{}]", actions.join("; "))
        }
        ServerEvent::Disconnect { .. } => "disconnect".to_owned(),
        ServerEvent::Closed(closed) => format!("closed {:?}", closed.reason),
    }
}

fn action(action: &TransactionAction) -> String {
    match action {
        TransactionAction::Send { headers, body, .. } => sent(headers, body),
        TransactionAction::Settle { reference, ok } => settled(reference, *ok),
    }
}

fn sent(headers: &Headers, body: &[u8]) -> String {
    format!("send{} body={}", shown(headers), body.escape_ascii())
}

fn settled(reference: &impl std::fmt::Debug, ok: bool) -> String {
    format!("{} {reference:?}", if ok { "ack" } else { "nack" })
}

fn shown(headers: &Headers) -> String {
    headers.iter().fold(String::new(), |mut all, (name, value)| {
        write!(all, " {}={}", name.as_str(), value.as_str().escape_debug()).unwrap();
        all
    })
}
