//! Transactions: frames that wait for their COMMIT. Ids belong to the connection (row T11), are free
//! again after COMMIT and ABORT (T10), and end with the connection (T06).

use super::requests::{Fault, fault, value};
use super::tickets::Effect;
use super::{ServerEvent, ServerSession, TransactionAction};
use crate::code::Code;
use crate::stomp::Frame;
use std::collections::HashMap;

/// What one connection may leave uncommitted (row T12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionLimits {
    /// Transactions open at a time, default 16.
    pub open: usize,
    /// SEND, ACK and NACK frames in one, default 256.
    pub frames: usize,
    /// Octets of headers and bodies in one, default 256 KiB.
    pub octets: usize,
}

impl Default for TransactionLimits {
    fn default() -> Self {
        Self { open: 16, frames: 256, octets: 256 * 1024 }
    }
}

#[derive(Default)]
pub(super) struct Transactions {
    open: HashMap<String, Transaction>,
}

#[derive(Default)]
struct Transaction {
    actions: Vec<TransactionAction>,
    octets: usize,
}

impl Transactions {
    /// All open ones are aborted.
    pub(super) fn abort_all(&mut self) {
        self.open = HashMap::new();
    }
}

impl ServerSession {
    pub(super) fn begin(&mut self, frame: &Frame) -> Result<Option<ServerEvent>, Fault> {
        let id = transaction(frame)?;
        let limit = self.config.transactions.open;
        let open = &mut self.transactions.open;
        if open.contains_key(id) {
            let text = "this transaction is open already; commit or abort it first";
            return Err(fault(Code::DuplicateTransaction, text));
        }
        if open.len() >= limit {
            let text = format!("a connection has at most {limit} open transactions; commit one");
            return Err((Code::TransactionTooLarge, text));
        }
        open.insert(id.to_owned(), Transaction::default());
        self.done(frame);
        Ok(None)
    }

    pub(super) fn commit(&mut self, frame: &Frame) -> Result<Option<ServerEvent>, Fault> {
        let actions = self.close_transaction(frame)?.actions;
        let ticket = self.open_ticket(frame, Effect::Nothing);
        Ok(Some(ServerEvent::Commit { ticket, actions }))
    }

    pub(super) fn abort(&mut self, frame: &Frame) -> Result<Option<ServerEvent>, Fault> {
        self.close_transaction(frame)?;
        self.done(frame);
        Ok(None)
    }

    /// Puts the frame into the transaction it names. Its receipt leaves at once (row R06).
    pub(super) fn enlist(
        &mut self,
        frame: &Frame,
        action: TransactionAction,
    ) -> Result<Option<ServerEvent>, Fault> {
        let limits = self.config.transactions;
        let open = self.transactions.open.get_mut(transaction(frame)?).ok_or_else(unknown)?;
        let headers: usize =
            frame.headers.iter().map(|(n, v)| n.as_str().len() + v.as_str().len()).sum();
        open.octets = open.octets.saturating_add(headers).saturating_add(frame.body.len());
        if open.actions.len() >= limits.frames || open.octets > limits.octets {
            let TransactionLimits { frames, octets, .. } = limits;
            let text = format!(
                "a transaction holds at most {frames} frames and {octets} octets; commit earlier"
            );
            return Err((Code::TransactionTooLarge, text));
        }
        open.actions.push(action);
        self.done(frame);
        Ok(None)
    }

    fn close_transaction(&mut self, frame: &Frame) -> Result<Transaction, Fault> {
        self.transactions.open.remove(transaction(frame)?).ok_or_else(unknown)
    }

    /// Answers a frame that the application need not see.
    fn done(&mut self, frame: &Frame) {
        let ticket = self.open_ticket(frame, Effect::Nothing);
        self.confirm(ticket, &[]);
    }
}

fn transaction(frame: &Frame) -> Result<&str, Fault> {
    value(frame, "transaction").ok_or_else(|| {
        let command = frame.command.as_str();
        (Code::MissingHeader, format!("{command} needs a transaction header"))
    })
}

fn unknown() -> Fault {
    fault(Code::UnknownTransaction, "there is no such open transaction here; send BEGIN first")
}
