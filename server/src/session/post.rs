//! SEND: a post to a room, a note that one types, a request, or a message on a plain topic.

use super::Link;
use super::answer::Answer;
use super::events::Step;
use crate::auth::Action;
use crate::broker::Outgoing;
use crate::chat::person_key;
use crate::chat::rate::Verdict;
use crate::log::{AppendError, Mark, Record};
use chat_protocol::chat::{Destination, NewMessage, ReadRequest, RoomName, UserName, header};
use chat_protocol::code::Code;
use chat_protocol::session::{ServerEvent, Ticket};
use chat_protocol::stomp::Headers;
use std::time::{Duration, Instant};

/// Header names the server writes itself; a client's own values for them are dropped.
pub(super) const RESERVED: &[&str] = &[
    "redelivered",
    "original-destination",
    "delivery-count",
    "session",
    "user-name",
    "login",
    "passcode",
    header::PREV,
    header::SENDER,
    header::TIMESTAMP,
    header::KIND,
    header::DUPLICATE,
];

impl Link {
    pub(super) fn send(&mut self, event: ServerEvent, now: Instant) -> Step {
        let ServerEvent::Send { ticket, destination, headers, body } = &event else {
            return Step::Done;
        };
        let ticket = *ticket;
        if !self.appends.is_empty() && self.is_fatal(Action::Send, destination) {
            // An ERROR is the last word; the posts before it get their receipts first.
            return Step::Hold(event);
        }
        let Some(user) = self.permitted(ticket, Action::Send, destination) else {
            return Step::Done;
        };
        match destination {
            Destination::Room(room) | Destination::AppRoom(room) => {
                match self.may_send(&user, Some(room), now) {
                    Rate::Now if !self.enter(ticket, &user, room, now) => {}
                    Rate::Now => self.post(ticket, user, room.clone(), headers, body),
                    Rate::Later => return Step::Hold(event),
                    Rate::Never(wait) => self.too_fast(ticket, wait),
                }
            }
            Destination::AppTyping(room) => {
                self.ctx.chat.type_in(room, &user, now);
                self.session.confirm(ticket, &[]);
            }
            Destination::AppRead(room) => match self.may_mark(&user, now) {
                Rate::Now => self.mark(ticket, user, room.clone(), body),
                Rate::Later => return Step::Hold(event),
                Rate::Never(wait) => self.too_fast(ticket, wait),
            },
            Destination::AppHistory(_)
            | Destination::AppRooms
            | Destination::AppMentions
            | Destination::AppSearch
                if !self.appends.is_empty() =>
            {
                return Step::Hold(event);
            }
            Destination::AppHistory(room) => {
                self.ask_history(ticket, room.clone(), headers, body);
            }
            Destination::AppRooms => self.ask_rooms(ticket, user, headers),
            Destination::AppMentions => self.ask_mentions(ticket, user, headers, body),
            Destination::AppSearch => match self.may_send(&user, None, now) {
                Rate::Now => self.ask_search(ticket, headers, body),
                Rate::Later => return Step::Hold(event),
                Rate::Never(wait) => self.too_fast(ticket, wait),
            },
            other => match self.may_send(&user, None, now) {
                Rate::Now if self.is_kept(other) => {
                    self.enqueue(ticket, &user, other, headers, body, now);
                }
                Rate::Now => {
                    self.publish(&user, other, headers, body);
                    self.session.confirm(ticket, &[]);
                }
                Rate::Later => return Step::Hold(event),
                Rate::Never(wait) => self.too_fast(ticket, wait),
            },
        }
        Step::Done
    }

    /// Whether a queue may hold what is sent there.
    fn is_kept(&self, to: &Destination) -> bool {
        match to {
            Destination::Queue(_) | Destination::TempQueue(_) | Destination::ReplyQueue(_) => true,
            Destination::Topic(_) => self.ctx.queues.keeps_topics(),
            _ => false,
        }
    }

    pub(super) fn too_fast(&mut self, ticket: Ticket, wait: Duration) {
        let text = "too many messages; slow down and try again";
        self.session.refuse(ticket, Code::RateLimited, text, Some(wait));
    }

    fn post(
        &mut self,
        ticket: Ticket,
        sender: UserName,
        room: RoomName,
        headers: &Headers,
        body: &[u8],
    ) {
        let value = |name| headers.get(name).map(|value| value.as_str());
        let (content_type, key) = (value("content-type"), value(header::IDEMPOTENCY_KEY));
        match NewMessage::from_send(content_type, key, body, &self.ctx.settings.text) {
            Ok(NewMessage { post, key }) => {
                let room = self.ctx.chat.shown(&room);
                let record = Record { room, sender, key, post };
                let answer = Answer::Posted(self.ctx.log.append_quietly(record));
                self.appends.push_back((ticket, answer));
            }
            Err(error) => self.turn_down(ticket, error.code, &error.message, None),
        }
    }

    fn mark(&mut self, ticket: Ticket, person: UserName, room: RoomName, body: &[u8]) {
        let request = match ReadRequest::from_json(body) {
            Ok(request) => request,
            Err(error) => return self.turn_down(ticket, error.code, &error.message, None),
        };
        let Some(offset) = self.ctx.projection.offset_of(&request.id) else {
            let error = AppendError::UnknownMessage;
            return self.turn_down(ticket, error.code(), &error.to_string(), None);
        };
        let answer = Answer::Marked(self.ctx.log.mark(Mark { room, person, offset }));
        self.appends.push_back((ticket, answer));
    }

    /// To a plain topic, or to the connections of a person. A `/user/…` destination is shown under
    /// the name it is subscribed to.
    fn publish(&mut self, user: &UserName, to: &Destination, headers: &Headers, body: &[u8]) {
        let hub = &self.ctx.hub;
        let id = hub.message_id();
        let (key, shown) = match to {
            Destination::UserQueue(queue) => (person_key(user, queue), queue.to_string()),
            Destination::PersonQueue { user, queue } => {
                (person_key(user, queue), queue.to_string())
            }
            plain => (plain.to_string(), plain.to_string()),
        };
        let mut out = vec![("destination", shown.as_str()), (header::MESSAGE_ID, id.as_str())];
        out.extend(headers.forwarded(RESERVED));
        let from = Some(self.conn.id);
        let message = Outgoing { headers: &out, body, ephemeral: false, from };
        hub.publish_plain(to, &key, &message);
    }

    /// Whether the room may be posted to or joined; else the frame has been refused.
    pub(super) fn enter(
        &mut self,
        ticket: Ticket,
        user: &UserName,
        room: &RoomName,
        now: Instant,
    ) -> bool {
        let entered = self.ctx.chat.enter(room, user, self.is_free(), now);
        if let Err((code, wait)) = entered {
            let text = match code {
                Code::Forbidden => "there are as many rooms as there may be; use one of them",
                _ => "too many new rooms; use one there is, or try again later",
            };
            self.session.refuse(ticket, code, text, wait);
        }
        entered.is_ok()
    }

    /// Whether the peer is held to no rate.
    pub(super) fn is_free(&self) -> bool {
        self.peer.ip().to_canonical().is_loopback() && !self.ctx.settings.rates.loopback
    }

    /// First the socket is left unread, so that order is kept; only then is a message refused.
    pub(super) fn may_send(
        &mut self,
        user: &UserName,
        room: Option<&RoomName>,
        now: Instant,
    ) -> Rate {
        if self.is_free() {
            return Rate::Now;
        }
        let verdict = self.ctx.chat.rate(user, room, now);
        self.pace(verdict, now)
    }

    /// The same for saying how far one has read.
    fn may_mark(&mut self, user: &UserName, now: Instant) -> Rate {
        if self.is_free() {
            return Rate::Now;
        }
        let verdict = self.ctx.chat.rate_mark(user, now);
        self.pace(verdict, now)
    }

    fn pace(&mut self, verdict: Verdict, now: Instant) -> Rate {
        let patience = self.ctx.settings.rates.patience;
        match verdict {
            Verdict::Ok => {
                self.slowed = None;
                Rate::Now
            }
            Verdict::Wait(wait) => {
                let since = self.slowed.map_or(now, |(since, _)| since);
                if now + wait > since + patience {
                    self.slowed = None;
                    return Rate::Never(wait);
                }
                self.slowed = Some((since, now + wait));
                Rate::Later
            }
        }
    }
}

pub(super) enum Rate {
    Now,
    Later,
    Never(Duration),
}
