//! COMMIT: everything of a transaction, or nothing.

use super::Link;
use super::post::Rate;
use crate::auth::Action;
use crate::broker::queue_broker::Transaction;
use crate::log::Record;
use chat_protocol::chat::{Destination, NewMessage, header};
use chat_protocol::code::Code;
use chat_protocol::session::{Ticket, TransactionAction};
use std::time::Instant;

/// It is not this transaction's turn yet.
struct Later;

impl Link {
    /// COMMIT.
    pub(super) fn commit(
        &mut self,
        ticket: Ticket,
        actions: Vec<TransactionAction>,
        now: Instant,
    ) -> Result<(), Vec<TransactionAction>> {
        let mut transaction = Transaction::default();
        for action in &actions {
            match self.enlist(ticket, action, &mut transaction, now) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(Later) => return Err(actions),
            }
        }
        let owed = self.owing().owed.clone();
        match self.ctx.queues.transact(transaction, &owed, now) {
            Ok(stored) => self.answer_when(ticket, stored),
            Err(refusal) => {
                self.turn_down(ticket, refusal.code(), &refusal.to_string(), None);
            }
        }
        Ok(())
    }

    /// `false`: the COMMIT has been answered.
    fn enlist(
        &mut self,
        ticket: Ticket,
        action: &TransactionAction,
        transaction: &mut Transaction,
        now: Instant,
    ) -> Result<bool, Later> {
        let (to, headers, body) = match action {
            TransactionAction::Settle { reference, ok } => {
                transaction.settles.push((reference.clone(), *ok));
                return Ok(true);
            }
            TransactionAction::Send { destination, headers, body } => (destination, headers, body),
        };
        let Some(user) = self.permitted(ticket, Action::Send, to) else { return Ok(false) };
        let user = user.clone();
        let room = match to {
            Destination::Room(room) | Destination::AppRoom(room) => Some(room),
            _ => None,
        };
        match self.may_send(&user, room, now) {
            Rate::Now => {}
            Rate::Later => return Err(Later),
            Rate::Never(wait) => {
                self.too_fast(ticket, wait);
                return Ok(false);
            }
        }
        if room.is_some_and(|room| !self.enter(ticket, &user, room, now)) {
            return Ok(false);
        }
        let added = match (to, room) {
            (_, Some(room)) => {
                let value = |name| headers.get(name).map(|value| value.as_str());
                let (content_type, key) = (value("content-type"), value(header::IDEMPOTENCY_KEY));
                NewMessage::from_send(content_type, key, body, &self.ctx.settings.text)
                    .map_err(|error| (error.code, error.message))
                    .and_then(|NewMessage { post, key }| {
                        // Whether such a post may be is only known when it is written.
                        if post.target().is_some() {
                            let text = "edits, deletes and reactions cannot be part of a \
                                        transaction; send them outside of it";
                            return Err((Code::Forbidden, text.to_owned()));
                        }
                        let room = self.ctx.chat.shown(room);
                        let record = Record { room, sender: user, key, post };
                        transaction.records.push(record);
                        Ok(())
                    })
            }
            (
                Destination::AppHistory(_)
                | Destination::AppRooms
                | Destination::AppRead(_)
                | Destination::AppMentions
                | Destination::AppTyping(_)
                | Destination::AppSearch,
                _,
            ) => {
                let text = "requests cannot be part of a transaction; send them outside of it";
                Err((Code::Forbidden, text.to_owned()))
            }
            (to, None) => self
                .addressed(&user, to, headers, body, now)
                .map(|addressed| transaction.sends.push(addressed)),
        };
        match added {
            Ok(()) => Ok(true),
            Err((code, text)) => {
                self.turn_down(ticket, code, &text, None);
                Ok(false)
            }
        }
    }
}
