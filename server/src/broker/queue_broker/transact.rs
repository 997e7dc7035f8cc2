//! What is sent, alone or in a transaction: to queues, to topics that keep for somebody, to rooms.

use super::super::queue::{Change, Full, Message, Outcome};
use super::{Owed, Publication, QueueBroker, State, Stored, Waiting};
use crate::log::Record;
use chat_protocol::chat::Destination;
use chat_protocol::code::Code;
use chat_protocol::session::{AckRef, UnknownAck};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::oneshot;

/// Where a message goes.
#[derive(Debug, Clone)]
pub enum Target {
    Queue(Arc<str>),
    /// A queue of some connection, which has to be there.
    Reply(Arc<str>),
    /// A plain topic or a person, by its key in the hub.
    Topic {
        key: String,
        to: Destination,
    },
}

/// All of it, or nothing.
#[derive(Default)]
pub struct Transaction {
    /// To rooms.
    pub records: Vec<Record>,
    pub sends: Vec<(Target, Message)>,
    pub settles: Vec<(AckRef, bool)>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Full(#[from] Full),
    #[error("nobody has this reply queue any more")]
    Gone,
    #[error(transparent)]
    UnknownAck(#[from] UnknownAck),
}

impl Refusal {
    pub fn code(&self) -> Code {
        match self {
            Self::Full(_) => Code::QueueFull,
            Self::Gone => Code::Unavailable,
            Self::UnknownAck(_) => UnknownAck::CODE,
        }
    }
}

impl QueueBroker {
    /// One message. `None`: it has arrived; else the store decides.
    pub fn send(
        &self,
        target: Target,
        message: Message,
        now: Instant,
    ) -> Result<Option<Stored>, Refusal> {
        let sends = vec![(target, message)];
        self.apply_all(Transaction { sends, ..Transaction::default() }, None, now)
    }

    /// A transaction of the connection that owes `owed`. What is acknowledged in one that the store
    /// refuses later goes back to its queue.
    pub fn transact(
        &self,
        transaction: Transaction,
        owed: &Owed,
        now: Instant,
    ) -> Result<Option<Stored>, Refusal> {
        self.apply_all(transaction, Some(owed), now)
    }

    fn apply_all(
        &self,
        transaction: Transaction,
        owed: Option<&Owed>,
        now: Instant,
    ) -> Result<Option<Stored>, Refusal> {
        let Transaction { records, sends, settles } = transaction;
        let mut state = self.state.lock();
        let before = state.queues.poll_timeout();
        let mut change = Change::default();
        let prepared = state.prepare(sends, &settles, owed, &mut change);
        let publications = match prepared {
            Ok(publications) => publications,
            Err(refusal) => {
                let effects = state.queues.decide(&change.steps, Outcome::Refused, now);
                self.run(&mut state, effects, now);
                return Err(refusal);
            }
        };
        if change.ops.is_empty() && records.is_empty() {
            let effects = state.queues.decide(&change.steps, Outcome::Stored, now);
            self.run(&mut state, effects, now);
            self.note_due(&state, before);
            drop(state);
            publications.iter().for_each(|publication| self.publish(publication));
            return Ok(None);
        }
        let (answer, stored) = oneshot::channel();
        let waiting = Waiting { records, answer: Some(answer), publications };
        self.hand_in(&mut state, change, waiting, now);
        self.note_due(&state, before);
        Ok(Some(stored))
    }
}

impl State {
    fn prepare(
        &mut self,
        sends: Vec<(Target, Message)>,
        settles: &[(AckRef, bool)],
        owed: Option<&Owed>,
        change: &mut Change,
    ) -> Result<Vec<Publication>, Refusal> {
        let mut publications = Vec::new();
        for (target, message) in sends {
            publications.extend(self.route(target, Arc::new(message), change)?);
        }
        let Some(owed) = owed else { return Ok(publications) };
        let settled =
            owed.unsettled.lock().settle_all(settles.iter().map(|(reference, _)| reference))?;
        for (settled, (_, ok)) in settled.into_iter().zip(settles) {
            self.settle(&settled.deliveries, *ok, change);
        }
        Ok(publications)
    }

    fn route(
        &mut self,
        target: Target,
        message: Arc<Message>,
        change: &mut Change,
    ) -> Result<Option<Publication>, Refusal> {
        match target {
            Target::Queue(name) => self.queues.send(&name, &message, change)?,
            Target::Reply(name) => {
                if self.queues.len(&name).is_none() {
                    return Err(Refusal::Gone);
                }
                self.queues.send(&name, &message, change)?;
            }
            Target::Topic { key, to } => {
                for queue in self.durables.keeping(&to, &message) {
                    self.queues.send(&queue, &message, change)?;
                }
                return Ok(Some(Publication { key, to, message }));
            }
        }
        Ok(None)
    }
}
