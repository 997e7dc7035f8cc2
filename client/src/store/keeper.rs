//! The store at work beside the screen: one thread that writes, one that reads, bounded queues to
//! both. What is written together is one transaction; what was not written when the disk failed is
//! told once and not tried again.

use super::cache::{self, Chain, Limits};
use super::outbox::{self, Owner, Sent};
use super::tee::Tee;
use super::{Store, StoreError, drafts, file, lease::Lease, rooms, search};
use crate::app::effect::Query;
use crate::app::state::Place;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{ChatMessage, HistoryReply, MessageId, RoomName};
use rusqlite::{Connection, TransactionBehavior};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait; whoever brings more waits too.
const JOBS: usize = 512;
/// Jobs of one transaction.
const BATCH: usize = 256;
const ASKS: usize = 64;
/// Rows written between two looks at what is too much.
const TRIM_EVERY: usize = 1000;
/// For a message to be on disk before it is shown and sent; without it, it goes all the same.
const KEPT: Duration = Duration::from_millis(500);
/// For what still waits to be written when the program ends.
const FINISH: Duration = Duration::from_secs(2);
/// Tries of a transaction that other clients stand in the way of.
const TRIES: usize = 3;

/// Something to be written.
#[derive(Debug)]
pub enum Job {
    SaveRoom {
        place: Place,
        read: Option<MessageId>,
    },
    /// With all that is held of it.
    ForgetRoom {
        place: Place,
    },
    /// An empty text forgets it.
    SaveDraft {
        place: Place,
        text: String,
    },
    /// A message of ours that is about to be sent; `done` is told when it is on disk.
    Keep {
        sent: Sent,
        done: oneshot::Sender<()>,
    },
    Refuse {
        key: String,
        reason: String,
    },
    /// Confirmed, or given up.
    Done {
        key: String,
    },
    Hold {
        room: RoomName,
        chain: Chain,
    },
    Clear {
        room: RoomName,
    },
}

/// Something to be read.
#[derive(Debug)]
pub enum Ask {
    Page {
        tag: u64,
        room: RoomName,
        anchor: Anchor,
        limit: usize,
    },
    /// A later one takes the place of one that is not answered.
    Find {
        tag: u64,
        query: Query,
    },
}

#[derive(Debug)]
pub enum News {
    /// `None`: the cache does not know.
    Page {
        tag: u64,
        reply: Option<HistoryReply>,
    },
    Found {
        tag: u64,
        messages: Vec<ChatMessage>,
    },
    Trouble(StoreError),
}

/// The running store.
pub struct Keeper {
    jobs: mpsc::Sender<Job>,
    asks: mpsc::Sender<Ask>,
    pub news: mpsc::Receiver<News>,
    pub(super) tee: Tee,
    /// Ours until everything is written.
    _lease: Option<Lease>,
}

impl Store {
    /// Goes on beside the screen; entries of the outbox are for `nick`.
    pub fn start(mut self, nick: &str) -> std::io::Result<Keeper> {
        let (jobs, job_source) = mpsc::channel(JOBS);
        let (asks, ask_source) = mpsc::channel(ASKS);
        let (news_sink, news) = mpsc::channel(ASKS);
        let lease = self.lease.take();
        let owner = lease.as_ref().map_or_else(String::new, |l| l.owner.clone());
        let reader = Reader {
            db: None,
            path: self.db.is_some().then(|| self.path.clone()),
            server: self.server.clone(),
            news: news_sink.clone(),
        };
        let writer = Writer {
            db: self.db,
            path: self.path,
            server: self.server,
            whose: Owner { owner, nick: nick.to_owned() },
            limits: self.limits,
            since_trim: TRIM_EVERY,
            told: false,
            news: news_sink,
        };
        let thread = |name: &str| std::thread::Builder::new().name(name.to_owned());
        thread("store-writer").spawn(move || writer.run(job_source))?;
        thread("store-reader").spawn(move || reader.run(ask_source))?;
        Ok(Keeper { jobs, asks, news, tee: Tee::default(), _lease: lease })
    }
}

impl Keeper {
    /// Waits while too much is to be written already.
    pub async fn job(&self, job: Job) {
        // A writer that has ended has told why.
        let _ = self.jobs.send(job).await;
    }

    /// Returns when the message is on disk, or cannot be in time.
    pub async fn keep(&self, sent: Sent) {
        let (done, is_done) = oneshot::channel();
        self.job(Job::Keep { sent, done }).await;
        let _ = tokio::time::timeout(KEPT, is_done).await;
    }

    pub async fn ask(&self, ask: Ask) {
        let _ = self.asks.send(ask).await;
    }

    /// Has everything written; the first trouble that nobody heard of yet.
    pub async fn finish(self) -> Option<StoreError> {
        let Self { jobs, asks, mut news, _lease, .. } = self;
        drop((jobs, asks));
        let mut trouble = None;
        let rest = async {
            while let Some(said) = news.recv().await {
                if let News::Trouble(what) = said {
                    trouble.get_or_insert(what);
                }
            }
        };
        let _ = tokio::time::timeout(FINISH, rest).await;
        trouble
    }
}

struct Writer {
    db: Option<Connection>,
    path: PathBuf,
    server: String,
    whose: Owner,
    limits: Limits,
    since_trim: usize,
    told: bool,
    news: mpsc::Sender<News>,
}

impl Writer {
    fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(first) = jobs.blocking_recv() {
            let mut batch = vec![first];
            for _ in 1..BATCH {
                let Ok(next) = jobs.try_recv() else { break };
                add(&mut batch, next);
            }
            self.write(&batch);
            for job in batch {
                if let Job::Keep { done, .. } = job {
                    let _ = done.send(());
                }
            }
            self.trim();
        }
    }

    fn write(&mut self, batch: &[Job]) {
        for attempt in 1..=TRIES {
            let Some(db) = &mut self.db else { return };
            match write(db, &self.server, &self.whose, batch) {
                Ok(rows) => {
                    self.since_trim += rows;
                    return;
                }
                Err(e) if is_busy(&e) && attempt < TRIES => {}
                Err(e) => return self.failed(&e),
            }
        }
    }

    fn trim(&mut self) {
        if self.since_trim < TRIM_EVERY {
            return;
        }
        let Some(db) = &mut self.db else { return };
        let limits = self.limits;
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate);
        let trimmed = tx.and_then(|tx| {
            let more = cache::trim(&tx, limits)?;
            tx.commit()?;
            Ok(more)
        });
        match trimmed {
            Ok(true) => {}
            Ok(false) => self.since_trim = 0,
            Err(e) if is_busy(&e) => {}
            Err(e) => self.failed(&e),
        }
    }

    fn failed(&mut self, e: &rusqlite::Error) {
        let path = self.path.clone();
        let trouble = if file::is_damage(e) {
            self.db = None;
            let (db, trouble) = file::replace(&path);
            self.db = db;
            trouble
        } else {
            StoreError::Unusable { path, cause: e.to_string() }
        };
        if !std::mem::replace(&mut self.told, true) {
            let _ = self.news.blocking_send(News::Trouble(trouble));
        }
    }
}

fn is_busy(e: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(e.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

/// Messages that follow each other become one chain.
fn add(batch: &mut Vec<Job>, next: Job) {
    let Job::Hold { room, mut chain } = next else { return batch.push(next) };
    if let Some(Job::Hold { room: of, chain: held }) = batch.last_mut()
        && *of == room
        && held.newest
        && chain.newest
        && chain.before.is_some()
        && chain.before.as_ref() == held.messages.last().map(|m| &m.id)
    {
        held.messages.append(&mut chain.messages);
        return;
    }
    batch.push(Job::Hold { room, chain });
}

/// All of it or nothing; how many rows of the cache that were.
pub(super) fn write(
    db: &mut Connection,
    server: &str,
    whose: &Owner,
    batch: &[Job],
) -> rusqlite::Result<usize> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_millis() as i64);
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut rows = 0;
    for job in batch {
        match job {
            Job::SaveRoom { place, read } => rooms::save(&tx, server, place, read.as_ref())?,
            Job::ForgetRoom { place } => rooms::forget(&tx, server, place)?,
            Job::SaveDraft { place, text } => drafts::save(&tx, server, place, text)?,
            Job::Keep { sent, .. } => outbox::keep(&tx, server, whose, sent, now)?,
            Job::Refuse { key, reason } => outbox::refuse(&tx, key, reason)?,
            Job::Done { key } => outbox::forget(&tx, key)?,
            Job::Hold { room, chain } => {
                rows += chain.messages.len();
                cache::merge(&tx, server, room, chain, now)?;
            }
            Job::Clear { room } => cache::clear(&tx, server, room)?,
        }
    }
    tx.commit()?;
    Ok(rows)
}

struct Reader {
    db: Option<Connection>,
    /// `None`: nothing is remembered.
    path: Option<PathBuf>,
    server: String,
    news: mpsc::Sender<News>,
}

impl Reader {
    fn run(mut self, mut asks: mpsc::Receiver<Ask>) {
        let mut next = None;
        while let Some(ask) = next.take().or_else(|| asks.blocking_recv()) {
            if self.db.is_none()
                && let Some(path) = &self.path
            {
                self.db = file::open_reader(path).ok();
            }
            let sent = match ask {
                Ask::Page { .. } => self.page(ask),
                Ask::Find { tag, query } => self.find(tag, &query, &mut asks, &mut next),
            };
            if !sent {
                return;
            }
        }
    }

    /// `false`: nobody listens any more.
    fn page(&self, ask: Ask) -> bool {
        let Ask::Page { tag, room, anchor, limit } = ask else { return true };
        let read = |db| cache::page(db, &self.server, &room, &anchor, limit);
        // What cannot be read is asked of the server; a damaged file is the writer's to mend.
        let reply = self.db.as_ref().and_then(|db| read(db).ok().flatten());
        self.news.blocking_send(News::Page { tag, reply }).is_ok()
    }

    /// Pages are answered meanwhile.
    fn find(
        &self,
        tag: u64,
        query: &Query,
        asks: &mut mpsc::Receiver<Ask>,
        next: &mut Option<Ask>,
    ) -> bool {
        let mut wanted = || loop {
            match asks.try_recv() {
                Ok(page @ Ask::Page { .. }) => {
                    self.page(page);
                }
                Ok(other) => {
                    *next = Some(other);
                    return false;
                }
                Err(mpsc::error::TryRecvError::Empty) => return true,
                Err(mpsc::error::TryRecvError::Disconnected) => return false,
            }
        };
        let found = match &self.db {
            Some(db) => search::find(db, &self.server, query, &mut wanted),
            None => Ok(Some(Vec::new())),
        };
        match found {
            Ok(None) => true,
            found => {
                let messages = found.ok().flatten().unwrap_or_default();
                self.news.blocking_send(News::Found { tag, messages }).is_ok()
            }
        }
    }
}
