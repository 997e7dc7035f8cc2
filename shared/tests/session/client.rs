//! The client's end, against a server played with literal bytes.

use super::support::{millis, secs};
use bytes::Bytes;
use chat_protocol::session::{ClientConfig, ClientEvent, ClientSession, CloseReason, Closed};
use chat_protocol::stomp::Version;
use std::time::Instant;

struct Client {
    session: ClientSession,
    now: Instant,
}

impl Client {
    fn new(config: ClientConfig) -> Self {
        let now = Instant::now();
        Self { session: ClientSession::new(config, now), now }
    }

    fn open(connected: &str) -> Self {
        let mut client = Self::new(ClientConfig::default());
        client.transmitted();
        client.hear(connected);
        assert!(matches!(client.event(), Some(ClientEvent::Connected { .. })));
        client
    }

    fn hear(&mut self, input: &str) {
        self.session.receive(input.as_bytes(), self.now);
    }

    fn event(&mut self) -> Option<ClientEvent> {
        self.session.poll_event()
    }

    fn transmitted(&mut self) -> String {
        let mut all = Vec::new();
        while let Some(bytes) = self.session.poll_transmit() {
            all.extend_from_slice(&bytes);
        }
        String::from_utf8(all).unwrap()
    }

    fn wait(&mut self, time: std::time::Duration) {
        self.now += time;
        self.session.handle_timeout(self.now);
    }

    fn closed(&mut self) -> Closed {
        let event = self.event();
        let Some(ClientEvent::Closed(closed)) = event else { panic!("not closed: {event:?}") };
        assert!(self.session.is_closed());
        assert_eq!(self.event(), None);
        assert_eq!(self.session.poll_timeout(), None);
        closed
    }

    fn assert_broken(&mut self, code: &str) {
        let closed = self.closed();
        let CloseReason::Error { code: said, received: false, .. } = &closed.reason else {
            panic!("{closed:?}")
        };
        assert_eq!(said.as_str(), code);
    }
}

const V1_2: &str = "CONNECTED\nversion:1.2\n\n\0";

#[test]
fn connect_offers_all_versions_and_leaves_login_and_passcode_raw() {
    let mut client = Client::new(ClientConfig {
        login: Some("us:er".to_owned()),
        passcode: Some("p:a\\ss".to_owned()),
        host: Some("example".to_owned()),
        heart_beat: (secs(5), secs(20)),
        ..ClientConfig::default()
    });
    assert_eq!(
        client.transmitted(),
        "CONNECT\naccept-version:1.2,1.1,1.0\nhost:example\nheart-beat:5000,20000\n\
         login:us:er\npasscode:p:a\\ss\n\n\0"
    );
}

#[test]
fn c18_a_passcode_is_not_in_the_debug_text() {
    let config = ClientConfig { passcode: Some("geheim".to_owned()), ..ClientConfig::default() };
    assert!(!format!("{config:?}").contains("geheim"));
}

#[test]
fn connected_tells_version_and_who_one_is() {
    let mut client = Client::new(ClientConfig::default());
    client.hear("CONNECTED\nversion:1.1\nsession:s\nserver:x/1\nuser-name:mi:na\n\n\0");
    assert_eq!(
        client.event(),
        Some(ClientEvent::Connected {
            version: Version::V1_1,
            user_name: Some("mi:na".into()),
            session: Some("s".into()),
            server: Some("x/1".into()),
        })
    );
}

#[test]
fn requests_are_ignored_unless_connected() {
    let mut client = Client::new(ClientConfig::default());
    client.transmitted();
    let now = client.now;
    assert!(!client.session.send("/topic/a", &[], None, Bytes::new(), now));
    assert!(!client.session.subscribe("1", "/topic/a", &[], None, now));
    assert!(!client.session.unsubscribe("1", None, now));
    assert!(!client.session.disconnect(None, now));
    assert_eq!(client.transmitted(), "");
    assert_eq!(client.event(), None);
    let mut client = Client::open(V1_2);
    assert!(client.session.disconnect(Some("bye"), now));
    assert!(!client.session.send("/topic/a", &[], None, Bytes::new(), now));
}

#[test]
fn requests_are_escaped_by_the_version_agreed_on() {
    for (version, subscribe, send) in [
        (
            "1.2",
            "SUBSCRIBE\nid:a\\cb\ndestination:/topic/a\nreceipt:r\\n\nlast:5\n\n\0",
            "SEND\ndestination:/topic/a\nreceipt:1\nx\\cy:\\r\ncontent-length:2\n\nhi\0",
        ),
        (
            "1.0",
            "SUBSCRIBE\nid:a:b\ndestination:/topic/a\nreceipt:r \nlast:5\n\n\0",
            "SEND\ndestination:/topic/a\nreceipt:1\nx y: \ncontent-length:2\n\nhi\0",
        ),
    ] {
        let mut client = Client::open(&format!("CONNECTED\nversion:{version}\n\n\0"));
        let now = client.now;
        let last = [("last", "5"), ("id", "other")];
        assert!(client.session.subscribe("a:b", "/topic/a", &last, Some("r\n"), now));
        assert_eq!(client.transmitted(), subscribe);
        let body = Bytes::from_static(b"hi");
        assert!(client.session.send("/topic/a", &[("x:y", "\r")], Some("1"), body, now));
        assert_eq!(client.transmitted(), send);
        assert!(client.session.unsubscribe("u", None, now));
        assert_eq!(client.transmitted(), "UNSUBSCRIBE\nid:u\n\n\0");
    }
}

#[test]
fn messages_and_receipts_become_events_in_order() {
    let mut client = Client::open(V1_2);
    client.hear("MESSAGE\nsubscription:a\\cb\nmessage-id:7\n\nhi\0\nRECEIPT\nreceipt-id:r\nduplicate:true\n\n\0");
    let Some(ClientEvent::Message { subscription, headers, body }) = client.event() else {
        panic!()
    };
    assert_eq!(subscription.as_str(), "a:b");
    assert_eq!(headers.get("message-id").unwrap().as_str(), "7");
    assert_eq!(body, "hi");
    let Some(ClientEvent::Receipt { receipt_id, headers }) = client.event() else { panic!() };
    assert_eq!(receipt_id.as_str(), "r");
    assert_eq!(headers.get("duplicate").unwrap().as_str(), "true");
    assert_eq!(client.event(), None);
}

#[test]
fn in_1_0_a_message_without_subscription_goes_by_its_destination() {
    let mut client = Client::open("CONNECTED\n\n\0");
    client.hear("MESSAGE\ndestination:/topic/a\nmessage-id:7\n\nhi\0");
    let Some(ClientEvent::Message { subscription, .. }) = client.event() else { panic!() };
    assert_eq!(subscription.as_str(), "/topic/a");
}

#[test]
fn a_server_that_breaks_the_protocol_is_left() {
    for (input, code) in [
        ("MESSAGE\nmessage-id:1\ndestination:/topic/a\n\n\0", "missing-header"),
        ("RECEIPT\n\n\0", "missing-header"),
        ("CONNECTED\nversion:1.2\n\n\0", "already-connected"),
        ("HTTP/1.1 200 OK\n\n\0", "bad-command"),
        ("MESSAGE\nsubscription:\\t\n\n\0", "bad-header"),
    ] {
        let mut client = Client::open(V1_2);
        client.hear(input);
        client.assert_broken(code);
    }
    for (input, code) in [
        ("RECEIPT\nreceipt-id:1\n\n\0", "not-connected"),
        ("CONNECTED\nversion:9\n\n\0", "unsupported-version"),
        ("CONNECTED\nversion:1.2\nheart-beat:x\n\n\0", "bad-heart-beat"),
    ] {
        let mut client = Client::new(ClientConfig::default());
        client.hear(input);
        client.assert_broken(code);
    }
}

#[test]
fn an_error_ends_the_session_with_its_code_text_and_receipt() {
    let mut client = Client::open(V1_2);
    client.hear("ERROR\ncode:bad-cursor\nmessage:a\\cb\nreceipt-id:sub\n\nlong\0MESSAGE\n\n\0");
    let reason = CloseReason::Error {
        code: "bad-cursor".into(),
        message: "a:b".into(),
        receipt: Some("sub".into()),
        received: true,
    };
    assert_eq!(client.closed(), Closed { reason, ws_code: 1002 });
}

#[test]
fn an_error_without_code_or_message_is_still_told() {
    let mut client = Client::new(ClientConfig::default());
    client.hear("ERROR\n\nno such vhost\n\0");
    let (code, message) = ("error".into(), "no such vhost".into());
    let reason = CloseReason::Error { code, message, receipt: None, received: true };
    assert_eq!(client.closed().reason, reason);
}

#[test]
fn a_server_that_does_not_answer_connect_is_given_up() {
    let mut client = Client::new(ClientConfig::default());
    assert_eq!(client.session.poll_timeout(), Some(client.now + secs(10)));
    client.wait(millis(9999));
    assert_eq!(client.event(), None);
    client.wait(millis(1));
    client.assert_broken("connect-timeout");
}

#[test]
fn b01_b02_each_direction_beats_at_the_slower_of_both_wishes() {
    let mut client = Client::open("CONNECTED\nversion:1.2\nheart-beat:20000,30000\n\n\0");
    client.wait(secs(23));
    assert_eq!(client.transmitted(), "", "owes one in 30 s");
    client.wait(secs(6));
    assert_eq!(client.transmitted(), "\n");
    client.wait(millis(20_900));
    assert!(!client.session.is_closed(), "is owed one in 20 s");
    client.transmitted();
    client.wait(millis(100));
    assert_eq!(client.closed().reason, CloseReason::HeartBeatTimeout);
}

#[test]
fn b01_b02_no_beats_where_either_said_zero() {
    for connected in ["CONNECTED\nversion:1.2\n\n\0", "CONNECTED\nheart-beat:0,0\n\n\0"] {
        let mut client = Client::open(connected);
        assert_eq!(client.session.poll_timeout(), None);
        client.wait(secs(100_000));
        assert_eq!(client.transmitted(), "");
        assert!(!client.session.is_closed());
    }
}

#[test]
fn b06_a_beat_of_the_server_counts_as_life_and_is_no_event() {
    let mut client = Client::open("CONNECTED\nversion:1.2\nheart-beat:10000,0\n\n\0");
    for _ in 0..10 {
        client.wait(secs(20));
        client.hear("\n");
        assert_eq!(client.event(), None);
    }
    assert!(!client.session.is_closed());
}

#[test]
fn disconnect_with_a_receipt_ends_when_it_is_answered() {
    let mut client = Client::open(V1_2);
    let now = client.now;
    assert!(client.session.disconnect(Some("bye"), now));
    assert_eq!(client.transmitted(), "DISCONNECT\nreceipt:bye\n\n\0");
    client.hear("RECEIPT\nreceipt-id:earlier\n\n\0RECEIPT\nreceipt-id:bye\n\n\0");
    assert!(matches!(client.event(), Some(ClientEvent::Receipt { .. })));
    let closed = client.closed();
    assert_eq!((closed.reason, closed.ws_code), (CloseReason::Disconnected, 1000));
}

#[test]
fn disconnect_without_a_receipt_ends_at_once() {
    let mut client = Client::open(V1_2);
    assert!(client.session.disconnect(None, client.now));
    assert_eq!(client.transmitted(), "DISCONNECT\n\n\0");
    assert_eq!(client.closed().reason, CloseReason::Disconnected);
}

#[test]
fn an_unanswered_disconnect_is_not_waited_for_for_ever() {
    let mut client = Client::open(V1_2);
    assert!(client.session.disconnect(Some("bye"), client.now));
    client.wait(secs(10));
    assert_eq!(client.closed().reason, CloseReason::HeartBeatTimeout);
}

const HEADERS: &str = "subscription:s\nmessage-id:m\nack:a\\c1\n";

#[test]
fn a_message_is_settled_by_the_name_its_version_gives_it() {
    for (version, ack) in [
        ("1.2", "ACK\nid:a\\c1\nreceipt:r\n\n\0NACK\nid:a\\c1\ntransaction:t\n\n\0"),
        (
            "1.1",
            "ACK\nmessage-id:m\nsubscription:s\nreceipt:r\n\n\0\
             NACK\nmessage-id:m\nsubscription:s\ntransaction:t\n\n\0",
        ),
        ("1.0", "ACK\nmessage-id:m\nreceipt:r\n\n\0"),
    ] {
        let mut client = Client::open(&format!("CONNECTED\nversion:{version}\n\n\0"));
        let now = client.now;
        client.hear(&format!("MESSAGE\n{HEADERS}\nhi\0"));
        let Some(ClientEvent::Message { headers, .. }) = client.event() else { panic!() };
        assert!(client.session.ack(&headers, None, Some("r"), now));
        assert_eq!(client.session.nack(&headers, Some("t"), None, now), version != "1.0");
        assert_eq!(client.transmitted(), ack);
    }
}

#[test]
fn what_wants_no_ack_is_not_settled() {
    let mut client = Client::open(V1_2);
    client.hear("MESSAGE\nsubscription:s\nmessage-id:m\n\nhi\0");
    let Some(ClientEvent::Message { headers, .. }) = client.event() else { panic!() };
    assert!(!client.session.ack(&headers, None, None, client.now));
    assert_eq!(client.transmitted(), "");
}

#[test]
fn transactions_are_begun_and_ended_by_name() {
    let mut client = Client::open(V1_2);
    let now = client.now;
    assert!(client.session.begin("t:1", None, now));
    let header = [("transaction", "t:1")];
    assert!(client.session.send("/queue/a", &header, None, Bytes::new(), now));
    assert!(client.session.commit("t:1", Some("r"), now));
    assert!(client.session.abort("u", None, now));
    assert_eq!(
        client.transmitted(),
        "BEGIN\ntransaction:t\\c1\n\n\0\
         SEND\ndestination:/queue/a\ntransaction:t\\c1\ncontent-length:0\n\n\0\
         COMMIT\ntransaction:t\\c1\nreceipt:r\n\n\0ABORT\ntransaction:u\n\n\0"
    );
}
