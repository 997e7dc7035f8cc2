//! A13: the WebSocket below STOMP (RFC 6455).

use crate::host::{Host, alone};
use crate::peer::{BOTH, Peer, Via, frame, packed};
use crate::support::{ask, status, upgrade};

static HOST: Host = Host::new(&["--max-fragments=70000"]);

const SEND: &[u8] = "SEND\ndestination:/topic/w\nreceipt:r\n\n한글😀\0".as_bytes();

/// Upgraded with these header lines; the peer and the subprotocol that was chosen.
fn offer(lines: &[&str]) -> (Peer, Option<String>) {
    let mut a = Peer::over(Via::Ws, HOST.server().http);
    let answer = a.upgrade("/ws", lines);
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    let chosen = answer.lines().find_map(|line| {
        line.to_ascii_lowercase().strip_prefix("sec-websocket-protocol: ").map(str::to_owned)
    });
    (a, chosen)
}

#[test]
fn w01_the_best_subprotocol_is_chosen_whatever_the_order() {
    for (offered, chosen) in [
        ("v10.stomp, v11.stomp, v12.stomp", "v12.stomp"),
        ("v12.stomp, v10.stomp", "v12.stomp"),
        ("v10.stomp, v11.stomp", "v11.stomp"),
        ("mqtt, v10.stomp", "v10.stomp"),
    ] {
        let (_, got) = offer(&[&format!("Sec-WebSocket-Protocol: {offered}")]);
        assert_eq!(got.as_deref(), Some(chosen), "{offered}");
    }
}

#[test]
fn w02_without_an_offer_no_subprotocol_is_returned() {
    let (a, chosen) = offer(&[]);
    assert_eq!(chosen, None);
    a.login("1.2").nothing_came();
}

#[test]
fn w03_only_unknown_subprotocols_are_refused_with_400() {
    let answer = ask(HOST.server(), upgrade(&["Sec-WebSocket-Protocol: mqtt, v13.stomp"]));
    assert_eq!(status(&answer), "400");
    assert!(answer.contains("v12.stomp"), "{answer}");
}

#[test]
fn w04_the_version_comes_from_connect_whatever_the_subprotocol() {
    for protocol in ["v10.stomp", "v11.stomp", "v12.stomp"] {
        for version in ["1.0", "1.1", "1.2"] {
            let (a, _) = offer(&[&format!("Sec-WebSocket-Protocol: {protocol}")]);
            a.login(version).nothing_came();
        }
    }
}

#[test]
fn w05_a_frame_may_be_spread_over_many_messages() {
    let mut a = HOST.ws("1.2");
    a.ask("SUBSCRIBE id:s destination:/topic/w05", "");
    let body = "0123456789".repeat(4000);
    let octets = frame("SEND destination:/topic/w05", &body);
    for size in [1000, 8192, 16_384] {
        for piece in octets.chunks(size) {
            a.write(piece);
        }
        a.gets(&body);
    }
}

#[test]
fn w06_many_frames_may_come_in_one_message() {
    let mut a = HOST.ws("1.2");
    let mut octets = frame("SUBSCRIBE id:s destination:/topic/w06", "");
    for n in 0..100 {
        octets.extend(frame("SEND destination:/topic/w06", &n.to_string()));
    }
    a.write(octets);
    for n in 0..100 {
        a.gets(&n.to_string());
    }
}

#[test]
fn w07_a_message_may_be_fragmented_anywhere_also_within_a_character() {
    let mut a = HOST.ws("1.2");
    for at in 1..SEND.len() {
        a.raw(packed(0x01, &SEND[..at]));
        a.raw(packed(0x89, b"between"));
        a.raw(packed(0x80, &SEND[at..]));
        a.receipt("r");
        assert_eq!(a.pongs.pop().as_deref(), Some(&b"between"[..]));
        if at % 8 == 0 {
            // No more than a few pings in a second are taken.
            a = HOST.ws("1.2");
        }
    }
    let mut octets = Vec::new();
    for octet in SEND {
        octets.extend(packed(if octets.is_empty() { 0x01 } else { 0x00 }, &[*octet]));
    }
    octets.extend(packed(0x80, b""));
    a.raw(octets);
    a.receipt("r");
}

#[test]
fn w08_text_and_binary_are_taken() {
    let mut a = HOST.ws("1.2");
    for opcode in [0x81, 0x82] {
        a.raw(packed(opcode, SEND));
        a.receipt("r");
    }
    a.raw(packed(0x81, &SEND[..20]));
    a.raw(packed(0x82, &SEND[20..]));
    a.receipt("r");
}

#[test]
fn w09_what_is_valid_utf_8_goes_out_as_text_and_the_rest_as_binary() {
    let mut a = HOST.ws("1.2");
    a.ask("SUBSCRIBE id:s destination:/topic/w09", "");
    for (body, text) in [(&b"\xff\xfe"[..], false), ("한글".as_bytes(), true), (b"", true)] {
        let mut octets = b"SEND\ndestination:/topic/w09\n\n".to_vec();
        octets.extend(body);
        octets.push(0);
        a.write(octets);
        let message = a.message();
        assert_eq!((message.was_text, &message.body[..]), (text, body));
    }
}

#[test]
fn w10_a_ping_is_answered_alike_and_a_pong_is_ignored() {
    let (mut a, _) = offer(&[]);
    for payload in [&b""[..], b"x", &[0xff; 125]] {
        a.raw(packed(0x89, payload));
        a.raw(packed(0x8a, b"unasked"));
    }
    let mut a = a.login("1.2");
    a.until(|a| a.pongs.len() == 3);
    assert_eq!(a.pongs, [b"".to_vec(), b"x".to_vec(), vec![0xff; 125]]);
    a.nothing_came();
}

#[test]
fn w12_every_end_has_its_close_code() {
    let code = |mut a: Peer| {
        while a.try_next().is_some() {}
        a.ends().close.map(|(code, _)| code)
    };
    let mut a = HOST.ws("1.2");
    a.say("DISCONNECT", "");
    assert_eq!(code(a), Some(1000));
    let mut a = HOST.ws("1.2");
    a.write("NONSENSE\n\n\0");
    assert_eq!(code(a), Some(1002));
    let mut a = HOST.ws("1.2");
    a.write("x".repeat(70_000));
    assert_eq!(code(a), Some(1009));
    let mut server = alone(&["--drain-spread=0ms"]);
    let a = crate::host::login(&server, Via::Ws);
    server.signal("TERM");
    assert_eq!(code(a), Some(1001));
    server.ended();
}

#[test]
fn w12_a_close_of_the_client_is_answered() {
    let mut a = HOST.ws("1.2");
    a.raw(packed(0x88, &1000_u16.to_be_bytes()));
    assert_eq!(a.ends().close.map(|(code, _)| code), Some(1000));
}

#[test]
fn w13_pages_of_other_origins_are_refused() {
    let answer = ask(HOST.server(), upgrade(&["Origin: https://evil.example"]));
    assert_eq!(status(&answer), "403");
    let answer =
        ask(HOST.server(), upgrade(&["Host: evil.example", "Origin: http://evil.example"]));
    assert_eq!(status(&answer), "403", "a name that was made to point here");
    offer(&["Origin: http://127.0.0.1"]);
    offer(&[]);
    let open = alone(&["--allow-origin=https://chat.example.org"]);
    let mut a = Peer::over(Via::Ws, open.http);
    assert!(a.upgrade("/ws", &["Origin: https://chat.example.org"]).contains(" 101 "));
}

/// Only the header of such a frame is sent: nothing can have been allocated for it.
#[test]
fn w14_a_message_too_big_ends_with_1009_when_its_length_is_seen() {
    for length in [65_537_u64, 1 << 40, 1 << 62] {
        let mut a = HOST.ws("1.2");
        let mut header = vec![0x82, 0x80 | 127];
        header.extend(length.to_be_bytes());
        header.extend([0; 4]);
        a.raw(header);
        let error = a.next();
        assert_eq!(error.get("code"), Some("frame-too-long"));
        assert_eq!(a.ends().close.map(|(code, _)| code), Some(1009));
    }
}

#[test]
fn w15_compression_is_not_negotiated_and_compressed_frames_are_faults() {
    let mut a = Peer::over(Via::Ws, HOST.server().http);
    let answer = a.upgrade("/ws", &["Sec-WebSocket-Extensions: permessage-deflate"]);
    assert!(!answer.to_ascii_lowercase().contains("sec-websocket-extensions"), "{answer}");
    let mut a = a.login("1.2");
    a.raw(packed(0xc1, b"\x0a\x00"));
    assert_eq!(a.ends().close.map(|(code, _)| code), Some(1002));
}

#[test]
fn w16_a_message_in_65_536_fragments_is_taken_where_the_limit_allows() {
    let mut a = HOST.ws("1.2");
    a.ask("SUBSCRIBE id:s destination:/topic/w16", "");
    let head = b"SEND\ndestination:/topic/w16\n\n";
    let mut octets = packed(0x02, head);
    for _ in 0..65_534 - head.len() {
        octets.extend(packed(0x00, b"x"));
    }
    octets.extend(packed(0x80, b"\0"));
    a.raw(octets);
    assert_eq!(a.message().body.len(), 65_534 - head.len());
    let server = alone(&[]);
    let mut a = crate::host::login(&server, Via::Ws);
    a.raw(packed(0x02, b""));
    a.raw(packed(0x00, b"").repeat(1100));
    assert_eq!(a.ends().close.map(|(code, _)| code), Some(1008));
}

#[test]
fn w17_broken_websocket_frames_end_with_the_code_of_the_rfc() {
    let unmasked = [&[0x81, 5][..], b"hello"].concat();
    for (octets, code) in [
        (packed(0x81, b"\xff"), 1007),
        (unmasked, 1002),
        (packed(0xd1, b"x"), 1002),
        (packed(0x83, b"x"), 1002),
        (packed(0x8b, b"x"), 1002),
        (packed(0x09, b"fragmented ping"), 1002),
        (packed(0x89, &[0; 126]), 1002),
        (packed(0x80, b"nothing to go on with"), 1002),
        (packed(0x88, b"x"), 1002),
        (packed(0x88, &5_u16.to_be_bytes()), 1002),
    ] {
        let mut a = HOST.ws("1.2");
        a.raw(&octets);
        assert_eq!(a.ends().close.map(|(code, _)| code), Some(code), "{octets:?}");
    }
}

#[test]
fn w18_requests_that_are_no_handshake_get_their_status() {
    let server = HOST.server();
    let get = |changed: &[&str]| ask(server, upgrade(changed));
    assert_eq!(status(&ask(server, upgrade(&[]).replacen("GET", "POST", 1))), "405");
    assert_eq!(status(&get(&["Sec-WebSocket-Key!"])), "400");
    let wrong = get(&["Sec-WebSocket-Version: 8"]);
    assert_eq!(status(&wrong), "426");
    assert!(wrong.to_ascii_lowercase().contains("sec-websocket-version: 13"), "{wrong}");
    assert_eq!(status(&get(&["Upgrade!"])), "426");
}

#[test]
fn w20_the_websocket_is_at_ws_and_nowhere_else() {
    for path in ["/", "/stomp", "/ws/", "/ws/websocket", "/WS"] {
        let request = upgrade(&[]).replacen("/ws", path, 1);
        assert_eq!(status(&ask(HOST.server(), request)), "404", "{path}");
    }
}

#[test]
fn w23_both_transports_share_destinations_and_limits() {
    for (one, other) in [(Via::Tcp, Via::Ws), (Via::Ws, Via::Tcp)] {
        let mut a = HOST.raw(one).login("1.2");
        let mut b = HOST.raw(other).login("1.2");
        a.ask("SUBSCRIBE id:s destination:/topic/w23", "");
        b.ask("SEND destination:/topic/w23", "x");
        a.gets("x");
    }
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.say(&format!("SEND destination:/topic/w23 h:{}", "x".repeat(5000)), "");
        a.dies_of("header-too-long");
    }
}

#[test]
fn w24_stomp_on_the_http_port_is_told_where_to_go() {
    let mut raw = HOST.server().connect();
    raw.send("CONNECT\naccept-version:1.2\nhost:h\n\n\0");
    let said = raw.read_all();
    assert!(said.starts_with("ERROR\n") && said.contains("WebSocket"), "{said}");
}
