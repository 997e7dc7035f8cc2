//! The one thread that writes: takes what is queued, commits it as a group, shows it to the follower
//! and answers the senders. After an error that leaves the connection in doubt it answers `Failed`
//! until a write has succeeded on a fresh one.

use super::batch::{self, Heads, Rules};
use super::faults::{Faults, Step, Verdict, verdict};
use super::head::Head;
use super::queue::Queue;
use super::{AppendError, Appended, Clock, Durability, Follower, Record, open, schema};
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

pub(crate) struct Job {
    pub(crate) record: Record,
    pub(crate) answer: oneshot::Sender<Result<Appended, AppendError>>,
}

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
    /// The last batch found no space; said once, not with every refusal.
    full: bool,
}

/// Until `retry` every append is answered with `error`.
struct Down {
    error: AppendError,
    retry: Instant,
    backoff: Duration,
}

impl Writer {
    /// Runs until the queue is closed and drained, then closes the store.
    pub(crate) fn run(self, conn: Connection) {
        let _abandoned = Abandon(self.shared.clone());
        let mut state = Ok(Up::new(conn));
        loop {
            state = match state {
                Ok(mut up) => {
                    self.shared.down.store(false, Ordering::Relaxed);
                    let Some(jobs) = self.shared.queue.take(BATCH, None) else {
                        return close(up.conn);
                    };
                    match self.commit(&mut up, jobs) {
                        Ok(()) => Ok(up),
                        Err(error) => Err(Down::new(error)),
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
    fn commit(&self, up: &mut Up, jobs: Vec<Job>) -> Result<(), AppendError> {
        let (records, answers): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|job| (job.record, job.answer)).unzip();
        let now = (self.clock)();
        let committed = up
            .apply_bound(self.shared.max_bytes.load(Ordering::Relaxed))
            .and_then(|()| up.heads.commit(&up.conn, &self.rules, &records, now, &self.faults));
        match committed {
            Ok(done) => {
                self.publish(&done.entries);
                if std::mem::take(&mut up.full) {
                    tracing::info!("there is space again; messages are stored");
                }
                for (answer, appended) in answers.into_iter().zip(done.answers) {
                    // A sender that has gone away does not wait for the answer.
                    let _ = answer.send(Ok(appended));
                }
                Ok(())
            }
            Err(cause) => {
                let sound = verdict(&cause) == Verdict::Full && up.conn.is_autocommit();
                let error = if sound { AppendError::Full } else { AppendError::Failed };
                self.shared.down.store(!sound, Ordering::Relaxed);
                if !(sound && std::mem::replace(&mut up.full, sound)) {
                    tracing::error!(%cause, "messages could not be stored; senders are told");
                }
                for answer in answers {
                    let _ = answer.send(Err(error));
                }
                if sound { Ok(()) } else { Err(error) }
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

    /// Back to work only after a write has reached the disk through a fresh connection. What the
    /// old one had committed while it reported an error is shown to the follower first.
    fn reopen(&self, down: Down) -> Result<Up, Down> {
        let opened = self.faults.strike(Step::Reopen).and_then(|()| {
            let conn = open::again(&self.path, self.durability)?;
            prove(&conn)?;
            let published = self.shared.head.newest();
            let missed = batch::committed_after(&conn, &self.rules.epoch, published)?;
            Ok((conn, missed))
        });
        match opened {
            Ok((conn, missed)) => {
                tracing::info!(recovered = missed.len(), "the store works again");
                self.publish(&missed);
                Ok(Up::new(conn))
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
    for job in jobs {
        let _ = job.answer.send(Err(error));
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
    fn new(conn: Connection) -> Self {
        Self { conn, heads: Heads::default(), max_bytes: 0, full: false }
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
    fn new(error: AppendError) -> Self {
        let backoff = *BACKOFF.start();
        Self { error, retry: Instant::now() + backoff, backoff }
    }

    fn again(self, verdict: Verdict) -> Self {
        let error = match verdict {
            Verdict::Full => AppendError::Full,
            Verdict::Broken => AppendError::Failed,
        };
        let backoff = (self.backoff * 2).min(*BACKOFF.end());
        Self { error, retry: Instant::now() + backoff, backoff }
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
