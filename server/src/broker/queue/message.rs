//! A message as a queue holds it. Shared by all queues it lies in.

use bytes::Bytes;
use chat_protocol::stomp::Headers;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What one message weighs beside its text and body.
const OVERHEAD: usize = 256;

#[derive(Debug, Clone)]
pub struct Message {
    /// The value of its `message-id`; never given twice.
    pub message_id: Arc<str>,
    /// What the SEND named.
    pub destination: Arc<str>,
    /// Those of the SEND that are carried on, without what the server writes itself.
    pub headers: Headers,
    pub body: Bytes,
    /// To be in the store before it is confirmed.
    pub persistent: bool,
    /// Not delivered from then on.
    pub expires: Option<Instant>,
    /// The connection that sent it, for `no-local`; `None` once that is forgotten.
    pub sender: Option<u64>,
}

impl Message {
    /// As it is published on a topic: `destination` and `message-id` are among the headers.
    pub fn published(headers: &[(&str, &str)], body: &[u8], sender: Option<u64>) -> Self {
        let mut message = Self {
            message_id: "".into(),
            destination: "".into(),
            headers: Headers::new(),
            body: Bytes::copy_from_slice(body),
            persistent: false,
            expires: None,
            sender,
        };
        for (name, value) in headers {
            match *name {
                "destination" => message.destination = (*value).into(),
                "message-id" => message.message_id = (*value).into(),
                name => message.headers.push(name, value),
            }
        }
        message
    }

    /// What its MESSAGE says under a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        match name {
            "destination" => Some(&self.destination),
            "message-id" => Some(&self.message_id),
            name => self.headers.get(name).map(|value| value.as_str()),
        }
    }

    /// Bytes it counts for in a queue's bound.
    pub fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(n, v)| n.as_str().len() + v.as_str().len());
        self.body.len() + headers.sum::<usize>() + self.destination.len() + OVERHEAD
    }

    pub fn is_expired(&self, now: Instant) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }
}

/// Reads an `expires` header: ms since 1970, 0 for never. `Err`: it is no such number.
///
/// `wall` is what the calendar says at `now`.
pub fn expiry(
    header: Option<&str>,
    now: Instant,
    wall: u64,
) -> Result<Option<Instant>, std::num::ParseIntError> {
    let at: u64 = header.map_or(Ok(0), str::parse)?;
    if at == 0 {
        return Ok(None);
    }
    // Beyond what a clock can count it never comes.
    Ok(now.checked_add(Duration::from_millis(at.saturating_sub(wall))))
}
