//! A blocking client over WebSocket or plain TCP, driving the protocol crate's client session.

use bytes::Bytes;
use chat_protocol::session::{ClientConfig, ClientEvent, ClientSession};
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};

enum Link {
    Ws(Box<WebSocket<TcpStream>>),
    Tcp(TcpStream),
}

pub struct Client {
    link: Link,
    pub session: ClientSession,
    events: VecDeque<ClientEvent>,
}

/// The link is gone; connect again.
#[derive(Debug)]
pub struct Gone(pub String);

impl From<std::io::Error> for Gone {
    fn from(e: std::io::Error) -> Self {
        Self(e.to_string())
    }
}

impl Client {
    pub fn websocket(at: SocketAddr, login: &str) -> Result<Self, Gone> {
        let stream = open(at)?;
        let (ws, _) = tungstenite::client::client(format!("ws://{at}/ws"), stream)
            .map_err(|e| Gone(e.to_string()))?;
        ws.get_ref().set_read_timeout(Some(Duration::from_millis(5)))?;
        Self::begin(Link::Ws(Box::new(ws)), login)
    }

    pub fn tcp(at: SocketAddr, login: &str) -> Result<Self, Gone> {
        let stream = open(at)?;
        stream.set_read_timeout(Some(Duration::from_millis(5)))?;
        Self::begin(Link::Tcp(stream), login)
    }

    fn begin(link: Link, login: &str) -> Result<Self, Gone> {
        let config = ClientConfig { login: Some(login.to_owned()), ..ClientConfig::default() };
        let session = ClientSession::new(config, Instant::now());
        let mut client = Self { link, session, events: VecDeque::new() };
        client.until(Duration::from_secs(10), |e| matches!(e, ClientEvent::Connected { .. }))?;
        Ok(client)
    }

    pub fn subscribe(
        &mut self,
        id: &str,
        destination: &str,
        headers: &[(&str, &str)],
        receipt: Option<&str>,
    ) -> Result<(), Gone> {
        self.session.subscribe(id, destination, headers, receipt, Instant::now());
        self.flush()
    }

    pub fn send(
        &mut self,
        destination: &str,
        headers: &[(&str, &str)],
        receipt: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<(), Gone> {
        self.session.send(destination, headers, receipt, body.into(), Instant::now());
        self.flush()
    }

    /// Gives events to `wanted` until it says yes to one; the others are kept for `poll`.
    pub fn until(
        &mut self,
        within: Duration,
        mut wanted: impl FnMut(&ClientEvent) -> bool,
    ) -> Result<ClientEvent, Gone> {
        let end = Instant::now() + within;
        let mut kept = VecDeque::new();
        let found = loop {
            match self.poll() {
                Ok(Some(e)) if wanted(&e) => break Ok(e),
                Ok(Some(ClientEvent::Closed(c))) => break Err(Gone(format!("{c:?}"))),
                Ok(Some(e)) => kept.push_back(e),
                Ok(None) if Instant::now() > end => {
                    break Err(Gone(format!("nothing within {within:?}")));
                }
                Ok(None) => {}
                Err(e) => break Err(e),
            }
        };
        kept.append(&mut self.events);
        self.events = kept;
        found
    }

    /// The next event, or `None` when there is none within a few milliseconds.
    pub fn poll(&mut self) -> Result<Option<ClientEvent>, Gone> {
        if let Some(e) = self.events.pop_front() {
            return Ok(Some(e));
        }
        let now = Instant::now();
        if self.session.poll_timeout().is_some_and(|t| t <= now) {
            self.session.handle_timeout(now);
        }
        self.flush()?;
        if let Some(e) = self.session.poll_event() {
            return Ok(Some(e));
        }
        self.read()?;
        Ok(self.session.poll_event())
    }

    fn read(&mut self) -> Result<(), Gone> {
        match &mut self.link {
            Link::Ws(ws) => match ws.read() {
                Ok(Message::Text(t)) => self.session.receive(t.as_bytes(), Instant::now()),
                Ok(Message::Binary(b)) => self.session.receive(&b, Instant::now()),
                Ok(Message::Close(frame)) => return Err(Gone(format!("close {frame:?}"))),
                Ok(_) => {}
                Err(tungstenite::Error::Io(e)) if idle(&e) => {}
                Err(e) => return Err(Gone(e.to_string())),
            },
            Link::Tcp(stream) => {
                let mut buf = [0; 16 * 1024];
                match stream.read(&mut buf) {
                    Ok(0) => return Err(Gone("end of stream".into())),
                    Ok(n) => self.session.receive(&buf[..n], Instant::now()),
                    Err(e) if idle(&e) => {}
                    Err(e) => return Err(e.into()),
                }
            }
        }
        Ok(())
    }

    pub fn flush(&mut self) -> Result<(), Gone> {
        while let Some(frame) = self.session.poll_transmit() {
            match &mut self.link {
                Link::Ws(ws) => {
                    let message = match String::from_utf8(frame.to_vec()) {
                        Ok(text) => Message::text(text),
                        Err(e) => Message::binary(e.into_bytes()),
                    };
                    ws.send(message).map_err(|e| Gone(e.to_string()))?;
                }
                Link::Tcp(stream) => stream.write_all(&frame)?,
            }
        }
        Ok(())
    }
}

fn open(at: SocketAddr) -> Result<TcpStream, Gone> {
    let stream = TcpStream::connect_timeout(&at, Duration::from_secs(5))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(10)))?;
    Ok(stream)
}

fn idle(e: &std::io::Error) -> bool {
    matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
