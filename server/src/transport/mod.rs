//! Sockets: each kind only turns a socket into STOMP bytes in, and STOMP frames into bytes out.
//! Knows nothing of what the frames mean.

mod scan;
pub mod ws;

use crate::server::ShardCtx;
use crate::session::Link;
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::net::TcpStream;

/// How STOMP lies in the byte stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    WebSocket,
    Tcp,
}

/// Serves one connection on the shard that owns `stream`, from after the upgrade (or the accept, for
/// plain TCP) to its end. `leftover`: bytes read behind the upgrade request. CONNECT has its deadline
/// from `accepted` on. `permit` is dropped when the socket is closed. Call it on the shard; it spawns
/// and returns.
///
/// The task is a new one, so that it is no larger than what serving needs: a future is as large as
/// its largest state, and the handshake is behind us.
pub fn serve(
    ctx: &ShardCtx,
    stream: TcpStream,
    leftover: Bytes,
    transport: Transport,
    peer: SocketAddr,
    accepted: Instant,
    permit: impl Send + 'static,
) {
    let link = Box::new(Link::new(ctx, stream, transport, peer, accepted));
    tokio::spawn(async move {
        link.run(leftover).await;
        drop(permit);
    });
}

/// What stands before a STOMP frame of `len` bytes: the header of an unmasked, final WebSocket frame
/// (RFC 6455, section 5.2), or nothing on plain TCP. Gives the octets and how many of them count.
pub fn frame_header(transport: Transport, len: usize, text: bool) -> ([u8; 10], usize) {
    let mut header = [0; 10];
    if transport == Transport::Tcp {
        return (header, 0);
    }
    header[0] = if text { 0x81 } else { 0x82 };
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(short @ 0..126), _) => {
            header[1] = short;
            (header, 2)
        }
        (_, Ok(medium)) => {
            header[1] = 126;
            header[2..4].copy_from_slice(&medium.to_be_bytes());
            (header, 4)
        }
        _ => {
            header[1] = 127;
            header[2..10].copy_from_slice(&(len as u64).to_be_bytes());
            (header, 10)
        }
    }
}

/// A Close frame with its code (RFC 6455, section 5.5.1) and a reason of at most 123 octets.
pub fn close_frame(code: u16, reason: &str) -> Vec<u8> {
    let mut end = reason.len().min(123);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let mut frame = vec![0x88, 2 + end as u8];
    frame.extend_from_slice(&code.to_be_bytes());
    frame.extend_from_slice(&reason.as_bytes()[..end]);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;

    #[test]
    fn headers_are_read_back_as_written() {
        for len in [0, 1, 125, 126, 65_535, 65_536, 1 << 20] {
            for text in [true, false] {
                let (octets, n) = frame_header(Transport::WebSocket, len, text);
                let mut cursor = std::io::Cursor::new(&octets[..n]);
                let (header, length) = FrameHeader::parse(&mut cursor).unwrap().unwrap();
                assert_eq!((length, cursor.position()), (len as u64, n as u64));
                assert_eq!(u8::from(header.opcode), if text { 1 } else { 2 });
                assert!(header.is_final && header.mask.is_none());
            }
        }
        assert_eq!(frame_header(Transport::Tcp, 300, true).1, 0);
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let frame = close_frame(1008, &"한".repeat(60));
        assert_eq!(frame[..4], [0x88, 2 + 123, 0x03, 0xf0]);
        assert_eq!(std::str::from_utf8(&frame[4..]).unwrap().chars().count(), 41);
        let odd = close_frame(1008, &format!("a{}", "한".repeat(60)));
        assert_eq!(odd.len(), 4 + 121);
    }
}
