//! A proxy that writes down what a client puts on the wire: RECORD=1 makes `shared/tests/traces` anew, one
//! file per client. `shared/tests/traces.rs` has the format and replays them.

use crate::run::Place;
use chat_server::transport::ws::{Bounds, WsReader};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Little, but what clients differ in.
const FEATURES: [&str; 9] = [
    "passcode",
    "topic",
    "headers",
    "nack",
    "commit",
    "chat",
    "test_2_transaction",
    "test_4_integration_stomp_1_2",
    "test_6_integration_stomp_1_1_encoding_and_escaping_headers",
];

/// Each connection's pieces: what one read of TCP gave, or one WebSocket message.
type Wire = Arc<Mutex<Vec<Vec<Vec<u8>>>>>;

/// Whether this run records, and then only these features are asked for.
pub fn only(feature: &str) -> bool {
    std::env::var_os("RECORD").is_none() || FEATURES.contains(&feature)
}

/// `work` with a place behind the proxy, whose traffic becomes the trace called `name`.
pub fn trace<T>(name: &str, place: &Place, work: impl FnOnce(&Place) -> T) -> T {
    if std::env::var_os("RECORD").is_none() {
        return work(place);
    }
    let wire = Wire::default();
    let behind = Place {
        ws: proxy(place.ws, true, wire.clone()),
        tcp: proxy(place.tcp, false, wire.clone()),
        installed: place.installed.clone(),
        sources: place.sources.clone(),
    };
    let outcome = work(&behind);
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tests/traces");
    std::fs::create_dir_all(&directory).unwrap();
    let text = text(&wire.lock().unwrap());
    std::fs::write(directory.join(format!("{name}.trace")), text).unwrap();
    outcome
}

/// Connections on which nothing was said but hello and goodbye are told once.
fn text(connections: &[Vec<Vec<u8>>]) -> String {
    let mut text = String::new();
    let mut quiet = false;
    for pieces in connections.iter().filter(|pieces| !pieces.is_empty()) {
        let whole = pieces.concat();
        let says = |command: &[u8]| whole.windows(command.len()).any(|part| part == command);
        if !says(b"SUBSCRIBE\n") && !says(b"SEND\n") && std::mem::replace(&mut quiet, true) {
            continue;
        }
        text.push_str("connection\n");
        for piece in pieces {
            writeln!(text, "> {}", piece.escape_ascii()).unwrap();
        }
    }
    text
}

fn proxy(to: SocketAddr, websocket: bool, wire: Wire) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(to).unwrap();
            let (back, front) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || copy(back, front, |_| {}));
            let number = {
                let mut wire = wire.lock().unwrap();
                wire.push(Vec::new());
                wire.len() - 1
            };
            let wire = wire.clone();
            let mut record = move |piece: &[u8]| wire.lock().unwrap()[number].push(piece.to_vec());
            std::thread::spawn(move || match websocket {
                true => copy(client, server, unpacked(record)),
                false => copy(client, server, &mut record),
            });
        }
    });
    at
}

fn copy(mut from: TcpStream, mut to: TcpStream, mut seen: impl FnMut(&[u8])) {
    let mut buffer = [0; 64 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        seen(&buffer[..n]);
        if to.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// Leaves out the upgrade and the frames of WebSocket.
fn unpacked(mut record: impl FnMut(&[u8])) -> impl FnMut(&[u8]) {
    let bounds = Bounds { message: 1 << 20, fragments: 1024, pings: 1024 };
    let (mut reader, mut head) = (WsReader::new(bounds), Vec::new());
    move |bytes| {
        let mut rest = bytes.to_vec();
        if !head.ends_with(b"\r\n\r\n") {
            head.append(&mut rest);
            let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") else { return };
            rest = head.split_off(end + 4);
        }
        let mut data = |payload: &[u8], _| record(payload);
        let _ = reader.feed(&rest, Instant::now(), &mut data, &mut Vec::new());
    }
}
