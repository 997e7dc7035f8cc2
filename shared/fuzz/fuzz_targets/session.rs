//! Whole connections: octets in, events and octets out. However the input is split, the session tells
//! the same events and says the same; what it says a client can read; after its one ERROR or the
//! answer to DISCONNECT there is nothing.
//!
//! Input: one octet of settings, one that says how many octets of piece sizes follow, the sizes, and
//! then what comes over the wire.
#![no_main]

use bytes::Bytes;
use chat_protocol::chat::UserName;
use chat_protocol::session::{
    ServerConfig, ServerEvent, ServerSession, SubscriptionKey, Ticket, TransactionAction,
    TransactionLimits, UnknownAck, Unsettled,
};
use chat_protocol::stomp::{Command, Decoder, Item, Limits, Sender, Version};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use std::time::Instant;

fn config(octet: u8) -> ServerConfig {
    if octet & 1 == 0 {
        return ServerConfig::default();
    }
    ServerConfig {
        limits: Limits { frame: 160, headers: 4, header_line: 48, command: 14 },
        max_subscriptions: 2,
        max_receipt: 4,
        transactions: TransactionLimits { open: 2, frames: 2, octets: 64 },
        ..ServerConfig::default()
    }
}

/// A server that takes everything and sends two messages to every subscription.
struct Application {
    session: ServerSession,
    unsettled: Unsettled<u8>,
    now: Instant,
    events: Vec<ServerEvent>,
    said: Vec<Bytes>,
}

impl Application {
    fn run<'a>(settings: u8, now: Instant, pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut application = Self {
            session: ServerSession::new(Arc::new(config(settings)), now),
            unsettled: Unsettled::new("s"),
            now,
            events: Vec::new(),
            said: Vec::new(),
        };
        for piece in pieces {
            application.session.receive(piece, now);
            while let Some(event) = application.session.poll_event() {
                application.answer(&event);
                application.events.push(event);
            }
        }
        while let Some(bytes) = application.session.poll_transmit() {
            application.said.push(bytes);
        }
        application
    }

    fn answer(&mut self, event: &ServerEvent) {
        match event {
            ServerEvent::Connect { .. } => {
                let user = UserName::parse("mina").unwrap();
                self.session.accept("s", &user, self.now);
            }
            ServerEvent::Subscribe { ticket, id, subscription, options, .. } => {
                self.unsettled.begin(*subscription, id.clone(), options.ack);
                self.session.confirm(*ticket, &[]);
                self.deliver(*subscription, "a");
                self.deliver(*subscription, "b");
            }
            ServerEvent::Unsubscribe { ticket, subscription, .. } => {
                self.unsettled.end(*subscription);
                assert_eq!(self.unsettled.owed(*subscription), 0);
                self.session.confirm(*ticket, &[]);
            }
            ServerEvent::Settle { ticket, reference, .. } => {
                let result = self.unsettled.settle(reference).map(drop);
                self.settled(*ticket, result);
            }
            ServerEvent::Commit { ticket, actions } => {
                let references = actions.iter().filter_map(|action| match action {
                    TransactionAction::Settle { reference, .. } => Some(reference),
                    TransactionAction::Send { .. } => None,
                });
                let result = self.unsettled.settle_all(references).map(drop);
                self.settled(*ticket, result);
            }
            ServerEvent::Send { ticket, .. } | ServerEvent::Disconnect { ticket } => {
                self.session.confirm(*ticket, &[]);
            }
            ServerEvent::Closed(_) => {
                assert!(self.session.is_closed());
                assert_eq!(self.session.poll_event(), None);
            }
        }
    }

    fn deliver(&mut self, key: SubscriptionKey, message_id: &str) {
        let ack = self.unsettled.register(key, message_id, 0);
        let mut headers = vec![("message-id", message_id), ("destination", "/topic/a")];
        let is_1_2 = self.session.version() == Some(Version::V1_2);
        headers.extend(ack.as_deref().filter(|_| is_1_2).map(|ack| ("ack", ack)));
        self.session.message(key, &headers, Bytes::from_static(b"hi"));
    }

    fn settled(&mut self, ticket: Ticket, result: Result<(), UnknownAck>) {
        match result {
            Ok(()) => self.session.confirm(ticket, &[]),
            Err(e) => self.session.fail(Some(ticket), UnknownAck::CODE, &e.to_string()),
        }
    }
}

/// Each thing that was said is one frame a client can read, and ERROR is the last.
fn check(said: &[Bytes], version: Version) {
    let limits =
        Limits { frame: usize::MAX, headers: usize::MAX, header_line: usize::MAX, command: 16 };
    let mut ended = false;
    for bytes in said {
        assert!(!ended, "something after ERROR");
        let mut decoder = Decoder::new(Sender::Server, limits);
        decoder.set_version(version);
        decoder.push(bytes);
        match decoder.next() {
            Ok(Some(Item::Frame(frame))) => ended = frame.command == Command::Error,
            other => panic!("{other:?} was said as {bytes:?}"),
        }
        assert_eq!(decoder.next(), Ok(None));
    }
}

fuzz_target!(|data: &[u8]| {
    let [settings, count, rest @ ..] = data else { return };
    let (sizes, wire) = rest.split_at(usize::from(count % 16).min(rest.len()));
    let now = Instant::now();

    let whole = Application::run(*settings, now, [wire]);
    check(&whole.said, whole.session.version().unwrap_or(Version::V1_0));
    let mut pieces = Vec::new();
    let mut left = wire;
    for size in sizes.iter().cycle() {
        if left.is_empty() {
            break;
        }
        let (piece, rest) = left.split_at(usize::from(*size).clamp(1, left.len()));
        pieces.push(piece);
        left = rest;
    }
    for split in [wire.chunks(1).collect(), pieces] {
        if sizes.is_empty() && split.is_empty() {
            continue;
        }
        let split = Application::run(*settings, now, split);
        assert_eq!(split.events, whole.events);
        assert_eq!(split.said, whole.said);
    }
});
