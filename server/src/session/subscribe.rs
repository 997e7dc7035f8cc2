//! SUBSCRIBE and UNSUBSCRIBE: what each destination gives, and how it ends.

use super::Link;
use super::events::Wanted;
use super::pull::Pull;
use crate::broker::{Interest, Subscription};
use crate::chat::presence::Leave;
use crate::chat::{
    Chat, ROOMS_KEY, message, person_key, presence_key, replay, room_key, typing_key,
};
use chat_protocol::chat::pattern::Pattern;
use chat_protocol::chat::{Destination, PresenceEvent, RoomName, UserName, header};
use chat_protocol::code::Code;
use chat_protocol::session::AckMode;
use chat_protocol::session::server::SubscriptionKey;
use std::time::Instant;

/// A subscription and what its end must undo.
pub(super) struct Held {
    /// `None` once nothing may be delivered any more.
    pub live: Option<Subscription>,
    pub role: Role,
}

pub(super) enum Role {
    Plain,
    Wildcard,
    /// The room joined by it: the person is seen there.
    Joined(RoomName),
    /// The room whose people it is told of.
    Presence(RoomName),
}

impl Held {
    fn joined(&self) -> Option<&RoomName> {
        match &self.role {
            Role::Joined(room) => Some(room),
            _ => None,
        }
    }
}

impl Link {
    pub(super) fn subscribe(&mut self, wanted: Wanted, destination: Destination, now: Instant) {
        let queue = match &destination {
            Destination::Queue(_) | Destination::TempQueue(_) => true,
            Destination::Pattern(pattern) => pattern.as_str().starts_with("/queue/"),
            _ => false,
        };
        if queue {
            return self.subscribe_queue(wanted, destination, now);
        }
        let answers = matches!(
            destination,
            Destination::AppRooms | Destination::Replies | Destination::Errors
        );
        if answers && wanted.options.ack != AckMode::Auto {
            let text = "answers are not acknowledged; leave out ack";
            return self.session.fail(Some(wanted.ticket), Code::BadHeader, text);
        }
        let plain = matches!(
            destination,
            Destination::Topic(_) | Destination::Pattern(_) | Destination::UserQueue(_)
        );
        if wanted.filter.is_some() && !plain {
            let text = "selector and no-local are for plain topics, /topic/... and /user/queue/...";
            return self.session.fail(Some(wanted.ticket), Code::Unsupported, text);
        }
        if wanted.options.durable.is_some() {
            return self.subscribe_durable(wanted, destination, now);
        }
        match destination {
            Destination::Room(room) => self.subscribe_room(wanted, room, now),
            Destination::RoomPresence(room) => {
                let subscription = self.open(&wanted, presence_key(&room).as_str());
                self.confirm_first(&wanted);
                let chat = self.ctx.chat.clone();
                chat.with_people(&room, |list| {
                    tell_people(&chat, &room, &subscription, &list);
                    self.hold(wanted.key, subscription, Role::Presence(room.clone()), true);
                });
            }
            Destination::RoomTyping(room) => self.subscribe_live(wanted, &typing_key(&room)),
            Destination::Rooms => self.subscribe_live(wanted, ROOMS_KEY),
            Destination::AppRooms => {
                self.confirm_first(&wanted);
                self.list_rooms(wanted.key, wanted.user);
            }
            Destination::Replies | Destination::Errors => self.session.confirm(wanted.ticket, &[]),
            Destination::UserQueue(queue) => {
                let key = person_key(&wanted.user, &queue);
                self.subscribe_live(wanted, &key);
            }
            Destination::Reads => {
                let key = person_key(&wanted.user, &Destination::Reads.to_string());
                self.subscribe_live(wanted, &key);
            }
            Destination::Pattern(pattern) => self.subscribe_pattern(wanted, &pattern),
            other => self.subscribe_live(wanted, &other.to_string()),
        }
    }

    fn subscribe_live(&mut self, mut wanted: Wanted, key: &str) {
        let interest = Interest { key, filter: wanted.filter.take(), ..Interest::default() };
        let subscription = self.open(&wanted, interest);
        self.confirm_first(&wanted);
        self.hold(wanted.key, subscription, Role::Plain, true);
    }

    /// Whether this would be one wildcard too many, which has then been said.
    pub(super) fn refuses_wildcard(&mut self, wanted: &Wanted) -> bool {
        let most = self.ctx.settings.max_wildcards;
        let topics = self
            .subscriptions
            .iter()
            .filter(|(_, held)| matches!(held.role, Role::Wildcard))
            .count();
        let refused = topics + self.queue_wildcards() >= most;
        if refused {
            let text = format!("a connection has at most {most} wildcard subscriptions");
            self.session.fail(Some(wanted.ticket), Code::TooManySubscriptions, &text);
        }
        refused
    }

    fn subscribe_pattern(&mut self, mut wanted: Wanted, pattern: &Pattern) {
        if self.refuses_wildcard(&wanted) {
            return;
        }
        let filter = wanted.filter.take();
        let interest = Interest { key: pattern.as_str(), pattern: Some(pattern), filter };
        let subscription = self.open(&wanted, interest);
        self.confirm_first(&wanted);
        self.hold(wanted.key, subscription, Role::Wildcard, true);
    }

    pub(super) fn subscribe_room(&mut self, wanted: Wanted, room: RoomName, now: Instant) {
        let value = |name| wanted.headers.get(name).map(|value| value.as_str());
        let asked = match replay::Asked::from_headers(value(header::LAST), value(header::AFTER)) {
            Ok(asked) => match &wanted.durable {
                Some((_, Some(after))) => Some(replay::Asked::After(after.clone())),
                _ => asked,
            },
            Err((code, text)) => return self.session.fail(Some(wanted.ticket), code, text),
        };
        let seen = match value(header::PRESENCE) {
            None | Some("true") => true,
            Some("false") => false,
            Some(_) => {
                let text = "presence must be true or false";
                return self.session.fail(Some(wanted.ticket), Code::BadHeader, text);
            }
        };
        if seen && !self.enter(wanted.ticket, &wanted.user, &room, now) {
            return;
        }
        let subscription = self.open(&wanted, room_key(&room).as_str());
        self.confirm_first(&wanted);
        let role = if seen { Role::Joined(room.clone()) } else { Role::Plain };
        self.hold(wanted.key, subscription, role, asked.is_none());
        if let Some(asked) = asked {
            self.pulls.push_back(Pull::new(wanted.key, room.clone(), asked));
        }
        if seen {
            self.ctx.chat.join(&room, &wanted.user, now);
        }
    }

    fn open<'a>(&mut self, wanted: &Wanted, to: impl Into<Interest<'a>>) -> Subscription {
        if wanted.is_owed() {
            return self.open_tapped(wanted, to.into());
        }
        let (hub, conn) = (self.ctx.hub.clone(), self.conn.clone());
        Subscription::new(hub, conn, to.into(), wanted.id.as_deref(), wanted.version)
    }

    /// The RECEIPT goes ahead of the first message.
    pub(super) fn confirm_first(&mut self, wanted: &Wanted) {
        self.session.confirm(wanted.ticket, &[]);
        self.transmit();
    }

    fn hold(
        &mut self,
        key: SubscriptionKey,
        mut subscription: Subscription,
        role: Role,
        live: bool,
    ) {
        if live {
            subscription.go_live();
        }
        if self.subscriptions.is_empty() {
            self.subscriptions.reserve_exact(1);
        }
        self.subscriptions.push((key, Held { live: Some(subscription), role }));
    }

    pub(super) fn unsubscribe(&mut self, key: SubscriptionKey, now: Instant) {
        self.pulls.retain(|pull| pull.key() != key);
        let Some(at) = self.subscriptions.iter().position(|(held, _)| *held == key) else { return };
        let (_, held) = self.subscriptions.swap_remove(at);
        if let (Some(room), Some(who)) = (held.joined(), &self.who) {
            self.ctx.chat.leave(room, &who.name, self.parting(&who.name, now), now);
        }
    }

    /// How it counts that a person says goodbye: who comes and goes without end is not announced each
    /// time, but held for one whose link breaks.
    pub(super) fn parting(&self, user: &UserName, now: Instant) -> Leave {
        if self.is_free() || self.ctx.chat.may_part(user, now) { Leave::Said } else { Leave::Lost }
    }

    /// Who is there, once more, where a change of it was dropped because the reader was behind.
    pub(super) fn restate(&mut self) {
        if !self.conn.take_missed() {
            return;
        }
        for (_, held) in &self.subscriptions {
            if let (Role::Presence(room), Some(live)) = (&held.role, &held.live) {
                let chat = &self.ctx.chat;
                chat.with_people(room, |list| tell_people(chat, room, live, &list));
            }
        }
    }

    /// Nothing is delivered afterwards.
    pub(super) fn silence(&mut self) {
        self.pulls.clear();
        for (_, held) in &mut self.subscriptions {
            held.live = None;
        }
        self.end_readings(Instant::now());
    }

    /// Ends every subscription.
    pub(super) fn leave_rooms(&mut self, how: Leave, now: Instant) {
        self.pulls.clear();
        for (_, held) in std::mem::take(&mut self.subscriptions) {
            if let (Some(room), Some(who)) = (held.joined(), &self.who) {
                self.ctx.chat.leave(room, &who.name, how, now);
            }
        }
        self.end_readings(now);
    }
}

fn tell_people(chat: &Chat, room: &RoomName, to: &Subscription, list: &PresenceEvent) {
    let id = chat.hub.message_id();
    let destination = Destination::RoomPresence(chat.shown(room)).to_string();
    to.push(&message::event_headers(&destination, &id), &list.to_json());
}
