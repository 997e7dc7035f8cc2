//! A server that misbehaves as told: the real protocol session behind a real WebSocket, with a
//! script for its answers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chat_protocol::chat::UserName;
use chat_protocol::code::Code;
use chat_protocol::session::{ServerConfig, ServerEvent, ServerSession};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Instant;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket, http::HeaderValue};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// ERROR with this code instead of CONNECTED.
    RefuseLogin(Code),
    /// SENDs are taken and never answered.
    NeverConfirm,
    /// SENDs are refused with this code.
    RefuseSends(Code),
}

/// Serves every connection by the script until the test program ends.
pub fn start(script: Script) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || serve(stream, script));
        }
    });
    address
}

#[allow(clippy::result_large_err)] // the callback's type is the library's
fn serve(stream: TcpStream, script: Script) {
    let protocol = |_: &Request, mut response: Response| {
        let name = HeaderValue::from_static("v12.stomp");
        response.headers_mut().insert("sec-websocket-protocol", name);
        Ok(response)
    };
    let Ok(mut socket) = tungstenite::accept_hdr(stream, protocol) else { return };
    let mut session = ServerSession::new(Arc::new(ServerConfig::default()), Instant::now());
    while let Ok(message) = socket.read() {
        session.receive(&message.into_data(), Instant::now());
        while let Some(event) = session.poll_event() {
            answer(&mut session, event, script);
        }
        if !flush(&mut socket, &mut session) {
            return;
        }
    }
}

fn answer(session: &mut ServerSession, event: ServerEvent, script: Script) {
    match (event, script) {
        (ServerEvent::Connect { .. }, Script::RefuseLogin(code)) => {
            session.fail(None, code, "you may not");
        }
        (ServerEvent::Connect { .. }, _) => {
            session.accept("s", &UserName::parse("mina").unwrap(), Instant::now());
        }
        (ServerEvent::Send { .. }, Script::NeverConfirm) => {}
        (ServerEvent::Send { ticket, .. }, Script::RefuseSends(code)) => {
            session.refuse(ticket, code, "not now", None);
        }
        (ServerEvent::Send { ticket, .. }, _)
        | (ServerEvent::Subscribe { ticket, .. }, _)
        | (ServerEvent::Unsubscribe { ticket, .. }, _)
        | (ServerEvent::Settle { ticket, .. }, _)
        | (ServerEvent::Commit { ticket, .. }, _)
        | (ServerEvent::Disconnect { ticket }, _) => session.confirm(ticket, &[]),
        (ServerEvent::Closed(_), _) => {}
    }
}

fn flush(socket: &mut WebSocket<TcpStream>, session: &mut ServerSession) -> bool {
    while let Some(bytes) = session.poll_transmit() {
        if socket.send(Message::Binary(bytes)).is_err() {
            return false;
        }
    }
    !session.is_closed()
}
