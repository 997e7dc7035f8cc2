//! When the writer indexes what an older version stored: a step between two commits, with a pause
//! after it, so that senders hardly notice. Stopped at any point it goes on from there.

use super::faults::{Verdict, verdict};
use super::search;
use rusqlite::Connection;
use std::time::{Duration, Instant};

/// For others to use the disk.
const PAUSE: Duration = Duration::from_millis(10);
/// Until there may be space again.
const FULL: Duration = Duration::from_secs(5);

pub(super) struct Indexing {
    /// `None`: all is indexed.
    due: Option<Instant>,
    /// It has been said that there is something to do.
    said: bool,
}

impl Indexing {
    pub(super) fn new() -> Self {
        Self { due: Some(Instant::now()), said: false }
    }

    /// When the next step may be taken.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Takes a step when it is due. A full disk is waited for; after any other error the connection
    /// cannot be trusted.
    pub(super) fn turn(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        if self.due.is_none_or(|due| Instant::now() < due) {
            return Ok(());
        }
        let pause = match search::step(conn) {
            Ok(0) => None,
            Ok(_) => Some(PAUSE),
            Err(cause) if verdict(&cause) == Verdict::Full && conn.is_autocommit() => Some(FULL),
            Err(cause) => return Err(cause),
        };
        self.due = pause.map(|pause| Instant::now() + pause);
        match self.due {
            Some(_) if !std::mem::replace(&mut self.said, true) => {
                tracing::info!("older messages are being indexed; searches find them by and by");
            }
            None if std::mem::take(&mut self.said) => tracing::info!("all messages are indexed"),
            _ => {}
        }
        Ok(())
    }
}
