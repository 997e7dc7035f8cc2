//! Accepts on one listening socket and gives every admitted socket to the next shard. It
//! neither dies nor spins when file descriptors run out: one is kept in reserve to accept with and say so.

use super::first::{self, Speaks};
use super::gate::Refused;
use super::{Front, Permit, http, refuse};
use crate::transport::{Transport, serve};
use crate::{ShardCtx, ShardHandle};
use hyper::body::Bytes;
use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// What is spoken on a listening socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    Http,
    Stomp,
}

/// Refusals being said at once; beyond it sockets are closed without a word.
const MAX_REFUSALS: usize = 64;
/// Rest after an error that would repeat at once.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Runs until it is dropped, on the first of `shards`: what stays there changes no thread.
pub async fn accept(
    listener: TcpListener,
    port: Port,
    front: Arc<Front>,
    shards: Vec<ShardHandle>,
) -> ! {
    let mut reserve = Reserve::new();
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    let mut next = (0..shards.len()).cycle();
    let ctx = shards.first().map(ShardHandle::ctx);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let now = Instant::now();
                match front.gate.admit(peer.ip(), now) {
                    Ok(permit) => {
                        let (front, to) = (Arc::clone(&front), next.next().unwrap_or(0));
                        let new = Accepted { stream, peer, at: now, port, front, permit };
                        match (to, &ctx) {
                            (0, Some(ctx)) => drop(tokio::spawn(new.serve(ctx.clone()))),
                            _ => new.hand_over(shards.get(to)),
                        }
                    }
                    Err(why) => turn_away(stream, peer, port, why, &refusals),
                }
            }
            Err(e) if is_out_of_files(&e) => {
                if reserve.turn_away(&listener, port).await {
                    tracing::warn!("no file descriptor is left; a connection was refused");
                }
                tokio::time::sleep(BACK_OFF).await;
            }
            // The peer went before it was accepted.
            Err(e) if e.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(e) => {
                tracing::warn!("cannot accept: {e}");
                tokio::time::sleep(BACK_OFF).await;
            }
        }
    }
}

/// A socket that has been let in.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    at: Instant,
    port: Port,
    front: Arc<Front>,
    permit: Permit,
}

impl Accepted {
    /// Leaves this thread's reactor; the shard's own takes it.
    fn hand_over(self, shard: Option<&ShardHandle>) {
        let Self { stream, peer, at, port, front, permit } = self;
        let (Ok(stream), Some(shard)) = (stream.into_std(), shard) else { return };
        shard.spawn(move |ctx| async move {
            let Ok(stream) = TcpStream::from_std(stream) else { return };
            Self { stream, peer, at, port, front, permit }.serve(ctx).await;
        });
    }

    async fn serve(self, ctx: ShardCtx) {
        let Self { stream, peer, at, port, front, permit } = self;
        match port {
            Port::Http => http::run(front, ctx, stream, peer, at, permit).await,
            Port::Stomp => stomp(front, ctx, stream, peer, at, permit).await,
        }
    }
}

/// Plain TCP: STOMP from the first octet.
async fn stomp(
    front: Arc<Front>,
    ctx: ShardCtx,
    stream: TcpStream,
    peer: SocketAddr,
    accepted: Instant,
    permit: Permit,
) {
    match first::look(&stream, accepted + front.connect_timeout).await {
        Some(Speaks::Http | Speaks::Tls) => {
            tracing::debug!(%peer, "HTTP or TLS on the STOMP port");
            first::explain_stomp(stream).await;
        }
        Some(_) => serve(&ctx, stream, Bytes::new(), Transport::Tcp, peer, accepted, permit),
        None => {
            let sentence = "CONNECT did not come in time; send it at once after connecting";
            refuse::say(stream, &refuse::stomp("connect-timeout", sentence)).await;
        }
    }
}

fn turn_away(
    stream: TcpStream,
    peer: SocketAddr,
    port: Port,
    why: Refused,
    refusals: &Arc<Semaphore>,
) {
    tracing::debug!(%peer, "refused: {}", why.sentence());
    let Ok(place) = Arc::clone(refusals).try_acquire_owned() else { return };
    tokio::spawn(async move {
        refuse::say(stream, &refusal(port, why)).await;
        drop(place);
    });
}

fn refusal(port: Port, why: Refused) -> Vec<u8> {
    match port {
        Port::Http => {
            let body = format!("too-many-connections: {}\n", why.sentence());
            refuse::http("503 Service Unavailable", "retry-after: 5\r\n", &body)
        }
        Port::Stomp => refuse::stomp("too-many-connections", why.sentence()),
    }
}

/// A file descriptor to give up when there is no other.
struct Reserve(Option<File>);

impl Reserve {
    fn new() -> Self {
        Self(File::open("/dev/null").ok())
    }

    /// Whether somebody was there and was told.
    async fn turn_away(&mut self, listener: &TcpListener, port: Port) -> bool {
        self.0 = None;
        let accepted = tokio::time::timeout(BACK_OFF, listener.accept()).await;
        let told = match accepted {
            Ok(Ok((stream, _))) => stream.try_write(&refusal(port, Refused::Total)).is_ok(),
            _ => false,
        };
        *self = Self::new();
        told
    }
}

fn is_out_of_files(e: &io::Error) -> bool {
    use rustix::io::Errno;
    let code = e.raw_os_error();
    code == Some(Errno::MFILE.raw_os_error()) || code == Some(Errno::NFILE.raw_os_error())
}
