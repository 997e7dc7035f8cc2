//! Durable subscriptions: taken up, stored first when they are new, and read.

use super::Link;
use super::answer::Answer;
use super::events::Wanted;
use crate::broker::durable::{self, Durable};
use crate::broker::queue::Source;
use crate::broker::queue_broker::Begun;
use chat_protocol::chat::{Destination, MessageId, header};
use chat_protocol::code::Code;
use std::sync::Arc;
use std::time::Instant;

/// A durable subscription that waits for the store.
pub(super) struct Durably {
    wanted: Wanted,
    destination: Destination,
    key: Arc<str>,
    position: Option<Arc<str>>,
}

impl Durably {
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

impl Link {
    /// A SUBSCRIBE that is to outlast the connection.
    pub(super) fn subscribe_durable(&mut self, wanted: Wanted, to: Destination, now: Instant) {
        let Some(name) = wanted.options.durable.clone() else { return };
        let position = match &to {
            Destination::Room(_) => Some(self.ctx.projection.end().to_id().as_str().into()),
            Destination::Topic(_) | Destination::Pattern(_) => None,
            _ => {
                let text = "durable subscriptions are for rooms and plain topics";
                return self.session.fail(Some(wanted.ticket), Code::BadHeader, text);
            }
        };
        if [header::LAST, header::AFTER].iter().any(|name| wanted.headers.get(name).is_some()) {
            let text = "a durable subscription goes on where it was left; leave out last and after";
            return self.session.fail(Some(wanted.ticket), Code::BadHeader, text);
        }
        let client = self.client_id.as_ref().map_or("", |id| id.as_str());
        let key = durable::key(&wanted.user, client, name.as_str());
        let filter = wanted.filter.clone().unwrap_or_default();
        let durable = Durable { destination: to.clone(), filter, position: position.clone() };
        match self.ctx.queues.claim(&key, &durable, self.conn.id, now) {
            Ok(Begun::There(position)) => {
                self.begin_durable(Durably { wanted, destination: to, key, position }, now);
            }
            Ok(Begun::Storing(stored)) => {
                let ticket = wanted.ticket;
                let then = Box::new(Durably { wanted, destination: to, key, position });
                self.appends.push_back((ticket, Answer::Stored(stored, Some(then))));
            }
            Err(error) => {
                self.turn_down(wanted.ticket, error.code(), &error.to_string(), None);
            }
        }
    }

    pub(super) fn begin_durable(&mut self, durably: Durably, now: Instant) {
        let Durably { mut wanted, destination, key, position } = durably;
        if let Destination::Room(room) = destination {
            let after = position.and_then(|id| MessageId::parse(&id).ok());
            wanted.durable = Some((key, after));
            return self.subscribe_room(wanted, room, now);
        }
        let reader = self.reader(&wanted);
        // What it does not want is not kept for it.
        wanted.options.selector = None;
        wanted.options.no_local = false;
        self.read(wanted, reader, &Source::Queue(key.clone()), Some(key), now);
    }
}
