//! The frames that await the application's answer, in frame order. Knows no frame format.

use super::{SubscriptionKey, Ticket};
use crate::code::Code;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// What a frame changes once it is confirmed.
pub(super) enum Effect {
    Nothing,
    /// A SUBSCRIBE; its reservation is given back when it is refused.
    Subscribe(SubscriptionKey),
    /// A SUBSCRIBE to `/user/queue/errors`.
    Listen(SubscriptionKey, Option<Arc<str>>),
    Unsubscribe(SubscriptionKey),
    Disconnect,
}

pub(super) enum Answer {
    /// With the encoded RECEIPT, when one was asked for.
    Confirmed(Option<Bytes>),
    Refused(Refusal),
}

pub(super) struct Refusal {
    pub code: Code,
    pub message: String,
    pub retry_after: Option<Duration>,
}

/// What is remembered of a frame until its answer leaves.
pub(super) struct Pending {
    pub receipt: Option<String>,
    pub correlation_id: Option<String>,
    pub effect: Effect,
    answer: Option<Answer>,
}

impl Pending {
    pub(super) fn new(
        receipt: Option<String>,
        correlation_id: Option<String>,
        effect: Effect,
    ) -> Self {
        Self { receipt, correlation_id, effect, answer: None }
    }
}

#[derive(Default)]
pub(super) struct Tickets {
    /// The ticket of the queue's front.
    first: u64,
    queue: VecDeque<Pending>,
    unanswered: usize,
}

impl Tickets {
    pub(super) fn open(&mut self, pending: Pending) -> Ticket {
        let ticket = Ticket(self.first.saturating_add(self.queue.len() as u64));
        self.queue.push_back(pending);
        self.unanswered += 1;
        ticket
    }

    /// The frame behind a ticket that is still to be answered.
    pub(super) fn awaiting(&self, ticket: Ticket) -> Option<&Pending> {
        let index = usize::try_from(ticket.0.checked_sub(self.first)?).ok()?;
        self.queue.get(index).filter(|pending| pending.answer.is_none())
    }

    pub(super) fn answer(&mut self, ticket: Ticket, answer: Answer) {
        let Some(index) = ticket.0.checked_sub(self.first).and_then(|i| usize::try_from(i).ok())
        else {
            return;
        };
        if let Some(pending) = self.queue.get_mut(index)
            && pending.answer.is_none()
        {
            pending.answer = Some(answer);
            self.unanswered -= 1;
        }
    }

    /// Takes the oldest frame when it has its answer.
    pub(super) fn settle(&mut self) -> Option<(Pending, Answer)> {
        let answer = self.queue.front_mut()?.answer.take()?;
        let pending = self.queue.pop_front()?;
        self.first += 1;
        if self.queue.is_empty() {
            // An idle session owns no queue.
            self.queue = VecDeque::new();
        }
        Some((pending, answer))
    }

    /// Forgets every frame and gives those answered before `until` (all for `None`), in order.
    pub(super) fn abandon(&mut self, until: Option<Ticket>) -> Vec<(Pending, Answer)> {
        let count = until.map_or(u64::MAX, |ticket| ticket.0.saturating_sub(self.first));
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.unanswered = 0;
        self.first = self.first.saturating_add(self.queue.len() as u64);
        let with_answer = |mut pending: Pending| {
            let answer = pending.answer.take()?;
            Some((pending, answer))
        };
        self.queue.drain(..).take(count).filter_map(with_answer).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn unanswered(&self) -> usize {
        self.unanswered
    }
}
