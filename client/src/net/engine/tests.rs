//! The engine against the real server session, on a virtual clock and without sockets.

use super::*;
use crate::net::Start;
use chat_protocol::chat::{ChatEvent, Kind, MessageId};
use chat_protocol::session::{ServerConfig, ServerEvent, ServerSession, Ticket};
use chat_protocol::stomp::{Version, message_head, message_tail};
use std::sync::Arc;

/// The server's end of one link: answers what every test wants answered, keeps the rest.
struct Server {
    session: ServerSession,
    /// What came, in words.
    seen: Vec<String>,
    sends: VecDeque<(Ticket, String, String)>,
    hold_receipts: bool,
}

struct Pair {
    engine: Engine,
    server: Server,
    now: Instant,
}

fn room() -> RoomName {
    RoomName::parse("study").unwrap()
}

fn id(s: &str) -> MessageId {
    MessageId::parse(s).unwrap()
}

impl Server {
    fn new(now: Instant) -> Self {
        let session = ServerSession::new(Arc::new(ServerConfig::default()), now);
        Self { session, seen: Vec::new(), sends: VecDeque::new(), hold_receipts: false }
    }

    fn handle(&mut self, event: ServerEvent, now: Instant) {
        match event {
            ServerEvent::Connect { .. } => {
                self.session.accept("session-1", &UserName::parse("mina").unwrap(), now);
            }
            ServerEvent::Subscribe { ticket, id, destination, headers, .. } => {
                let mut line = format!("SUBSCRIBE {} {destination}", id.unwrap());
                for name in ["last", "after", "presence"] {
                    if let Some(value) = headers.get(name) {
                        line += &format!(" {name}:{}", value.as_str());
                    }
                }
                self.seen.push(line);
                if !self.hold_receipts {
                    self.session.confirm(ticket, &[]);
                }
            }
            ServerEvent::Send { ticket, destination, headers, body } => {
                let text = String::from_utf8(body.to_vec()).unwrap();
                self.seen.push(format!("SEND {destination} {text}"));
                let get = |n: &str| headers.get(n).map(|v| v.as_str().to_owned());
                let key = get("idempotency-key").or(get("correlation-id")).unwrap_or_default();
                self.sends.push_back((ticket, text, key));
            }
            ServerEvent::Unsubscribe { ticket, destination, .. } => {
                self.seen.push(format!("UNSUBSCRIBE {destination}"));
                self.session.confirm(ticket, &[]);
            }
            ServerEvent::Disconnect { ticket } => {
                self.seen.push("DISCONNECT".to_owned());
                self.session.confirm(ticket, &[]);
            }
            ServerEvent::Closed(_) => self.seen.push("closed".to_owned()),
            ServerEvent::Settle { .. } | ServerEvent::Commit { .. } => {
                panic!("the chat neither acknowledges nor makes transactions");
            }
        }
    }
}

impl Pair {
    fn new() -> Self {
        let now = Instant::now();
        let mut engine = Engine::new(ClientConfig::default());
        engine.link_up(now);
        Self { engine, server: Server::new(now), now }
    }

    /// Connected, with the preparations forgotten.
    fn online() -> Self {
        let mut pair = Self::new();
        let events = pair.run();
        assert!(matches!(events.as_slice(), [Event::Online { .. }]), "{events:?}");
        pair.server.seen.clear();
        pair
    }

    fn command(&mut self, command: Command) {
        self.engine.command(command, self.now);
    }

    fn send(&mut self, text: &str) {
        let key = format!("key-{}", &text[..text.len().min(8)]);
        self.command(Command::Send { room: room(), post: Post::message(text), key });
    }

    fn subscribe(&mut self, start: Start) {
        let target = Target::Room(room());
        self.command(Command::Subscribe { target, start, unseen: true });
    }

    /// Moves bytes both ways until nothing moves; gives what the engine tells.
    fn run(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let mut moved = false;
            while let Some(bytes) = self.engine.poll_transmit() {
                self.server.session.receive(&bytes, self.now);
                moved = true;
            }
            while let Some(event) = self.server.session.poll_event() {
                self.server.handle(event, self.now);
            }
            while let Some(bytes) = self.server.session.poll_transmit() {
                self.engine.receive(&bytes, self.now);
                moved = true;
            }
            while let Some(event) = self.engine.poll_event(self.now) {
                events.push(event);
            }
            if !moved {
                return events;
            }
        }
    }

    /// The link is lost and comes back.
    fn relink(&mut self) -> Vec<Event> {
        self.engine.link_down(Down::Lost("cut".to_owned()), Some(Duration::ZERO));
        self.server = Server::new(self.now);
        self.engine.link_up(self.now);
        self.run()
    }

    /// The server confirms the oldest SEND it has not answered.
    fn confirm(&mut self, id: &str) -> Vec<Event> {
        let (ticket, ..) = self.server.sends.pop_front().expect("a SEND to confirm");
        self.server.session.confirm(ticket, &[("message-id", id), ("duplicate", "false")]);
        self.run()
    }

    fn publish(&mut self, subscription: &str, headers: &[(&str, &str)], body: &str) -> Vec<Event> {
        let mut bytes = message_head(Some(subscription), Version::V1_2).to_vec();
        let headers = headers.iter().copied();
        bytes.extend_from_slice(&message_tail(headers, body.as_bytes(), Version::V1_2));
        self.engine.receive(&bytes, self.now);
        self.run()
    }

    /// A chat message to a room's subscription.
    fn message(&mut self, subscription: &str, id: &str, prev: Option<&str>) -> Vec<Event> {
        let body = format!(
            r#"{{"id":"{id}","room":"study","sender":"mina","at":1,"kind":"message","text":"t"}}"#
        );
        let mut headers = vec![
            ("destination", "/topic/room.study"),
            ("message-id", id),
            ("kind", "message"),
            ("content-type", "application/json"),
        ];
        headers.extend(prev.map(|prev| ("prev", prev)));
        self.publish(subscription, &headers, &body)
    }

    fn sync(&mut self, subscription: &str, body: &str) -> Vec<Event> {
        let headers = [
            ("destination", "/topic/room.study"),
            ("message-id", "mark"),
            ("kind", "sync"),
            ("content-type", "application/json"),
        ];
        self.publish(subscription, &headers, body)
    }

    /// A room that is live after message `e.0.1`; gives its wire id.
    fn live(&mut self) -> String {
        self.subscribe(Start::Last(1));
        self.run();
        let sub = self.last_subscription();
        self.message(&sub, "e.0.1", None);
        self.sync(&sub, r#"{"kind":"sync","recovered":true,"position":"e.0.1"}"#);
        self.server.seen.clear();
        sub
    }

    fn last_subscription(&self) -> String {
        let line = self.server.seen.iter().rev().find(|l| l.starts_with("SUBSCRIBE"));
        line.unwrap().split(' ').nth(1).unwrap().to_owned()
    }
}

fn ids(events: &[Event]) -> Vec<String> {
    let of = |e: &Event| match e {
        Event::Chat { event: ChatEvent::Message { message, .. }, .. } => {
            assert_eq!(message.kind, Kind::Message);
            Some(message.id.to_string())
        }
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn answers_are_subscribed_before_anything_is_sent() {
    let mut pair = Pair::new();
    pair.server.hold_receipts = true;
    pair.send("a");
    pair.subscribe(Start::Last(5));
    assert_eq!(pair.run(), []);
    assert_eq!(
        pair.server.seen,
        ["SUBSCRIBE errors /user/queue/errors", "SUBSCRIBE replies /user/queue/replies"]
    );

    let mut pair = Pair::new();
    pair.send("a");
    pair.subscribe(Start::Last(5));
    pair.run();
    assert_eq!(
        pair.server.seen[2..],
        ["SUBSCRIBE s0 /topic/room.study last:5 presence:false", "SEND /app/room.study a"]
    );
}

#[test]
fn a_receipt_confirms_with_id_and_attempts() {
    let mut pair = Pair::online();
    pair.send("a");
    pair.run();
    pair.now += Duration::from_millis(7);
    assert_eq!(
        pair.confirm("e.0.1"),
        [Event::Confirmed {
            key: "key-a".to_owned(),
            id: id("e.0.1"),
            duplicate: false,
            attempts: 1,
            elapsed: Duration::from_millis(7),
        }]
    );
}

#[test]
fn at_most_a_window_is_with_the_server() {
    let mut pair = Pair::online();
    for n in 0..100 {
        pair.send(&n.to_string());
    }
    pair.run();
    assert_eq!(pair.server.sends.len(), outbox::WINDOW);
    pair.confirm("e.0.1");
    assert_eq!(pair.server.sends.back().unwrap().1, "64");

    let mut pair = Pair::online();
    let big = "x".repeat(40 * 1024);
    for n in 0..40 {
        pair.send(&format!("{n}{big}"));
    }
    pair.run();
    assert_eq!(pair.server.sends.len(), outbox::WINDOW_BYTES / (40 * 1024 + 2));
}

#[test]
fn what_is_unconfirmed_goes_out_again_in_order_with_the_same_keys() {
    let mut pair = Pair::online();
    for text in ["a", "b", "c"] {
        pair.send(text);
    }
    pair.run();
    pair.confirm("e.0.1");
    let events = pair.relink();
    assert!(matches!(events[0], Event::Offline { .. }), "{events:?}");
    let sent: Vec<_> = pair.server.sends.iter().map(|(_, t, k)| format!("{t} {k}")).collect();
    assert_eq!(sent, ["b key-b", "c key-c"]);
    let confirmed = pair.confirm("e.0.2");
    assert!(matches!(&confirmed[0], Event::Confirmed { key, attempts: 2, .. } if key == "key-b"));
}

#[test]
fn a_refused_message_is_told_and_not_sent_again() {
    let mut pair = Pair::online();
    pair.send("a");
    pair.run();
    let (ticket, ..) = pair.server.sends.pop_front().unwrap();
    let wait = Some(Duration::from_millis(1500));
    pair.server.session.refuse(ticket, Code::RateLimited, "slow down", wait);
    assert_eq!(
        pair.run(),
        [Event::Refused {
            key: "key-a".to_owned(),
            code: "rate-limited".into(),
            message: "slow down".into(),
            retry_after: wait,
        }]
    );
    pair.relink();
    assert!(pair.server.sends.is_empty());
}

#[test]
fn a_discarded_message_is_forgotten() {
    let mut pair = Pair::online();
    pair.send("a");
    pair.run();
    pair.command(Command::Discard { key: "key-a".to_owned() });
    assert_eq!(pair.confirm("e.0.1"), []);
    pair.relink();
    assert!(pair.server.sends.is_empty());
}

#[test]
fn a_room_goes_on_after_the_last_message_seen() {
    let mut pair = Pair::online();
    let sub = pair.live();
    assert_eq!(ids(&pair.message(&sub, "e.0.2", Some("e.0.1"))), ["e.0.2"]);
    pair.relink();
    assert_eq!(pair.server.seen[2], "SUBSCRIBE s1 /topic/room.study after:e.0.2 presence:false");
}

#[test]
fn an_empty_room_goes_on_after_the_position_of_its_sync() {
    let mut pair = Pair::online();
    pair.subscribe(Start::Last(0));
    pair.run();
    pair.sync("s0", r#"{"kind":"sync","recovered":true,"position":"e.0.0"}"#);
    pair.relink();
    assert!(pair.server.seen[2].contains("after:e.0.0"), "{:?}", pair.server.seen);
}

#[test]
fn a_live_message_that_comes_twice_is_told_once() {
    let mut pair = Pair::online();
    let sub = pair.live();
    assert_eq!(ids(&pair.message(&sub, "e.0.2", Some("e.0.1"))), ["e.0.2"]);
    assert!(ids(&pair.message(&sub, "e.0.2", Some("e.0.1"))).is_empty());
    assert!(ids(&pair.message(&sub, "e.0.1", None)).is_empty());
}

#[test]
fn a_hole_is_filled_by_subscribing_again() {
    let mut pair = Pair::online();
    let sub = pair.live();
    assert!(ids(&pair.message(&sub, "e.0.3", Some("e.0.2"))).is_empty());
    assert_eq!(
        pair.server.seen,
        [
            "SUBSCRIBE s1 /topic/room.study after:e.0.1 presence:false",
            "UNSUBSCRIBE /topic/room.study"
        ]
    );
    assert_eq!(ids(&pair.message("s1", "e.0.2", Some("e.0.1"))), ["e.0.2"]);
    assert_eq!(ids(&pair.message("s1", "e.0.3", Some("e.0.2"))), ["e.0.3"]);
}

#[test]
fn a_reset_that_is_cut_short_is_asked_for_again() {
    let mut pair = Pair::online();
    pair.live();
    pair.relink();
    let sub = pair.last_subscription();
    // The page of a reset does not continue what is known; its sync is lost with the link.
    assert_eq!(ids(&pair.message(&sub, "f.0.8", Some("f.0.7"))), ["f.0.8"]);
    pair.relink();
    assert!(pair.server.seen[2].contains("after:e.0.1"), "{:?}", pair.server.seen);
    let sub = pair.last_subscription();
    assert_eq!(ids(&pair.message(&sub, "f.0.8", Some("f.0.7"))), ["f.0.8"]);
    pair.sync(&sub, r#"{"kind":"sync","recovered":false,"reason":"unknown","position":"f.0.8"}"#);
    pair.relink();
    assert!(pair.server.seen[2].contains("after:f.0.8"), "{:?}", pair.server.seen);
}

#[test]
fn an_error_about_a_subscription_takes_only_that_away() {
    let mut pair = Pair::new();
    pair.subscribe(Start::After(id("nonsense")));
    pair.send("a");
    pair.server.hold_receipts = false;
    let refused = {
        pair.run();
        let receipt = pair.last_subscription();
        let error =
            format!("ERROR\ncode:bad-cursor\nmessage:no such position\nreceipt-id:{receipt}\n\n\0");
        pair.engine.receive(error.as_bytes(), pair.now);
        pair.engine.poll_event(pair.now).unwrap()
    };
    assert!(
        matches!(&refused, Event::SubscriptionRefused { code, .. } if code.as_str() == "bad-cursor"),
        "{refused:?}"
    );
    assert!(!pair.engine.ended().unwrap().is_final);
    pair.relink();
    assert_eq!(pair.server.seen[2..], ["SEND /app/room.study a"]);
}

#[test]
fn an_error_that_would_come_again_is_final() {
    let ended = |error: &str| {
        let mut pair = Pair::online();
        pair.engine.receive(error.as_bytes(), pair.now);
        pair.engine.ended().cloned().unwrap()
    };
    assert!(ended("ERROR\ncode:bad-user-name\nmessage:x\n\n\0").is_final);
    assert!(!ended("ERROR\ncode:shutting-down\nmessage:x\n\n\0").is_final);
    let ended = ended("ERROR\ncode:forbidden\nmessage:a\x1b[2Jb\n\n\0");
    assert!(!ended.down.to_string().contains('\x1b'), "{}", ended.down);
}

#[test]
fn too_big_a_frame_is_blamed_on_the_longest_message() {
    let mut pair = Pair::online();
    pair.send("a");
    pair.send("bb");
    pair.run();
    pair.engine.receive(b"ERROR\ncode:frame-too-long\nmessage:x\n\n\0", pair.now);
    let event = pair.engine.poll_event(pair.now);
    assert!(matches!(event, Some(Event::Refused { key, .. }) if key == "key-bb"));
    assert!(!pair.engine.ended().unwrap().is_final);
}

#[test]
fn what_the_server_breaks_is_its_own_fault_and_no_message_of_ours() {
    let mut pair = Pair::online();
    pair.server.hold_receipts = true;
    pair.send("on its way");
    pair.run();
    pair.engine.receive(&[b'A'; 100], pair.now);
    assert_eq!(pair.engine.poll_event(pair.now), None);
    let ended = pair.engine.ended().cloned().unwrap();
    assert!(matches!(&ended, Ended { down: Down::Protocol(_), is_final: true }), "{ended:?}");
    let mut pair = Pair::online();
    pair.server.hold_receipts = true;
    pair.send("on its way");
    pair.run();
    let endless = [b"MESSAGE\nx:".as_slice(), &[b'x'; 4 * 1024 * 1024]].concat();
    pair.engine.receive(&endless, pair.now);
    assert_eq!(pair.engine.poll_event(pair.now), None, "not blamed on our message");
    assert!(pair.engine.ended().is_some_and(|ended| ended.is_final));
}

#[test]
fn a_request_is_asked_again_until_it_is_answered() {
    let mut pair = Pair::online();
    pair.command(Command::Rooms { tag: 9 });
    pair.run();
    pair.relink();
    let (_, _, correlation) = pair.server.sends.pop_front().unwrap();
    assert_eq!(correlation, "r9");
    let headers = [
        ("destination", "/user/queue/replies"),
        ("message-id", "x"),
        ("correlation-id", "r9"),
        ("content-type", "application/json"),
    ];
    let events = pair.publish(REPLIES, &headers, r#"{"rooms":[]}"#);
    assert!(matches!(&events[..], [Event::Rooms { tag: 9, .. }]), "{events:?}");
    assert_eq!(pair.publish(REPLIES, &headers, r#"{"rooms":[]}"#), []);
}

#[test]
fn how_far_one_has_read_is_said_until_it_is_stored() {
    let mut pair = Pair::online();
    pair.command(Command::Read { room: room(), id: id("e.0.1"), tag: 7 });
    assert_eq!(pair.run(), []);
    let said = r#"SEND /app/room.study.read {"id":"e.0.1"}"#;
    assert_eq!(pair.server.seen, [said]);
    pair.relink();
    assert_eq!(pair.server.seen.last().unwrap(), said);
    let (ticket, ..) = pair.server.sends.pop_back().unwrap();
    pair.server.session.confirm(ticket, &[]);
    assert_eq!(pair.run(), [Event::Read { tag: 7 }]);
}

#[test]
fn a_topic_that_is_none_is_refused_without_asking() {
    let mut pair = Pair::online();
    let target = Target::Topic("/topic/room.a b".to_owned());
    pair.command(Command::Subscribe { target, start: Start::Last(0), unseen: false });
    let events = pair.run();
    assert!(matches!(&events[..], [Event::SubscriptionRefused { .. }]), "{events:?}");
    assert!(pair.server.seen.is_empty());
}

#[test]
fn closing_says_disconnect_and_waits_for_its_receipt() {
    let mut pair = Pair::online();
    pair.send("a");
    pair.run();
    let (ticket, ..) = pair.server.sends.pop_front().unwrap();
    pair.command(Command::Close);
    pair.server.session.confirm(ticket, &[("message-id", "e.0.1")]);
    let events = pair.run();
    assert!(matches!(&events[..], [Event::Confirmed { .. }]), "{events:?}");
    assert_eq!(pair.server.seen.iter().filter(|l| *l == "DISCONNECT").count(), 1);
    assert_eq!(pair.engine.ended().unwrap().down, Down::Closed);
}

#[test]
fn a_silent_server_is_given_up() {
    let mut pair = Pair::online();
    for _ in 0..4 {
        let Some(at) = pair.engine.poll_timeout() else { break };
        pair.engine.handle_timeout(at);
        while pair.engine.poll_transmit().is_some() {}
    }
    let ended = pair.engine.ended().expect("the link is given up");
    assert!(matches!(ended.down, Down::Lost(_)) && !ended.is_final);
}
