//! The log: the only truth about what was said. One trait, so that another engine can stand behind it;
//! the embedded one ([`sqlite`]) is SQLite, where append and projection are one transaction. Must not
//! know who may say what, sockets or frames.

mod batch;
mod change;
pub mod faults;
pub(crate) mod head;
mod indexing;
mod marks;
pub(crate) mod mentions;
pub mod open;
mod people;
mod position;
pub(crate) mod queue;
mod queues;
pub(crate) mod row;
mod schema;
pub(crate) mod search;
pub mod sqlite;
mod writer;

pub use marks::Mark;
pub use position::{Epoch, Position};
pub use queues::{Batch, Decision, QueueOp, StoredDurable, StoredMessage, StoredQueues};

use chat_protocol::chat::{ChatMessage, MessageId, Post, RoomName, UserName};
use chat_protocol::code::Code;
use chat_protocol::text::PeerString;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::oneshot;

/// The time, ms since 1970. Replaceable, so that tests and simulations make their own.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The [`Clock`] of the system.
pub fn system_time() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// What a log engine can promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    pub replay: bool,
    pub position_in_ack: bool,
    pub durability: Durability,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On disk before the ack.
    Fsync,
    /// Handed to the operating system before the ack; opt-in (`relaxed`).
    PageCache,
}

/// What is to be appended. The log stamps id, prev and time.
#[derive(Debug, Clone)]
pub struct Record {
    pub room: RoomName,
    pub sender: UserName,
    pub key: Option<PeerString>,
    pub post: Post,
}

impl Record {
    /// What it weighs while it waits, roughly.
    fn size(&self) -> usize {
        let key = self.key.as_ref().map_or(0, |key| key.as_str().len());
        row::stored(&self.post).1.len() + key + 256
    }
}

/// One committed message.
#[derive(Debug, Clone)]
pub struct Entry {
    pub position: Position,
    pub message: ChatMessage,
    /// The message before it in its room.
    pub prev: Option<MessageId>,
}

/// What an append became. The entry itself goes to the follower.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    pub id: MessageId,
    /// The same sender had said this key in this room within 24 h: `id` is the first one's.
    pub duplicate: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// `storage-full`: nothing was written; try again when there is space.
    #[error("the disk is full")]
    Full,
    /// `storage-failed`: nothing was confirmed; the store is being reopened.
    #[error("the store failed")]
    Failed,
    /// `unavailable`: the queue is full or the log is closing.
    #[error("the store cannot take more at the moment")]
    Unavailable,
    /// `unknown-message`
    #[error("no such message in the room")]
    UnknownMessage,
    /// `forbidden`
    #[error("the message is somebody else's")]
    NotTheAuthor,
    /// `too-many-reactions`
    #[error("the message bears too many different emoji")]
    TooManyReactions,
}

impl AppendError {
    pub fn code(self) -> Code {
        match self {
            Self::Full => Code::StorageFull,
            Self::Failed => Code::StorageFailed,
            Self::Unavailable => Code::Unavailable,
            Self::UnknownMessage => Code::UnknownMessage,
            Self::NotTheAuthor => Code::Forbidden,
            Self::TooManyReactions => Code::TooManyReactions,
        }
    }
}

/// Sees every committed entry of a shard once, in commit order, on the log's own thread, before the
/// append is answered. Must not block.
pub trait Follower: Send + Sync {
    fn committed(&self, entries: &[Arc<Entry>]);
    /// Sees every committed mark, before it is answered; one that moved nothing too. Must not block.
    fn marked(&self, _mark: &Mark) {}
    /// Asked for a name that never spoke: the person who is there under it, as spelt then.
    fn present(&self, _name: &UserName) -> Option<UserName> {
        None
    }
    /// Their appends have been answered.
    fn answered(&self) {}
}

pub trait Log: Send + Sync {
    fn caps(&self) -> Caps;
    /// Fixed when the log is created; a room lives in one shard for ever.
    fn shards(&self) -> u16;
    fn shard_of(&self, room: &RoomName) -> u16;
    /// Never blocks. The answer comes after the commit (see [`Caps::durability`]) and after the
    /// follower has seen the entry. A dropped sender means [`AppendError::Failed`].
    fn append(&self, record: Record) -> oneshot::Receiver<Result<Appended, AppendError>>;
    /// As `append`, for one of several: [`Log::rouse`] has to follow.
    fn append_quietly(&self, record: Record) -> oneshot::Receiver<Result<Appended, AppendError>> {
        self.append(record)
    }
    /// Lets the log at what was appended quietly.
    fn rouse(&self) {}
    /// As `append` for several records, and for changes of queues, as one transaction. Hands the batch
    /// back when it cannot be taken at the moment.
    fn commit(&self, batch: Batch) -> Result<(), Batch>;
    /// Moves a person's mark forward; as [`Log::append`].
    fn mark(&self, mark: Mark) -> oneshot::Receiver<Result<(), AppendError>>;
    /// Sets the one follower, before the first append.
    fn follow(&self, follower: Arc<dyn Follower>);
}
