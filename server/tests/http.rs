//! What the HTTP port answers, on raw sockets against the real server.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::{Duration, Instant};
use support::{CONNECT, KEY, Server, ask, frame, status, upgrade};

fn server() -> Server {
    Server::start(&[])
}

/// The status and head of the answer to an upgrade request.
fn answer_to(server: &Server, changed: &[&str]) -> String {
    let mut raw = server.connect();
    raw.send(upgrade(changed));
    raw.read_until("\r\n\r\n").to_ascii_lowercase()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
}

#[test]
fn an_upgrade_is_answered_as_the_rfc_says() {
    let server = server();
    let mut raw = server.connect();
    raw.send(upgrade(&[]));
    let answer = raw.read_until("\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    let answer = answer.to_ascii_lowercase();
    assert!(answer.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{answer}");
    assert!(
        answer.contains("upgrade: websocket\r\n") && answer.contains("connection: upgrade\r\n")
    );
    assert!(!answer.contains("sec-websocket-protocol"), "none was offered");
}

/// B.1 row 15
#[test]
fn the_best_subprotocol_offered_is_chosen() {
    let server = server();
    for (offer, chosen) in [
        ("v12.stomp", "v12.stomp"),
        ("v10.stomp, v12.stomp", "v12.stomp"),
        ("v10.stomp,v11.stomp,x", "v11.stomp"),
        ("v10.stomp", "v10.stomp"),
    ] {
        let answer = answer_to(&server, &[&format!("Sec-WebSocket-Protocol: {offer}")]);
        assert!(answer.contains(&format!("sec-websocket-protocol: {chosen}\r\n")), "{answer}");
    }
    let two = ["Sec-WebSocket-Protocol: v10.stomp", "Sec-WebSocket-Protocol: v12.stomp"];
    assert!(answer_to(&server, &two).contains("sec-websocket-protocol: v12.stomp\r\n"));
    let unknown = answer_to(&server, &["Sec-WebSocket-Protocol: chat, mqtt"]);
    assert_eq!(status(&unknown), "400");
    let many = vec!["mqtt"; 1000].join(", ") + ", v11.stomp";
    let many = answer_to(&server, &[&format!("Sec-WebSocket-Protocol: {many}")]);
    assert!(many.contains("sec-websocket-protocol: v11.stomp\r\n"), "{many}");
}

/// B.1 row 7
#[test]
fn another_version_of_websocket_is_426_with_the_right_one() {
    let server = server();
    for version in
        ["Sec-WebSocket-Version: 8", "Sec-WebSocket-Version: 13, 8", "Sec-WebSocket-Version!"]
    {
        let answer = answer_to(&server, &[version]);
        assert_eq!(status(&answer), "426", "{version}");
        assert!(answer.contains("sec-websocket-version: 13\r\n"));
    }
}

/// B.1 row 8
#[test]
fn a_key_is_there_once_and_sixteen_bytes() {
    let server = server();
    let twice = format!("Sec-WebSocket-Key: {KEY}");
    for keys in [
        &["Sec-WebSocket-Key!"][..],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZXM="],
        &["Sec-WebSocket-Key: !!!!IHNhbXBsZSBub25jZQ=="],
        &["Sec-WebSocket-Key: "],
        &[&twice, &twice],
    ] {
        assert_eq!(status(&answer_to(&server, keys)), "400", "{keys:?}");
    }
}

#[test]
fn a_plain_request_to_the_websocket_is_told_to_upgrade() {
    let server = server();
    let answer = ask(&server, get("/ws"));
    assert_eq!(status(&answer), "426");
    assert!(answer.to_ascii_lowercase().contains("upgrade: websocket\r\n"), "{answer}");
    let old = "GET /ws HTTP/1.0\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    assert_eq!(status(&ask(&server, old)), "400");
    assert_eq!(status(&answer_to(&server, &["Content-Length: 5"])), "400");
}

/// B.1 row 6
#[test]
fn foreign_pages_are_refused_before_the_upgrade() {
    let flags = ["--allow-origin", "https://good.example", "--allow-host", "chat.example"];
    let server = Server::start(&flags);
    for (origin, host, expected) in [
        ("https://good.example", "127.0.0.1:7878", "101"),
        ("http://127.0.0.1:7878", "127.0.0.1:7878", "101"),
        ("http://localhost:7878", "localhost:7878", "101"),
        ("https://chat.example", "chat.example", "101"),
        ("null", "127.0.0.1:7878", "403"),
        ("https://good.example.evil.com", "127.0.0.1:7878", "403"),
        ("https://evilgood.example", "127.0.0.1:7878", "403"),
        ("http://good.example", "127.0.0.1:7878", "403"),
        ("https://GOOD.example", "127.0.0.1:7878", "403"),
        ("https://good.example.", "127.0.0.1:7878", "403"),
        ("http://127.0.0.1:9999", "127.0.0.1:7878", "403"),
        ("http://rebound.example", "rebound.example", "403"),
    ] {
        let lines = [format!("Origin: {origin}"), format!("Host: {host}")];
        let answer = answer_to(&server, &[&lines[0], &lines[1]]);
        assert_eq!(status(&answer), expected, "{origin} at {host}");
    }
    let two = ["Origin: https://good.example", "Origin: https://good.example"];
    assert_eq!(status(&answer_to(&server, &two)), "403");
    assert_eq!(status(&answer_to(&server, &["Host: rebound.example"])), "101", "no Origin");
}

/// B.1 row 13
#[test]
fn methods_and_paths() {
    let server = server();
    for (request, expected) in [
        ("GET / HTTP/1.1", "404"),
        ("GET /ws/ HTTP/1.1", "404"),
        ("GET //ws HTTP/1.1", "404"),
        ("GET /../ws HTTP/1.1", "404"),
        ("GET /%2e%2e/etc/passwd HTTP/1.1", "404"),
        ("GET /%00 HTTP/1.1", "404"),
        ("POST /ws HTTP/1.1", "405"),
        ("HEAD /ws HTTP/1.1", "405"),
        ("BREW /ws HTTP/1.1", "405"),
        ("TRACE / HTTP/1.1", "405"),
        ("CONNECT example.org:443 HTTP/1.1", "405"),
        ("DELETE /healthz HTTP/1.1", "405"),
        ("POST /upload HTTP/1.1", "404"),
    ] {
        let answer = ask(&server, format!("{request}\r\nHost: x\r\n\r\n"));
        assert_eq!(status(&answer), expected, "{request}: {answer}");
        if expected == "405" {
            assert!(answer.to_ascii_lowercase().contains("allow: get"), "{answer}");
        }
    }
    let fits = format!("/{}", "a".repeat(4095));
    assert_eq!(status(&ask(&server, get(&fits))), "404");
    assert_eq!(status(&ask(&server, get(&format!("{fits}a")))), "414");
}

/// The echo for the conformance cases of others.
#[test]
fn the_echo_is_only_in_its_own_build() {
    let expected = if cfg!(feature = "foreign-clients") { "426" } else { "404" };
    assert_eq!(status(&ask(&server(), get("/echo"))), expected);
}

#[test]
fn health_is_told() {
    let server = server();
    let answer = ask(&server, get("/healthz"));
    assert_eq!(status(&answer), "200");
    assert!(answer.ends_with("\r\n\r\nok\n"), "{answer}");
    assert_eq!(status(&ask(&server, get("/healthz?full").replace("GET", "HEAD"))), "200");
}

/// B.1 row 11
#[test]
fn ambiguous_requests_are_400() {
    let server = server();
    for lines in [
        "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        "Host: x\r\nContent-Length: 5\r\nContent-Length: 6",
        "Host: x\r\nTransfer-Encoding : chunked",
        "Host: x\r\nA: b\r\n folded",
        "Host: x\r\nA: b\rc",
        "Host: x\r\nA: b\0c",
        "Host: x\r\nHost: y",
        "A: b",
    ] {
        let answer = ask(&server, format!("GET /healthz HTTP/1.1\r\n{lines}\r\n\r\n"));
        assert_eq!(status(&answer), "400", "{lines:?}: {answer}");
    }
    for garbage in
        ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "GET /\r\n\r\n", "\x16\x03\x01\x02\0\x01\0\x01\r\n\r\n"]
    {
        let answer = ask(&server, garbage);
        assert!(answer.is_empty() || status(&answer) == "400", "{garbage:?}: {answer}");
    }
}

/// B.1 row 14
#[test]
fn frames_behind_the_request_are_not_lost() {
    let server = server();
    let mut raw = server.connect();
    let mut packet = upgrade(&["Sec-WebSocket-Protocol: v12.stomp"]).into_bytes();
    packet.extend(frame(1, CONNECT.as_bytes()));
    packet.extend(frame(1, b"SEND\ndestination:/topic/t\nreceipt:r1\n\nhi\0"));
    raw.send(packet);
    let answer = raw.read_until("receipt-id:r1");
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert_eq!(answer.matches("CONNECTED").count(), 1, "{answer}");
}

#[test]
fn whoever_is_at_the_wrong_port_is_told() {
    let server = Server::start(&["--stomp-listen", "127.0.0.1:0"]);
    let answer = ask(&server, CONNECT);
    assert!(answer.starts_with("ERROR\n") && answer.contains("/ws"), "{answer}");
    let mut raw = support::Raw::connect(server.stomp.unwrap());
    raw.send(get("/ws"));
    let answer = raw.read_all();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("--listen"), "{answer}");
}

#[test]
fn stomp_is_spoken_over_plain_tcp() {
    let server = Server::start(&["--stomp-listen", "127.0.0.1:0"]);
    let mut raw = support::Raw::connect(server.stomp.unwrap());
    raw.send(CONNECT);
    let answer = raw.read_until("\0");
    assert!(answer.starts_with("CONNECTED\n") && answer.contains("user-name:mina"), "{answer}");
}

/// B.1 rows 1 and 2
#[test]
fn huge_heads_are_431() {
    let server = server();
    let long = |n: usize| format!("GET /ws HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "a".repeat(n));
    assert_eq!(status(&ask(&server, long(64 * 1024 + 1))), "431");
    // So much that the answer may be lost behind the reset; the server is none the worse.
    let answer = ask(&server, long(20 * 1024 * 1024));
    assert!(answer.is_empty() || status(&answer) == "431", "{answer}");
    let many: String = (0..10_000).map(|n| format!("h{n}: x\r\n")).collect();
    let many = ask(&server, format!("GET /ws HTTP/1.1\r\nHost: x\r\n{many}\r\n"));
    assert_eq!(status(&many), "431");
    let few: String = (0..64).map(|n| format!("h{n}: x\r\n")).collect();
    let few = ask(&server, format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{few}\r\n"));
    assert_eq!(status(&few), "431", "65 lines");
    assert_eq!(status(&ask(&server, get("/healthz"))), "200");
}

#[test]
fn the_bounds_of_a_request_can_be_set() {
    let server = Server::start(&[
        "--max-request-head=32KiB",
        "--max-request-headers=3",
        "--max-request-uri=100B",
    ]);
    let request = |n: usize, more: &str| {
        ask(&server, format!("GET /{} HTTP/1.1\r\nHost: x\r\n{more}\r\n", "a".repeat(n)))
    };
    assert_eq!(status(&request(99, "")), "404");
    assert_eq!(status(&request(100, "")), "414");
    assert_eq!(status(&request(1, "a: b\r\nb: c\r\n")), "404");
    assert_eq!(status(&request(1, "a: b\r\nb: c\r\nc: d\r\n")), "431");
    assert_eq!(status(&request(1, &format!("a: {}\r\n", "b".repeat(20_000)))), "404");
}

/// B.1 rows 3 and 4
#[test]
fn a_head_has_a_deadline_however_it_drips() {
    let server = Server::start(&["--head-timeout", "700ms"]);
    let begun = Instant::now();
    let mut silent = server.connect();
    let mut dripping = server.connect();
    dripping.0.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let request = get(&format!("/{}", "a".repeat(4000)));
    let mut drops = request.bytes();
    let mut buffer = [0];
    loop {
        assert!(begun.elapsed() < support::LONG, "it may drip for ever");
        dripping.send([drops.next().expect("closed before the end")]);
        match std::io::Read::read(&mut dripping.0, &mut buffer) {
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
            Ok(0) | Err(_) => break,
            Ok(_) => panic!("answered"),
        }
    }
    assert!(begun.elapsed() >= Duration::from_millis(650), "{:?}", begun.elapsed());
    assert_eq!(silent.read_all(), "");
}

/// B.2 row 32, and the same over plain TCP
#[test]
fn connect_has_a_deadline_from_the_accept_on() {
    let flags = ["--connect-timeout", "700ms", "--close-timeout", "100ms"];
    let server = Server::start(&[&flags[..], &["--stomp-listen", "127.0.0.1:0"]].concat());
    let begun = Instant::now();
    let mut silent = support::Raw::connect(server.stomp.unwrap());
    let mut upgraded = server.connect();
    upgraded.send(upgrade(&[]));
    for raw in [&mut silent, &mut upgraded] {
        let said = raw.read_all();
        assert!(said.contains("ERROR\n") && said.contains("code:connect-timeout\n"), "{said}");
    }
    assert!(begun.elapsed() >= Duration::from_millis(650), "{:?}", begun.elapsed());
}
