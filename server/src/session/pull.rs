//! Replays: pulled from the store no faster than the outbox drains.

use super::Link;
use crate::chat::message::{self, RoomMessage};
use crate::chat::replay::{self, Asked, Lost, Progress, Stage};
use crate::projection::ReadError;
use chat_protocol::chat::{RoomName, header};
use chat_protocol::code::Code;
use chat_protocol::session::server::SubscriptionKey;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// The next page is read when less than this waits in the outbox.
const REFILL_AT: usize = 32 * 1024;
/// Between two tries of a read that failed.
const RETRY: Duration = Duration::from_millis(100);

pub(super) type Reading<T> = Pin<Box<dyn Future<Output = Result<T, ReadError>> + Send>>;
pub(super) type Outcome = Result<Progress, ReadError>;

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
}
