//! What each client frame asks for, checked as far as the protocol alone can tell. Whether the
//! client may do it is the application's to say.

use super::subscriptions::Subscription;
use super::tickets::{Effect, Pending};
use super::{
    AckRef, Phase, ServerEvent, ServerSession, SubscribeOptions, SubscriptionKey, Ticket,
    TransactionAction, options,
};
use crate::chat::destination::DestinationError;
use crate::chat::{Destination, header};
use crate::code::Code;
use crate::stomp::{Command, Frame, Version};
use crate::text::PeerString;
use std::sync::Arc;

/// The client broke the protocol.
pub(super) struct Violation {
    pub code: Code,
    pub message: String,
    pub receipt: Option<String>,
}

impl Violation {
    pub(super) fn new(code: Code, message: &str, receipt: Option<&str>) -> Self {
        Self { code, message: message.to_owned(), receipt: receipt.map(str::to_owned) }
    }
}

/// A fault before the frame's receipt is known to it.
pub(super) type Fault = (Code, String);

pub(super) fn fault(code: Code, message: &str) -> Fault {
    (code, message.to_owned())
}

impl ServerSession {
    pub(super) fn request(&mut self, frame: Frame) -> Result<Option<ServerEvent>, Violation> {
        let receipt = value(&frame, "receipt").map(str::to_owned);
        let opening = matches!(frame.command, Command::Connect | Command::Stomp);
        let result = match (&self.phase, opening) {
            (Phase::Waiting, true) => return self.connect(&frame).map(Some),
            (Phase::Waiting, false) => {
                Err(fault(Code::NotConnected, "the first frame must be CONNECT or STOMP"))
            }
            (_, true) => Err(fault(Code::AlreadyConnected, "CONNECT may be sent only once")),
            (_, false) => {
                self.check_receipt(receipt.as_deref()).and_then(|()| match frame.command {
                    Command::Send => self.send(frame),
                    Command::Subscribe => self.subscribe(frame).map(Some),
                    Command::Unsubscribe => self.unsubscribe(&frame).map(Some),
                    Command::Ack | Command::Nack => self.settlement(&frame),
                    Command::Begin => self.begin(&frame),
                    Command::Commit => self.commit(&frame),
                    Command::Abort => self.abort(&frame),
                    Command::Disconnect => Ok(Some(self.disconnect(&frame))),
                    _ => Err(fault(Code::BadCommand, "a client may not send this command")),
                })
            }
        };
        result.map_err(|(code, message)| Violation { code, message, receipt })
    }

    fn check_receipt(&self, receipt: Option<&str>) -> Result<(), Fault> {
        let limit = self.config.max_receipt;
        match receipt.map(str::len) {
            Some(octets) if octets == 0 || octets > limit => {
                Err((Code::BadReceipt, format!("a receipt value has 1 to {limit} octets")))
            }
            _ => Ok(()),
        }
    }

    fn send(&mut self, frame: Frame) -> Result<Option<ServerEvent>, Fault> {
        let destination = Destination::parse(destination(&frame)?).map_err(bad_destination)?;
        if value(&frame, "transaction").is_some() {
            let action = TransactionAction::Send {
                destination,
                headers: frame.headers.clone(),
                body: frame.body.clone(),
            };
            return self.enlist(&frame, action);
        }
        let ticket = self.open_ticket(&frame, Effect::Nothing);
        let Frame { headers, body, .. } = frame;
        Ok(Some(ServerEvent::Send { ticket, destination, headers, body }))
    }

    fn subscribe(&mut self, frame: Frame) -> Result<ServerEvent, Fault> {
        let id: Option<Arc<str>> = value(&frame, "id").map(Arc::from);
        if id.is_none() && self.version != Some(Version::V1_0) {
            return Err(fault(Code::MissingHeader, "SUBSCRIBE needs an id header"));
        }
        let options = SubscribeOptions::read(&frame)?;
        let destination = source(&frame)?;
        let limit = self.config.max_subscriptions;
        if self.subscriptions.len() >= limit {
            let text = format!("a connection has at most {limit} subscriptions; unsubscribe one");
            return Err((Code::TooManySubscriptions, text));
        }
        let held = Subscription {
            id: id.clone(),
            destination: destination.clone(),
            durable: options.durable.clone(),
        };
        let subscription = self.subscriptions.add(held).ok_or_else(|| {
            let text = "this subscription id is in use on this connection; choose another";
            fault(Code::DuplicateSubscription, text)
        })?;
        let effect = match destination {
            Destination::Errors => Effect::Listen(subscription, id.clone()),
            _ => Effect::Subscribe(subscription),
        };
        let ticket = self.open_ticket(&frame, effect);
        let Frame { headers, .. } = frame;
        Ok(ServerEvent::Subscribe { ticket, id, subscription, destination, options, headers })
    }

    fn unsubscribe(&mut self, frame: &Frame) -> Result<ServerEvent, Fault> {
        let key = match value(frame, "id") {
            Some(id) => self.subscriptions.by_id(id),
            None if self.version == Some(Version::V1_0) => {
                self.subscriptions.by_destination(&source(frame)?)
            }
            None => return Err(fault(Code::MissingHeader, "UNSUBSCRIBE needs an id header")),
        };
        let unknown = || fault(Code::UnknownSubscription, "there is no such subscription here");
        let subscription = key.ok_or_else(unknown)?;
        let forget = self.forgets(subscription, frame)?;
        let held = self.subscriptions.remove(subscription).ok_or_else(unknown)?;
        let ticket = self.open_ticket(frame, Effect::Unsubscribe(subscription));
        let destination = held.destination;
        Ok(ServerEvent::Unsubscribe { ticket, subscription, destination, forget })
    }

    /// Whether UNSUBSCRIBE is to delete the durable subscription: only one that this connection
    /// holds, and only by its own name.
    fn forgets(&self, key: SubscriptionKey, frame: &Frame) -> Result<bool, Fault> {
        let name = options::durable_name(frame);
        if !options::flag(frame, "durable")? && name.is_none() {
            return Ok(false);
        }
        let held = self.subscriptions.get(key).and_then(|held| held.durable.as_ref());
        match held {
            Some(held) if name.is_none_or(|name| name == held.as_str()) => Ok(true),
            _ => {
                let text = "this subscription is not a durable one of that name";
                Err(fault(Code::UnknownSubscription, text))
            }
        }
    }

    /// ACK and NACK.
    fn settlement(&mut self, frame: &Frame) -> Result<Option<ServerEvent>, Fault> {
        let ok = frame.command == Command::Ack;
        if !ok && self.version == Some(Version::V1_0) {
            return Err(fault(Code::BadCommand, "STOMP 1.0 has no NACK; connect with 1.1 or 1.2"));
        }
        let reference = match self.version {
            Some(Version::V1_2) => AckRef::Ack(required(frame, "id")?),
            Some(Version::V1_1) => AckRef::Delivery {
                message_id: required(frame, "message-id")?,
                subscription: required(frame, "subscription")?,
            },
            _ => AckRef::Message(required(frame, "message-id")?),
        };
        if value(frame, "transaction").is_some() {
            return self.enlist(frame, TransactionAction::Settle { reference, ok });
        }
        let ticket = self.open_ticket(frame, Effect::Nothing);
        Ok(Some(ServerEvent::Settle { ticket, reference, ok }))
    }

    fn disconnect(&mut self, frame: &Frame) -> ServerEvent {
        self.phase = Phase::Leaving;
        self.transactions.abort_all();
        ServerEvent::Disconnect { ticket: self.open_ticket(frame, Effect::Disconnect) }
    }

    pub(super) fn open_ticket(&mut self, frame: &Frame, effect: Effect) -> Ticket {
        let owned = |name: &str| value(frame, name).map(str::to_owned);
        self.tickets.open(Pending::new(owned("receipt"), owned(header::CORRELATION_ID), effect))
    }
}

pub(super) fn value<'a>(frame: &'a Frame, name: &str) -> Option<&'a str> {
    frame.headers.get(name).map(|value| value.as_str())
}

fn required(frame: &Frame, name: &str) -> Result<PeerString, Fault> {
    let value = frame.headers.get(name).map(|value| value.to_owned());
    value.ok_or_else(|| {
        (Code::MissingHeader, format!("{} needs a {name} header", frame.command.as_str()))
    })
}

fn destination(frame: &Frame) -> Result<&str, Fault> {
    value(frame, "destination").ok_or_else(|| {
        (Code::MissingHeader, format!("{} needs a destination header", frame.command.as_str()))
    })
}

/// A destination that may be a pattern.
fn source(frame: &Frame) -> Result<Destination, Fault> {
    Destination::parse_source(destination(frame)?).map_err(bad_destination)
}

fn bad_destination(error: DestinationError) -> Fault {
    (Code::BadDestination, error.to_string())
}
