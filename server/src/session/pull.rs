//! What a connection reads from the store: replays, pulled no faster than the outbox drains, and
//! requests, answered one at a time.

use super::Link;
use crate::chat::message::{self, RoomMessage};
use crate::chat::replay::{self, Asked, Lost, Progress, Stage};
use crate::chat::requests;
use crate::projection::{Bounds, ReadError};
use bytes::Bytes;
use chat_protocol::chat::{Destination, HistoryRequest, RoomName, SearchRequest, UserName, header};
use chat_protocol::code::Code;
use chat_protocol::session::Ticket;
use chat_protocol::session::server::SubscriptionKey;
use chat_protocol::stomp::Headers;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// The next page is read when less than this waits in the outbox.
const REFILL_AT: usize = 32 * 1024;
/// How long somebody who connects waits for the spelling of the name at most.
const SPELLING_PATIENCE: Duration = Duration::from_millis(500);
/// Between two tries of a read that failed.
const RETRY: Duration = Duration::from_millis(100);

type Reading<T, E = ReadError> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;
/// A reply's body, or why there is none.
type Body = Result<Vec<u8>, (Code, String)>;
pub(super) type Outcome = Result<Progress, ReadError>;

pub(super) enum Reply {
    Spelling(UserName),
    Body(Body),
}

/// One replay.
pub(super) struct Pull {
    key: SubscriptionKey,
    room: RoomName,
    stage: Stage,
    lost: Option<Lost>,
    /// Something has been delivered.
    begun: bool,
    reading: Option<Reading<Progress>>,
    /// Reads have failed since then.
    failing: Option<Instant>,
    /// A failed read is tried again then.
    retry_at: Option<Instant>,
}

/// What is being read for the frame at hand.
pub(super) enum Request {
    /// How a name was first spelt, for CONNECTED.
    Spelling(Pin<Box<dyn Future<Output = UserName> + Send>>),
    Body {
        ticket: Ticket,
        correlation_id: Option<String>,
        reading: Reading<Vec<u8>, (Code, String)>,
    },
}

impl Pull {
    pub fn new(key: SubscriptionKey, room: RoomName, asked: Asked) -> Self {
        let stage = Stage::Asked(asked);
        let (reading, failing, retry_at) = (None, None, None);
        Self { key, room, stage, lost: None, begun: false, reading, failing, retry_at }
    }

    pub fn key(&self) -> SubscriptionKey {
        self.key
    }

    /// The read at work.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        match &mut self.reading {
            Some(reading) => reading.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

impl Request {
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Reply> {
        match self {
            Self::Spelling(reading) => reading.as_mut().poll(cx).map(Reply::Spelling),
            Self::Body { reading, .. } => reading.as_mut().poll(cx).map(Reply::Body),
        }
    }
}

impl Link {
    /// Starts the front replay's next read, when the outbox has room for it.
    pub(super) fn pull(&mut self, now: Instant) {
        if self.pulls.is_empty() || self.ctx.is_draining() {
            return;
        }
        let drained = self.drained_to(REFILL_AT, now);
        let projection = self.ctx.projection.clone();
        let may = self.pulls.front().is_some_and(|pull| self.may_pull(pull.key, REFILL_AT));
        let Some(pull) = self.pulls.front_mut().filter(|_| may) else { return };
        let rested = pull.retry_at.is_none_or(|at| at <= now);
        if pull.reading.is_none() && drained && rested {
            let (room, stage) = (pull.room.clone(), pull.stage.clone());
            pull.retry_at = None;
            pull.reading =
                Some(Box::pin(async move { replay::step(&projection, &room, stage).await }));
        }
    }

    /// When a failed read is tried again.
    pub(super) fn pull_deadline(&self) -> Option<Instant> {
        self.pulls.front().and_then(|pull| pull.retry_at)
    }

    pub(super) fn pulled(&mut self, outcome: Outcome, now: Instant) {
        let patience = self.ctx.settings.stall;
        let Some(pull) = self.pulls.front_mut() else { return };
        pull.reading = None;
        match outcome {
            Ok(progress) => {
                pull.failing = None;
                self.deliver(progress, now);
            }
            Err(_) if now < *pull.failing.get_or_insert(now) + patience => {
                pull.retry_at = Some(now + RETRY);
            }
            Err(error) => {
                let text = "the history could not be read; connect again to go on from there";
                self.session.fail(None, error.code(), text);
            }
        }
    }

    fn deliver(&mut self, progress: Progress, now: Instant) {
        let Some(pull) = self.pulls.front_mut() else { return };
        let Some((_, held)) = self.subscriptions.iter_mut().find(|(key, _)| *key == pull.key)
        else {
            self.pulls.pop_front();
            return;
        };
        let Some(live) = &mut held.live else { return };
        if pull.begun && progress.lost.is_some() {
            // The newest page cannot replace what has been delivered already, with a hole between.
            let text = "messages were removed while they were replayed; connect again to go on";
            return self.session.fail(None, Code::Unavailable, text);
        }
        pull.begun |= !progress.entries.is_empty();
        for entry in &progress.entries {
            let message = RoomMessage::new(entry);
            live.push(&message.headers(), &message.body);
        }
        pull.lost = progress.lost.or(pull.lost.take());
        pull.stage = progress.next;
        if let Stage::CaughtUp(offset) = pull.stage {
            let sync = replay::sync(&self.ctx.projection, offset, pull.lost.clone()).to_json();
            let destination = message::room_destination(&self.ctx.chat.shown(&pull.room));
            let id = self.ctx.hub.message_id();
            let mut headers = message::event_headers(&destination, &id).to_vec();
            headers.push((header::KIND, "sync"));
            if live.go_live_at(offset, |live| live.push(&headers, &sync)) {
                self.pulls.pop_front();
            }
        }
        self.conn.write(now);
    }

    pub(super) fn ask_history(
        &mut self,
        ticket: Ticket,
        room: RoomName,
        headers: &Headers,
        body: &[u8],
    ) {
        let Some(correlation_id) = self.reply_to(ticket, headers) else { return };
        match HistoryRequest::from_json(body) {
            Ok(request) => {
                let projection = self.ctx.projection.clone();
                let settings = &self.ctx.settings;
                let most = Bounds { messages: settings.history, bytes: settings.history_bytes };
                let reading = Box::pin(async move {
                    let page = requests::history(&projection, &room, &request, most).await;
                    page.map_err(|e| (e.code(), e.to_string()))
                });
                self.request = Some(Box::new(Request::Body { ticket, correlation_id, reading }));
            }
            Err(error) => self.turn_down(ticket, error.code, &error.message, None),
        }
    }

    pub(super) fn ask_search(&mut self, ticket: Ticket, headers: &Headers, body: &[u8]) {
        let Some(correlation_id) = self.reply_to(ticket, headers) else { return };
        match SearchRequest::from_json(body) {
            Ok(request) => {
                let projection = self.ctx.projection.clone();
                let settings = &self.ctx.settings;
                let most = Bounds { messages: request.limit, bytes: settings.history_bytes };
                let reading =
                    Box::pin(async move { requests::search(&projection, request, most).await });
                self.request = Some(Box::new(Request::Body { ticket, correlation_id, reading }));
            }
            Err(error) => self.turn_down(ticket, error.code, &error.message, None),
        }
    }

    /// People are shown as they first were. A store that is busy or broken keeps nobody out: then
    /// it is as it was claimed.
    pub(super) fn ask_spelling(&mut self, name: UserName) {
        let projection = self.ctx.projection.clone();
        self.request = Some(Box::new(Request::Spelling(Box::pin(async move {
            let first = timeout(SPELLING_PATIENCE, projection.person(&name)).await;
            first.ok().and_then(Result::ok).flatten().unwrap_or(name)
        }))));
    }

    pub(super) fn ask_rooms(&mut self, ticket: Ticket, headers: &Headers) {
        let Some(correlation_id) = self.reply_to(ticket, headers) else { return };
        let body = self.ctx.chat.rooms_reply();
        self.say_reply(ticket, correlation_id.as_deref(), body);
    }

    /// The request's correlation id, when there is somewhere to answer to; else it has been refused.
    fn reply_to(&mut self, ticket: Ticket, headers: &Headers) -> Option<Option<String>> {
        if self.session.subscription_to(&Destination::Replies).is_none() {
            let text = "subscribe to /user/queue/replies first, where the answer goes";
            self.session.refuse(ticket, Code::Forbidden, text, None);
            return None;
        }
        let value = headers.get(header::CORRELATION_ID);
        Some(value.map(|value| value.as_str().to_owned()))
    }

    pub(super) fn requested(&mut self, reply: Reply, now: Instant) {
        match (self.request.take().map(|request| *request), reply) {
            (_, Reply::Spelling(name)) => self.greet(Some(name), now),
            (Some(Request::Body { ticket, correlation_id, .. }), Reply::Body(Ok(body))) => {
                self.say_reply(ticket, correlation_id.as_deref(), body);
            }
            (Some(Request::Body { ticket, .. }), Reply::Body(Err((code, text)))) => {
                let again = matches!(code, Code::Unavailable | Code::StorageFailed);
                self.turn_down(ticket, code, &text, again.then_some(Duration::from_secs(1)));
            }
            (_, Reply::Body(_)) => {}
        }
    }

    /// RECEIPT first, then the answer.
    fn say_reply(&mut self, ticket: Ticket, correlation_id: Option<&str>, body: Vec<u8>) {
        self.session.confirm(ticket, &[]);
        let Some(key) = self.session.subscription_to(&Destination::Replies) else { return };
        let destination = Destination::Replies.to_string();
        let id = self.ctx.hub.message_id();
        let mut headers = message::event_headers(&destination, &id).to_vec();
        headers.extend(correlation_id.map(|id| (header::CORRELATION_ID, id)));
        self.session.message(key, &headers, Bytes::from(body));
    }
}
