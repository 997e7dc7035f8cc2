//! What a server session tells the application.

use super::SubscribeOptions;
use crate::chat::Destination;
use crate::session::Closed;
use crate::stomp::Headers;
use crate::text::PeerString;
use bytes::Bytes;
use std::sync::Arc;

/// One frame that awaits the application's answer. Answers may come in any order; RECEIPTs and
/// refusals leave in frame order (rows R05, R09).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What the client asked for. Every event but `Connect` and `Closed` carries a ticket, to be
/// answered exactly once by `confirm`, `refuse` or `fail`.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerEvent {
    /// Answer with `accept` or `fail`. `headers` are without `passcode`.
    Connect {
        login: Option<PeerString>,
        host: Option<PeerString>,
        /// Whose durable subscriptions these are, beside the login.
        client_id: Option<PeerString>,
        headers: Headers,
    },
    Send {
        ticket: Ticket,
        destination: Destination,
        headers: Headers,
        body: Bytes,
    },
    /// `id` is `None` only in a 1.0 session. The id is taken from now on, and free again when the
    /// frame is refused.
    Subscribe {
        ticket: Ticket,
        id: Option<Arc<str>>,
        subscription: SubscriptionKey,
        destination: Destination,
        options: SubscribeOptions,
        headers: Headers,
    },
    /// The subscription is already gone from the session when this is seen.
    Unsubscribe {
        ticket: Ticket,
        subscription: SubscriptionKey,
        destination: Destination,
        /// The durable subscription behind it is to be deleted.
        forget: bool,
    },
    /// ACK (`ok`) or NACK outside a transaction. To be looked up in the connection's [`Unsettled`].
    ///
    /// [`Unsettled`]: super::Unsettled
    Settle {
        ticket: Ticket,
        reference: AckRef,
        ok: bool,
    },
    /// COMMIT: all of it or nothing, in this order. The receipt means that everything in it is
    /// durable. The transaction's name is free from now on, also when it is refused.
    Commit {
        ticket: Ticket,
        actions: Vec<TransactionAction>,
    },
    /// The session answers the receipt itself when `confirm` is called, then closes.
    Disconnect {
        ticket: Ticket,
    },
    /// Nothing follows. What `poll_transmit` still gives must be written, then the link closed.
    Closed(Closed),
}

/// Names a subscription within its connection, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionKey(pub u32);

/// Which delivery an ACK or NACK is about, as each version names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AckRef {
    /// 1.2: the `ack` header of the MESSAGE.
    Ack(PeerString),
    /// 1.1: `message-id` and the `id` of its subscription, which may be unsubscribed by now.
    Delivery { message_id: PeerString, subscription: PeerString },
    /// 1.0: `message-id` alone.
    Message(PeerString),
}

/// One frame of a transaction, checked as far as the protocol alone can tell.
#[derive(Debug, Clone, PartialEq)]
pub enum TransactionAction {
    Send { destination: Destination, headers: Headers, body: Bytes },
    Settle { reference: AckRef, ok: bool },
}
