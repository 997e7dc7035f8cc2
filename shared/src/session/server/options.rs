//! What a SUBSCRIBE asks for beside its destination (rows S07, S13, S16, S17, S20). The names other
//! brokers use are taken too; a value that cannot be read is an error, never ignored.

use super::requests::{Fault, fault, value};
use crate::code::Code;
use crate::selector::Selector;
use crate::stomp::Frame;
use crate::text::PeerString;

/// Octets of the name of a durable subscription at most.
const NAME_OCTETS: usize = 256;

/// What counts as delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AckMode {
    /// What was sent.
    #[default]
    Auto,
    /// What was acknowledged; an ACK covers everything before it in its subscription.
    Client,
    /// What was acknowledged, one by one.
    ClientIndividual,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SubscribeOptions {
    pub ack: AckMode,
    /// `prefetch-count` or `activemq.prefetchSize`: deliveries that may be unacknowledged at once.
    /// Never 0, which is what clients say who leave it to the server.
    pub prefetch: Option<u32>,
    pub selector: Option<Selector>,
    /// Not what this connection sends itself.
    pub no_local: bool,
    /// The client's name for a durable subscription: 1 to 256 octets.
    pub durable: Option<PeerString>,
}

impl SubscribeOptions {
    pub(super) fn read(frame: &Frame) -> Result<Self, Fault> {
        Ok(Self {
            ack: ack(frame)?,
            prefetch: prefetch(frame)?,
            selector: selector(frame)?,
            no_local: flag(frame, "no-local")? || flag(frame, "activemq.noLocal")?,
            durable: durable(frame)?,
        })
    }
}

fn ack(frame: &Frame) -> Result<AckMode, Fault> {
    match value(frame, "ack") {
        None | Some("auto") => Ok(AckMode::Auto),
        Some("client") => Ok(AckMode::Client),
        Some("client-individual") => Ok(AckMode::ClientIndividual),
        Some(_) => Err(fault(Code::BadHeader, "ack must be auto, client or client-individual")),
    }
}

fn prefetch(frame: &Frame) -> Result<Option<u32>, Fault> {
    for name in ["prefetch-count", "activemq.prefetchSize"] {
        if let Some(text) = value(frame, name) {
            let number = Some(text).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            let number = number.and_then(|text| text.parse().ok()).ok_or_else(|| {
                (Code::BadHeader, format!("{name} must be a number from 0 to {}", u32::MAX))
            })?;
            return Ok(Some(number).filter(|number| *number > 0));
        }
    }
    Ok(None)
}

fn selector(frame: &Frame) -> Result<Option<Selector>, Fault> {
    let read = |text| Selector::parse(text).map_err(|e| (Code::BadSelector, e.to_string()));
    value(frame, "selector").map(read).transpose()
}

/// `durable:true` makes the subscription's `id` its name; the names of other brokers' headers name
/// it themselves.
fn durable(frame: &Frame) -> Result<Option<PeerString>, Fault> {
    let wanted = flag(frame, "durable")?;
    let named = durable_name(frame).or_else(|| wanted.then(|| value(frame, "id")).flatten());
    match named {
        None if wanted => {
            Err(fault(Code::MissingHeader, "a durable subscription needs an id header"))
        }
        None => Ok(None),
        Some(name) if name.is_empty() || name.len() > NAME_OCTETS => Err((
            Code::BadHeader,
            format!("a durable subscription has a name of 1 to {NAME_OCTETS} octets"),
        )),
        Some(name) => Ok(Some(name.into())),
    }
}

pub(super) fn durable_name(frame: &Frame) -> Option<&str> {
    value(frame, "activemq.subscriptionName").or_else(|| value(frame, "durable-subscription-name"))
}

/// `true`, `false` or absent.
pub(super) fn flag(frame: &Frame, name: &str) -> Result<bool, Fault> {
    match value(frame, name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err((Code::BadHeader, format!("{name} must be true or false"))),
    }
}
