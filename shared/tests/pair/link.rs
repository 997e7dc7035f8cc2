//! A client and a server session joined by two wires, and the clock that moves from one thing that
//! happens to the next.

use super::wire::{Chance, Pieces, Wire};
use chat_protocol::chat::UserName;
use chat_protocol::session::{
    ClientConfig, ClientEvent, ClientSession, Closed, ServerConfig, ServerEvent, ServerSession,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub struct Pair {
    pub client: ClientSession,
    pub server: ServerSession,
    pub now: Instant,
    pub chance: Chance,
    pub client_events: Vec<ClientEvent>,
    /// Without `Connect`, which is accepted at once.
    pub server_events: Vec<ServerEvent>,
    pub client_end: Option<(Instant, Closed)>,
    pub server_end: Option<(Instant, Closed)>,
    /// Lone EOLs sent by client and server.
    pub beats: (u64, u64),
    to_server: Wire,
    to_client: Wire,
}

impl Pair {
    pub fn new(seed: u64, config: ClientConfig, delay: Duration) -> Self {
        let now = Instant::now();
        let mut chance = Chance::new(seed);
        let pieces = match chance.below(3) {
            0 => Pieces::Octets,
            1 => Pieces::Random,
            _ => Pieces::Whole,
        };
        Self {
            client: ClientSession::new(config, now),
            server: ServerSession::new(Arc::new(ServerConfig::default()), now),
            now,
            chance,
            client_events: Vec::new(),
            server_events: Vec::new(),
            client_end: None,
            server_end: None,
            beats: (0, 0),
            to_server: Wire::new(pieces, delay),
            to_client: Wire::new(pieces, delay),
        }
    }

    /// The link is gone, and nobody is told.
    pub fn lose(&mut self) {
        self.to_server.lose();
        self.to_client.lose();
    }

    /// Lets everything happen until `end`.
    pub fn run_until(&mut self, end: Instant) {
        loop {
            self.settle();
            let due = [
                self.to_server.next_arrival(),
                self.to_client.next_arrival(),
                self.client.poll_timeout(),
                self.server.poll_timeout(),
            ];
            match due.into_iter().flatten().min() {
                Some(next) if next <= end => self.advance(next),
                _ => break,
            }
        }
        self.now = self.now.max(end);
    }

    pub fn run_for(&mut self, time: Duration) {
        self.run_until(self.now + time);
    }

    fn advance(&mut self, next: Instant) {
        assert!(next >= self.now, "a deadline in the past would never end");
        self.now = next;
        while let Some(piece) = self.to_server.take(next) {
            self.server.receive(&piece, next);
            self.settle();
        }
        while let Some(piece) = self.to_client.take(next) {
            self.client.receive(&piece, next);
            self.settle();
        }
        if self.server.poll_timeout().is_some_and(|at| at <= next) {
            self.server.handle_timeout(next);
        }
        if self.client.poll_timeout().is_some_and(|at| at <= next) {
            self.client.handle_timeout(next);
        }
        for session in [self.server.poll_timeout(), self.client.poll_timeout()] {
            assert!(session.is_none_or(|at| at > next), "a deadline that is not met");
        }
    }

    /// Takes all events and puts all output on the wires.
    fn settle(&mut self) {
        while let Some(event) = self.server.poll_event() {
            match event {
                ServerEvent::Connect { login, .. } => {
                    let user = UserName::parse(login.unwrap().as_str()).unwrap();
                    self.server.accept("s1", &user, self.now);
                }
                ServerEvent::Closed(closed) => self.server_end = Some((self.now, closed)),
                event => self.server_events.push(event),
            }
        }
        while let Some(event) = self.client.poll_event() {
            match event {
                ClientEvent::Closed(closed) => self.client_end = Some((self.now, closed)),
                event => self.client_events.push(event),
            }
        }
        while let Some(bytes) = self.client.poll_transmit() {
            self.beats.0 += u64::from(*bytes == *b"\n");
            self.to_server.put(&bytes, self.now, &mut self.chance);
        }
        while let Some(bytes) = self.server.poll_transmit() {
            self.beats.1 += u64::from(*bytes == *b"\n");
            self.to_client.put(&bytes, self.now, &mut self.chance);
        }
    }
}

pub fn config() -> ClientConfig {
    ClientConfig { login: Some("mina".to_owned()), ..ClientConfig::default() }
}
