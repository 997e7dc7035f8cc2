//! Who a part of the outbox belongs to: every client process holds the lock of a file of its own
//! for as long as it lives, however it ends, so that another one can tell what was left behind.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

const PREFIX: &str = "client-";
const SUFFIX: &str = ".alive";

/// Held while this process lives.
pub(super) struct Lease {
    pub owner: String,
    path: PathBuf,
    _file: File,
}

impl Lease {
    /// `owner` is a name nobody else has, fit for a file's name.
    pub fn take(dir: &Path, owner: &str) -> std::io::Result<Self> {
        let path = file_of(dir, owner);
        // Under its name it is locked from the first moment.
        let draft = path.with_extension("new");
        let file = File::create(&draft)?;
        file.lock()?;
        fs::rename(&draft, &path)?;
        Ok(Self { owner: owner.to_owned(), path, _file: file })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // What stays behind only lies there.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether the process that took this lease has ended. What cannot be told counts as alive.
pub(super) fn is_over(dir: &Path, owner: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if owner.is_empty() || !owner.chars().all(fits) {
        return true; // not one of ours: nobody can hold it
    }
    let path = file_of(dir, owner);
    match File::open(&path).map(|file| file.try_lock()) {
        Ok(Ok(())) => {
            let _ = fs::remove_file(&path);
            true
        }
        Ok(Err(TryLockError::WouldBlock | TryLockError::Error(_))) => false,
        Err(e) => e.kind() == std::io::ErrorKind::NotFound,
    }
}

/// Removes what clients that were killed have left.
pub(super) fn sweep(dir: &Path) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for name in entries.filter_map(|e| e.ok()?.file_name().into_string().ok()) {
        let owner = name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(SUFFIX));
        if let Some(owner) = owner {
            is_over(dir, owner);
        }
    }
}

fn file_of(dir: &Path, owner: &str) -> PathBuf {
    dir.join(format!("{PREFIX}{owner}{SUFFIX}"))
}
