//! Random requests, answered late and out of order: what was asked arrives as it was asked, and
//! every receipt is answered once, in order, by RECEIPT or refusal.

use super::link::{Pair, config};
use super::wire::{Chance, for_seeds};
use bytes::Bytes;
use chat_protocol::code::Code;
use chat_protocol::session::{ClientEvent, CloseReason, ServerEvent, Ticket};
use std::time::Duration;

const DELAY: Duration = Duration::from_millis(150);
const REQUESTS: u64 = 60;

/// What the client asked for, in words.
#[derive(Default)]
struct Script {
    asked: Vec<String>,
    receipts: Vec<String>,
    subscribed: Vec<String>,
}

/// Texts that try the escaping and the framing.
fn text(chance: &mut Chance) -> String {
    let pieces = ["a", ":", "\n", "\r", "\\", "\\n", "\0", "안녕", "👩‍💻", " ", ""];
    (0..chance.below(6)).map(|_| pieces[chance.below(pieces.len() as u64) as usize]).collect()
}

impl Script {
    fn listen(&mut self, pair: &mut Pair) {
        let now = pair.now;
        assert!(pair.client.subscribe("errors", "/user/queue/errors", &[], Some("listen"), now));
        self.asked.push("subscribe errors".to_owned());
        self.receipts.push("listen".to_owned());
    }

    fn request(&mut self, n: u64, pair: &mut Pair) {
        let now = pair.now;
        let header = text(&mut pair.chance).replace('\0', "");
        let receipt = (pair.chance.below(3) > 0).then(|| format!("{n}{header}"));
        let receipt = receipt.as_deref();
        let asked = match pair.chance.below(4) {
            0 => {
                let id = format!("{n}:{header}");
                assert!(pair.client.subscribe(&id, "/topic/a", &[("x", &header)], receipt, now));
                self.subscribed.push(id.clone());
                format!("subscribe {id}")
            }
            1 if !self.subscribed.is_empty() => {
                let index = pair.chance.below(self.subscribed.len() as u64) as usize;
                let id = self.subscribed.swap_remove(index);
                assert!(pair.client.unsubscribe(&id, receipt, now));
                "unsubscribe".to_owned()
            }
            _ => {
                let body = text(&mut pair.chance);
                let headers = [("x", header.as_str())];
                let bytes = Bytes::from(body.clone());
                assert!(pair.client.send("/topic/a", &headers, receipt, bytes, now));
                format!("send {header} {body}")
            }
        };
        self.asked.push(asked);
        self.receipts.extend(receipt.map(str::to_owned));
    }
}

/// What the server's application saw, in the same words, and what it has yet to answer.
#[derive(Default)]
struct Application {
    seen: Vec<String>,
    open: Vec<(Ticket, bool)>,
    disconnecting: bool,
}

impl Application {
    fn take(&mut self, pair: &mut Pair) {
        for event in std::mem::take(&mut pair.server_events) {
            let (ticket, refusable, seen) = match event {
                ServerEvent::Send { ticket, headers, body, .. } => {
                    let header = headers.get("x").unwrap().as_str();
                    (ticket, true, format!("send {header} {}", std::str::from_utf8(&body).unwrap()))
                }
                ServerEvent::Subscribe { ticket, id, .. } => {
                    (ticket, false, format!("subscribe {}", id.unwrap()))
                }
                ServerEvent::Unsubscribe { ticket, .. } => {
                    (ticket, false, "unsubscribe".to_owned())
                }
                ServerEvent::Disconnect { ticket } => {
                    self.disconnecting = true;
                    (ticket, false, "disconnect".to_owned())
                }
                other => panic!("{other:?}"),
            };
            self.seen.push(seen);
            self.open.push((ticket, refusable));
        }
    }

    /// Answers one request, whichever.
    fn answer(&mut self, pair: &mut Pair) {
        if self.open.is_empty() {
            return;
        }
        let index = pair.chance.below(self.open.len() as u64) as usize;
        let (ticket, refusable) = self.open.swap_remove(index);
        if refusable && pair.chance.below(4) == 0 {
            pair.server.refuse(ticket, Code::RateLimited, "slower", Some(DELAY));
        } else {
            pair.server.confirm(ticket, &[("message-id", "e.0.1")]);
        }
    }
}

/// Receipt ids in the order of their answers.
fn answered(pair: &Pair) -> Vec<String> {
    let receipt = |event: &ClientEvent| match event {
        ClientEvent::Connected { .. } => None,
        ClientEvent::Receipt { receipt_id, .. } => Some(receipt_id.as_str().to_owned()),
        ClientEvent::Message { subscription, headers, .. } => {
            assert_eq!(subscription.as_str(), "errors");
            headers.get("receipt-id").map(|id| id.as_str().to_owned())
        }
        ClientEvent::Closed(closed) => panic!("{closed:?}"),
    };
    pair.client_events.iter().filter_map(receipt).collect()
}

/// Runs the script; `lose_after` requests the link is lost.
fn converse(seed: u64, lose_after: Option<u64>) -> (Pair, Script, Application) {
    let mut pair = Pair::new(seed, config(), DELAY);
    let (mut script, mut application) = (Script::default(), Application::default());
    pair.run_for(Duration::from_secs(2));
    assert!(matches!(pair.client_events.as_slice(), [ClientEvent::Connected { .. }]));
    script.listen(&mut pair);
    for n in 0..REQUESTS {
        if lose_after == Some(n) {
            pair.lose();
        }
        script.request(n, &mut pair);
        let pause = pair.chance.upto(DELAY);
        pair.run_for(pause);
        application.take(&mut pair);
        if pair.chance.below(2) == 0 {
            application.answer(&mut pair);
        }
    }
    (pair, script, application)
}

#[test]
fn every_request_arrives_in_order_and_every_receipt_is_answered_once_in_order() {
    for_seeds(150, |seed| {
        let (mut pair, mut script, mut application) = converse(seed, None);
        assert!(pair.client.disconnect(Some("bye"), pair.now));
        script.asked.push("disconnect".to_owned());
        while !application.disconnecting || !application.open.is_empty() {
            pair.run_for(DELAY);
            application.take(&mut pair);
            application.answer(&mut pair);
            assert!(pair.server_end.is_none() || application.open.is_empty());
        }
        pair.run_for(Duration::from_secs(2));
        assert_eq!(application.seen, script.asked);
        assert_eq!(answered(&pair), script.receipts);
        for end in [pair.client_end, pair.server_end] {
            assert_eq!(end.unwrap().1.reason, CloseReason::Disconnected);
        }
    });
}

#[test]
fn after_a_loss_what_was_seen_and_answered_is_a_prefix_of_what_was_asked() {
    for_seeds(60, |seed| {
        let lose_after = Chance::new(!seed).below(REQUESTS);
        let (mut pair, script, mut application) = converse(seed, Some(lose_after));
        pair.run_for(Duration::from_secs(3600));
        application.take(&mut pair);
        assert!(script.asked.starts_with(&application.seen));
        assert!(script.receipts.starts_with(&answered(&pair)));
        for end in [pair.client_end, pair.server_end] {
            assert_eq!(end.unwrap().1.reason, CloseReason::HeartBeatTimeout);
        }
    });
}
