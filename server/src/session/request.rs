//! Requests: what a frame asks of the store, one at a time; the frames behind it wait.

use super::Link;
use crate::chat::{message, requests};
use crate::projection::Bounds;
use bytes::Bytes;
use chat_protocol::chat::{
    Destination, HistoryRequest, MentionsRequest, RoomName, SearchRequest, UserName, header,
};
use chat_protocol::code::Code;
use chat_protocol::session::Ticket;
use chat_protocol::session::server::SubscriptionKey;
use chat_protocol::stomp::Headers;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long somebody who connects waits for the spelling of the name at most.
const SPELLING_PATIENCE: Duration = Duration::from_millis(500);

type Found<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// A reply's body, or why there is none.
type Body = Result<Vec<u8>, (Code, String)>;

/// What is being read for the frame at hand.
pub(super) enum Request {
    /// How a name was first spelt, for CONNECTED.
    Spelling(Found<UserName>),
    /// The body of an answer on `/user/queue/replies`.
    Reply { ticket: Ticket, correlation_id: Option<String>, reading: Found<Body> },
    /// The body of the one message of a subscription.
    Message { key: SubscriptionKey, destination: Destination, reading: Found<Vec<u8>> },
}

/// What was found.
pub(super) enum Reply {
    Spelling(UserName),
    Body(Body),
}

impl Request {
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Reply> {
        match self {
            Self::Spelling(reading) => reading.as_mut().poll(cx).map(Reply::Spelling),
            Self::Reply { reading, .. } => reading.as_mut().poll(cx).map(Reply::Body),
            Self::Message { reading, .. } => {
                reading.as_mut().poll(cx).map(|body| Reply::Body(Ok(body)))
            }
        }
    }
}

impl Link {
    pub(super) fn ask_history(
        &mut self,
        ticket: Ticket,
        room: RoomName,
        headers: &Headers,
        body: &[u8],
    ) {
        match HistoryRequest::from_json(body) {
            Ok(request) => {
                let (projection, most) = (self.ctx.projection.clone(), self.most());
                self.ask(ticket, headers, async move {
                    let page = requests::history(&projection, &room, &request, most).await;
                    page.map_err(|e| (e.code(), e.to_string()))
                });
            }
            Err(error) => self.turn_down(ticket, error.code, &error.message, None),
        }
    }

    pub(super) fn ask_search(&mut self, ticket: Ticket, headers: &Headers, body: &[u8]) {
        match SearchRequest::from_json(body) {
            Ok(request) => {
                let projection = self.ctx.projection.clone();
                let most = Bounds { messages: request.limit, ..self.most() };
                self.ask(ticket, headers, async move {
                    requests::search(&projection, request, most).await
                });
            }
            Err(error) => self.turn_down(ticket, error.code, &error.message, None),
        }
    }

    pub(super) fn ask_mentions(
        &mut self,
        ticket: Ticket,
        user: UserName,
        headers: &Headers,
        body: &[u8],
    ) {
        match MentionsRequest::from_json(body) {
            Ok(request) => {
                let (projection, most) = (self.ctx.projection.clone(), self.most());
                self.ask(ticket, headers, async move {
                    let page = requests::mentions(&projection, &user, &request, most).await;
                    page.map_err(|e| (e.code(), e.to_string()))
                });
            }
            Err(error) => self.turn_down(ticket, error.code, &error.message, None),
        }
    }

    /// What an answer holds at most.
    fn most(&self) -> Bounds {
        let settings = &self.ctx.settings;
        Bounds { messages: settings.history, bytes: settings.history_bytes }
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

    pub(super) fn ask_rooms(&mut self, ticket: Ticket, user: UserName, headers: &Headers) {
        let (chat, projection) = (self.ctx.chat.clone(), self.ctx.projection.clone());
        self.ask(ticket, headers, async move {
            let reads = projection.read_states(&user).await;
            reads.map(|reads| chat.rooms_reply(reads)).map_err(|e| (e.code(), e.to_string()))
        });
    }

    /// The room list as the one message of a subscription; it comes without what one has read when
    /// the store cannot say that.
    pub(super) fn list_rooms(&mut self, key: SubscriptionKey, user: UserName) {
        let (chat, projection) = (self.ctx.chat.clone(), self.ctx.projection.clone());
        let reading = Box::pin(async move {
            chat.rooms_reply(projection.read_states(&user).await.unwrap_or_default())
        });
        let destination = Destination::AppRooms;
        self.request = Some(Box::new(Request::Message { key, destination, reading }));
    }

    /// Answers with what will have been read, when there is somewhere to answer to; else the frame
    /// is refused.
    fn ask(
        &mut self,
        ticket: Ticket,
        headers: &Headers,
        reading: impl Future<Output = Body> + Send + 'static,
    ) {
        if self.session.subscription_to(&Destination::Replies).is_none() {
            let text = "subscribe to /user/queue/replies first, where the answer goes";
            return self.session.refuse(ticket, Code::Forbidden, text, None);
        }
        let value = headers.get(header::CORRELATION_ID);
        let correlation_id = value.map(|value| value.as_str().to_owned());
        let reading = Box::pin(reading);
        self.request = Some(Box::new(Request::Reply { ticket, correlation_id, reading }));
    }

    pub(super) fn requested(&mut self, reply: Reply, now: Instant) {
        match (self.request.take().map(|request| *request), reply) {
            (_, Reply::Spelling(name)) => self.greet(Some(name), now),
            (Some(Request::Reply { ticket, correlation_id, .. }), Reply::Body(Ok(body))) => {
                self.session.confirm(ticket, &[]);
                if let Some(key) = self.session.subscription_to(&Destination::Replies) {
                    self.say(key, &Destination::Replies, correlation_id.as_deref(), body);
                }
            }
            (Some(Request::Reply { ticket, .. }), Reply::Body(Err((code, text)))) => {
                let again = matches!(code, Code::Unavailable | Code::StorageFailed);
                self.turn_down(ticket, code, &text, again.then_some(Duration::from_secs(1)));
            }
            (Some(Request::Message { key, destination, .. }), Reply::Body(Ok(body))) => {
                self.say(key, &destination, None, body);
            }
            (_, Reply::Body(_)) => {}
        }
    }

    fn say(
        &mut self,
        key: SubscriptionKey,
        destination: &Destination,
        correlation_id: Option<&str>,
        body: Vec<u8>,
    ) {
        let destination = destination.to_string();
        let id = self.ctx.hub.message_id();
        let mut headers = message::event_headers(&destination, &id).to_vec();
        headers.extend(correlation_id.map(|id| (header::CORRELATION_ID, id)));
        self.session.message(key, &headers, Bytes::from(body));
    }
}
