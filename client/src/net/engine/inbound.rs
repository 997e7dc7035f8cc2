//! What the server's frames mean to the engine.

use super::subscriptions::Verdict;
use super::{ERRORS, Ended, Engine, Event, OF_MESSAGE, OF_REQUEST, REPLIES, Stage, State};
use crate::net::Down;
use bytes::Bytes;
use chat_protocol::chat::{ChatEvent, Destination, MessageId, Refusal, UserName, header};
use chat_protocol::code::Code;
use chat_protocol::session::{ClientEvent, CloseReason, Closed};
use chat_protocol::stomp::Headers;
use chat_protocol::text::PeerString;
use std::time::{Duration, Instant};

impl Engine {
    /// Reads frames until one causes an event.
    pub(super) fn read(&mut self, now: Instant) {
        while self.events.is_empty() {
            let Some(event) = self.link.as_mut().and_then(|l| l.session.poll_event()) else {
                return;
            };
            match event {
                ClientEvent::Connected { user_name, server, .. } => {
                    self.connected(user_name, server, now);
                }
                ClientEvent::Receipt { receipt_id, headers } => {
                    self.receipt(receipt_id.as_str(), &headers, now);
                }
                ClientEvent::Message { subscription, headers, body } => {
                    self.message(subscription.as_str(), &headers, &body, now);
                }
                ClientEvent::Closed(closed) => self.closed(closed),
            }
        }
    }

    fn connected(&mut self, user: Option<PeerString>, server: Option<PeerString>, now: Instant) {
        let user = user.and_then(|u| UserName::parse(u.as_str()).ok());
        let Some(link) = &mut self.link else { return };
        let Some(user) = user else {
            return self.broken("it did not say by which name we go; is it a chat server?");
        };
        (link.user, link.server) = (Some(user), server);
        link.stage = Stage::Preparing(2);
        for (id, destination) in [(ERRORS, Destination::Errors), (REPLIES, Destination::Replies)] {
            link.session.subscribe(id, &destination.to_string(), &[], Some(id), now);
        }
    }

    fn receipt(&mut self, id: &str, headers: &Headers, now: Instant) {
        if id == ERRORS || id == REPLIES {
            return self.prepared(now);
        }
        if let Some(number) = number(id, OF_MESSAGE) {
            return self.confirmed(number, headers, now);
        }
        if let Some(tag) = number(id, OF_REQUEST) {
            if self.requests.take(tag) {
                self.events.push_back(Event::Read { tag });
            }
            return;
        }
        if let Some(subscription) = self.subscriptions.by_id(id) {
            self.events.push_back(Event::Subscribed { target: subscription.target.clone() });
        }
    }

    fn prepared(&mut self, now: Instant) {
        let Some(link) = &mut self.link else { return };
        match link.stage {
            Stage::Preparing(left) if left > 1 => link.stage = Stage::Preparing(left - 1),
            Stage::Preparing(_) => {
                link.stage = Stage::Ready;
                if let Some(user) = link.user.clone() {
                    self.events.push_back(Event::Online { user, server: link.server.clone() });
                }
                self.flush(now);
            }
            _ => {}
        }
    }

    fn confirmed(&mut self, number: u64, headers: &Headers, now: Instant) {
        let id = headers.get(header::MESSAGE_ID).and_then(|id| MessageId::parse(id.as_str()).ok());
        let Some(id) = id else {
            return self.broken("a RECEIPT says nothing of the message; is it a chat server?");
        };
        let Some(message) = self.outbox.take(number) else { return };
        let duplicate = headers.get(header::DUPLICATE).is_some_and(|d| d.as_str() == "true");
        self.events.push_back(Event::Confirmed {
            elapsed: message.elapsed(now),
            key: message.key,
            id,
            duplicate,
            attempts: message.attempts,
        });
        self.flush(now);
    }

    fn message(&mut self, id: &str, headers: &Headers, body: &Bytes, now: Instant) {
        match id {
            ERRORS => match ChatEvent::from_message(&Destination::Errors, headers, body) {
                Ok(ChatEvent::Refusal(refusal)) => self.refused(refusal, now),
                _ => self.broken("a refusal cannot be read"),
            },
            REPLIES => match ChatEvent::from_message(&Destination::Replies, headers, body) {
                Ok(reply) => self.reply(reply),
                Err(e) => self.broken(&e.to_string()),
            },
            _ => self.chat(id, headers, body, now),
        }
    }

    fn chat(&mut self, id: &str, headers: &Headers, body: &Bytes, now: Instant) {
        let Some(subscription) = self.subscriptions.by_id(id) else { return };
        let target = subscription.target.clone();
        let event = match ChatEvent::from_message(&subscription.destination, headers, body) {
            Ok(event) => event,
            Err(e) => return self.broken(&e.to_string()),
        };
        let verdict = match &event {
            ChatEvent::Message { message, prev } => {
                subscription.message(&message.id, prev.as_ref())
            }
            ChatEvent::Sync { sync, .. } => {
                subscription.sync(sync);
                Verdict::Deliver
            }
            _ => Verdict::Deliver,
        };
        match verdict {
            Verdict::Deliver => self.events.push_back(Event::Chat { target, event }),
            Verdict::Drop => {}
            Verdict::Hole => {
                // The new one first: leaving and joining would be announced.
                subscription.state = State::Wanted;
                let old = id.to_owned();
                self.flush(now);
                if let Some(link) = &mut self.link {
                    link.session.unsubscribe(&old, None, now);
                }
            }
        }
    }

    fn reply(&mut self, reply: ChatEvent) {
        let tag = |id: Option<PeerString>| number(id?.as_str(), OF_REQUEST);
        let answered = match reply {
            ChatEvent::History { reply, correlation_id } => {
                tag(correlation_id).map(|tag| (tag, Event::History { tag, reply }))
            }
            ChatEvent::Rooms { reply, correlation_id } => {
                tag(correlation_id).map(|tag| (tag, Event::Rooms { tag, reply }))
            }
            ChatEvent::Mentions { reply, correlation_id } => {
                tag(correlation_id).map(|tag| (tag, Event::Mentions { tag, reply }))
            }
            ChatEvent::Search { reply, correlation_id } => {
                tag(correlation_id).map(|tag| (tag, Event::Search { tag, reply }))
            }
            _ => None,
        };
        if let Some((tag, event)) = answered
            && self.requests.take(tag)
        {
            self.events.push_back(event);
        }
    }

    fn refused(&mut self, refusal: Refusal, now: Instant) {
        let Refusal { code, message, receipt_id, correlation_id, retry_after } = refusal;
        let retry_after = retry_after.map(Duration::from_millis);
        let named = [receipt_id, correlation_id].into_iter().flatten();
        for id in named {
            if self.blame(id.as_str(), &code, &message, retry_after) {
                break;
            }
        }
        self.flush(now);
    }

    /// Tells whoever asked by this receipt or correlation id. `false` when nobody did.
    fn blame(
        &mut self,
        id: &str,
        code: &PeerString,
        message: &PeerString,
        retry_after: Option<Duration>,
    ) -> bool {
        let (code, message) = (code.clone(), message.clone());
        if let Some(sent) = number(id, OF_MESSAGE).and_then(|n| self.outbox.take(n)) {
            let key = sent.key;
            self.events.push_back(Event::Refused { key, code, message, retry_after });
        } else if let Some(tag) = number(id, OF_REQUEST)
            && self.requests.take(tag)
        {
            self.events.push_back(Event::RequestFailed { tag, code, message });
        } else if let Some(gone) = self.subscriptions.remove_id(id) {
            let target = gone.target;
            self.events.push_back(Event::SubscriptionRefused { target, code, message });
        } else {
            return false;
        }
        true
    }

    fn closed(&mut self, closed: Closed) {
        let ended = match closed.reason {
            CloseReason::Disconnected => Ended { down: Down::Closed, is_final: true },
            CloseReason::HeartBeatTimeout => Ended {
                down: Down::Lost("the server has been silent for too long".to_owned()),
                is_final: false,
            },
            CloseReason::Error { code, message, received: false, .. } => {
                let passes = passes(code.as_str());
                let what = safe(&message);
                let down = if passes { Down::Lost(what) } else { Down::Protocol(what) };
                Ended { down, is_final: !passes }
            }
            CloseReason::Error { code, message, receipt, .. } => {
                let too_long = code.as_str() == Code::FrameTooLong.as_str();
                let blamed =
                    receipt.is_some_and(|id| self.blame(id.as_str(), &code, &message, None));
                if too_long && !blamed {
                    self.too_big();
                }
                let is_final = !blamed && !too_long && !passes(code.as_str());
                let (code, message) = (safe(&code), safe(&message));
                Ended { down: Down::Refused { code, message }, is_final }
            }
        };
        self.ended = Some(ended);
    }

    /// The server is not what it should be: no use in going on.
    fn broken(&mut self, what: &str) {
        self.ended = Some(Ended { down: Down::Protocol(what.to_owned()), is_final: true });
        self.link = None;
    }
}

/// Whether the cause of an ERROR may be gone at the next attempt.
fn passes(code: &str) -> bool {
    let passing = [
        Code::ConnectTimeout,
        Code::HeartBeatTimeout,
        Code::SlowConsumer,
        Code::TooManyConnections,
        Code::ShuttingDown,
        Code::Internal,
        Code::RateLimited,
        Code::StorageFull,
        Code::StorageFailed,
        Code::Unavailable,
    ];
    passing.iter().any(|c| c.as_str() == code)
}

fn safe(text: &PeerString) -> String {
    text.line().into_string()
}

fn number(id: &str, prefix: &str) -> Option<u64> {
    id.strip_prefix(prefix)?.parse().ok()
}
