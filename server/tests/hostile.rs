//! A hostile minute: everything ugly at once, and a healthy pair of clients beside it that must never
//! notice; afterwards the memory is back.
#![allow(clippy::unwrap_used, clippy::expect_used)] // test code, its helpers too

mod proof;

use chat_protocol::session::ClientEvent;
use proof::client::{Client, Gone};
use proof::process::Server;
use proof::{Rng, wait_for};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const UPGRADE: &str = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

#[test]
fn a_healthy_pair_never_notices_a_hostile_minute() {
    let seed = Rng::from_clock().1;
    println!("seed {seed}");
    raise_descriptor_limit();
    let data = tempfile::tempdir().expect("temp dir");
    let mut server = Server::start(data.path(), 0, 0, &[]);
    let (ws, tcp) = (server.ws, server.tcp);

    let stop = Arc::new(AtomicBool::new(false));
    let rounds = Arc::new(AtomicU64::new(0));
    let pair = {
        let (stop, rounds) = (stop.clone(), rounds.clone());
        std::thread::spawn(move || healthy_pair(ws, tcp, &stop, &rounds))
    };
    let some_rounds = |n: u64| {
        let goal = rounds.load(Ordering::SeqCst) + n;
        wait_for("the healthy pair", Duration::from_secs(60), || {
            (rounds.load(Ordering::SeqCst) >= goal || pair.is_finished()).then_some(())
        });
        assert!(!pair.is_finished(), "the healthy pair was harmed");
    };
    some_rounds(20);
    let before = server.rss_kib();

    let silent: Vec<TcpStream> = (0..2_000u32)
        .map(|n| TcpStream::connect(if n.is_multiple_of(2) { ws } else { tcp }).expect("connect"))
        .collect();
    some_rounds(5);
    std::thread::scope(|s| {
        s.spawn(|| random_bytes(ws, tcp, seed));
        s.spawn(|| half_frames(tcp));
        s.spawn(|| endless_headers(tcp));
        s.spawn(|| endless_http_head(ws));
        s.spawn(|| newlines(tcp));
        s.spawn(|| websocket_nonsense(ws, seed));
        s.spawn(|| a_reader_that_stops(ws, tcp));
    });
    some_rounds(5);
    for mut socket in silent {
        // Whoever says nothing is shown the door ten seconds after the accept.
        assert!(drained(&mut socket, Duration::from_secs(30)), "a silent socket was kept");
    }
    some_rounds(20);
    wait_for("memory to return", Duration::from_secs(30), || {
        (server.rss_kib() < before + 24 * 1024).then_some(())
    });
    stop.store(true, Ordering::SeqCst);
    pair.join().expect("the healthy pair panicked").expect("the healthy pair was harmed");
    assert!(server.is_running());
}

/// Posts in a room and on a topic, and reads each back, one over WebSocket, one over TCP.
fn healthy_pair(
    ws: SocketAddr,
    tcp: SocketAddr,
    stop: &AtomicBool,
    rounds: &AtomicU64,
) -> Result<(), Gone> {
    let mut a = Client::websocket(ws, "healthy-a")?;
    let mut b = Client::tcp(tcp, "healthy-b")?;
    let within = Duration::from_secs(20);
    for client in [&mut a, &mut b] {
        client.subscribe("room", "/topic/room.clinic", &[], Some("r"))?;
        client.until(within, |e| matches!(e, ClientEvent::Receipt { .. }))?;
        client.subscribe("topic", "/topic/pulse", &[], Some("t"))?;
        client.until(within, |e| matches!(e, ClientEvent::Receipt { .. }))?;
    }
    let mut n = 0u64;
    while !stop.load(Ordering::SeqCst) {
        n += 1;
        let (from, to) = if n.is_multiple_of(2) { (&mut a, &mut b) } else { (&mut b, &mut a) };
        let (destination, text) = match n % 4 < 2 {
            true => ("/app/room.clinic", format!("맥박 {n}")),
            false => ("/topic/pulse", format!("pulse {n}")),
        };
        from.send(destination, &[], Some(&format!("s{n}")), text.clone())?;
        from.until(within, |e| matches!(e, ClientEvent::Receipt { .. }))?;
        for client in [from, to] {
            client.until(within, |e| match e {
                ClientEvent::Message { body, .. } => String::from_utf8_lossy(body).contains(&text),
                _ => false,
            })?;
        }
        rounds.fetch_add(1, Ordering::SeqCst);
    }
    Ok(())
}

fn random_bytes(ws: SocketAddr, tcp: SocketAddr, seed: u64) {
    let mut rng = Rng::new(seed);
    for n in 0..200u32 {
        let mut socket =
            TcpStream::connect(if n.is_multiple_of(2) { ws } else { tcp }).expect("connect");
        let junk: Vec<u8> = (0..rng.below(4096)).map(|_| rng.next() as u8).collect();
        shove(&mut socket, &junk);
        let _ = socket.shutdown(Shutdown::Write);
        assert!(drained(&mut socket, Duration::from_secs(30)), "junk was not answered by a close");
    }
}

fn half_frames(tcp: SocketAddr) {
    for half in ["CONN", "CONNECT\naccept-version:1.2", "CONNECT\naccept-version:1.2\n\n\0SEND\nde"]
    {
        for _ in 0..50 {
            let mut socket = TcpStream::connect(tcp).expect("connect");
            shove(&mut socket, half.as_bytes());
        }
    }
}

fn endless_headers(tcp: SocketAddr) {
    let mut socket = TcpStream::connect(tcp).expect("connect");
    shove(&mut socket, b"CONNECT\naccept-version:1.2\n\n\0SEND\ndestination:/topic/x\n");
    for n in 0..1_000_000u64 {
        if !shove(&mut socket, format!("h{n}:{n}\n").as_bytes()) {
            return;
        }
    }
    assert!(drained(&mut socket, Duration::from_secs(30)), "a million headers were taken");
}

fn endless_http_head(ws: SocketAddr) {
    let mut socket = TcpStream::connect(ws).expect("connect");
    shove(&mut socket, b"GET /ws HTTP/1.1\r\n");
    let line = format!("X-Long: {}\r\n", "a".repeat(8_000));
    for _ in 0..2_500 {
        if !shove(&mut socket, line.as_bytes()) {
            return;
        }
    }
    assert!(drained(&mut socket, Duration::from_secs(30)), "a head of 20 MB was taken");
}

fn newlines(tcp: SocketAddr) {
    let mut socket = TcpStream::connect(tcp).expect("connect");
    shove(&mut socket, b"CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0");
    let block = vec![b'\n'; 64 * 1024];
    for _ in 0..160 {
        if !shove(&mut socket, &block) {
            break;
        }
    }
}

fn websocket_nonsense(ws: SocketAddr, seed: u64) {
    let mut rng = Rng::new(seed ^ 0x5eed);
    for n in 0..200u64 {
        let mut socket = TcpStream::connect(ws).expect("connect");
        shove(&mut socket, UPGRADE.as_bytes());
        match n % 4 {
            // A length that nobody has the memory for.
            0 => drop(shove(
                &mut socket,
                &[0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            )),
            // Unmasked.
            1 => drop(shove(&mut socket, &[0x81, 0x05, b'h', b'e', b'l', b'l', b'o'])),
            // Fragments without end, and without content.
            2 => {
                shove(&mut socket, &[0x01, 0x80, 0, 0, 0, 0]);
                for _ in 0..5_000 {
                    if !shove(&mut socket, &[0x00, 0x80, 0, 0, 0, 0]) {
                        break;
                    }
                }
            }
            _ => {
                let junk: Vec<u8> = (0..2_000u32).map(|_| rng.next() as u8).collect();
                shove(&mut socket, &junk);
            }
        }
        let _ = socket.shutdown(Shutdown::Write);
        assert!(drained(&mut socket, Duration::from_secs(30)), "case {} stayed open", n % 4);
    }
}

/// Subscribes to a busy topic and reads nothing: it is cut, and costs nobody else.
fn a_reader_that_stops(ws: SocketAddr, tcp: SocketAddr) {
    let mut stalled = TcpStream::connect(tcp).expect("connect");
    shove(
        &mut stalled,
        b"CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0\
          SUBSCRIBE\nid:s\ndestination:/topic/flood\nreceipt:r\n\n\0",
    );
    let mut seen = Vec::new();
    let mut byte = [0; 256];
    while !seen.windows(7).any(|w| w == b"RECEIPT") {
        let n = stalled.read(&mut byte).expect("the subscription's receipt");
        assert!(n > 0, "closed before the receipt");
        seen.extend_from_slice(&byte[..n]);
    }
    let mut publisher = Client::websocket(ws, "flooder").expect("connect");
    let body = "x".repeat(16 * 1024);
    for n in 0..2_000 {
        publisher.send("/topic/flood", &[], Some(&format!("f{n}")), body.clone()).expect("publish");
        publisher
            .until(Duration::from_secs(30), |e| matches!(e, ClientEvent::Receipt { .. }))
            .expect("a publisher beside a stalled reader is served");
    }
    assert!(drained(&mut stalled, Duration::from_secs(30)), "the stalled reader was kept");
}

/// `false` when the peer has closed.
fn shove(socket: &mut TcpStream, bytes: &[u8]) -> bool {
    let _ = socket.set_write_timeout(Some(Duration::from_secs(20)));
    socket.write_all(bytes).is_ok()
}

/// Reads until the peer closes; `false` when it did not in time.
fn drained(socket: &mut TcpStream, within: Duration) -> bool {
    let end = Instant::now() + within;
    let mut buf = [0; 16 * 1024];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        let _ = socket.set_read_timeout(Some(left));
        match socket.read(&mut buf) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return true,
        }
    }
}

fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })
        .expect("raise the descriptor limit to its maximum");
}
