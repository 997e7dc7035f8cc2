//! From the socket to the protocol session: one read into a buffer that all connections of the thread
//! share, so that an idle connection owns none.

use crate::settings::Settings;
use crate::transport::Transport;
use crate::transport::ws::{Bounds, Stop, WsReader};
use chat_protocol::session::ServerSession;
use socket2::SockRef;
use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;

/// The most that is read at once.
const SCRATCH: usize = 64 * 1024;
thread_local!(static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; SCRATCH]));

pub(super) enum Intake {
    WebSocket(Box<WsReader>),
    Tcp,
}

/// What one read brought besides STOMP bytes.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Pongs and Close answers.
    pub control: Vec<u8>,
    pub stop: Option<Stop>,
    pub eof: bool,
}

impl Intake {
    pub fn new(transport: Transport, settings: &Settings) -> Self {
        match transport {
            Transport::Tcp => Self::Tcp,
            Transport::WebSocket => Self::WebSocket(Box::new(WsReader::new(Bounds {
                message: settings.protocol.limits_before_connect.frame,
                fragments: settings.max_fragments,
                pings: settings.max_pings,
            }))),
        }
    }

    /// The peer is known now: its messages may be as long as frames may be.
    pub fn connected(&mut self, settings: &Settings) {
        if let Self::WebSocket(reader) = self {
            reader.set_max_message(settings.protocol.limits.frame);
        }
    }

    pub fn take(&mut self, input: &[u8], now: Instant, session: &mut ServerSession) -> Heard {
        let mut heard = Heard::default();
        match self {
            Self::Tcp => session.receive(input, now),
            Self::WebSocket(reader) => {
                session.heard(now);
                let mut data = |bytes: &[u8], _| session.receive(bytes, now);
                heard.stop = reader.feed(input, now, &mut data, &mut heard.control).err();
            }
        }
        heard
    }

    /// Reads once. `poll_read` rather than `try_read`: it knows from a short read that the socket is
    /// empty, and saves a system call per event.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        socket: &mut OwnedReadHalf,
        session: &mut ServerSession,
    ) -> Poll<io::Result<Heard>> {
        BUFFER.with_borrow_mut(|buffer| {
            let mut buf = ReadBuf::new(buffer);
            match Pin::new(socket).poll_read(cx, &mut buf) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
                Poll::Ready(Ok(())) if buf.filled().is_empty() => {
                    Poll::Ready(Ok(Heard { eof: true, ..Heard::default() }))
                }
                Poll::Ready(Ok(())) => {
                    Poll::Ready(Ok(self.take(buf.filled(), Instant::now(), session)))
                }
            }
        })
    }
}

/// Reads and forgets until the peer ends its side.
pub(super) async fn drain(socket: &mut OwnedReadHalf) {
    poll_fn(|cx| {
        BUFFER.with_borrow_mut(|buffer| {
            loop {
                let mut buf = ReadBuf::new(buffer);
                match Pin::new(&mut *socket).poll_read(cx, &mut buf) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(())) if !buf.filled().is_empty() => {}
                    Poll::Ready(_) => return Poll::Ready(()),
                }
            }
        })
    })
    .await;
}

/// Whether something lies in the socket that nobody has been told of: the runtime does not know yet when
/// the process was stopped for a while.
pub(super) fn has_input(socket: &OwnedReadHalf) -> bool {
    let stream: &tokio::net::TcpStream = socket.as_ref();
    SockRef::from(stream).peek(&mut [MaybeUninit::uninit()]).is_ok()
}

/// Says that nothing more will be sent.
pub(super) fn shutdown_write(socket: &OwnedReadHalf) {
    let stream: &tokio::net::TcpStream = socket.as_ref();
    let _ = SockRef::from(stream).shutdown(std::net::Shutdown::Write);
}
