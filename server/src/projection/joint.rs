//! Reads that are asked for alike while the first of them still waits for its turn are done once, for
//! all who asked: a thousand readers who come back after a restart want the same pages. Nobody joins a
//! read that has begun, so everybody sees what was committed before he asked.

use super::ReadError;
use super::pool::{Moment, Pool};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use tokio::sync::oneshot;

type Asker<T> = oneshot::Sender<Result<T, ReadError>>;

pub(super) struct Joint<K, T> {
    waiting: Arc<Mutex<HashMap<K, Vec<Asker<T>>>>>,
}

impl<K, T> Default for Joint<K, T> {
    fn default() -> Self {
        Self { waiting: Arc::default() }
    }
}

impl<K, T> Joint<K, T>
where
    K: Eq + Hash + Clone + Send + 'static,
    T: Clone + Send + 'static,
{
    /// As [`Pool::read`]; `key` says all that `job` depends on.
    pub(super) async fn read(
        &self,
        pool: &Pool,
        key: K,
        job: impl FnOnce(&Moment<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let (answer, answered) = oneshot::channel();
        if self.ask(&key, answer) {
            let (waiting, its_key) = (self.waiting.clone(), key.clone());
            let pushed = pool.push(Box::new(move |reader| {
                let mut askers = waiting.lock().remove(&its_key).unwrap_or_default();
                askers.retain(|asker| !asker.is_closed());
                if askers.is_empty() {
                    return;
                }
                let result = reader.run(job);
                for asker in askers {
                    let _ = asker.send(result.clone());
                }
            }));
            if pushed.is_err() {
                self.waiting.lock().remove(&key);
            }
        }
        Pool::answer(answered).await
    }

    /// Whether it is the first to ask.
    fn ask(&self, key: &K, asker: Asker<T>) -> bool {
        let mut waiting = self.waiting.lock();
        let askers = waiting.entry(key.clone()).or_default();
        askers.push(asker);
        askers.len() == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::head::Head;
    use crate::log::open::FILE;
    use crate::log::sqlite::{Options, SqliteLog};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    #[tokio::test]
    async fn what_waits_is_read_once_and_what_has_begun_is_not_joined() {
        let dir = tempfile::tempdir().unwrap();
        let _store = SqliteLog::open(Options::new(dir.path())).unwrap();
        let pool = Pool::start(dir.path().join(FILE), Arc::new(Head::new(0)), 1).unwrap();
        let joint = Joint::<u8, usize>::default();
        let reads = Arc::new(AtomicUsize::new(0));
        let count = || {
            let reads = reads.clone();
            move |_: &Moment<'_>| Ok(reads.fetch_add(1, Ordering::SeqCst))
        };
        let (go, wait) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel();
        let first = joint.read(&pool, 7, move |_| {
            begun.send(()).unwrap();
            wait.recv().unwrap();
            Ok(1000)
        });
        let after = async {
            has_begun.recv().unwrap();
            let alike =
                futures_util::future::join_all((0..50).map(|_| joint.read(&pool, 7, count())));
            let other = joint.read(&pool, 8, count());
            let free = async { go.send(()).unwrap() };
            tokio::join!(alike, other, free)
        };
        let (first, (alike, other, ())) = tokio::join!(first, after);
        assert_eq!(first, Ok(1000));
        assert_eq!(alike, [Ok(0); 50]);
        assert_eq!(other, Ok(1));
        assert_eq!(reads.load(Ordering::SeqCst), 2);
        assert!(joint.waiting.lock().is_empty());
        pool.close();
        assert_eq!(joint.read(&pool, 7, count()).await, Err(ReadError::Busy));
        assert!(joint.waiting.lock().is_empty());
    }
}
