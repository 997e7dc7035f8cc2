//! The connection to a server: one driver for the terminal client and for the scripting commands. It
//! reconnects, resubscribes with `after`, and sends what is unconfirmed again with the same keys.
//!
//! [`engine`] decides everything and knows no socket and no clock; [`driver`] is the task that
//! gives it both. [`Command`]s go in, [`Event`]s come out; both ways are bounded.

pub mod backoff;
pub mod driver;
pub mod engine;
mod websocket;

use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{
    ChatEvent, HistoryReply, MentionsReply, MessageId, Post, RoomName, RoomsReply, SearchReply,
    SearchRequest, UserName,
};
use chat_protocol::text::PeerString;
use std::time::Duration;

/// Where a subscription to a room begins. After a reconnect the driver goes on from what it has seen.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// The newest N (0 … 300) first.
    Last(u16),
    /// Everything after this id first.
    After(MessageId),
}

/// What a subscription is to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    Room(RoomName),
    Presence(RoomName),
    Typing(RoomName),
    /// `/topic/rooms`
    Rooms,
    /// `/user/queue/reads`: how far one has read, on any connection.
    Reads,
    /// A plain topic, the whole destination.
    Topic(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Subscribes, now and after every reconnect. `start` and `unseen` count for rooms only;
    /// `unseen` joins without being a member (`presence:false`). Of a target that is subscribed
    /// already nothing happens.
    Subscribe {
        target: Target,
        start: Start,
        unseen: bool,
    },
    Unsubscribe {
        target: Target,
    },
    /// Kept until confirmed, refused or discarded; sent again after a reconnect, in order.
    Send {
        room: RoomName,
        post: Post,
        key: String,
    },
    /// Forget a message that is not confirmed yet.
    Discard {
        key: String,
    },
    /// May be lost.
    Typing {
        room: RoomName,
    },
    /// Asked again after a reconnect until it is answered.
    History {
        room: RoomName,
        anchor: Anchor,
        limit: usize,
        tag: u64,
    },
    Rooms {
        tag: u64,
    },
    /// Where one was mentioned, newest first.
    Mentions {
        before: Option<MessageId>,
        limit: usize,
        tag: u64,
    },
    /// Newest first.
    Search {
        request: SearchRequest,
        tag: u64,
    },
    /// One has read the room up to this message. Said again after a reconnect until it is stored.
    Read {
        room: RoomName,
        id: MessageId,
        tag: u64,
    },
    /// Do not wait for the backoff.
    ReconnectNow,
    /// DISCONNECT, then stop. The last event is `Offline` with [`Down::Closed`].
    Close,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// `attempt` counts from 1 since the last good connection.
    Connecting {
        attempt: u32,
    },
    Online {
        user: UserName,
        server: Option<PeerString>,
    },
    /// `retry_in` is `None` when the driver gives up (until `ReconnectNow`) or was closed.
    Offline {
        reason: Down,
        retry_in: Option<Duration>,
    },
    /// The server took the SUBSCRIBE; of a room's, the replay follows.
    Subscribed {
        target: Target,
    },
    /// The subscription is gone; a new `Subscribe` tries again.
    SubscriptionRefused {
        target: Target,
        code: PeerString,
        message: PeerString,
    },
    /// Live messages come once. Between `Subscribed` and [`ChatEvent::Sync`] a message may come
    /// that came before: when the link is lost in a replay, and when the replay is a reset
    /// (`recovered:false`), whose page replaces what was there. Message ids tell.
    Chat {
        target: Target,
        event: ChatEvent,
    },
    Confirmed {
        key: String,
        id: MessageId,
        duplicate: bool,
        attempts: u32,
        /// From the first SEND to the RECEIPT.
        elapsed: Duration,
    },
    /// A message of ours was refused. It is not sent again by itself.
    Refused {
        key: String,
        code: PeerString,
        message: PeerString,
        retry_after: Option<Duration>,
    },
    RequestFailed {
        tag: u64,
        code: PeerString,
        message: PeerString,
    },
    History {
        tag: u64,
        reply: HistoryReply,
    },
    Rooms {
        tag: u64,
        reply: RoomsReply,
    },
    Mentions {
        tag: u64,
        reply: MentionsReply,
    },
    Search {
        tag: u64,
        reply: SearchReply,
    },
    /// How far one has read is stored.
    Read {
        tag: u64,
    },
}

/// Why the link is down; `Display` is one safe sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Down {
    #[error("cannot reach the server: {0}")]
    Unreachable(String),
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// The server said ERROR.
    #[error("the server refused: {message} ({code})")]
    Refused { code: String, message: String },
    #[error("the server spoke something that is not STOMP: {0}")]
    Protocol(String),
    #[error("closed")]
    Closed,
}
