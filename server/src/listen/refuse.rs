//! Short answers to connections that will not be served, said so that they arrive: closing a socket with
//! unread input would reset it and take the answer away with it.

use chat_protocol::stomp::{Command, Frame, Version, encode_frame};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// For the peer to read the answer and go.
const LINGER: Duration = Duration::from_secs(1);
/// Input thrown away meanwhile.
const MAX_DISCARDED: usize = 256 * 1024;

/// An ERROR frame any STOMP client understands.
pub fn stomp(code: &str, message: &str) -> Vec<u8> {
    let frame = Frame::new(Command::Error)
        .with("code", code)
        .with("message", message)
        .with("content-type", "text/plain;charset=utf-8")
        .body(message.to_owned());
    encode_frame(&frame, Version::V1_2).to_vec()
}

/// `further`: whole header lines with their CR LF.
pub fn http(status: &str, further: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
         {further}connection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Says `answer` and closes.
pub async fn say(mut stream: TcpStream, answer: &[u8]) {
    let said = timeout(LINGER, stream.write_all(answer)).await;
    if matches!(said, Ok(Ok(()))) {
        close(stream).await;
    }
}

/// Closes a socket whose answer is written.
pub async fn close(mut stream: TcpStream) {
    let discard = async {
        if stream.shutdown().await.is_err() {
            return;
        }
        let mut buffer = [0; 1024];
        let mut discarded = 0;
        while let Ok(n) = stream.read(&mut buffer).await {
            discarded += n;
            if n == 0 || discarded > MAX_DISCARDED {
                return;
            }
        }
    };
    let _ = timeout(LINGER, discard).await;
}
