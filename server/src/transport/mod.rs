//! Sockets: each kind only turns a socket into STOMP bytes in, and STOMP frames into bytes out.
//! Knows nothing of what the frames mean.

use crate::server::ShardCtx;
use bytes::Bytes;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// How STOMP lies in the byte stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    WebSocket,
    Tcp,
}

/// Serves one connection on the shard that owns `stream`, from after the upgrade (or the accept, for
/// plain TCP) to its end. `leftover`: bytes read behind the upgrade request. `permit` is dropped when
/// the socket is closed. Call it on the shard; it spawns and returns.
pub fn serve(
    _ctx: &ShardCtx,
    _stream: TcpStream,
    _leftover: Bytes,
    _transport: Transport,
    _peer: SocketAddr,
    _permit: impl Send + 'static,
) {
    todo!()
}
