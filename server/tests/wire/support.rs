//! A server in this process, and peers that speak frames to it over real sockets.

use bytes::Bytes;
use chat_protocol::stomp::{Command, Decoder, Frame, Item, Limits, Sender, Version, encode_frame};
use chat_server::log::Log;
use chat_server::log::sqlite::{Opened, Options, SqliteLog};
use chat_server::{Server, Settings, Transport, transport};
use serde_json::Value;
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket};
use tokio_tungstenite::tungstenite::{Error, Message};

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct Net {
    pub server: Arc<Server>,
    _store: Opened,
    _dir: tempfile::TempDir,
    tcp: SocketAddr,
    ws: SocketAddr,
}

/// Short waits where a test waits for their end.
pub fn quick() -> Settings {
    Settings {
        shards: 2,
        presence_grace: Duration::from_millis(50),
        rooms_interval: Duration::from_millis(1),
        ..Settings::default()
    }
}

impl Net {
    pub fn start(settings: Settings) -> Self {
        Self::start_with(settings, |_| ())
    }

    pub fn start_with(settings: Settings, change: impl FnOnce(&mut Options)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut options = Options::new(dir.path());
        change(&mut options);
        let store = SqliteLog::open(options).unwrap();
        Self::serve(settings, store.log.clone(), store, dir)
    }

    /// Stops the store without a word to the connections, and starts a server on what it left.
    pub fn restart(self, settings: Settings) -> Self {
        self._store.log.close();
        let store = SqliteLog::open(Options::new(self._dir.path())).unwrap();
        Self::serve(settings, store.log.clone(), store, self._dir)
    }

    /// With another log than the store's; reads still come from the store.
    pub fn start_on(settings: Settings, log: Arc<dyn Log>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteLog::open(Options::new(dir.path())).unwrap();
        Self::serve(settings, log, store, dir)
    }

    fn serve(
        settings: Settings,
        log: Arc<dyn Log>,
        mut store: Opened,
        dir: tempfile::TempDir,
    ) -> Self {
        let queues = std::mem::take(&mut store.queues);
        let projection = store.projection.clone();
        let server = Arc::new(Server::start(settings, log, projection, queues).unwrap());
        let tcp = listen(server.clone(), Transport::Tcp);
        let ws = listen(server.clone(), Transport::WebSocket);
        Self { server, _store: store, _dir: dir, tcp, ws }
    }

    /// Over plain TCP, not connected yet.
    pub fn raw(&self) -> Peer {
        Peer::new(Pipe::Tcp(dial(self.tcp)))
    }

    /// Over WebSocket, the upgrade behind it, not connected yet.
    pub fn raw_ws(&self) -> Peer {
        let socket = WebSocket::from_raw_socket(dial(self.ws), Role::Client, None);
        Peer::new(Pipe::WebSocket(Box::new(socket)))
    }

    pub fn peer(&self, login: &str) -> Peer {
        self.raw().login(login)
    }

    pub fn ws_peer(&self, login: &str) -> Peer {
        self.raw_ws().login(login)
    }
}

fn dial(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Hands what it accepts to the shards in turn; ends with the process.
fn listen(server: Arc<Server>, kind: Transport) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    chat_server::listen::set_options(&(&listener).into());
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for n in 0.. {
            let (stream, peer) = listener.accept().unwrap();
            stream.set_nonblocking(true).unwrap();
            server.shards()[n % server.shards().len()].spawn(move |ctx| async move {
                let stream = tokio::net::TcpStream::from_std(stream).unwrap();
                transport::serve(&ctx, stream, Bytes::new(), kind, peer, Instant::now(), ());
            });
        }
    });
    at
}

enum Pipe {
    Tcp(TcpStream),
    WebSocket(Box<WebSocket<TcpStream>>),
}

pub struct Peer {
    pipe: Pipe,
    decoder: Decoder,
    /// Read while something else was waited for.
    waiting: VecDeque<Frame>,
    receipts: usize,
    /// Whether the last WebSocket message was text.
    pub was_text: bool,
    /// The code of the WebSocket's Close.
    pub close_code: Option<u16>,
    pub close_reason: String,
}

impl Peer {
    fn new(pipe: Pipe) -> Self {
        let limits = Limits { frame: 4 << 20, ..Limits::default() };
        let decoder = Decoder::new(Sender::Server, limits);
        Self {
            pipe,
            decoder,
            waiting: VecDeque::new(),
            receipts: 0,
            was_text: false,
            close_code: None,
            close_reason: String::new(),
        }
    }

    pub fn stream(&self) -> &TcpStream {
        match &self.pipe {
            Pipe::Tcp(stream) => stream,
            Pipe::WebSocket(socket) => socket.get_ref(),
        }
    }

    pub fn login(self, login: &str) -> Self {
        self.login_as(login, None)
    }

    /// With a `client-id`, which owns durable subscriptions.
    pub fn login_as(mut self, login: &str, client_id: Option<&str>) -> Self {
        let frame = Frame::new(Command::Connect)
            .with("accept-version", "1.2")
            .with("host", "localhost")
            .with("heart-beat", "0,0")
            .with("login", login);
        let frame = match client_id {
            Some(id) => frame.with("client-id", id),
            None => frame,
        };
        self.send(&frame);
        assert_eq!(self.next().command, Command::Connected);
        self.decoder.set_version(Version::V1_2);
        self
    }

    pub fn send(&mut self, frame: &Frame) {
        self.write(&encode_frame(frame, Version::V1_2));
    }

    pub fn write(&mut self, bytes: &[u8]) {
        match &mut self.pipe {
            Pipe::Tcp(stream) => stream.write_all(bytes).unwrap(),
            Pipe::WebSocket(socket) => {
                socket.send(Message::Binary(Bytes::copy_from_slice(bytes))).unwrap();
            }
        }
    }

    /// Close 1000; what comes before the answer can still be read.
    pub fn say_close(&mut self) {
        let Pipe::WebSocket(_) = &self.pipe else { panic!("only a WebSocket has a Close") };
        let mut stream = self.stream();
        stream.write_all(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]).unwrap();
    }

    /// The next frame; `None` when the server has closed.
    pub fn try_next(&mut self) -> Option<Frame> {
        if let Some(frame) = self.waiting.pop_front() {
            return Some(frame);
        }
        self.read_frame()
    }

    fn read_frame(&mut self) -> Option<Frame> {
        loop {
            match self.decoder.next().unwrap() {
                Some(Item::Frame(frame)) => return Some(frame),
                Some(Item::HeartBeat) => continue,
                None => {}
            }
            let bytes = self.read()?;
            self.decoder.push(&bytes);
        }
    }

    fn read(&mut self) -> Option<Bytes> {
        match &mut self.pipe {
            Pipe::Tcp(stream) => {
                let mut buf = [0; 16 * 1024];
                match stream.read(&mut buf) {
                    Ok(0) => None,
                    Ok(n) => Some(Bytes::copy_from_slice(&buf[..n])),
                    Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {
                        panic!("waited in vain")
                    }
                    Err(_) => None,
                }
            }
            Pipe::WebSocket(socket) => loop {
                match socket.read() {
                    Ok(Message::Text(text)) => {
                        self.was_text = true;
                        return Some(text.into());
                    }
                    Ok(Message::Binary(bytes)) => {
                        self.was_text = false;
                        return Some(bytes);
                    }
                    Ok(Message::Close(frame)) => {
                        self.close_reason = frame.as_ref().map_or("", |f| &f.reason).to_owned();
                        self.close_code = frame.map(|f| f.code.into());
                    }
                    Ok(_) => {}
                    Err(Error::Io(e)) if e.kind() == std::io::ErrorKind::WouldBlock => {
                        panic!("waited in vain")
                    }
                    Err(_) => return None,
                }
            },
        }
    }

    /// The next bytes to a NUL, undecoded, without the line feeds around them.
    pub fn raw_frame(&mut self) -> String {
        let mut bytes = Vec::new();
        while !bytes.trim_ascii().ends_with(b"\0") {
            bytes.extend(self.read().unwrap());
        }
        String::from_utf8(bytes.trim_ascii().to_vec()).unwrap()
    }

    #[track_caller]
    pub fn next(&mut self) -> Frame {
        self.try_next().expect("the server has closed")
    }

    #[track_caller]
    pub fn message(&mut self) -> Frame {
        let frame = self.next();
        assert_eq!(frame.command, Command::Message, "{:?}", frame.headers);
        frame
    }

    /// The JSON body of the next MESSAGE.
    #[track_caller]
    pub fn event(&mut self) -> Value {
        serde_json::from_slice(&self.message().body).unwrap()
    }

    /// ERROR with this code, then the end.
    #[track_caller]
    pub fn dies_of(&mut self, code: &str) -> Frame {
        let error = self.next();
        assert_eq!(error.command, Command::Error, "{:?}", error.headers);
        assert_eq!(header(&error, "code"), Some(code), "{:?}", error.headers);
        assert!(self.try_next().is_none(), "something came after the ERROR");
        error
    }

    /// Whether nothing came besides what was asked for.
    pub fn nothing_waits(&mut self) -> bool {
        // Over TCP a line feed follows each frame.
        let mut items = std::iter::from_fn(|| self.decoder.next().unwrap());
        self.waiting.is_empty() && items.all(|item| item == Item::HeartBeat)
    }

    /// Waits for a RECEIPT, keeping what comes before it.
    #[track_caller]
    pub fn receipt(&mut self, id: &str) -> Frame {
        loop {
            let frame = self.read_frame().expect("closed while a RECEIPT was awaited");
            if frame.command == Command::Receipt && header(&frame, "receipt-id") == Some(id) {
                return frame;
            }
            assert_ne!(frame.command, Command::Error, "{:?}", frame.headers);
            self.waiting.push_back(frame);
        }
    }

    /// Sends with a receipt of its own and waits for it.
    #[track_caller]
    pub fn ask(&mut self, frame: Frame) -> Frame {
        self.receipts += 1;
        let receipt = format!("ask-{}", self.receipts);
        self.send(&frame.with("receipt", &receipt));
        self.receipt(&receipt)
    }

    #[track_caller]
    pub fn subscribe(&mut self, id: &str, destination: &str, headers: &[(&str, &str)]) {
        self.ask(subscribe(id, destination, headers));
    }

    #[track_caller]
    pub fn unsubscribe(&mut self, id: &str) {
        self.ask(Frame::new(Command::Unsubscribe).with("id", id));
    }

    /// ACK or NACK of a MESSAGE, with a receipt.
    #[track_caller]
    pub fn settle(&mut self, command: Command, message: &Frame) {
        self.ask(Frame::new(command).with("id", header(message, "ack").unwrap()));
    }

    #[track_caller]
    pub fn ack(&mut self, message: &Frame) {
        self.settle(Command::Ack, message);
    }

    /// The bodies of the next messages.
    #[track_caller]
    pub fn bodies(&mut self, count: usize) -> Vec<String> {
        let body = |frame: Frame| String::from_utf8(frame.body.to_vec()).unwrap();
        (0..count).map(|_| body(self.message())).collect()
    }

    /// Makes sure that nothing but what was asked for has come.
    #[track_caller]
    pub fn quiet(&mut self) {
        self.ask(send("/topic/nobody.reads.this", ""));
        assert!(self.nothing_waits(), "{:?}", self.waiting.front().map(|f| &f.headers));
    }

    /// Posts and gives the message id.
    #[track_caller]
    pub fn post(&mut self, destination: &str, text: &str) -> String {
        let receipt = self.ask(send(destination, text));
        header(&receipt, "message-id").unwrap().to_owned()
    }
}

pub fn subscribe(id: &str, destination: &str, headers: &[(&str, &str)]) -> Frame {
    let frame = Frame::new(Command::Subscribe).with("id", id).with("destination", destination);
    headers.iter().fold(frame, |frame, (name, value)| frame.with(name, value))
}

pub fn send(destination: &str, body: &str) -> Frame {
    Frame::new(Command::Send).with("destination", destination).body(body.to_owned())
}

pub fn header<'a>(frame: &'a Frame, name: &str) -> Option<&'a str> {
    frame.headers.get(name).map(|value| value.as_str())
}

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::yield_now();
    }
}
