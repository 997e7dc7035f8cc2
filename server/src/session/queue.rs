//! What is owed: the queues a connection reads and fills, and its acknowledgements.

use super::answer::Answer;
use super::events::Wanted;
use super::post::RESERVED;
use super::{Link, PAUSE_AT};
use crate::broker::queue::{ConsumerId, Message, Source, expiry};
use crate::broker::queue_broker::{Debt, Owed, Reader, Refusal, Stored, Target};
use crate::broker::{Interest, Subscription};
use crate::chat::person_key;
use bytes::Bytes;
use chat_protocol::chat::{Destination, UserName};
use chat_protocol::code::Code;
use chat_protocol::session::server::SubscriptionKey;
use chat_protocol::session::{AckMode, AckRef, Ticket, UnknownAck};
use chat_protocol::stomp::Headers;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

/// What a connection has that reads queues, acknowledges, or has queues of its own.
pub(super) struct Owing {
    readings: HashMap<SubscriptionKey, Reading>,
    /// Queues of this connection alone.
    temporary: BTreeSet<Arc<str>>,
    /// What has been delivered and not been acknowledged.
    pub(super) owed: Owed,
}

/// A subscription that reads a queue.
struct Reading {
    id: ConsumerId,
    reader: Arc<Reader>,
    /// Its own queue, when it is a topic's; it ends with it.
    own: Option<Arc<str>>,
    /// The durable subscription behind it.
    durable: Option<Arc<str>>,
    /// It reads queues by a pattern.
    wildcard: bool,
}

impl Link {
    pub(super) fn owing(&mut self) -> &mut Owing {
        let (hub, conn) = (&self.ctx.hub, &self.conn);
        self.owing.get_or_insert_with(|| {
            let session = format!("{}.{}", hub.run(), conn.id);
            let owed = Arc::new(Debt::new(&session));
            let (readings, temporary) = (HashMap::new(), BTreeSet::new());
            Box::new(Owing { readings, temporary, owed })
        })
    }

    /// A SUBSCRIBE to a queue.
    pub(super) fn subscribe_queue(&mut self, wanted: Wanted, to: Destination, now: Instant) {
        let wildcard = matches!(to, Destination::Pattern(_));
        if wildcard && self.refuses_wildcard(&wanted) {
            return;
        }
        let mut reader = self.reader(&wanted);
        let source = match to {
            Destination::Queue(name) => Source::Queue(name),
            Destination::Pattern(pattern) => Source::Pattern(pattern),
            other => {
                reader = reader.shown_as(other.to_string().into());
                Source::Queue(self.temporary(&other))
            }
        };
        self.read(wanted, reader, &source, None, now);
    }

    pub(super) fn read(
        &mut self,
        wanted: Wanted,
        reader: Reader,
        source: &Source,
        durable: Option<Arc<str>>,
        now: Instant,
    ) {
        if let Err(full) = self.ctx.queues.check(source) {
            let refusal = Refusal::from(full);
            return self.turn_down(wanted.ticket, refusal.code(), &refusal.to_string(), None);
        }
        self.confirm_first(&wanted);
        let reader = Arc::new(reader);
        let id = self.ctx.queues.subscribe(reader.clone(), source, &wanted.options, now);
        let wildcard = matches!(source, Source::Pattern(_));
        let reading = Reading { id, reader, own: None, durable, wildcard };
        self.owing().readings.insert(wanted.key, reading);
    }

    pub(super) fn reader(&mut self, wanted: &Wanted) -> Reader {
        let Wanted { key, id, version, options, .. } = wanted;
        let owed = self.owing().owed.clone();
        Reader::new(self.conn.clone(), *key, id.clone(), options.ack, *version, owed)
    }

    /// A subscription to a topic or room that acknowledges.
    pub(super) fn open_tapped(&mut self, wanted: &Wanted, interest: Interest<'_>) -> Subscription {
        let queue: Arc<str> = format!("subscription {} {}", self.conn.id, wanted.key.0).into();
        let filter = interest.filter.clone().unwrap_or_default();
        let durable = wanted.durable.as_ref().map(|(key, _)| key.clone());
        let reader = self.reader(wanted);
        let (id, tap, reader) =
            self.ctx.queues.tap(&queue, filter, reader, &wanted.options, durable.as_ref());
        let reading = Reading { id, reader, own: Some(queue), durable, wildcard: false };
        self.owing().readings.insert(wanted.key, reading);
        Subscription::tapped(self.ctx.hub.clone(), &interest, tap)
    }

    /// Wildcard subscriptions to queues.
    pub(super) fn queue_wildcards(&self) -> usize {
        let readings = self.owing.iter().flat_map(|owing| owing.readings.values());
        readings.filter(|reading| reading.wildcard).count()
    }

    /// Whether more may be put before the reader of this subscription.
    pub(super) fn may_pull(&self, key: SubscriptionKey, limit: usize) -> bool {
        let reading = self.owing.as_ref().and_then(|owing| owing.readings.get(&key));
        let own = reading.and_then(|reading| reading.own.as_ref());
        own.is_none_or(|queue| self.ctx.queues.waiting(queue) <= limit)
    }

    /// Readers whose outbox was full get more.
    pub(super) fn refill(&mut self, now: Instant) {
        let Some(owing) = self.owing.as_ref().filter(|owing| owing.owed.is_stalled()) else {
            return;
        };
        if !self.drained_to(PAUSE_AT, now) {
            return;
        }
        owing.owed.resume();
        let stalled = owing.readings.values().filter(|reading| reading.reader.is_stalled());
        let stalled: Vec<_> = stalled.map(|reading| reading.id).collect();
        self.ctx.queues.drained(&stalled, now);
    }

    /// Ends one reader: what it has not acknowledged goes to others, or with it.
    pub(super) fn end_reading(&mut self, key: SubscriptionKey, now: Instant) -> Option<Arc<str>> {
        let owing = self.owing.as_mut()?;
        let reading = owing.readings.remove(&key)?;
        owing.owed.unsettled.lock().end(key);
        self.ctx.queues.leave(&[reading.id], now);
        self.finish_reading(&reading, now);
        reading.durable
    }

    /// Ends all readers at once, so that none gets what another had, and the queues of this
    /// connection alone.
    pub(super) fn end_readings(&mut self, now: Instant) {
        for (_, answer) in &self.appends {
            if let Answer::Stored(_, Some(durable)) = answer {
                self.ctx.queues.release(durable.key());
            }
        }
        let Some(owing) = &mut self.owing else { return };
        let readings: Vec<_> = owing.readings.drain().map(|(_, reading)| reading).collect();
        let temporary = std::mem::take(&mut owing.temporary);
        let ids: Vec<_> = readings.iter().map(|reading| reading.id).collect();
        self.ctx.queues.leave(&ids, now);
        for reading in &readings {
            self.finish_reading(reading, now);
        }
        for queue in temporary {
            self.ctx.queues.delete(&queue, now);
        }
    }

    fn finish_reading(&self, reading: &Reading, now: Instant) {
        if let Some(queue) = &reading.own {
            self.ctx.queues.delete(queue, now);
        }
        if let Some(durable) = &reading.durable {
            self.ctx.queues.release(durable);
        }
    }

    /// The queue behind one's own `/temp-queue/…`, by the name others reach it under.
    pub(super) fn temporary(&mut self, destination: &Destination) -> Arc<str> {
        let name: Arc<str> = self.reply_queue(&destination.to_string()).into();
        if self.owing().temporary.insert(name.clone()) {
            self.ctx.queues.create_temporary(&name);
        }
        name
    }

    /// How others name this connection's `/temp-queue/…`.
    pub(super) fn reply_queue(&self, temporary: &str) -> String {
        let name = temporary.strip_prefix("/temp-queue/").unwrap_or(temporary);
        format!("/reply-queue/{}.{}/{name}", self.ctx.hub.run(), self.conn.id)
    }

    /// ACK or NACK.
    pub(super) fn settle(&mut self, ticket: Ticket, reference: &AckRef, ok: bool, now: Instant) {
        let settled = self.owing().owed.unsettled.lock().settle(reference);
        match settled {
            Ok(settled) => {
                let stored = self.ctx.queues.settle(&settled.deliveries, ok, now);
                self.answer_when(ticket, stored);
            }
            Err(unknown) => {
                self.session.fail(Some(ticket), UnknownAck::CODE, &unknown.to_string());
            }
        }
    }

    /// The receipt leaves when the store has decided, or at once.
    pub(super) fn answer_when(&mut self, ticket: Ticket, stored: Option<Stored>) {
        match stored {
            Some(stored) => self.appends.push_back((ticket, Answer::Stored(stored, None))),
            None => self.session.confirm(ticket, &[]),
        }
    }

    /// A SEND that a queue keeps.
    pub(super) fn enqueue(
        &mut self,
        ticket: Ticket,
        user: &UserName,
        to: &Destination,
        headers: &Headers,
        body: &Bytes,
        now: Instant,
    ) {
        let sent = self.addressed(user, to, headers, body, now).and_then(|(target, message)| {
            let sent = self.ctx.queues.send(target, message, now);
            sent.map_err(|refusal| (refusal.code(), refusal.to_string()))
        });
        match sent {
            Ok(stored) => self.answer_when(ticket, stored),
            Err((code, text)) => self.turn_down(ticket, code, &text, None),
        }
    }

    /// A message of this connection and where it goes.
    pub(super) fn addressed(
        &mut self,
        user: &UserName,
        to: &Destination,
        headers: &Headers,
        body: &Bytes,
        now: Instant,
    ) -> Result<(Target, Message), (Code, String)> {
        let mut shown = to.to_string();
        let target = match to {
            Destination::Queue(name) => Target::Queue(name.clone()),
            Destination::TempQueue(_) => Target::Queue(self.temporary(to)),
            Destination::ReplyQueue(name) => Target::Reply(name.clone()),
            Destination::UserQueue(queue) => {
                Target::Topic { key: person_key(user, queue), to: to.clone() }
            }
            Destination::PersonQueue { user, queue } => {
                shown = queue.to_string();
                Target::Topic { key: person_key(user, queue), to: to.clone() }
            }
            plain => Target::Topic { key: plain.to_string(), to: plain.clone() },
        };
        let value = |name| headers.get(name).map(|value| value.as_str());
        let expires = expiry(value("expires"), now, self.ctx.queues.wall())
            .map_err(|_| (Code::BadHeader, "expires must be ms since 1970, or 0".to_owned()))?;
        let mut carried = Headers::new();
        for (name, value) in headers.forwarded(RESERVED) {
            match name {
                "reply-to" if value.starts_with("/temp-queue/") => {
                    carried.push(name, &self.reply_queue(value));
                }
                _ => carried.push(name, value),
            }
        }
        let message = Message {
            message_id: self.ctx.hub.message_id().into(),
            destination: shown.into(),
            headers: carried,
            body: body.clone(),
            persistent: value("persistent") == Some("true"),
            expires,
            sender: Some(self.conn.id),
        };
        Ok((target, message))
    }

    /// UNSUBSCRIBE.
    pub(super) fn unsubscribe_from(
        &mut self,
        ticket: Ticket,
        key: SubscriptionKey,
        forget: bool,
        now: Instant,
    ) {
        self.unsubscribe(key, now);
        let durable = self.end_reading(key, now);
        let stored = match durable.filter(|_| forget) {
            Some(durable) => self.ctx.queues.forget(&durable, now),
            None => None,
        };
        self.answer_when(ticket, stored);
    }
}

impl Wanted {
    /// Whether plain fan-out will not do.
    pub(super) fn is_owed(&self) -> bool {
        self.options.ack != AckMode::Auto || self.durable.is_some()
    }
}
