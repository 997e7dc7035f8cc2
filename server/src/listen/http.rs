//! One HTTP connection on its shard: one request, answered or upgraded, within a deadline that counts from
//! the accept, however slowly the request drips in.

use super::first::{self, Speaks};
use super::{Front, Permit, echo, handshake, refuse};
use crate::ShardCtx;
use crate::transport::{Transport, serve};
use handshake::Answer;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::{Ready, poll_fn, ready};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::time::timeout_at;

/// Runs until the socket is served as a WebSocket or closed.
pub async fn run(
    front: Arc<Front>,
    ctx: ShardCtx,
    stream: TcpStream,
    peer: SocketAddr,
    accepted: Instant,
    permit: Permit,
) {
    let deadline = accepted + front.head_timeout;
    match first::look(&stream, deadline).await {
        Some(Speaks::Stomp) => {
            tracing::debug!(%peer, "STOMP without WebSocket on the HTTP port");
            return first::explain_http(stream).await;
        }
        Some(Speaks::Tls) => tracing::debug!(%peer, "TLS on the plain HTTP port"),
        Some(Speaks::Http | Speaks::Other) => {}
        None => return tracing::debug!(%peer, "no request within the head timeout"),
    }
    match timeout_at(deadline.into(), request(front, stream)).await {
        Ok((stream, Some((Upgrade::Stomp, leftover)))) => {
            serve(&ctx, stream, leftover, Transport::WebSocket, peer, accepted, permit);
        }
        Ok((stream, Some((Upgrade::Echo, leftover)))) => echo::run(stream, leftover).await,
        Ok((stream, None)) => refuse::close(stream).await,
        Err(_) => tracing::debug!(%peer, "no whole request within the head timeout"),
    }
}

/// Answers one request. With the socket comes what was read behind an upgrade.
async fn request(front: Arc<Front>, stream: TcpStream) -> (TcpStream, Option<(Upgrade, Bytes)>) {
    let head = front.head;
    let service = OneRequest { front, upgrade: OnceLock::new() };
    let mut connection = http1::Builder::new()
        .half_close(true)
        .header_read_timeout(None)
        .max_buf_size(head.bytes)
        .max_headers(head.headers)
        .serve_connection(TokioIo::new(stream), service);
    // An error was answered with 400, 414 or 431 as far as it could be.
    let result = poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
    let parts = connection.into_parts();
    let upgrade = parts.service.upgrade.into_inner().filter(|_| result.is_ok());
    (parts.io.into_inner(), upgrade.map(|to| (to, parts.read_buf)))
}

struct OneRequest {
    front: Arc<Front>,
    upgrade: OnceLock<Upgrade>,
}

enum Upgrade {
    Stomp,
    /// What the conformance cases of WebSocket talk to.
    Echo,
}

impl Service<Request<Incoming>> for OneRequest {
    type Response = Answer;
    type Error = Infallible;
    type Future = Ready<Result<Answer, Infallible>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        // Only in the build for tests with the clients of others; as if it were the WebSocket of STOMP.
        let echo = cfg!(feature = "foreign-clients") && request.uri().path() == "/echo";
        if echo {
            *request.uri_mut() = Uri::from_static("/ws");
        }
        let answer: hyper::Response<Full<Bytes>> = handshake::answer(&self.front, &request);
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let _ = self.upgrade.set(if echo { Upgrade::Echo } else { Upgrade::Stomp });
        }
        ready(Ok(answer))
    }
}
