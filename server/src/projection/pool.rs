//! Threads that read, each with a connection that can do nothing else. What they are asked waits in
//! a bounded queue; an answer nobody waits for any more is not computed.

use super::ReadError;
use crate::log::head::Head;
use crate::log::open::{self, OpenError};
use crate::log::queue::Queue;
use parking_lot::Mutex;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

const WAITING: usize = 4096;
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) type Job = Box<dyn FnOnce(&mut Reader<'_>) + Send>;

pub(super) struct Pool {
    queue: Arc<Queue<Job>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// One moment of the store, and how far of it may be seen.
pub(super) struct Moment<'c> {
    pub(super) conn: &'c Connection,
    /// Offsets beyond it are not to be seen yet.
    pub(super) head: u64,
}

/// One thread's connection; given up after an error and opened again for the next read.
pub(super) struct Reader<'a> {
    path: &'a Path,
    head: &'a Head,
    conn: Option<Connection>,
    /// The last read failed; said once, not with every read.
    failing: bool,
}

impl Pool {
    /// Opens the connections at once: as long as one of them is there, a writer that gives up its
    /// own takes nothing from the readers, and leaves no log file to be recovered.
    pub(super) fn start(path: PathBuf, head: Arc<Head>, readers: usize) -> Result<Self, OpenError> {
        let queue = Arc::new(Queue::new(WAITING, usize::MAX));
        let pool = Self { queue, threads: Mutex::default() };
        for n in 0..readers.max(1) {
            let conn = open::reader(&path).map_err(|e| OpenError::unreadable(&path, e))?;
            let (queue, head, its_path) = (pool.queue.clone(), head.clone(), path.clone());
            let thread = std::thread::Builder::new()
                .name(format!("store-reader-{n}"))
                .spawn(move || {
                    let conn = Some(conn);
                    let mut reader = Reader { path: &its_path, head: &head, conn, failing: false };
                    while let Some(jobs) = queue.take(1, None) {
                        jobs.into_iter().for_each(|job| job(&mut reader));
                    }
                })
                .map_err(|e| OpenError::unreadable(&path, e))?;
            pool.threads.lock().push(thread);
        }
        Ok(pool)
    }

    /// Runs a read on one of the threads; all its statements see the same moment.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Moment<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move |reader: &mut Reader<'_>| {
            if !answer.is_closed() {
                let _ = answer.send(reader.run(job));
            }
        });
        self.push(job)?;
        Self::answer(answered).await
    }

    /// Something for the next thread that is free.
    pub(super) fn push(&self, job: Job) -> Result<(), ReadError> {
        self.queue.push(job, 0).map_err(|_| ReadError::Busy)
    }

    /// Waits for what a job says.
    pub(super) async fn answer<T>(
        answered: oneshot::Receiver<Result<T, ReadError>>,
    ) -> Result<T, ReadError> {
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(result)) => result,
            // Closed meanwhile, or too slow.
            Ok(Err(_)) | Err(_) => Err(ReadError::Busy),
        }
    }

    /// Answers nothing more and closes the connections. Blocks for the reads that are under way.
    pub(super) fn close(&self) {
        self.queue.abandon();
        let threads = std::mem::take(&mut *self.threads.lock());
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread that reads the store had panicked");
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

impl Reader<'_> {
    pub(super) fn run<T>(
        &mut self,
        job: impl FnOnce(&Moment<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, ReadError> {
        let conn = match self.conn.take() {
            Some(conn) => Ok(conn),
            None => open::reader(self.path),
        };
        let read = conn.and_then(|conn| {
            // The head first: what is up to it is in every transaction that begins later.
            let head = self.head.settled();
            let transaction = conn.unchecked_transaction()?;
            let result = job(&Moment { conn: &conn, head })?;
            drop(transaction);
            Ok((conn, result))
        });
        match read {
            Ok((conn, result)) => {
                self.conn = Some(conn);
                if std::mem::take(&mut self.failing) {
                    tracing::info!("the store can be read again");
                }
                Ok(result)
            }
            Err(cause) => {
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::error!(%cause, "the store could not be read; readers are told");
                }
                Err(ReadError::Failed)
            }
        }
    }
}
