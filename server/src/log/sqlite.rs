//! The embedded log: one SQLite file in the data directory, written by one thread ([`super::writer`])
//! and read through [`Projection`]. One shard.

use super::batch::Rules;
use super::faults::Faults;
use super::head::Head;
use super::open::{self, OpenError};
use super::queue::Queue;
use super::queues::{self, Batch, StoredQueues};
use super::writer::{Job, Shared, Writer};
use super::{
    AppendError, Appended, Caps, Clock, Durability, Follower, Log, Mark, Record, schema,
    system_time,
};
use crate::projection::Projection;
use chat_protocol::chat::RoomName;
use parking_lot::Mutex;
use std::fs::File;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// How the store is opened.
#[derive(Clone)]
pub struct Options {
    /// Created when missing, readable for its owner only.
    pub dir: PathBuf,
    pub durability: Durability,
    /// Records that may wait for the writer; more are refused as `unavailable`. Default 8,192.
    pub queue_records: usize,
    /// Their bytes. Default 16 MiB.
    pub queue_bytes: usize,
    /// How long a repeated idempotency key is recognised. Default 24 h.
    pub dedupe_window: Duration,
    /// Bytes the store may grow to (to whole pages of 4 KiB); beyond it senders get `storage-full`.
    /// Default: the disk decides.
    pub max_bytes: Option<NonZeroU64>,
    /// Messages kept in each room, the newest ones. Default: all.
    pub keep_messages: Option<NonZeroU64>,
    /// Different emoji on one message at most. Default 64.
    pub max_reactions: usize,
    /// Threads that read, each with a connection. Default 2.
    pub readers: usize,
    pub clock: Clock,
    /// For tests.
    pub faults: Faults,
}

impl Options {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            durability: Durability::Fsync,
            queue_records: 8192,
            queue_bytes: 16 * 1024 * 1024,
            dedupe_window: Duration::from_secs(24 * 60 * 60),
            max_bytes: None,
            keep_messages: None,
            max_reactions: 64,
            readers: 2,
            clock: Arc::new(system_time),
            faults: Faults::default(),
        }
    }
}

/// An open store.
pub struct Opened {
    pub log: Arc<SqliteLog>,
    pub projection: Projection,
    /// What queues and durable subscriptions were left.
    pub queues: StoredQueues,
}

/// The log's handle. Dropping it closes the store as [`SqliteLog::close`] does.
pub struct SqliteLog {
    shared: Arc<Shared>,
    durability: Durability,
    running: Mutex<Option<Running>>,
}

struct Running {
    writer: JoinHandle<()>,
    projection: Projection,
    lock: File,
}

impl SqliteLog {
    /// Takes the data directory, creates or checks the store and starts its threads. Blocks for as
    /// long as SQLite needs to recover what a killed server left.
    ///
    /// # Errors
    /// See [`OpenError`]; each has its exit code.
    pub fn open(options: Options) -> Result<Opened, OpenError> {
        let lock = open::hold(&options.dir)?;
        let path = options.dir.join(open::FILE);
        let (conn, epoch) = open::first(&path, options.durability)?;
        let unreadable = |e: rusqlite::Error| OpenError::unreadable(&path, e);
        let queues = queues::load(&conn).map_err(unreadable)?;
        let batch = schema::batch(&conn).map_err(unreadable)?;
        let head = Arc::new(Head::new(schema::head(&conn).map_err(unreadable)?));
        let projection =
            Projection::start(path.clone(), epoch.clone(), head.clone(), options.readers)?;
        let shared = Arc::new(Shared {
            queue: Queue::new(options.queue_records, options.queue_bytes),
            follower: OnceLock::new(),
            head,
            max_bytes: AtomicU64::new(options.max_bytes.map_or(0, NonZeroU64::get)),
            down: AtomicBool::new(false),
        });
        let dedupe_window = u64::try_from(options.dedupe_window.as_millis()).unwrap_or(u64::MAX);
        let named = shared.clone();
        let writer = Writer {
            shared: shared.clone(),
            path: path.clone(),
            durability: options.durability,
            rules: Rules {
                present: Box::new(move |name| named.follower.get()?.present(name)),
                epoch,
                dedupe_window,
                keep_messages: options.keep_messages,
                reactions: options.max_reactions,
            },
            clock: options.clock,
            faults: options.faults,
        };
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(conn, batch))
            .map_err(|e| OpenError::unreadable(&path, e))?;
        let running = Mutex::new(Some(Running { writer, projection: projection.clone(), lock }));
        let log = Arc::new(Self { shared, durability: options.durability, running });
        Ok(Opened { log, projection, queues })
    }

    /// Commits and answers what is queued, closes the store and gives the data directory back.
    /// Appends and reads from now on are `unavailable`. Blocks; a second call does nothing.
    pub fn close(&self) {
        let Some(running) = self.running.lock().take() else { return };
        // The writer's connection is the last, so that it leaves nothing but the one file.
        running.projection.close();
        self.shared.queue.close();
        if running.writer.join().is_err() {
            tracing::error!("the store's thread had panicked");
        }
        open::release(running.lock);
    }

    /// Whether appends fail because the store has to be reopened. Asks nothing of the disk.
    pub fn is_down(&self) -> bool {
        self.shared.down.load(Ordering::Relaxed)
    }

    /// Changes [`Options::max_bytes`]; takes effect with the next append.
    pub fn set_max_bytes(&self, max_bytes: Option<NonZeroU64>) {
        self.shared.max_bytes.store(max_bytes.map_or(0, NonZeroU64::get), Ordering::Relaxed);
    }
}

impl Log for SqliteLog {
    fn caps(&self) -> Caps {
        Caps { replay: true, position_in_ack: true, durability: self.durability }
    }

    fn shards(&self) -> u16 {
        1
    }

    fn shard_of(&self, _room: &RoomName) -> u16 {
        0
    }

    fn append(&self, record: Record) -> oneshot::Receiver<Result<Appended, AppendError>> {
        let answered = self.append_quietly(record);
        self.rouse();
        answered
    }

    fn append_quietly(&self, record: Record) -> oneshot::Receiver<Result<Appended, AppendError>> {
        let (answer, answered) = oneshot::channel();
        let bytes = record.size();
        if let Err(Job::Record { answer, .. }) =
            self.shared.queue.push_quietly(Job::Record { record, answer }, bytes)
        {
            // The receiver is still in our hands.
            let _ = answer.send(Err(AppendError::Unavailable));
        }
        answered
    }

    fn rouse(&self) {
        self.shared.queue.rouse();
    }

    fn mark(&self, mark: Mark) -> oneshot::Receiver<Result<(), AppendError>> {
        let (answer, answered) = oneshot::channel();
        let bytes = Mark::SIZE;
        if let Err(Job::Mark { answer, .. }) =
            self.shared.queue.push(Job::Mark { mark, answer }, bytes)
        {
            let _ = answer.send(Err(AppendError::Unavailable));
        }
        answered
    }

    fn commit(&self, batch: Batch) -> Result<(), Batch> {
        let bytes = batch.size();
        match self.shared.queue.push(Job::Batch(batch), bytes) {
            Err(Job::Batch(batch)) => Err(batch),
            _ => Ok(()),
        }
    }

    fn follow(&self, follower: Arc<dyn Follower>) {
        if self.shared.follower.set(follower).is_err() {
            tracing::error!("the log has a follower already");
        }
    }
}

impl Drop for SqliteLog {
    fn drop(&mut self) {
        self.close();
    }
}
