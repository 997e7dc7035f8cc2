//! Acknowledgements and transactions. A SEND joins a transaction by its `transaction` header, a
//! SUBSCRIBE asks for `ack:client` or `ack:client-individual` by its headers.

use super::ClientSession;
use crate::stomp::{Command, Frame, Headers, Version};
use std::time::Instant;

impl ClientSession {
    /// ACK of a MESSAGE with these headers, named as the version wants it. `false` too when the
    /// headers are not those of a message that wants one.
    pub fn ack(
        &mut self,
        message: &Headers,
        transaction: Option<&str>,
        receipt: Option<&str>,
        now: Instant,
    ) -> bool {
        self.settle(Command::Ack, message, transaction, receipt, now)
    }

    /// NACK, the same way. `false` too in a 1.0 session, which has none.
    pub fn nack(
        &mut self,
        message: &Headers,
        transaction: Option<&str>,
        receipt: Option<&str>,
        now: Instant,
    ) -> bool {
        self.version != Version::V1_0
            && self.settle(Command::Nack, message, transaction, receipt, now)
    }

    /// The transaction's name is this connection's own.
    pub fn begin(&mut self, transaction: &str, receipt: Option<&str>, now: Instant) -> bool {
        self.transaction(Command::Begin, transaction, receipt, now)
    }

    pub fn commit(&mut self, transaction: &str, receipt: Option<&str>, now: Instant) -> bool {
        self.transaction(Command::Commit, transaction, receipt, now)
    }

    pub fn abort(&mut self, transaction: &str, receipt: Option<&str>, now: Instant) -> bool {
        self.transaction(Command::Abort, transaction, receipt, now)
    }

    fn transaction(
        &mut self,
        command: Command,
        transaction: &str,
        receipt: Option<&str>,
        now: Instant,
    ) -> bool {
        self.request(Frame::new(command).with("transaction", transaction), receipt, &[], now)
    }

    fn settle(
        &mut self,
        command: Command,
        message: &Headers,
        transaction: Option<&str>,
        receipt: Option<&str>,
        now: Instant,
    ) -> bool {
        // What the frame calls it, and what the MESSAGE called it.
        let names: &[(&str, &str)] = match self.version {
            Version::V1_0 => &[("message-id", "message-id")],
            Version::V1_1 => &[("message-id", "message-id"), ("subscription", "subscription")],
            Version::V1_2 => &[("id", "ack")],
        };
        let mut frame = Frame::new(command);
        for (name, of_message) in names {
            let Some(value) = message.get(of_message) else { return false };
            frame = frame.with(name, value.as_str());
        }
        if let Some(transaction) = transaction {
            frame = frame.with("transaction", transaction);
        }
        self.request(frame, receipt, &[], now)
    }
}
