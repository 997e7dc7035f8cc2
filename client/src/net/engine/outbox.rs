//! Messages on their way: in order, each with its key, kept until the server has answered. At most
//! a window of them is with the server at a time; after a reconnect all go out again.

use chat_protocol::chat::{Post, RoomName};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Messages sent and not answered at most.
pub const WINDOW: usize = 64;
/// Bytes of text sent and not answered at most; one message may always go.
pub const WINDOW_BYTES: usize = 1024 * 1024;
/// Messages kept at most; further ones are refused.
pub const CAPACITY: usize = 4096;

/// One message that is not answered yet.
#[derive(Debug, Clone)]
pub struct Unsent {
    /// Names its RECEIPT.
    pub number: u64,
    pub room: RoomName,
    pub post: Post,
    pub key: String,
    pub attempts: u32,
    first_sent: Option<Instant>,
    in_flight: bool,
}

impl Unsent {
    /// Of its text.
    fn bytes(&self) -> usize {
        match &self.post {
            Post::Message { text, .. } | Post::Edit { text, .. } | Post::Topic { topic: text } => {
                text.as_str().len()
            }
            Post::Delete { .. } | Post::Reaction { .. } => 0,
        }
    }

    /// Since the first SEND.
    pub fn elapsed(&self, now: Instant) -> Duration {
        self.first_sent.map_or(Duration::ZERO, |at| now.saturating_duration_since(at))
    }
}

#[derive(Debug, Default)]
pub struct Outbox {
    /// Ascending by `number`.
    messages: VecDeque<Unsent>,
    next_number: u64,
    in_flight: usize,
    in_flight_bytes: usize,
}

impl Outbox {
    /// `false` when it is full. A key that waits already is not taken twice.
    pub fn push(&mut self, room: RoomName, post: Post, key: String) -> bool {
        if self.messages.iter().any(|m| m.key == key && m.room == room) {
            return true;
        }
        if self.messages.len() >= CAPACITY {
            return false;
        }
        let number = self.next_number;
        self.next_number += 1;
        self.messages.push_back(Unsent {
            number,
            room,
            post,
            key,
            attempts: 0,
            first_sent: None,
            in_flight: false,
        });
        true
    }

    /// The next message the window has room for, marked as sent.
    pub fn next(&mut self, now: Instant) -> Option<&Unsent> {
        // What is in flight is always a prefix.
        let message = self.messages.iter_mut().find(|m| !m.in_flight)?;
        let fits = self.in_flight < WINDOW
            && (self.in_flight == 0 || self.in_flight_bytes + message.bytes() <= WINDOW_BYTES);
        if !fits {
            return None;
        }
        self.in_flight += 1;
        self.in_flight_bytes += message.bytes();
        message.in_flight = true;
        message.attempts += 1;
        message.first_sent.get_or_insert(now);
        Some(message)
    }

    /// The server has answered, or nobody wants the message any more.
    pub fn take(&mut self, number: u64) -> Option<Unsent> {
        let at = self.messages.binary_search_by_key(&number, |m| m.number).ok()?;
        let message = self.messages.remove(at)?;
        if message.in_flight {
            self.in_flight -= 1;
            self.in_flight_bytes -= message.bytes();
        }
        Some(message)
    }

    pub fn discard(&mut self, key: &str) {
        if let Some(number) = self.messages.iter().find(|m| m.key == key).map(|m| m.number) {
            self.take(number);
        }
    }

    /// The link is down: everything has to go out again.
    pub fn rewind(&mut self) {
        self.in_flight = 0;
        self.in_flight_bytes = 0;
        for message in &mut self.messages {
            message.in_flight = false;
        }
    }

    /// The longest message that is with the server: the one a complaint about size is about.
    pub fn longest_in_flight(&self) -> Option<u64> {
        let sent = self.messages.iter().filter(|m| m.in_flight);
        sent.max_by_key(|m| m.bytes()).map(|m| m.number)
    }
}
