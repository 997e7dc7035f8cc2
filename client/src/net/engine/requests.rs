//! Questions that are not answered yet; each has a tag, and asking again after a reconnect is safe:
//! all are reads, or say how far one has read.

use chat_protocol::chat::Destination;
use std::collections::BTreeMap;

/// Open questions at most.
pub const CAPACITY: usize = 256;

#[derive(Debug)]
pub struct Request {
    pub destination: Destination,
    pub body: Vec<u8>,
    /// The RECEIPT is the answer.
    pub by_receipt: bool,
    asked: bool,
}

#[derive(Debug, Default)]
pub struct Requests {
    open: BTreeMap<u64, Request>,
}

impl Requests {
    /// `false` when there are too many.
    pub fn add(&mut self, tag: u64, destination: Destination, body: Vec<u8>) -> bool {
        if self.open.len() >= CAPACITY {
            return false;
        }
        let by_receipt = matches!(destination, Destination::AppRead(_));
        self.open.insert(tag, Request { destination, body, by_receipt, asked: false });
        true
    }

    pub fn next(&mut self) -> Option<(u64, &Request)> {
        let (tag, request) = self.open.iter_mut().find(|(_, r)| !r.asked)?;
        request.asked = true;
        Some((*tag, request))
    }

    /// Whether somebody still waits for it.
    pub fn take(&mut self, tag: u64) -> bool {
        self.open.remove(&tag).is_some()
    }

    pub fn rewind(&mut self) {
        for request in self.open.values_mut() {
            request.asked = false;
        }
    }
}
