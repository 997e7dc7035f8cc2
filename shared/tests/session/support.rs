//! A server session on a hand-driven clock.

use chat_protocol::chat::UserName;
use chat_protocol::code::Code;
use chat_protocol::session::{
    CloseReason, Closed, ServerConfig, ServerEvent, ServerSession, SubscriptionKey, Ticket,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub struct Link {
    pub session: ServerSession,
    pub now: Instant,
}

impl Link {
    pub fn new() -> Self {
        Self::with(config())
    }

    pub fn with(config: ServerConfig) -> Self {
        let now = Instant::now();
        Self { session: ServerSession::new(Arc::new(config), now), now }
    }

    /// Connected at `version`, without heart-beats, CONNECTED already taken.
    pub fn open(version: &str) -> Self {
        Self::open_with(version, config())
    }

    pub fn open_with(version: &str, config: ServerConfig) -> Self {
        let mut link = Self::with(config);
        link.say(format!("CONNECT\naccept-version:{version}\n\n\0"));
        link.accept();
        link.transmitted();
        link
    }

    pub fn say(&mut self, input: impl AsRef<[u8]>) {
        self.session.receive(input.as_ref(), self.now);
    }

    pub fn event(&mut self) -> Option<ServerEvent> {
        self.session.poll_event()
    }

    /// Takes `Connect` and answers it.
    pub fn accept(&mut self) {
        let event = self.event();
        assert!(matches!(event, Some(ServerEvent::Connect { .. })), "{event:?}");
        self.session.accept("s1", &UserName::parse("mina").unwrap(), self.now);
    }

    /// Everything that is to leave, as one text.
    pub fn transmitted(&mut self) -> String {
        let mut all = Vec::new();
        while let Some(bytes) = self.session.poll_transmit() {
            all.extend_from_slice(&bytes);
        }
        String::from_utf8(all).unwrap()
    }

    /// The ticket of the next event, which must have one.
    pub fn ticket(&mut self) -> Ticket {
        match self.event() {
            Some(
                ServerEvent::Send { ticket, .. }
                | ServerEvent::Subscribe { ticket, .. }
                | ServerEvent::Unsubscribe { ticket, .. }
                | ServerEvent::Settle { ticket, .. }
                | ServerEvent::Commit { ticket, .. }
                | ServerEvent::Disconnect { ticket },
            ) => ticket,
            other => panic!("no ticket in {other:?}"),
        }
    }

    /// Says a frame and confirms it.
    pub fn confirmed(&mut self, input: &str) {
        self.say(input);
        let ticket = self.ticket();
        self.session.confirm(ticket, &[]);
    }

    /// Says a SUBSCRIBE, confirms it and gives its key.
    pub fn subscribed(&mut self, input: &str) -> SubscriptionKey {
        self.say(input);
        let Some(ServerEvent::Subscribe { ticket, subscription, .. }) = self.event() else {
            panic!("not a subscription: {input:?}");
        };
        self.session.confirm(ticket, &[]);
        subscription
    }

    pub fn wait(&mut self, time: Duration) {
        self.now += time;
        self.session.handle_timeout(self.now);
    }

    /// Nothing but the end follows; why.
    pub fn closed(&mut self) -> Closed {
        let event = self.event();
        let Some(ServerEvent::Closed(closed)) = event else { panic!("not closed: {event:?}") };
        assert!(self.session.is_closed());
        assert_eq!(self.event(), None);
        assert_eq!(self.session.poll_timeout(), None);
        closed
    }

    /// The link ended with one ERROR of this code and nothing else; its text.
    pub fn assert_error(&mut self, code: Code) -> String {
        let closed = self.closed();
        let CloseReason::Error { code: said, .. } = closed.reason else { panic!("{closed:?}") };
        assert_eq!(said.as_str(), code.as_str());
        let out = self.transmitted();
        assert!(out.starts_with("ERROR\n"), "{out}");
        assert_eq!(out.matches('\0').count(), 1, "{out}");
        assert!(out.contains(&format!("\ncode:{}\n", code.as_str())), "{out}");
        out
    }
}

pub fn config() -> ServerConfig {
    ServerConfig { server_name: Some("test/1".to_owned()), ..ServerConfig::default() }
}

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
