//! The read model of the log: pages for replays, history, cursors and the room list. Reads never
//! wait for a commit; they see exactly what the log's follower has been shown, so that whoever has
//! read a room to its head and then listens misses nothing and gets nothing twice. Must not know
//! subscriptions or connections.

mod joint;
mod marks;
mod mentions;
mod page;
mod pool;
mod query;
mod search;

use crate::log::head::Head;
use crate::log::open::OpenError;
use crate::log::{Entry, Epoch, Position};
use chat_protocol::chat::event::ResetReason;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::search::Moment;
use chat_protocol::chat::{MessageId, RoomName, UserName};
use chat_protocol::code::Code;
use chat_protocol::text::PeerString;
use joint::Joint;
use pool::Pool;
pub use search::{Found, Search};
use std::path::PathBuf;
use std::sync::Arc;

/// How much one read returns: at most `messages`, and at most `bytes` of JSON bodies (commas
/// included), but always the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    pub messages: usize,
    pub bytes: usize,
}

/// A stretch of a room, oldest first, as of one moment.
#[derive(Debug, Clone)]
pub struct Page {
    pub entries: Vec<Arc<Entry>>,
    /// There are later messages than these.
    pub more: bool,
    /// Offset of the room's newest message; 0 for a room without any.
    pub head: u64,
    /// Messages after the asked-for offset are no longer kept: what is here does not follow on it.
    pub gap: bool,
}

/// A stretch of a room around an anchor, oldest first.
#[derive(Debug, Clone)]
pub struct History {
    pub entries: Vec<Arc<Entry>>,
    pub more_before: bool,
    pub more_after: bool,
}

/// What a client's cursor means in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// Everything after this offset can be replayed.
    Known(u64),
    /// It cannot; `oldest` is the room's oldest message kept.
    Lost { reason: ResetReason, oldest: Option<MessageId> },
}

/// A room that has been spoken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRow {
    /// As first used.
    pub name: RoomName,
    pub topic: PeerString,
    pub last_id: MessageId,
    /// ms since 1970
    pub last_at: u64,
    /// Messages kept.
    pub count: u64,
}

/// How far a person has read a room, and what is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadState {
    /// As first used.
    pub room: RoomName,
    /// The newest row read.
    pub read: MessageId,
    /// Others' messages after it, at most [`UNREAD_MAX`](chat_protocol::chat::mark::UNREAD_MAX).
    pub unread: u64,
    /// Those of them that mention the person or the room.
    pub mentions: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// `unavailable`: too many reads are waiting.
    #[error("the store cannot answer more at the moment")]
    Busy,
    /// `storage-failed`
    #[error("the store could not be read")]
    Failed,
    /// `bad-body`: the anchor is no id of this log.
    #[error("no message here has this id; ask without it for the newest page")]
    UnknownAnchor,
    /// `unknown-message`: its edits were asked for.
    #[error("this message is not in this room or no longer kept; look at the room's history")]
    UnknownMessage,
}

impl ReadError {
    pub fn code(self) -> Code {
        match self {
            Self::Busy => Code::Unavailable,
            Self::Failed => Code::StorageFailed,
            Self::UnknownAnchor => Code::BadBody,
            Self::UnknownMessage => Code::UnknownMessage,
        }
    }
}

/// The read side of a store. Cheap to clone; closed with its log.
#[derive(Clone)]
pub struct Projection {
    pool: Arc<Pool>,
    shared: Arc<Shared>,
    epoch: Epoch,
    head: Arc<Head>,
}

/// What many ask for at once.
#[derive(Default)]
struct Shared {
    after: Joint<(RoomName, u64, Bounds), Page>,
    newest: Joint<(RoomName, Bounds), Page>,
    kept: Joint<RoomName, query::Kept>,
}

impl Projection {
    pub(crate) fn start(
        path: PathBuf,
        epoch: Epoch,
        head: Arc<Head>,
        readers: usize,
    ) -> Result<Self, OpenError> {
        let pool = Arc::new(Pool::start(path, head.clone(), readers)?);
        Ok(Self { pool, shared: Arc::default(), epoch, head })
    }

    /// Every read from now on is [`ReadError::Busy`]. Blocks for those under way.
    pub(crate) fn close(&self) {
        self.pool.close();
    }

    /// The position of an offset, for a `sync`.
    pub fn position(&self, offset: u64) -> Position {
        Position { epoch: self.epoch.clone(), shard: 0, offset }
    }

    /// Where the log ends now, as somebody who has been shown everything sees it.
    pub fn end(&self) -> Position {
        self.position(self.head.newest())
    }

    /// The messages after an offset.
    ///
    /// # Errors
    /// [`ReadError::Busy`], [`ReadError::Failed`].
    pub async fn page_after(
        &self,
        room: &RoomName,
        after: u64,
        bounds: Bounds,
    ) -> Result<Page, ReadError> {
        let key = (room.clone(), after, bounds);
        let (room, epoch) = (room.clone(), self.epoch.clone());
        let shared = &self.shared.after;
        shared.read(&self.pool, key, move |at| page::after(at, &epoch, &room, after, bounds)).await
    }

    /// The newest messages.
    ///
    /// # Errors
    /// [`ReadError::Busy`], [`ReadError::Failed`].
    pub async fn newest(&self, room: &RoomName, bounds: Bounds) -> Result<Page, ReadError> {
        let key = (room.clone(), bounds);
        let (room, epoch) = (room.clone(), self.epoch.clone());
        let shared = &self.shared.newest;
        shared.read(&self.pool, key, move |at| page::newest(at, &epoch, &room, bounds)).await
    }

    /// A page of history. An anchor that is no longer kept still has its place.
    ///
    /// # Errors
    /// All of [`ReadError`].
    pub async fn history(
        &self,
        room: &RoomName,
        anchor: &Anchor,
        bounds: Bounds,
    ) -> Result<History, ReadError> {
        let place = match anchor {
            Anchor::Newest => page::Place::Newest,
            Anchor::Before(id) => page::Place::Before(self.known(id)?),
            Anchor::After(id) => page::Place::After(self.known(id)?),
            Anchor::Around(id) => page::Place::Around(self.known(id)?),
            Anchor::Since(at) => page::Place::Since(*at),
            Anchor::EditsOf(id) => return self.edits_of(room, id, bounds).await,
        };
        let (room, epoch) = (room.clone(), self.epoch.clone());
        self.pool.read(move |at| page::history(at, &epoch, &room, place, bounds)).await
    }

    /// The message as it was first written, then its edits; of a deleted one what is left of it.
    async fn edits_of(
        &self,
        room: &RoomName,
        id: &MessageId,
        bounds: Bounds,
    ) -> Result<History, ReadError> {
        let offset = self.offset_of(id).ok_or(ReadError::UnknownMessage)?;
        let (room, epoch) = (room.clone(), self.epoch.clone());
        let found =
            self.pool.read(move |at| page::edits(at, &epoch, &room, offset, bounds)).await?;
        found.ok_or(ReadError::UnknownMessage)
    }

    fn known(&self, id: &MessageId) -> Result<u64, ReadError> {
        self.offset_of(id).ok_or(ReadError::UnknownAnchor)
    }

    /// The offset an id names, when it is of this log and not of its future.
    pub fn offset_of(&self, id: &MessageId) -> Option<u64> {
        let position = Position::parse(id)?;
        let ours = position.epoch == self.epoch
            && position.shard == 0
            && position.offset <= self.head.newest();
        ours.then_some(position.offset)
    }

    /// Whether everything after an id can be replayed.
    ///
    /// # Errors
    /// [`ReadError::Busy`], [`ReadError::Failed`].
    pub async fn resolve(&self, room: &RoomName, id: &MessageId) -> Result<Cursor, ReadError> {
        let offset = self.offset_of(id);
        let kept = self.kept(room).await?;
        let oldest = kept.oldest.map(|offset| self.position(offset).to_id());
        Ok(match offset {
            None => Cursor::Lost { reason: ResetReason::Unknown, oldest },
            Some(offset) if offset < kept.trimmed => {
                Cursor::Lost { reason: ResetReason::Trimmed, oldest }
            }
            Some(offset) => Cursor::Known(offset),
        })
    }

    /// Offset of a room's newest message; 0 for a room without any.
    ///
    /// # Errors
    /// [`ReadError::Busy`], [`ReadError::Failed`].
    pub async fn head(&self, room: &RoomName) -> Result<u64, ReadError> {
        self.kept(room).await.map(|kept| kept.head)
    }

    async fn kept(&self, room: &RoomName) -> Result<query::Kept, ReadError> {
        let (key, room) = (room.clone(), room.clone());
        self.shared.kept.read(&self.pool, key, move |at| query::kept(at, &room)).await
    }

    /// A person's name as first used; `None` for somebody who has never spoken.
    ///
    /// # Errors
    /// [`ReadError::Busy`], [`ReadError::Failed`].
    pub async fn person(&self, name: &UserName) -> Result<Option<UserName>, ReadError> {
        let name = name.clone();
        self.pool.read(move |at| query::person(at, &name)).await
    }

    /// The newest messages that a search finds.
    ///
    /// # Errors
    /// All of [`ReadError`].
    pub async fn search(&self, search: Search, bounds: Bounds) -> Result<Found, ReadError> {
        let limits = search::Limits {
            before: search.before.as_ref().map(|end| self.limit(end)).transpose()?,
            after: search.after.as_ref().map(|end| self.limit(end)).transpose()?,
        };
        let epoch = self.epoch.clone();
        self.pool.read(move |at| search::find(at, &epoch, &search, limits, bounds)).await
    }

    fn limit(&self, end: &Moment) -> Result<search::Limit, ReadError> {
        match end {
            Moment::Message(id) => self.known(id).map(search::Limit::Offset),
            Moment::At(time) => Ok(search::Limit::Time(*time)),
        }
    }

    /// How far a person has read a room; `None` for somebody who has no place there.
    ///
    /// # Errors
    /// [`ReadError::Busy`], [`ReadError::Failed`].
    pub async fn read_state(
        &self,
        room: &RoomName,
        person: &UserName,
    ) -> Result<Option<ReadState>, ReadError> {
        let (room, person, epoch) = (room.clone(), person.clone(), self.epoch.clone());
        self.pool.read(move |at| marks::of_room(at, &epoch, &room, &person)).await
    }

    /// The same for the rooms a person has a place in.
    ///
    /// # Errors
    /// [`ReadError::Busy`], [`ReadError::Failed`].
    pub async fn read_states(&self, person: &UserName) -> Result<Vec<ReadState>, ReadError> {
        let (person, epoch) = (person.clone(), self.epoch.clone());
        self.pool.read(move |at| marks::of_person(at, &epoch, &person)).await
    }

    /// The newest messages that mention a person, before an id if one is given, newest first, and
    /// whether there are more.
    ///
    /// # Errors
    /// All of [`ReadError`].
    pub async fn mentions(
        &self,
        person: &UserName,
        before: Option<&MessageId>,
        bounds: Bounds,
    ) -> Result<(Vec<Arc<Entry>>, bool), ReadError> {
        let before = before.map(|id| self.known(id)).transpose()?;
        let (person, epoch) = (person.clone(), self.epoch.clone());
        self.pool.read(move |at| mentions::find(at, &epoch, &person, before, bounds)).await
    }

    /// All rooms that have been spoken in, by name.
    ///
    /// # Errors
    /// [`ReadError::Busy`], [`ReadError::Failed`].
    pub async fn rooms(&self) -> Result<Vec<RoomRow>, ReadError> {
        let epoch = self.epoch.clone();
        self.pool.read(move |at| query::rooms(at, &epoch)).await
    }
}
