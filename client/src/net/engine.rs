//! The client's side of the chat over one link after another: what is to be subscribed, sent and
//! asked, and what has come of it. Pure: bytes, commands and `now` go in; bytes and events come
//! out. Knows no socket, no clock, and not when to reconnect.

mod inbound;
pub mod outbox;
mod requests;
mod subscriptions;

use super::{Command, Down, Event, Target};
use bytes::Bytes;
use chat_protocol::chat::{
    Destination, HistoryRequest, MentionsRequest, NewMessage, Post, ReadRequest, RoomName,
    UserName, header,
};
use chat_protocol::code::Code;
use chat_protocol::session::{ClientConfig, ClientSession};
use outbox::Outbox;
use requests::Requests;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use subscriptions::{State, Subscriptions};

/// Wire ids of the two subscriptions that answers come by, and of their receipts.
const ERRORS: &str = "errors";
const REPLIES: &str = "replies";
/// Prefixes of receipts and correlation ids: what they answer.
const OF_MESSAGE: &str = "m";
const OF_REQUEST: &str = "r";

/// What the present link is good for.
enum Stage {
    /// CONNECT is out.
    Connecting,
    /// The answers' subscriptions are out; this many receipts are still to come.
    Preparing(u8),
    Ready,
    /// DISCONNECT is out.
    Leaving,
}

struct Link {
    session: ClientSession,
    stage: Stage,
    user: Option<UserName>,
    server: Option<chat_protocol::text::PeerString>,
}

/// Why the present link has to be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub down: Down,
    /// Connecting again would only lead to the same.
    pub is_final: bool,
}

pub struct Engine {
    config: ClientConfig,
    link: Option<Link>,
    ended: Option<Ended>,
    subscriptions: Subscriptions,
    outbox: Outbox,
    requests: Requests,
    /// Bounded by what one frame or command can cause: frames are read only while it is empty.
    events: VecDeque<Event>,
}

impl Engine {
    pub fn new(config: ClientConfig) -> Self {
        Self {
            config,
            link: None,
            ended: None,
            subscriptions: Subscriptions::default(),
            outbox: Outbox::default(),
            requests: Requests::default(),
            events: VecDeque::new(),
        }
    }

    /// Takes any command but `ReconnectNow`, which is the driver's own.
    pub fn command(&mut self, command: Command, now: Instant) {
        match command {
            Command::Subscribe { target, start, unseen } => match target.destination() {
                Ok(destination) => {
                    self.subscriptions.add(target, destination, start, unseen);
                }
                Err(message) => self.events.push_back(Event::SubscriptionRefused {
                    target,
                    code: Code::BadDestination.as_str().into(),
                    message: message.into(),
                }),
            },
            Command::Unsubscribe { target } => self.unsubscribe(&target, now),
            Command::Send { room, post, key } => self.post(room, post, key),
            Command::Discard { key } => self.outbox.discard(&key),
            Command::Typing { room } => self.typing(room, now),
            Command::History { room, anchor, limit, tag } => {
                let request = HistoryRequest { anchor, limit };
                self.ask(tag, Destination::AppHistory(room), request.to_json());
            }
            Command::Rooms { tag } => self.ask(tag, Destination::AppRooms, b"{}".to_vec()),
            Command::Mentions { before, limit, tag } => {
                let request = MentionsRequest { before, limit };
                self.ask(tag, Destination::AppMentions, request.to_json());
            }
            Command::Search { request, tag } => {
                self.ask(tag, Destination::AppSearch, request.to_json());
            }
            Command::Read { room, id, tag } => {
                self.ask(tag, Destination::AppRead(room), ReadRequest { id }.to_json());
            }
            Command::ReconnectNow => {}
            Command::Close => self.close(now),
        }
        self.flush(now);
    }

    /// A new link is there: CONNECT is ready to be transmitted.
    pub fn link_up(&mut self, now: Instant) {
        let session = ClientSession::new(self.config.clone(), now);
        self.ended = None;
        self.link = Some(Link { session, stage: Stage::Connecting, user: None, server: None });
    }

    /// The link is gone, or could not be made.
    pub fn link_down(&mut self, reason: Down, retry_in: Option<Duration>) {
        self.link = None;
        self.ended = None;
        self.subscriptions.rewind();
        self.outbox.rewind();
        self.requests.rewind();
        self.events.push_back(Event::Offline { reason, retry_in });
    }

    pub fn connecting(&mut self, attempt: u32) {
        self.events.push_back(Event::Connecting { attempt });
    }

    pub fn receive(&mut self, input: &[u8], now: Instant) {
        if let Some(link) = &mut self.link {
            link.session.receive(input, now);
        }
        self.read(now);
    }

    /// Any sign of life that carries nothing, such as a WebSocket ping.
    pub fn heard(&mut self, now: Instant) {
        self.receive(b"", now);
    }

    pub fn poll_event(&mut self, now: Instant) -> Option<Event> {
        let event = self.events.pop_front();
        self.read(now);
        event
    }

    pub fn has_event(&self) -> bool {
        !self.events.is_empty()
    }

    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        self.link.as_mut()?.session.poll_transmit()
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.link.as_ref()?.session.poll_timeout()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        if let Some(link) = &mut self.link {
            link.session.handle_timeout(now);
        }
        self.read(now);
    }

    /// Set once the present link has nothing more to say; the events before it come first.
    pub fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    pub fn is_online(&self) -> bool {
        self.link.as_ref().is_some_and(|l| matches!(l.stage, Stage::Ready))
    }

    /// The server closed the link because a message was too big and could not say which: the
    /// longest one is taken for it.
    pub fn too_big(&mut self) {
        if let Some(message) = self.outbox.longest_in_flight().and_then(|n| self.outbox.take(n)) {
            self.events.push_back(Event::Refused {
                key: message.key,
                code: Code::FrameTooLong.as_str().into(),
                message: "the message is longer than the server takes".into(),
                retry_after: None,
            });
        }
    }

    fn unsubscribe(&mut self, target: &Target, now: Instant) {
        let Some(gone) = self.subscriptions.remove(target) else { return };
        if gone.state != State::Wanted
            && let Some(link) = &mut self.link
        {
            link.session.unsubscribe(&gone.id, None, now);
        }
    }

    fn post(&mut self, room: RoomName, post: Post, key: String) {
        if !self.outbox.push(room, post, key.clone()) {
            self.events.push_back(Event::Refused {
                key,
                code: Code::Unavailable.as_str().into(),
                message: "too many messages wait to be sent; wait until the server answers".into(),
                retry_after: None,
            });
        }
    }

    fn ask(&mut self, tag: u64, destination: Destination, body: Vec<u8>) {
        if !self.requests.add(tag, destination, body) {
            self.events.push_back(Event::RequestFailed {
                tag,
                code: Code::Unavailable.as_str().into(),
                message: "too many requests wait for their answers; try again later".into(),
            });
        }
    }

    fn typing(&mut self, room: RoomName, now: Instant) {
        if let Some(Link { session, stage: Stage::Ready, .. }) = &mut self.link {
            let destination = Destination::AppTyping(room).to_string();
            session.send(&destination, &[], None, Bytes::from_static(b"{}"), now);
        }
    }

    fn close(&mut self, now: Instant) {
        let left = self.link.as_mut().is_some_and(|link| {
            link.stage = Stage::Leaving;
            link.session.disconnect(Some("bye"), now)
        });
        if !left {
            self.ended = Some(Ended { down: Down::Closed, is_final: true });
        }
    }

    /// Asks, subscribes and sends all that the link and the window have room for.
    fn flush(&mut self, now: Instant) {
        let Some(Link { session, stage: Stage::Ready, .. }) = &mut self.link else { return };
        while let Some(wanted) = self.subscriptions.next_wanted() {
            let headers = wanted.headers();
            let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let destination = wanted.destination.to_string();
            session.subscribe(&wanted.id, &destination, &headers, Some(&wanted.id), now);
        }
        while let Some((tag, request)) = self.requests.next() {
            let correlation = format!("{OF_REQUEST}{tag}");
            let headers =
                [("content-type", "application/json"), (header::CORRELATION_ID, &correlation)];
            let body = Bytes::copy_from_slice(&request.body);
            let receipt = request.by_receipt.then_some(correlation.as_str());
            session.send(&request.destination.to_string(), &headers, receipt, body, now);
        }
        while let Some(message) = self.outbox.next(now) {
            let receipt = format!("{OF_MESSAGE}{}", message.number);
            let (content_type, body) = encode(&message.post);
            let headers =
                [("content-type", content_type), (header::IDEMPOTENCY_KEY, message.key.as_str())];
            let destination = Destination::AppRoom(message.room.clone()).to_string();
            session.send(&destination, &headers, Some(&receipt), body, now);
        }
    }
}

impl Target {
    fn destination(&self) -> Result<Destination, String> {
        Ok(match self {
            Target::Room(room) => Destination::Room(room.clone()),
            Target::Presence(room) => Destination::RoomPresence(room.clone()),
            Target::Typing(room) => Destination::RoomTyping(room.clone()),
            Target::Rooms => Destination::Rooms,
            Target::Reads => Destination::Reads,
            Target::Topic(topic) => match Destination::parse(topic) {
                Ok(plain @ Destination::Topic(_)) => plain,
                Ok(_) => return Err("this is not a plain topic such as /topic/news".to_owned()),
                Err(e) => return Err(e.to_string()),
            },
        })
    }
}

/// Plain text where that says everything, else the chat's JSON.
fn encode(post: &Post) -> (&'static str, Bytes) {
    match post {
        Post::Message { text, reply_to: None } => {
            ("text/plain;charset=utf-8", Bytes::copy_from_slice(text.as_str().as_bytes()))
        }
        post => {
            let body = NewMessage { post: post.clone(), key: None }.to_json();
            ("application/json", body.into())
        }
    }
}

#[cfg(test)]
mod tests;
