//! Changes that are with the log: what is handed in, and what follows from its decision.

use super::super::hub::Outgoing;
use super::super::queue::{Change, Outcome, Step};
use super::{Answer, Publication, QueueBroker, State};
use crate::log::{AppendError, Batch, Decision, QueueOp, Record};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Instant;

impl QueueBroker {
    /// Gives a change to the log, which decides about it later.
    pub(super) fn hand_in(
        &self,
        state: &mut State,
        change: Change,
        waiting: Waiting,
        now: Instant,
    ) {
        let Change { mut ops, steps } = change;
        let Waiting { records, answer, publications } = waiting;
        let unwritten = std::mem::take(&mut state.unwritten);
        let mut again = unwritten.clone();
        // What is deleted stays deleted, whatever is said about it.
        if answer.is_none() || ops.iter().any(|op| matches!(op, QueueOp::Forget { .. })) {
            again.extend(ops.iter().filter(|op| is_removal(op)).cloned());
        }
        ops.extend(unwritten);
        let pending = Pending { steps, again, answer, publications, durables: durables(&ops) };
        let pending = Arc::new(Mutex::new(pending));
        let (me, theirs) = (self.me.clone(), pending.clone());
        let decided = Box::new(move |decision: Decision<'_>| {
            if let Some(me) = me.upgrade() {
                me.decided(&mut theirs.lock(), decision);
            }
        });
        if self.log.commit(Batch { records, ops, decided }).is_err() {
            let mut pending = pending.lock();
            self.apply(state, &mut pending, Verdict::Refused, now);
            pending.tell(Err(AppendError::Unavailable));
        }
    }

    /// The log has decided; on its thread.
    fn decided(&self, pending: &mut Pending, decision: Decision<'_>) {
        let (verdict, result) = match decision {
            Decision::Committed(_) => (Verdict::Committed, Ok(())),
            Decision::Refused(error) => (Verdict::Refused, Err(error)),
            Decision::InDoubt => (Verdict::InDoubt, Err(AppendError::Failed)),
        };
        let now = Instant::now();
        let mut state = self.state.lock();
        let before = state.queues.poll_timeout();
        self.apply(&mut state, pending, verdict, now);
        self.note_due(&state, before);
        drop(state);
        if verdict == Verdict::Committed {
            pending.publications.drain(..).for_each(|publication| self.publish(&publication));
        }
        pending.tell(result);
    }

    fn apply(&self, state: &mut State, pending: &mut Pending, verdict: Verdict, now: Instant) {
        let steps = match verdict {
            Verdict::InDoubt => {
                // What was only to be counted need not wait until the store works again.
                let counted = |step: &mut Step| matches!(step, Step::Counted { .. });
                pending.steps.extract_if(.., counted).collect()
            }
            _ => std::mem::take(&mut pending.steps),
        };
        match verdict {
            Verdict::InDoubt => {}
            Verdict::Committed => {
                for (key, position) in pending.durables.drain(..) {
                    match position {
                        Some(position) => state.durables.advance(&key, position),
                        None => state.durables.stored(&key),
                    }
                }
            }
            Verdict::Refused => {
                state.unwritten.append(&mut pending.again);
                for (key, _) in pending.durables.drain(..).filter(|(_, at)| at.is_none()) {
                    let kept = self.drop_durable(state, &key);
                    state.unwritten.extend(kept);
                }
            }
        }
        let outcome = match verdict {
            Verdict::Refused => Outcome::Refused,
            Verdict::Committed | Verdict::InDoubt => Outcome::Stored,
        };
        let effects = state.queues.decide(&steps, outcome, now);
        self.run(state, effects, now);
    }

    pub(super) fn publish(&self, publication: &Publication) {
        let Publication { key, to, message } = publication;
        let mut headers: Vec<(&str, &str)> =
            vec![("destination", &message.destination), ("message-id", &message.message_id)];
        headers.extend(message.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let from = message.sender;
        let outgoing = Outgoing { headers: &headers, body: &message.body, ephemeral: false, from };
        self.hub.publish_plain(to, key, &outgoing);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Committed,
    Refused,
    InDoubt,
}

/// What hangs on a commit beside the queues.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) records: Vec<Record>,
    pub(super) answer: Option<Answer>,
    pub(super) publications: Vec<Publication>,
}

/// A change that is with the log.
struct Pending {
    steps: Vec<Step>,
    /// What must be written some time, should it be refused.
    again: Vec<QueueOp>,
    answer: Option<Answer>,
    publications: Vec<Publication>,
    /// Durable subscriptions and how far they have come; `None` for new ones.
    durables: Vec<(Arc<str>, Option<Arc<str>>)>,
}

impl Pending {
    fn tell(&mut self, result: Result<(), AppendError>) {
        if let Some(answer) = self.answer.take() {
            // Who has gone away does not wait for the answer.
            let _ = answer.send(result);
        }
    }
}

fn is_removal(op: &QueueOp) -> bool {
    matches!(op, QueueOp::Remove { .. } | QueueOp::Move { .. } | QueueOp::Forget { .. })
}

fn durables(ops: &[QueueOp]) -> Vec<(Arc<str>, Option<Arc<str>>)> {
    let durable = |op: &QueueOp| match op {
        QueueOp::Advance { key, position } => Some((key.clone(), Some(position.clone()))),
        QueueOp::Subscribe(durable) => Some((durable.key.clone(), None)),
        _ => None,
    };
    ops.iter().filter_map(durable).collect()
}
