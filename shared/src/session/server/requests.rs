//! What each client frame asks for, checked as far as the protocol alone can tell. Whether the
//! client may do it is the application's to say.

use super::tickets::{Effect, Pending};
use super::{Phase, ServerEvent, ServerSession, Ticket};
use crate::chat::{Destination, header};
use crate::code::Code;
use crate::stomp::{Command, Frame, Version};
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
type Fault = (Code, String);

fn fault(code: Code, message: &str) -> Fault {
    (code, message.to_owned())
}

impl ServerSession {
    pub(super) fn request(&mut self, frame: Frame) -> Result<ServerEvent, Violation> {
        let receipt = value(&frame, "receipt").map(str::to_owned);
        let opening = matches!(frame.command, Command::Connect | Command::Stomp);
        let result = match (&self.phase, opening) {
            (Phase::Waiting, true) => return self.connect(&frame),
            (Phase::Waiting, false) => {
                Err(fault(Code::NotConnected, "the first frame must be CONNECT or STOMP"))
            }
            (_, true) => Err(fault(Code::AlreadyConnected, "CONNECT may be sent only once")),
            (_, false) => {
                self.check_receipt(receipt.as_deref()).and_then(|()| match frame.command {
                    Command::Send => self.send(frame),
                    Command::Subscribe => self.subscribe(frame),
                    Command::Unsubscribe => self.unsubscribe(&frame),
                    Command::Disconnect => Ok(self.disconnect(&frame)),
                    Command::Ack | Command::Nack => Err(fault(
                        Code::Unsupported,
                        "acknowledgement is not supported; use ack:auto",
                    )),
                    Command::Begin | Command::Commit | Command::Abort => Err(no_transactions()),
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

    fn send(&mut self, frame: Frame) -> Result<ServerEvent, Fault> {
        if value(&frame, "transaction").is_some() {
            return Err(no_transactions());
        }
        let destination = destination(&frame)?;
        let ticket = self.open_ticket(&frame, Effect::Nothing);
        let Frame { headers, body, .. } = frame;
        Ok(ServerEvent::Send { ticket, destination, headers, body })
    }

    fn subscribe(&mut self, frame: Frame) -> Result<ServerEvent, Fault> {
        let id: Option<Arc<str>> = value(&frame, "id").map(Arc::from);
        if id.is_none() && self.version != Some(Version::V1_0) {
            return Err(fault(Code::MissingHeader, "SUBSCRIBE needs an id header"));
        }
        check_options(&frame)?;
        let destination = destination(&frame)?;
        let limit = self.config.max_subscriptions;
        if self.subscriptions.len() >= limit {
            let text = format!("a connection has at most {limit} subscriptions; unsubscribe one");
            return Err((Code::TooManySubscriptions, text));
        }
        let subscription =
            self.subscriptions.add(id.clone(), destination.clone()).ok_or_else(|| {
                let text = "this subscription id is in use on this connection; choose another";
                fault(Code::DuplicateSubscription, text)
            })?;
        let effect = match destination {
            Destination::Errors => Effect::Listen(subscription, id.clone()),
            _ => Effect::Subscribe(subscription),
        };
        let ticket = self.open_ticket(&frame, effect);
        let Frame { headers, .. } = frame;
        Ok(ServerEvent::Subscribe { ticket, id, subscription, destination, headers })
    }

    fn unsubscribe(&mut self, frame: &Frame) -> Result<ServerEvent, Fault> {
        let key = match value(frame, "id") {
            Some(id) => self.subscriptions.by_id(id),
            None if self.version == Some(Version::V1_0) => {
                self.subscriptions.by_destination(&destination(frame)?)
            }
            None => return Err(fault(Code::MissingHeader, "UNSUBSCRIBE needs an id header")),
        };
        let unknown = || fault(Code::UnknownSubscription, "there is no such subscription here");
        let subscription = key.ok_or_else(unknown)?;
        let held = self.subscriptions.remove(subscription).ok_or_else(unknown)?;
        let ticket = self.open_ticket(frame, Effect::Unsubscribe(subscription));
        Ok(ServerEvent::Unsubscribe { ticket, subscription, destination: held.destination })
    }

    fn disconnect(&mut self, frame: &Frame) -> ServerEvent {
        self.phase = Phase::Leaving;
        ServerEvent::Disconnect { ticket: self.open_ticket(frame, Effect::Disconnect) }
    }

    fn open_ticket(&mut self, frame: &Frame, effect: Effect) -> Ticket {
        let owned = |name: &str| value(frame, name).map(str::to_owned);
        self.tickets.open(Pending::new(owned("receipt"), owned(header::CORRELATION_ID), effect))
    }
}

fn value<'a>(frame: &'a Frame, name: &str) -> Option<&'a str> {
    frame.headers.get(name).map(|value| value.as_str())
}

fn no_transactions() -> Fault {
    fault(Code::Unsupported, "transactions are not supported; send the frames one by one")
}

fn destination(frame: &Frame) -> Result<Destination, Fault> {
    let text = value(frame, "destination").ok_or_else(|| {
        (Code::MissingHeader, format!("{} needs a destination header", frame.command.as_str()))
    })?;
    match Destination::parse(text) {
        Ok(Destination::Queue(_)) => {
            Err(fault(Code::Unsupported, "queues are not supported; use a /topic/ destination"))
        }
        Ok(destination) => Ok(destination),
        Err(error) => Err((Code::BadDestination, error.to_string())),
    }
}

fn check_options(frame: &Frame) -> Result<(), Fault> {
    match value(frame, "ack") {
        None | Some("auto") => {}
        Some("client" | "client-individual") => {
            return Err(fault(Code::Unsupported, "only ack:auto is supported"));
        }
        Some(_) => {
            return Err(fault(Code::BadHeader, "ack must be auto, client or client-individual"));
        }
    }
    match value(frame, "selector") {
        None => Ok(()),
        Some(_) => Err(fault(Code::Unsupported, "selectors are not supported; leave it out")),
    }
}
