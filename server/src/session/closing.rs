//! How a connection ends: the last words, the Close frame, and the wait for the peer, each with a
//! bound, so that a last RECEIPT or ERROR is not lost to a reset.

use super::{Link, intake};
use crate::broker::Condition;
use crate::chat::presence::Leave;
use crate::transport::ws::Stop;
use crate::transport::{Transport, close_frame};
use chat_protocol::code::Code;
use std::time::Instant;
use tokio::time::timeout;

#[derive(Debug)]
pub(super) enum End {
    /// The session is over: DISCONNECT, or an ERROR has been said.
    Session { ws_code: u16, said: bool },
    /// The peer broke RFC 6455 or one of its bounds.
    Fault(u16, &'static str),
    /// The peer said Close, and was answered.
    PeerClosed,
    /// Plain TCP: the peer ended its side, and all it had sent is done.
    HalfClosed,
    /// The server goes, and everything accepted is confirmed.
    ShuttingDown,
    /// The link broke.
    Lost,
}

impl Link {
    /// The reader of the socket has stopped.
    pub(super) fn stopped(&mut self, stop: Stop) -> End {
        // What came before has been taken in; it is answered as far as it can be.
        self.drive(Instant::now());
        match stop {
            Stop::PeerClosed => End::PeerClosed,
            Stop::Fault(code, reason) => End::Fault(code, reason),
            Stop::TooBig => {
                let text = "a WebSocket message is larger than the server takes";
                self.session.fail(None, Code::FrameTooLong, text);
                self.transmit();
                End::Session { ws_code: 1009, said: false }
            }
        }
    }

    /// Whether the connection is at its end.
    pub(super) fn ended(&mut self, now: Instant) -> Option<End> {
        match self.conn.condition() {
            Condition::Dead => return Some(End::Lost),
            Condition::Cut(_) => return Some(self.too_slow()),
            Condition::Blocked(since) if since + self.ctx.settings.stall <= now => {
                return Some(self.too_slow());
            }
            _ => {}
        }
        if let Some(over) = self.over.take() {
            let said = over.reason == chat_protocol::session::CloseReason::Disconnected;
            return Some(End::Session { ws_code: over.ws_code, said });
        }
        if self.ctx.is_draining() {
            let answered = self.appends.is_empty() && self.request.is_none();
            return (answered && self.conn.is_told_to_close()).then_some(End::ShuttingDown);
        }
        if self.eof {
            return self.eof_end();
        }
        None
    }

    fn eof_end(&self) -> Option<End> {
        if self.conn.transport() == Transport::WebSocket {
            return Some(End::Lost);
        }
        let idle = !self.behind && self.appends.is_empty() && self.pulls.is_empty();
        idle.then_some(End::HalfClosed)
    }

    fn too_slow(&mut self) -> End {
        self.conn.cut(Instant::now());
        let text =
            "the connection does not read what it is sent; connect again to go on from there";
        self.session.fail(None, Code::SlowConsumer, text);
        self.transmit();
        End::Session { ws_code: 1008, said: false }
    }

    /// The person leaves the rooms of this connection.
    pub(super) fn leave(&mut self, end: &End) {
        let how = match end {
            End::Session { said: true, .. } => Leave::Said,
            _ => Leave::Lost,
        };
        self.leave_rooms(how, Instant::now());
    }

    /// Writes what waits, says Close, and lets the peer read it before the socket goes.
    pub(super) async fn close(&mut self, end: End) {
        if let End::Lost = end {
            return;
        }
        if self.conn.transport() == Transport::WebSocket {
            match end {
                End::Session { ws_code, .. } => self.conn.push_raw(&close_frame(ws_code, "")),
                End::Fault(code, reason) => self.conn.push_raw(&close_frame(code, reason)),
                End::ShuttingDown => self.conn.push_raw(&close_frame(1001, "shutting-down")),
                End::PeerClosed | End::HalfClosed | End::Lost => {}
            }
        } else if let End::ShuttingDown = end {
            let text = "the server shuts down; connect again later";
            self.session.fail(None, Code::ShuttingDown, text);
            self.transmit();
        }
        let _ = timeout(self.ctx.settings.close_timeout, self.linger()).await;
    }

    async fn linger(&mut self) {
        while self.conn.backlog() > 0 {
            self.conn.write(Instant::now());
            match self.conn.condition() {
                Condition::Dead => return,
                _ if self.conn.backlog() > 0 => self.conn.writable().await,
                _ => {}
            }
        }
        intake::shutdown_write(&self.read);
        intake::drain(&mut self.read).await;
    }
}
