//! The one thread that writes: takes what is queued, commits it as a group, shows it to the follower
//! and answers the senders. After an error that leaves the connection in doubt it answers `Failed`
//! until a write has succeeded on a fresh one.

use super::batch::{self, Heads, Rules, Work};
use super::faults::{Faults, Step, Verdict, verdict};
use super::head::Head;
use super::indexing::Indexing;
use super::queue::Queue;
use super::queues::{Batch, Decision};
use super::{AppendError, Appended, Clock, Durability, Follower, Mark, Record, open, schema};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Records in one transaction at most.
const BATCH: usize = 512;
const BACKOFF: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(100)..=Duration::from_secs(5);
const UNBOUNDED_PAGES: u64 = 4_294_967_294;

pub(crate) enum Job {
    Record { record: Record, answer: oneshot::Sender<Result<Appended, AppendError>> },
    Mark { mark: Mark, answer: oneshot::Sender<Result<(), AppendError>> },
    Batch(Batch),
}

/// Who waits for a commit.
enum Waiting {
    Record(oneshot::Sender<Result<Appended, AppendError>>),
    Mark(oneshot::Sender<Result<(), AppendError>>),
    Batch { records: usize, decided: Decided },
}

type Decided = Box<dyn FnMut(Decision<'_>) + Send>;

/// What the log's handle and its thread share.
pub(crate) struct Shared {
    pub(crate) queue: Queue<Job>,
    pub(crate) follower: OnceLock<Arc<dyn Follower>>,
    pub(crate) head: Arc<Head>,
    /// Bytes the store may grow to; 0: no bound.
    pub(crate) max_bytes: AtomicU64,
    /// Every append fails until the store has been reopened.
    pub(crate) down: AtomicBool,
}

pub(crate) struct Writer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) path: PathBuf,
    pub(crate) durability: Durability,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
}

/// A connection, and what is known of the store it is on.
struct Up {
    conn: Connection,
    heads: Heads,
    max_bytes: u64,
    /// The number of the last batch that changed a queue.
    batch: u64,
    /// The last batch found no space; said once, not with every refusal.
    full: bool,
    indexing: Indexing,
}

/// Until `retry` every append is answered with `error`.
struct Down {
    error: AppendError,
    retry: Instant,
    backoff: Duration,
    /// Those of the batch with this number, of which nobody knows whether it was committed.
    doubtful: Vec<Decided>,
    batch: u64,
}

impl Writer {
    /// Runs until the queue is closed and drained, then closes the store. `batch`: the number of
    /// the last one that changed a queue.
    pub(crate) fn run(self, conn: Connection, batch: u64) {
        let _abandoned = Abandon(self.shared.clone());
        let mut state = Ok(Up::new(conn, batch));
        loop {
            state = match state {
                Ok(mut up) => {
                    self.shared.down.store(false, Ordering::Relaxed);
                    let Some(jobs) = self.shared.queue.take(BATCH, up.indexing.due()) else {
                        return close(up.conn);
                    };
                    match self.work(&mut up, jobs) {
                        Ok(()) => Ok(up),
                        Err(down) => Err(down),
                    }
                }
                Err(down) => {
                    let Some(jobs) = self.shared.queue.take(BATCH, Some(down.retry)) else {
                        return;
                    };
                    refuse(jobs, down.error);
                    if Instant::now() < down.retry { Err(down) } else { self.reopen(down) }
                }
            };
        }
    }

    /// `Err`: the connection cannot be trusted any more.
    fn work(&self, up: &mut Up, jobs: Vec<Job>) -> Result<(), Down> {
        if !jobs.is_empty() {
            self.commit(up, jobs)?;
        }
        up.indexing.turn(&up.conn).map_err(|cause| {
            tracing::error!(%cause, "messages could not be indexed");
            self.shared.down.store(true, Ordering::Relaxed);
            Down::new(AppendError::Failed, Vec::new(), up.batch)
        })
    }

    /// `Err`: the connection cannot be trusted any more.
    fn commit(&self, up: &mut Up, jobs: Vec<Job>) -> Result<(), Down> {
        let (work, waiting) = up.prepare(jobs);
        let now = (self.clock)();
        let committed = up
            .apply_bound(self.shared.max_bytes.load(Ordering::Relaxed))
            .and_then(|()| up.heads.commit(&up.conn, &self.rules, &work, now, &self.faults));
        match committed {
            Ok(done) => {
                self.publish(&done.entries);
                self.tell_marks(&work.marks, &done.marks);
                if std::mem::take(&mut up.full) {
                    tracing::info!("there is space again; messages are stored");
                }
                answer(waiting, done.answers, done.marks);
                self.tell_answered();
                Ok(())
            }
            Err(cause) => {
                let sound = verdict(&cause) == Verdict::Full && up.conn.is_autocommit();
                self.shared.down.store(!sound, Ordering::Relaxed);
                if !(sound && std::mem::replace(&mut up.full, sound)) {
                    tracing::error!(%cause, "messages could not be stored; senders are told");
                }
                if sound {
                    waiting.into_iter().for_each(|one| one.refuse(AppendError::Full));
                    return Ok(());
                }
                Err(Down::new(AppendError::Failed, waiting, up.batch))
            }
        }
    }

    fn publish(&self, entries: &[Arc<super::Entry>]) {
        let Some(last) = entries.last() else { return };
        self.shared.head.publish(last.position.offset, || {
            if let Some(follower) = self.shared.follower.get() {
                follower.committed(entries);
            }
        });
    }

    fn tell_marks(&self, marks: &[Mark], stored: &[Result<(), AppendError>]) {
        let Some(follower) = self.shared.follower.get() else { return };
        for (mark, _) in marks.iter().zip(stored).filter(|(_, stored)| stored.is_ok()) {
            follower.marked(mark);
        }
    }

    fn tell_answered(&self) {
        if let Some(follower) = self.shared.follower.get() {
            follower.answered();
        }
    }

    /// Back to work only after a write has reached the disk through a fresh connection. What the
    /// old one had committed while it reported an error is shown to the follower first.
    fn reopen(&self, down: Down) -> Result<Up, Down> {
        let opened = self.faults.strike(Step::Reopen).and_then(|()| {
            let conn = open::again(&self.path, self.durability)?;
            prove(&conn)?;
            let published = self.shared.head.newest();
            let missed = batch::committed_after(&conn, &self.rules.epoch, published)?;
            let batch = schema::batch(&conn)?;
            Ok((conn, missed, batch))
        });
        match opened {
            Ok((conn, missed, batch)) => {
                tracing::info!(recovered = missed.len(), "the store works again");
                self.publish(&missed);
                let decision = match batch == down.batch {
                    true => Decision::Committed(&[]),
                    false => Decision::Refused(AppendError::Failed),
                };
                down.doubtful.into_iter().for_each(|mut decided| decided(decision));
                self.tell_answered();
                Ok(Up::new(conn, batch))
            }
            Err(cause) => {
                tracing::error!(%cause, "the store could not be opened again");
                Err(down.again(verdict(&cause)))
            }
        }
    }
}

/// The pages a failed write left in the log file may not be on disk whatever a later sync says, so
/// they are moved to the database first; then one write has to succeed.
fn prove(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    conn.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'reopened'", [])?;
    Ok(())
}

fn refuse(jobs: Vec<Job>, error: AppendError) {
    jobs.into_iter().for_each(|job| Waiting::of(job, &mut Work::default()).refuse(error));
}

/// Tells everybody what became of it: batches in order, then senders, the last one first: who waits
/// for the oldest of many answers is woken when all are there.
fn answer(
    waiting: Vec<Waiting>,
    answers: Vec<Result<Appended, AppendError>>,
    marks: Vec<Result<(), AppendError>>,
) {
    let mut marks = marks.into_iter();
    let mut answers = answers.into_iter();
    let mut senders = Vec::with_capacity(waiting.len());
    for one in waiting {
        match one {
            Waiting::Record(sender) => senders.extend(answers.next().map(|one| (sender, one))),
            Waiting::Mark(reader) => drop(marks.next().map(|stored| reader.send(stored))),
            Waiting::Batch { records, mut decided } => {
                let appended: Vec<_> = answers.by_ref().take(records).flatten().collect();
                decided(Decision::Committed(&appended));
            }
        }
    }
    for (sender, appended) in senders.into_iter().rev() {
        // A sender that has gone away does not wait for the answer.
        let _ = sender.send(appended);
    }
}

impl Waiting {
    /// Moves what a job brings into the work.
    fn of(job: Job, work: &mut Work) -> Self {
        match job {
            Job::Record { record, answer } => {
                work.records.push(record);
                Self::Record(answer)
            }
            Job::Mark { mark, answer } => {
                work.marks.push(mark);
                Self::Mark(answer)
            }
            Job::Batch(Batch { records, ops, decided }) => {
                let count = records.len();
                work.records.extend(records);
                work.ops.extend(ops);
                Self::Batch { records: count, decided }
            }
        }
    }

    fn refuse(self, error: AppendError) {
        match self {
            Self::Record(sender) => drop(sender.send(Err(error))),
            Self::Mark(sender) => drop(sender.send(Err(error))),
            Self::Batch { mut decided, .. } => decided(Decision::Refused(error)),
        }
    }
}

fn close(conn: Connection) {
    let settled = schema::unmark(&conn)
        .and_then(|()| conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    if let Err(cause) = settled.and_then(|()| conn.close().map_err(|(_, cause)| cause)) {
        tracing::warn!(%cause, "the store was not closed cleanly; nothing confirmed is lost");
    }
}

impl Up {
    fn new(conn: Connection, batch: u64) -> Self {
        let (heads, indexing) = (Heads::default(), Indexing::new());
        Self { conn, heads, max_bytes: 0, batch, full: false, indexing }
    }

    /// One transaction of all jobs.
    fn prepare(&mut self, jobs: Vec<Job>) -> (Work, Vec<Waiting>) {
        let mut work = Work { records: Vec::with_capacity(jobs.len()), ..Work::default() };
        let waiting: Vec<_> = jobs.into_iter().map(|job| Waiting::of(job, &mut work)).collect();
        if waiting.iter().any(|one| matches!(one, Waiting::Batch { .. })) {
            self.batch += 1;
            work.batch = Some(self.batch);
        }
        (work, waiting)
    }

    /// The bound may change while the server runs.
    fn apply_bound(&mut self, max_bytes: u64) -> rusqlite::Result<()> {
        if self.max_bytes == max_bytes {
            return Ok(());
        }
        let page: u64 = self.conn.pragma_query_value(None, "page_size", |r| r.get(0))?;
        let pages = if max_bytes == 0 { UNBOUNDED_PAGES } else { (max_bytes / page).max(1) };
        self.conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        self.max_bytes = max_bytes;
        Ok(())
    }
}

impl Down {
    /// Tells the senders that it failed. Whether batches were committed all the same is seen when
    /// the store is open again.
    fn new(error: AppendError, waiting: Vec<Waiting>, batch: u64) -> Self {
        let mut doubtful = Vec::new();
        for one in waiting {
            match one {
                Waiting::Record(_) | Waiting::Mark(_) => one.refuse(error),
                Waiting::Batch { mut decided, .. } => {
                    decided(Decision::InDoubt);
                    doubtful.push(decided);
                }
            }
        }
        let backoff = *BACKOFF.start();
        Self { error, retry: Instant::now() + backoff, backoff, doubtful, batch }
    }

    fn again(self, verdict: Verdict) -> Self {
        let error = match verdict {
            Verdict::Full => AppendError::Full,
            Verdict::Broken => AppendError::Failed,
        };
        let backoff = (self.backoff * 2).min(*BACKOFF.end());
        Self { error, retry: Instant::now() + backoff, backoff, ..self }
    }
}

/// Lets no sender wait for a thread that has gone, should the follower panic.
struct Abandon(Arc<Shared>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.down.store(true, Ordering::Relaxed);
        self.0.queue.abandon();
    }
}
