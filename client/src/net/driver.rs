//! The task that gives the engine a socket and a clock: connects, waits between attempts, moves
//! bytes, and keeps both channels bounded. When the consumer of events is slow it stops reading
//! the socket; nothing is dropped, and what the server cut meanwhile is resumed.

use super::backoff::Backoff;
use super::engine::{Ended, Engine};
use super::websocket::{self, Socket};
use super::{Command, Down, Event};
use crate::config::ServerUrl;
use bytes::Bytes;
use chat_protocol::chat::UserName;
use chat_protocol::session::ClientConfig;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::collections::VecDeque;
use std::future::pending;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

/// Commands and events that may wait in each direction.
const CHANNEL: usize = 256;
/// A connection this long counts as good: the backoff starts over.
const GOOD: Duration = Duration::from_secs(1);
/// From DISCONNECT to its RECEIPT, and for the closing handshake.
const LEAVE: Duration = Duration::from_secs(2);

/// Whom to connect to, and as whom.
#[derive(Debug, Clone)]
pub struct Peer {
    pub server: ServerUrl,
    /// `None`: a guest.
    pub nick: Option<UserName>,
}

/// Both ends of a running driver. Dropping `events` stops it.
pub struct Link {
    pub commands: mpsc::Sender<Command>,
    pub events: mpsc::Receiver<Event>,
}

/// Starts the driver on the present tokio runtime.
pub fn start(peer: Peer) -> Link {
    let (commands, command_source) = mpsc::channel(CHANNEL);
    let (event_sink, events) = mpsc::channel(CHANNEL);
    let config = ClientConfig {
        login: peer.nick.as_ref().map(|n| n.as_str().to_owned()),
        host: Some(peer.server.host().to_owned()),
        ..ClientConfig::default()
    };
    let driver = Driver {
        server: peer.server,
        engine: Engine::new(config),
        ports: Ports { commands: command_source, events: event_sink },
        backoff: Backoff::default(),
    };
    tokio::spawn(driver.run());
    Link { commands, events }
}

struct Ports {
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
}

/// What the other side of the ports did.
enum Turn {
    Command(Command),
    /// There is room for an event.
    Room,
    Gone,
}

impl Ports {
    /// Waits for a command or, when there is something to hand over, for room. Safe to cancel.
    async fn turn(&mut self, has_event: bool) -> Turn {
        tokio::select! {
            room = self.events.reserve(), if has_event => match room {
                Ok(_) => Turn::Room,
                Err(_) => Turn::Gone,
            },
            command = self.commands.recv() => command.map_or(Turn::Gone, Turn::Command),
        }
    }

    /// Hands over events as long as there is room.
    fn deliver(&mut self, engine: &mut Engine) {
        while engine.has_event()
            && let Ok(permit) = self.events.try_reserve()
            && let Some(event) = engine.poll_event(Instant::now())
        {
            permit.send(event);
        }
    }
}

/// Why the driver goes on or stops.
enum Next {
    Retry(Down),
    /// No further attempt by itself.
    Rest(Down),
    Stop,
}

struct Driver {
    server: ServerUrl,
    engine: Engine,
    ports: Ports,
    backoff: Backoff,
}

impl Driver {
    async fn run(mut self) {
        loop {
            self.engine.connecting(self.backoff.failures() + 1);
            let next = match self.connect().await {
                Ok(socket) => self.converse(socket).await,
                Err(next) => next,
            };
            let (down, wait) = match next {
                Next::Retry(down) => (down, Some(self.backoff.next(random()))),
                Next::Rest(down) => (down, None),
                Next::Stop => break,
            };
            self.engine.link_down(down, wait);
            if !self.rest(wait).await {
                break;
            }
        }
        self.engine.link_down(Down::Closed, None);
        self.deliver_rest().await;
    }

    /// Dials, and keeps serving the ports meanwhile.
    async fn connect(&mut self) -> Result<Socket, Next> {
        let server = self.server.clone();
        let mut dial = std::pin::pin!(websocket::connect(&server));
        loop {
            tokio::select! {
                socket = &mut dial => {
                    return socket.map_err(|(down, is_final)| {
                        if is_final { Next::Rest(down) } else { Next::Retry(down) }
                    });
                }
                turn = self.ports.turn(self.engine.has_event()) => match turn {
                    Turn::Command(Command::Close) | Turn::Gone => return Err(Next::Stop),
                    Turn::Command(command) => self.engine.command(command, Instant::now()),
                    Turn::Room => self.ports.deliver(&mut self.engine),
                }
            }
        }
    }

    /// Waits for the next attempt, with all events handed over first, so that a consumer that
    /// stands still is not connected again and again. `false`: stop.
    async fn rest(&mut self, wait: Option<Duration>) -> bool {
        let due_at = wait.map(|w| tokio::time::Instant::now() + w);
        let mut due = false;
        loop {
            if due && !self.engine.has_event() {
                return true;
            }
            tokio::select! {
                () = until(due_at), if !due => due = true,
                turn = self.ports.turn(self.engine.has_event()) => match turn {
                    Turn::Command(Command::ReconnectNow) => due = true,
                    Turn::Command(Command::Close) | Turn::Gone => return false,
                    Turn::Command(command) => self.engine.command(command, Instant::now()),
                    Turn::Room => self.ports.deliver(&mut self.engine),
                }
            }
        }
    }

    /// One connection, from CONNECT to its end.
    async fn converse(&mut self, socket: Socket) -> Next {
        let began = Instant::now();
        self.engine.link_up(began);
        let (sink, stream) = socket.split();
        let mut wire = Wire { writer: Writer::new(sink), stream };
        let mut close_by = None;
        let next = loop {
            match self.step(&mut wire, &mut close_by).await {
                Ok(()) => {}
                Err(Next::Retry(_)) if close_by.is_some() => break Next::Stop,
                Err(next) => break next,
            }
        };
        if self.engine.is_online() && began.elapsed() >= GOOD {
            self.backoff.reset();
        }
        wire.writer.close().await;
        next
    }

    /// Waits for whatever happens first, and does it.
    async fn step(
        &mut self,
        wire: &mut Wire,
        close_by: &mut Option<tokio::time::Instant>,
    ) -> Result<(), Next> {
        if let Some(ended) = self.engine.ended().cloned()
            && !self.engine.has_event()
        {
            return Err(next_after(ended));
        }
        let timeout = self.engine.poll_timeout().map(tokio::time::Instant::from_std);
        wire.writer.unsent.extend(std::iter::from_fn(|| self.engine.poll_transmit()).map(message));
        // Reading stops while events wait: the engine would have to keep what it decodes.
        let may_read = !self.engine.has_event() && self.engine.ended().is_none();
        tokio::select! {
            biased;
            turn = self.ports.turn(self.engine.has_event()) => match turn {
                Turn::Command(Command::Close) => {
                    *close_by = Some(tokio::time::Instant::now() + LEAVE);
                    self.engine.command(Command::Close, Instant::now());
                }
                Turn::Gone => return Err(Next::Stop),
                Turn::Command(command) => self.engine.command(command, Instant::now()),
                Turn::Room => self.ports.deliver(&mut self.engine),
            },
            message = wire.stream.next(), if may_read => self.received(message)?,
            sent = wire.writer.write() => sent.map_err(|e| lost(&e))?,
            () = until(timeout) => self.engine.handle_timeout(Instant::now()),
            () = until(*close_by), if close_by.is_some() => return Err(Next::Stop),
        }
        Ok(())
    }

    fn received(&mut self, message: Option<Result<Message, Error>>) -> Result<(), Next> {
        let now = Instant::now();
        match message {
            Some(Ok(Message::Text(text))) => self.engine.receive(text.as_bytes(), now),
            Some(Ok(Message::Binary(bytes))) => self.engine.receive(&bytes, now),
            Some(Ok(Message::Close(frame))) => return Err(self.closed(frame)),
            Some(Ok(_)) => self.engine.heard(now),
            Some(Err(e)) => return Err(lost(&e)),
            None => return Err(retry_lost("the server closed the connection")),
        }
        Ok(())
    }

    fn closed(&mut self, frame: Option<CloseFrame>) -> Next {
        match frame.map(|f| f.code) {
            Some(CloseCode::Size) => {
                self.engine.too_big();
                retry_lost("a message was longer than the server takes")
            }
            Some(CloseCode::Away | CloseCode::Restart) => retry_lost("the server is going down"),
            _ => retry_lost("the server closed the connection"),
        }
    }

    /// Hands over what is left, as long as somebody takes it.
    async fn deliver_rest(&mut self) {
        while let Some(event) = self.engine.poll_event(Instant::now()) {
            if self.ports.events.send(event).await.is_err() {
                return;
            }
        }
    }
}

/// A WebSocket in two halves, so that a server that does not read cannot keep us from reading.
struct Wire {
    writer: Writer,
    stream: SplitStream<Socket>,
}

struct Writer {
    sink: SplitSink<Socket, Message>,
    /// Not taken by the socket yet; the engine's window bounds it.
    unsent: VecDeque<Message>,
    /// Something is in the socket's buffer.
    dirty: bool,
}

impl Writer {
    fn new(sink: SplitSink<Socket, Message>) -> Self {
        Self { sink, unsent: VecDeque::new(), dirty: false }
    }

    /// Writes all there is; with nothing to write it never returns. Safe to cancel.
    async fn write(&mut self) -> Result<(), Error> {
        if self.unsent.is_empty() && !self.dirty {
            return pending().await;
        }
        while !self.unsent.is_empty() {
            std::future::poll_fn(|cx| self.sink.poll_ready_unpin(cx)).await?;
            if let Some(message) = self.unsent.pop_front() {
                self.sink.start_send_unpin(message)?;
                self.dirty = true;
            }
        }
        self.sink.flush().await?;
        self.dirty = false;
        Ok(())
    }

    async fn close(mut self) {
        // The peer may be gone or not read any more: nothing depends on this.
        let _ = tokio::time::timeout(LEAVE, async {
            self.sink.flush().await?;
            self.sink.close().await
        })
        .await;
    }
}

/// Text when the whole frame is UTF-8, else binary.
fn message(bytes: Bytes) -> Message {
    match Utf8Bytes::try_from(bytes.clone()) {
        Ok(text) => Message::Text(text),
        Err(_) => Message::Binary(bytes),
    }
}

fn next_after(ended: Ended) -> Next {
    match ended.down {
        Down::Closed => Next::Stop,
        down if ended.is_final => Next::Rest(down),
        down => Next::Retry(down),
    }
}

fn retry_lost(what: &str) -> Next {
    Next::Retry(Down::Lost(what.to_owned()))
}

fn lost(error: &Error) -> Next {
    let what = chat_protocol::text::PeerString::from(error.to_string());
    retry_lost(what.line().as_str())
}

/// A failing system source of randomness costs the spread of reconnects, no more.
fn random() -> u32 {
    getrandom::u32().unwrap_or(u32::MAX)
}

/// `None` never comes.
pub(crate) async fn until(at: Option<tokio::time::Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => pending().await,
    }
}
