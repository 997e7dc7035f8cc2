//! What a subscription to a plain topic does not want, though it is published there. Only who has a
//! filter pays for it: a topic nobody filters keeps no facts of its messages.

use super::hub::Outgoing;
use super::queue::Message;
use chat_protocol::selector::Selector;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// Evaluated over the headers of the MESSAGE.
    pub selector: Option<Selector>,
    /// Nothing that this connection sent itself.
    pub no_local: bool,
}

impl Filter {
    /// `None` when everything is wanted.
    pub fn new(selector: Option<Selector>, no_local: bool) -> Option<Self> {
        (selector.is_some() || no_local).then_some(Self { selector, no_local })
    }

    /// Whether the connection `reader` wants the message.
    pub(super) fn wants(&self, facts: &Facts, reader: u64) -> bool {
        let own = self.no_local && facts.from == Some(reader);
        !own && self.selector.as_ref().is_none_or(|s| s.matches(|name| facts.header(name)))
    }

    /// The same for what is queued.
    pub(super) fn wants_message(&self, message: &Message, reader: Option<u64>) -> bool {
        let own = self.no_local && message.sender.is_some() && message.sender == reader;
        !own && self.selector.as_ref().is_none_or(|s| s.matches(|name| message.header(name)))
    }
}

/// What filters ask of a message.
pub(super) struct Facts {
    headers: Vec<(Box<str>, Box<str>)>,
    /// The connection that sent it.
    from: Option<u64>,
}

impl Facts {
    pub fn of(message: &Outgoing<'_>) -> Self {
        let headers = message.headers.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
        Self { headers, from: message.from }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| **n == *name).map(|(_, v)| &**v)
    }
}
