//! The chat's vocabulary: names, ids, destinations, bodies, events and requests, and how each stands
//! on the wire. Shared by both ends; knows no session and no storage.

pub mod body;
pub mod destination;
pub mod event;
mod fold;
pub mod id;
pub mod mark;
pub mod mention;
pub mod name;
pub mod pattern;
pub mod post;
pub mod refused;
pub mod request;
pub mod search;

pub use body::{ChatMessage, Kind};
pub use destination::Destination;
pub use event::{ChatEvent, PresenceEvent, Refusal, RoomInfo, Sync, Typing};
pub use id::MessageId;
pub use mark::{MentionsReply, MentionsRequest, ReadEvent, ReadRequest};
pub use name::{NameError, RoomName, UserName};
pub use pattern::Pattern;
pub use post::{NewMessage, Post};
pub use refused::BodyError;
pub use request::{HistoryReply, HistoryRequest, RoomsReply};
pub use search::{SearchReply, SearchRequest};

/// The bytes of a JSON body. Ours have string keys only and cannot fail.
fn json(body: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
}

macro_rules! to_json {
    ($($body:ty),*) => {$(
        impl $body {
            /// The body as on the wire.
            pub fn to_json(&self) -> Vec<u8> {
                json(self)
            }
        }
    )*};
}
to_json!(ChatMessage, Sync, PresenceEvent, Typing, RoomInfo, HistoryReply, RoomsReply);
to_json!(ReadRequest, ReadEvent, MentionsReply, SearchReply);

/// Header names the chat adds or reads (contract, section 3).
pub mod header {
    pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
    pub const LAST: &str = "last";
    pub const AFTER: &str = "after";
    pub const PRESENCE: &str = "presence";
    pub const MESSAGE_ID: &str = "message-id";
    pub const PREV: &str = "prev";
    pub const SENDER: &str = "sender";
    pub const TIMESTAMP: &str = "timestamp";
    pub const KIND: &str = "kind";
    pub const DUPLICATE: &str = "duplicate";
    pub const CORRELATION_ID: &str = "correlation-id";
    pub const RETRY_AFTER: &str = "retry-after";
    pub const CODE: &str = "code";
}
