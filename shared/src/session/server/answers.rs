//! What leaves for the client: RECEIPTs and refusals in frame order, whole MESSAGEs, and the one
//! ERROR that ends a session.

use super::requests::Violation;
use super::tickets::{Answer, Effect, Pending, Refusal};
use super::{Phase, ServerSession, SubscriptionKey, Ticket, VIOLATION_WAIT, handshake};
use crate::chat::{Destination, header};
use crate::code::Code;
use crate::session::{Closed, heartbeat};
use crate::stomp::{Command, Frame, Version, encode_frame};
use bytes::Bytes;
use std::time::Duration;

impl ServerSession {
    /// The frame was processed: RECEIPT (when asked for) with these further headers.
    pub fn confirm(&mut self, ticket: Ticket, headers: &[(&str, &str)]) {
        let Some(pending) = self.tickets.awaiting(ticket) else { return };
        let receipt = pending.receipt.as_deref().map(|id| {
            let receipt = Frame::new(Command::Receipt).with("receipt-id", id);
            let receipt =
                headers.iter().fold(receipt, |frame, (name, value)| frame.with(name, value));
            encode_frame(&receipt, self.wire_version())
        });
        self.tickets.answer(ticket, Answer::Confirmed(receipt));
        self.settle();
    }

    /// Sound but refused: a MESSAGE on the client's `/user/queue/errors` subscription, in frame
    /// order and no RECEIPT; without such a subscription ERROR and close.
    pub fn refuse(
        &mut self,
        ticket: Ticket,
        code: Code,
        message: &str,
        retry_after: Option<Duration>,
    ) {
        let Some(pending) = self.tickets.awaiting(ticket) else { return };
        if let Effect::Subscribe(key) | Effect::Listen(key, _) = &pending.effect {
            self.subscriptions.remove(*key);
        }
        let refusal = Refusal { code, message: message.to_owned(), retry_after };
        self.tickets.answer(ticket, Answer::Refused(refusal));
        self.settle();
    }

    /// The frame broke the protocol (`None`: the connection as a whole): ERROR (with the frame's
    /// receipt-id), then close. RECEIPTs of earlier frames that have been answered leave first;
    /// frames that have not are forgotten.
    pub fn fail(&mut self, ticket: Option<Ticket>, code: Code, message: &str) {
        let receipt = match (ticket, &self.phase) {
            (Some(ticket), _) => self.tickets.awaiting(ticket).and_then(|p| p.receipt.as_deref()),
            (None, Phase::Connecting(handshake)) => handshake.receipt.as_deref(),
            (None, _) => None,
        };
        let violation = Violation::new(code, message, receipt);
        self.end_with(ticket, violation);
    }

    /// A whole MESSAGE for one subscription, after what is queued already. `headers` are without
    /// `subscription`. `false` when the client no longer holds the subscription.
    pub fn message(&mut self, key: SubscriptionKey, headers: &[(&str, &str)], body: Bytes) -> bool {
        let Some(held) = self.subscriptions.get(key).filter(|_| !self.is_closed()) else {
            return false;
        };
        let message = addressed(held.id.as_deref());
        let message = headers.iter().fold(message, |frame, (name, value)| frame.with(name, value));
        let bytes = encode_frame(&message.body(body), self.wire_version());
        self.out.push_back(bytes);
        true
    }

    /// The client broke the protocol. Earlier frames are answered first, so that their RECEIPTs
    /// are not lost, but not for ever; nothing more is read meanwhile (row E09).
    pub(super) fn violate(&mut self, violation: Violation) {
        self.held = Vec::new();
        if self.tickets.is_empty() {
            self.end_with(None, violation);
        } else {
            self.violation = Some((Box::new(violation), self.now + VIOLATION_WAIT));
        }
    }

    /// Lets go of what has been answered, as far as frame order allows.
    fn settle(&mut self) {
        while let Some((pending, answer)) = self.tickets.settle() {
            match answer {
                Answer::Confirmed(receipt) => self.settle_confirmed(pending.effect, receipt),
                Answer::Refused(refusal) => {
                    if let Err(violation) = self.settle_refused(&pending, &refusal) {
                        self.end_with(None, violation);
                    }
                }
            }
        }
        if self.tickets.is_empty()
            && let Some((violation, _)) = self.violation.take()
        {
            self.end_with(None, *violation);
        }
    }

    fn settle_confirmed(&mut self, effect: Effect, receipt: Option<Bytes>) {
        self.out.extend(receipt);
        match effect {
            Effect::Nothing | Effect::Subscribe(_) => {}
            Effect::Listen(key, id) => self.listeners.push((key, id)),
            Effect::Unsubscribe(key) => self.listeners.retain(|(listener, _)| *listener != key),
            Effect::Disconnect => self.end(Closed::disconnected()),
        }
    }

    /// The refusal as MESSAGE, or as the violation it becomes when nobody listens for it.
    fn settle_refused(&mut self, pending: &Pending, refusal: &Refusal) -> Result<(), Violation> {
        let Some((_, id)) = self.listeners.first() else {
            let receipt = pending.receipt.as_deref();
            return Err(Violation::new(refusal.code, &refusal.message, receipt));
        };
        let message = addressed(id.as_deref());
        self.refusals += 1;
        let message_id = format!("{}-e{}", self.session_id, self.refusals);
        let code = refusal.code.as_str();
        let mut message = message
            .with("destination", &Destination::Errors.to_string())
            .with(header::MESSAGE_ID, &message_id)
            .with(header::CODE, code);
        if let Some(receipt) = &pending.receipt {
            message = message.with("receipt-id", receipt);
        }
        if let Some(correlation_id) = &pending.correlation_id {
            message = message.with(header::CORRELATION_ID, correlation_id);
        }
        if let Some(delay) = refusal.retry_after {
            message = message.with(header::RETRY_AFTER, &heartbeat::millis(delay).to_string());
        }
        let body = serde_json::json!({ "code": code, "message": refusal.message }).to_string();
        let message = message.with("content-type", "application/json").body(body);
        let bytes = encode_frame(&message, self.wire_version());
        self.out.push_back(bytes);
        Ok(())
    }

    pub(super) fn end_silent(&mut self) {
        let text = "nothing was heard from the client for too long";
        self.release(None);
        self.queue_error(&Violation::new(Code::HeartBeatTimeout, text, None));
        self.end(Closed::silent());
    }

    /// The one ERROR of this session. What was answered of the frames before `until` leaves first.
    pub(super) fn end_with(&mut self, until: Option<Ticket>, violation: Violation) {
        if self.is_closed() {
            return;
        }
        self.release(until);
        self.queue_error(&violation);
        self.end(Closed::error(violation.code, &violation.message, violation.receipt.as_deref()));
    }

    fn release(&mut self, until: Option<Ticket>) {
        for (pending, answer) in self.tickets.abandon(until) {
            match answer {
                Answer::Confirmed(receipt) => self.out.extend(receipt),
                // Unheard refusals give way to the ERROR that is about to leave (row L07).
                Answer::Refused(refusal) => drop(self.settle_refused(&pending, &refusal)),
            }
        }
    }

    fn queue_error(&mut self, violation: &Violation) {
        let mut error = Frame::new(Command::Error)
            .with(header::CODE, violation.code.as_str())
            .with("message", &violation.message);
        if violation.code == Code::UnsupportedVersion {
            error = error.with("version", handshake::VERSIONS);
        }
        if let Some(receipt) = &violation.receipt {
            error = error.with("receipt-id", receipt);
        }
        // With the charset: stompit takes `text/plain` alone for a sign to read on, and breaks.
        let error =
            error.with("content-type", "text/plain;charset=utf-8").body(violation.message.clone());
        let bytes = encode_frame(&error, self.wire_version());
        self.out.push_back(bytes);
    }

    fn end(&mut self, closed: Closed) {
        self.phase = Phase::Closed;
        self.transactions.abort_all();
        self.violation = None;
        self.held = Vec::new();
        self.closed = Some(Box::new(closed));
    }

    /// Before a version is agreed on, values leave as raw as they came.
    fn wire_version(&self) -> Version {
        match &self.phase {
            Phase::Connecting(handshake) => handshake.version,
            _ => self.version.unwrap_or(Version::V1_0),
        }
    }
}

/// A MESSAGE with its `subscription`, which a 1.0 client may not have named.
fn addressed(id: Option<&str>) -> Frame {
    let message = Frame::new(Command::Message);
    match id {
        Some(id) => message.with("subscription", id),
        None => message,
    }
}
