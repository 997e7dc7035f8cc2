//! What the client asked for, one event after the other, as far as each can be answered now.

use super::answer::{Answer, Decided};
use super::post::Rate;
use super::{Link, PAUSE_AT};
use crate::auth::{Action, authorise};
use crate::broker::Filter;
use crate::chat::Who;
use crate::chat::presence::Leave;
use crate::log::{AppendError, Appended};
use chat_protocol::chat::{Destination, MessageId, UserName, header};
use chat_protocol::code::Code;
use chat_protocol::session::server::SubscriptionKey;
use chat_protocol::session::{ServerEvent, SubscribeOptions, Ticket};
use chat_protocol::stomp::{Headers, Version};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// When a sender may try again after the store has refused.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What became of an event.
pub(super) enum Step {
    Done,
    /// Not now: everything behind it waits too.
    Hold(ServerEvent),
}

/// A SUBSCRIBE.
pub(super) struct Wanted {
    pub ticket: Ticket,
    pub id: Option<Arc<str>>,
    pub key: SubscriptionKey,
    pub version: Version,
    pub user: UserName,
    pub headers: Headers,
    pub filter: Option<Filter>,
    pub options: SubscribeOptions,
    /// The durable subscription behind it, in a room, and where it goes on.
    pub durable: Option<(Arc<str>, Option<MessageId>)>,
}

impl Link {
    /// Answers events until there is none, or one that must wait.
    pub(super) fn drive(&mut self, now: Instant) {
        self.collect();
        self.answer_all(now);
        if !self.appends.is_empty() {
            // Only now, so that what came together is committed together.
            self.ctx.log.rouse();
        }
    }

    fn answer_all(&mut self, now: Instant) {
        loop {
            self.transmit();
            self.behind = self.must_wait(now);
            if self.behind {
                return;
            }
            let event = match self.held.take() {
                Some(event) => *event,
                None => match self.session.poll_event() {
                    Some(event) => event,
                    // It may have answered frames that need nobody else.
                    None => return self.transmit(),
                },
            };
            if let ServerEvent::Closed(closed) = event {
                self.over = Some(Box::new(closed));
                self.transmit();
                return;
            }
            if let Step::Hold(event) = self.answer(event, now) {
                self.held = Some(Box::new(event));
                self.behind = true;
                self.transmit();
                return;
            }
        }
    }

    fn must_wait(&mut self, now: Instant) -> bool {
        if self.session.is_closed() {
            self.held = None;
            return false;
        }
        self.request.is_some()
            || self.slowed.is_some_and(|(_, until)| now < until)
            || self.ctx.is_draining()
            || self.appends.len() >= self.ctx.settings.max_unanswered
            || !self.drained_to(PAUSE_AT, now)
    }

    /// Whether no more than this waits in the outbox. Else the outbox is written here, so that the
    /// socket wakes this task when there is room: what the flusher writes wakes nobody.
    pub(super) fn drained_to(&self, limit: usize, now: Instant) -> bool {
        if self.conn.backlog() > limit {
            self.conn.write(now);
        }
        self.conn.backlog() <= limit
    }

    /// Whether something more may be published. While too much waits to be delivered a SEND waits a
    /// little; then it, and those behind it, are refused until that is less.
    fn deliveries_keep_up(&mut self, now: Instant) -> Rate {
        if self.ctx.hub.congested().is_none() {
            self.jammed = None;
            return Rate::Now;
        }
        let since = *self.jammed.get_or_insert(now);
        if now < since + self.ctx.settings.overload_patience {
            return Rate::Later;
        }
        Rate::Never(RETRY_AFTER)
    }

    /// Everything the session has to say goes to the outbox.
    pub(super) fn transmit(&mut self) {
        if self.session.is_closed() {
            // An ERROR or the last RECEIPT is the last frame.
            self.silence();
        }
        while let Some(frame) = self.session.poll_transmit() {
            self.conn.push(&frame);
        }
    }

    fn answer(&mut self, event: ServerEvent, now: Instant) -> Step {
        if let ServerEvent::Send { ticket, .. } | ServerEvent::Commit { ticket, .. } = &event {
            match self.deliveries_keep_up(now) {
                Rate::Now => {}
                Rate::Later => return Step::Hold(event),
                Rate::Never(wait) => {
                    let text = "deliveries are behind; try again shortly";
                    self.session.refuse(*ticket, Code::Unavailable, text, Some(wait));
                    return Step::Done;
                }
            }
        }
        match event {
            ServerEvent::Connect { login, client_id, .. } => {
                self.client_id = client_id;
                self.connect(login.as_ref().map(|l| l.as_str()), now);
                Step::Done
            }
            ServerEvent::Send { .. } => self.send(event, now),
            ServerEvent::Settle { ticket, reference, ok } => {
                self.settle(ticket, &reference, ok, now);
                Step::Done
            }
            ServerEvent::Commit { ticket, actions } => match self.commit(ticket, actions, now) {
                Ok(()) => Step::Done,
                Err(actions) => Step::Hold(ServerEvent::Commit { ticket, actions }),
            },
            _ if !self.appends.is_empty() => Step::Hold(event),
            ServerEvent::Subscribe { ticket, id, subscription, destination, headers, options } => {
                if let (Some(user), Some(version)) =
                    (self.permitted(ticket, Action::Subscribe, &destination), self.version())
                {
                    let key = subscription;
                    let filter = Filter::new(options.selector.clone(), options.no_local);
                    let durable = None;
                    let wanted = Wanted {
                        ticket,
                        id,
                        key,
                        version,
                        user,
                        headers,
                        filter,
                        options,
                        durable,
                    };
                    self.subscribe(wanted, destination, now);
                }
                Step::Done
            }
            ServerEvent::Unsubscribe { ticket, subscription, forget, .. } => {
                self.unsubscribe_from(ticket, subscription, forget, now);
                Step::Done
            }
            ServerEvent::Disconnect { ticket } => {
                let how = self.who.as_ref().map_or(Leave::Said, |who| self.parting(&who.name, now));
                self.leave_rooms(how, now);
                self.session.confirm(ticket, &[]);
                Step::Done
            }
            ServerEvent::Closed(_) => Step::Done,
        }
    }

    fn connect(&mut self, login: Option<&str>, now: Instant) {
        match login.filter(|login| !login.is_empty()).map(UserName::parse).transpose() {
            Ok(Some(name)) => self.ask_spelling(name),
            Ok(None) => self.greet(None, now),
            Err(error) => self.session.fail(None, Code::BadUserName, &error.to_string()),
        }
    }

    /// CONNECTED, with the name as first used.
    pub(super) fn greet(&mut self, login: Option<UserName>, now: Instant) {
        match Who::claim(&self.ctx.chat, login) {
            Ok(who) => {
                let id = format!("{}.{}", self.ctx.hub.run(), self.conn.id);
                self.session.accept(&id, &who.name, now);
                self.who = Some(who);
                self.intake.connected(&self.ctx.settings);
            }
            Err(error) => self.session.fail(None, Code::BadUserName, &error.to_string()),
        }
    }

    /// Who asks, when that is allowed; else the frame has been answered.
    pub(super) fn permitted(
        &mut self,
        ticket: Ticket,
        action: Action,
        destination: &Destination,
    ) -> Option<UserName> {
        let Some(who) = &self.who else {
            self.session.fail(Some(ticket), Code::NotConnected, "CONNECT comes first");
            return None;
        };
        let user = who.name.clone();
        match authorise(&user, action, destination) {
            Ok(()) => Some(user),
            Err(refusal) => {
                self.turn_down(ticket, refusal.code, refusal.message, None);
                None
            }
        }
    }

    /// Whether asking this ends the connection.
    pub(super) fn is_fatal(&self, action: Action, destination: &Destination) -> bool {
        let refused =
            self.who.as_ref().and_then(|who| authorise(&who.name, action, destination).err());
        refused.is_some_and(|refusal| refusal.code.is_fatal())
    }

    /// ERROR and close, or a refusal that leaves the connection sound, as the code says.
    pub(super) fn turn_down(
        &mut self,
        ticket: Ticket,
        code: Code,
        message: &str,
        retry_after: Option<Duration>,
    ) {
        if code.is_fatal() {
            self.session.fail(Some(ticket), code, message);
        } else {
            self.session.refuse(ticket, code, message, retry_after);
        }
    }

    /// Takes all answers there are: a commit decides many appends at once.
    fn collect(&mut self) {
        while let Some((_, answer)) = self.appends.front_mut() {
            match answer.look() {
                Some(decided) => self.answered(decided),
                None => return,
            }
        }
    }

    /// The oldest append has been decided.
    pub(super) fn answered(&mut self, decided: Decided) {
        let Some((ticket, answer)) = self.appends.pop_front() else { return };
        let durable = match answer {
            Answer::Stored(_, durable) => durable,
            Answer::Posted(_) | Answer::Marked(_) => None,
        };
        let now = Instant::now();
        match decided {
            Ok(None) => match durable {
                Some(durable) => self.begin_durable(*durable, now),
                None => self.session.confirm(ticket, &[]),
            },
            Ok(Some(Appended { id, duplicate })) => {
                let duplicate = if duplicate { "true" } else { "false" };
                let headers = [(header::MESSAGE_ID, id.as_str()), (header::DUPLICATE, duplicate)];
                self.session.confirm(ticket, &headers);
            }
            Err(error) => {
                let (message, retry) = match error {
                    AppendError::Full => ("the server's disk is full; try again later", true),
                    AppendError::Failed => {
                        ("the server's store failed; try again with the same key", true)
                    }
                    AppendError::Unavailable => {
                        ("the store has too much to do; try again shortly", true)
                    }
                    AppendError::UnknownMessage => {
                        ("this message is not in this room, no longer kept, or deleted", false)
                    }
                    AppendError::NotTheAuthor => {
                        ("only who wrote a message may edit or delete it; answer it instead", false)
                    }
                    AppendError::TooManyReactions => {
                        ("the message bears too many emoji; react with one that is there", false)
                    }
                };
                self.turn_down(ticket, error.code(), message, retry.then_some(RETRY_AFTER));
            }
        }
    }

    pub(super) fn version(&self) -> Option<Version> {
        self.session.version()
    }
}
