//! A store in a directory of its own, with a clock that stands still until it is told otherwise.

use chat_protocol::chat::{MessageId, Post, RoomName, UserName};
use chat_server::log::open::OpenError;
use chat_server::log::sqlite::{Options, SqliteLog};
use chat_server::log::{
    AppendError, Appended, Batch, Decision, Entry, Follower, Log, Mark, QueueOp, Record,
    StoredQueues,
};
use chat_server::projection::{Bounds, History, Page, Projection};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

pub const START: u64 = 1_763_692_800_000;
pub const ALL: Bounds = Bounds { messages: 100_000, bytes: usize::MAX };
pub const DEADLINE: Duration = Duration::from_secs(60);

pub struct Store {
    // Dropped in this order: the store before its directory.
    pub log: Arc<SqliteLog>,
    pub projection: Projection,
    pub seen: Arc<Seen>,
    /// What it held when it was opened.
    pub queues: StoredQueues,
    pub clock: Arc<AtomicU64>,
    options: Options,
    runtime: tokio::runtime::Runtime,
    _dir: TempDir,
}

/// A decision one may keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    Committed(Vec<Appended>),
    Refused(AppendError),
    InDoubt,
}

/// What the follower was shown, in order.
#[derive(Default)]
pub struct Seen {
    entries: Mutex<Vec<Arc<Entry>>>,
    marks: Mutex<Vec<Mark>>,
    /// Who is connected.
    pub present: Mutex<Vec<UserName>>,
}

impl Follower for Seen {
    fn committed(&self, entries: &[Arc<Entry>]) {
        self.entries.lock().unwrap().extend(entries.iter().cloned());
    }
    fn marked(&self, mark: &Mark) {
        self.marks.lock().unwrap().push(mark.clone());
    }
    fn present(&self, name: &UserName) -> Option<UserName> {
        self.present.lock().unwrap().iter().find(|one| *one == name).cloned()
    }
}

impl Seen {
    pub fn all(&self) -> Vec<Arc<Entry>> {
        self.entries.lock().unwrap().clone()
    }
    pub fn marks(&self) -> Vec<Mark> {
        self.marks.lock().unwrap().clone()
    }
    pub fn of(&self, room: &str) -> Vec<Arc<Entry>> {
        let room = self::room(room);
        self.all().into_iter().filter(|e| e.message.room == room).collect()
    }
}

pub fn room(name: &str) -> RoomName {
    RoomName::parse(name).unwrap()
}

pub fn user(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

pub fn record(room: &str, sender: &str, key: Option<&str>, text: &str) -> Record {
    Record {
        room: self::room(room),
        sender: UserName::parse(sender).unwrap(),
        key: key.map(Into::into),
        post: Post::message(text),
    }
}

pub fn texts(entries: &[Arc<Entry>]) -> Vec<&str> {
    entries.iter().map(|e| e.message.text.as_str()).collect()
}

/// Every entry names the one before it, the first names `before`.
pub fn assert_chain(entries: &[Arc<Entry>], mut before: Option<MessageId>) {
    for entry in entries {
        assert_eq!(entry.prev, before, "prev of {:?}", entry.message.id);
        before = Some(entry.message.id.clone());
    }
}

impl Store {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Options)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicU64::new(START));
        let mut options = Options::new(dir.path().join("data"));
        let time = clock.clone();
        options.clock = Arc::new(move || time.load(Ordering::SeqCst));
        change(&mut options);
        let (log, projection, seen, queues) = start(&options).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        Self { log, projection, seen, queues, clock, options, runtime, _dir: dir }
    }

    /// Closes the store and opens it again, as a server that was restarted.
    pub fn reopen(&mut self, change: impl FnOnce(&mut Options)) {
        self.log.close();
        change(&mut self.options);
        (self.log, self.projection, self.seen, self.queues) = start(&self.options).unwrap();
    }

    /// What a second server on the same directory is told.
    pub fn open_again(&self) -> Result<(), OpenError> {
        start(&self.options).map(|_| ())
    }

    pub fn dir(&self) -> &std::path::Path {
        &self.options.dir
    }

    pub fn append(&self, record: Record) -> Result<Appended, AppendError> {
        let answered = self.log.append(record);
        self.wait(async { answered.await.unwrap_or(Err(AppendError::Failed)) })
    }

    /// Every decision about a batch, as it comes.
    pub fn commit(&self, records: Vec<Record>, ops: Vec<QueueOp>) -> Receiver<Decided> {
        let (tell, told) = std::sync::mpsc::channel();
        let decided = move |decision: Decision<'_>| {
            let owned = match decision {
                Decision::Committed(appended) => Decided::Committed(appended.to_vec()),
                Decision::Refused(error) => Decided::Refused(error),
                Decision::InDoubt => Decided::InDoubt,
            };
            let _ = tell.send(owned);
        };
        let batch = Batch { records, ops, decided: Box::new(decided) };
        assert!(self.log.commit(batch).is_ok(), "the log takes no batch");
        told
    }

    /// Changes of queues alone, which have to be committed.
    pub fn change(&self, ops: Vec<QueueOp>) {
        let told = self.commit(Vec::new(), ops);
        assert_eq!(told.recv_timeout(DEADLINE).unwrap(), Decided::Committed(Vec::new()));
    }

    pub fn say(&self, room: &str, text: &str) -> MessageId {
        let appended = self.append(record(room, "mina", None, text)).unwrap();
        assert!(!appended.duplicate);
        appended.id
    }

    pub fn post(&self, room: &str, sender: &str, post: Post) -> Result<Appended, AppendError> {
        self.append(Record { post, ..record(room, sender, None, "") })
    }

    pub fn say_keyed(&self, room: &str, sender: &str, key: &str) -> Appended {
        self.append(record(room, sender, Some(key), "text")).unwrap()
    }

    pub fn after(&self, room: &str, offset: u64, bounds: Bounds) -> Page {
        let room = self::room(room);
        self.wait(self.projection.page_after(&room, offset, bounds)).unwrap()
    }

    pub fn all(&self, room: &str) -> Vec<Arc<Entry>> {
        self.after(room, 0, ALL).entries
    }

    pub fn wait<T>(&self, done: impl Future<Output = T>) -> T {
        let limited = async { tokio::time::timeout(DEADLINE, done).await };
        self.runtime.block_on(limited).expect("an answer in time")
    }

    pub fn history(
        &self,
        room: &str,
        anchor: chat_protocol::chat::request::Anchor,
        bounds: Bounds,
    ) -> History {
        let room = self::room(room);
        self.wait(self.projection.history(&room, &anchor, bounds)).unwrap()
    }
}

type Started = (Arc<SqliteLog>, Projection, Arc<Seen>, StoredQueues);

fn start(options: &Options) -> Result<Started, OpenError> {
    let opened = SqliteLog::open(options.clone())?;
    let seen = Arc::new(Seen::default());
    opened.log.follow(seen.clone());
    Ok((opened.log, opened.projection, seen, opened.queues))
}
