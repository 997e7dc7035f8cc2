//! What an error of the store means, and the places where a test can cause one. The code that
//! reacts is the same for real and for injected errors.

use rusqlite::ErrorCode;
use std::sync::Arc;

/// What follows from a failed write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No space: nothing was written, the connection is sound, the next write may succeed.
    Full,
    /// Nothing the connection says can be trusted any more.
    Broken,
}

pub(crate) fn verdict(error: &rusqlite::Error) -> Verdict {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Verdict::Full,
        _ => Verdict::Broken,
    }
}

/// Where an injected fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Before a batch.
    Begin,
    /// All is written, nothing is committed.
    Commit,
    /// The commit is on disk, but reports an error.
    Committed,
    /// While the store is opened again.
    Reopen,
}

/// Errors a test injects into the writer; none by default.
#[derive(Clone, Default)]
pub struct Faults(Option<Arc<Inject>>);

type Inject = dyn Fn(Step) -> rusqlite::Result<()> + Send + Sync;

impl Faults {
    /// The function runs on the writer's thread at each step.
    pub fn inject(f: impl Fn(Step) -> rusqlite::Result<()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(f)))
    }

    pub(crate) fn strike(&self, step: Step) -> rusqlite::Result<()> {
        self.0.as_ref().map_or(Ok(()), |inject| inject(step))
    }
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Faults(injected)" } else { "Faults(none)" })
    }
}
