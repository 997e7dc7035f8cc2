//! Publications in a row on one topic, on their way to each subscriber. Subscribers whose MESSAGEs
//! differ in nothing (same STOMP version, transport and subscription id, no filter) share the bytes
//! of the whole run: they are put together once and copied or written as one piece. Knows no sockets.

use super::conn::framed;
use super::hub::{Encoded, Subscriber};
use crate::transport::{Transport, frame_header};
use bytes::Bytes;
use chat_protocol::stomp::Version;
use std::sync::Arc;

/// Memory that is kept for the next run at most.
const KEPT: usize = 256 * 1024;

#[derive(Default)]
pub(super) struct Run {
    messages: Vec<Arc<Encoded>>,
    bytes: usize,
    /// Some are dropped where the reader is behind.
    ephemeral: bool,
    block: Vec<u8>,
    /// Whose MESSAGEs the block holds; nobody's at first.
    block_of: Option<(Transport, Version, Bytes)>,
}

impl Run {
    pub fn push(&mut self, message: Arc<Encoded>) {
        self.bytes += message.size();
        self.ephemeral |= message.ephemeral;
        self.messages.push(message);
    }

    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// What its messages weigh, roughly.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn messages(&self) -> &[Arc<Encoded>] {
        &self.messages
    }

    /// Ends it.
    pub fn drain(&mut self) -> impl Iterator<Item = Arc<Encoded>> {
        (self.bytes, self.ephemeral, self.block_of) = (0, false, None);
        self.messages.drain(..)
    }

    /// All of it as this subscriber gets it; `None` when it has to be asked message by message.
    pub fn block(&mut self, to: &Subscriber) -> Option<&[u8]> {
        if self.ephemeral || to.is_filtered() {
            return None;
        }
        let transport = to.conn.transport();
        let same = self.block_of.as_ref().is_some_and(|(of, version, head)| {
            *of == transport && *version == to.version && *head == to.head
        });
        if !same {
            self.assemble(transport, to);
        }
        Some(&self.block)
    }

    fn assemble(&mut self, transport: Transport, to: &Subscriber) {
        self.block.clear();
        self.block.shrink_to(KEPT);
        for message in &self.messages {
            let tail = message.tail(to.version);
            let (header, n) = frame_header(transport, to.head.len() + tail.len(), message.text);
            for part in framed(transport, &header[..n], &to.head, tail) {
                self.block.extend_from_slice(part);
            }
        }
        self.block_of = Some((transport, to.version, to.head.clone()));
    }
}
