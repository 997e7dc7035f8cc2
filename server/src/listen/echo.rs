//! A WebSocket that sends back what comes: what the conformance cases of others need to judge the reading
//! and the framing that STOMP uses. It is reached only in the build for them (`foreign-clients`).
//!
//! Knows nothing of STOMP, and has limits of its own, wide enough for the cases.

use crate::transport::ws::{Bounds, Stop, WsReader};
use crate::transport::{Transport, close_frame, frame_header};
use hyper::body::Bytes;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const BOUNDS: Bounds = Bounds { message: 16 * 1024 * 1024, fragments: 100_000, pings: 1000 };
/// Without a byte from the peer.
const PATIENCE: Duration = Duration::from_secs(60);
/// For the peer to close after our last word.
const LINGER: Duration = Duration::from_secs(1);

/// Until one of both closes.
pub async fn run(mut stream: TcpStream, leftover: Bytes) {
    let mut reader = WsReader::new(BOUNDS);
    let mut input = leftover.to_vec();
    loop {
        let (output, stop) = answer(&mut reader, &input);
        if stream.write_all(&output).await.is_err() {
            return;
        }
        if stop {
            let _ = stream.shutdown().await;
            let _ = timeout(LINGER, tokio::io::copy(&mut stream, &mut tokio::io::sink())).await;
            return;
        }
        input.clear();
        input.reserve(64 * 1024);
        match timeout(PATIENCE, stream.read_buf(&mut input)).await {
            Ok(Ok(1..)) => {}
            _ => return,
        }
    }
}

/// What goes back, and whether it is the last of all.
fn answer(reader: &mut WsReader, input: &[u8]) -> (Vec<u8>, bool) {
    let (mut echo, mut output) = (Vec::new(), Vec::new());
    let mut data = |payload: &[u8], text: bool| {
        let (header, len) = frame_header(Transport::WebSocket, payload.len(), text);
        echo.extend(header.iter().take(len));
        echo.extend_from_slice(payload);
    };
    let stop = reader.feed(input, Instant::now(), &mut data, &mut output).err();
    // A pong goes before the message it came within; a Close answer goes last.
    let close = match stop {
        Some(Stop::PeerClosed) => std::mem::take(&mut output),
        Some(Stop::Fault(code, reason)) => close_frame(code, reason),
        Some(Stop::TooBig) => close_frame(1009, "too big"),
        None => Vec::new(),
    };
    output.append(&mut echo);
    output.extend(close);
    (output, stop.is_some())
}
