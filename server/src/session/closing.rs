//! How a connection ends: the last words, the Close frame, and the wait for the peer, each with a
//! bound, so that a last RECEIPT or ERROR is not lost to a reset.

use super::intake::Heard;
use super::{Link, intake};
use crate::broker::Condition;
use crate::chat::presence::Leave;
use crate::transport::ws::Stop;
use crate::transport::{Transport, close_frame};
use chat_protocol::code::Code;
use chat_protocol::session::CloseReason;
use std::time::Instant;
use tokio::time::timeout;

#[derive(Debug)]
pub(super) enum End {
    /// The session is over: the code of the ERROR that was said, `None` after DISCONNECT.
    Session { ws_code: u16, why: Option<Code> },
    /// The peer broke RFC 6455 or one of its bounds.
    Fault(u16, &'static str),
    /// The peer said Close, and all it had sent before is done.
    PeerClosed,
    /// Plain TCP: the peer ended its side, and all it had sent is done.
    HalfClosed,
    /// The server goes, and everything accepted is confirmed.
    ShuttingDown,
    /// The link broke.
    Lost,
}

impl Link {
    /// What the last read brought. `Some`: the connection ends.
    pub(super) fn note(&mut self, heard: Heard) -> Option<End> {
        self.eof |= heard.eof;
        match heard.stop {
            Some(Stop::PeerClosed) => {
                // The answer to Close is the last frame; what came before it is answered first.
                self.farewell = Some(heard.control.into());
                self.eof = true;
                None
            }
            Some(Stop::Fault(code, reason)) => {
                self.drive(Instant::now());
                Some(End::Fault(code, reason))
            }
            Some(Stop::TooBig) => {
                self.drive(Instant::now());
                let text = "a WebSocket message is larger than the server takes";
                self.session.fail(None, Code::FrameTooLong, text);
                self.transmit();
                Some(End::Session { ws_code: 1009, why: Some(Code::FrameTooLong) })
            }
            None => {
                if !heard.control.is_empty() {
                    self.conn.push_raw(&heard.control);
                }
                None
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
            let why = match over.reason {
                CloseReason::Disconnected => None,
                CloseReason::Error { code, .. } => Code::parse(code.as_str()),
                CloseReason::HeartBeatTimeout => Some(Code::HeartBeatTimeout),
            };
            return Some(End::Session { ws_code: over.ws_code, why });
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
        let answered = !self.behind && self.appends.is_empty();
        match self.conn.transport() {
            _ if self.farewell.is_some() => answered.then_some(End::PeerClosed),
            Transport::WebSocket => Some(End::Lost),
            Transport::Tcp => (answered && self.pulls.is_empty()).then_some(End::HalfClosed),
        }
    }

    fn too_slow(&mut self) -> End {
        self.conn.cut(Instant::now());
        let text =
            "the connection does not read what it is sent; connect again to go on from there";
        self.session.fail(None, Code::SlowConsumer, text);
        self.transmit();
        End::Session { ws_code: 1008, why: Some(Code::SlowConsumer) }
    }

    /// The person leaves the rooms of this connection.
    pub(super) fn leave(&mut self, end: &End) {
        let how = match end {
            End::Session { why: None, .. } => Leave::Said,
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
                End::Session { ws_code, why } => {
                    let reason = why.map_or("", Code::as_str);
                    self.conn.push_raw(&close_frame(ws_code, reason));
                }
                End::Fault(code, reason) => self.conn.push_raw(&close_frame(code, reason)),
                End::ShuttingDown => self.conn.push_raw(&close_frame(1001, "shutting-down")),
                End::PeerClosed => self.conn.push_raw(&self.farewell.take().unwrap_or_default()),
                End::HalfClosed | End::Lost => {}
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
