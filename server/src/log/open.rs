//! Opening the store: the data directory, the lock that keeps a second server out, and connections
//! with the settings every one of them needs. Each way it can fail has its own exit code.

use super::{Durability, schema};
use crate::log::position::Epoch;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The store's file in the data directory.
pub const FILE: &str = "chat.sqlite";
/// The lock file; it holds the pid of the server that has it.
pub const LOCK: &str = "lock";

/// Bytes of the smallest database.
const HEADER: u64 = 512;
const BUSY: Duration = Duration::from_secs(5);

/// Why the store cannot be opened. `Display` names the cause and the fix and is safe to show.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "the data directory {} cannot be used ({cause}); make it writable or choose another with --data-dir",
        path.display()
    )]
    Directory { path: PathBuf, cause: std::io::Error },
    #[error(
        "the data directory {} is held by another chat-server ({}); stop that one or choose another with --data-dir",
        path.display(), holder(*pid)
    )]
    Held { path: PathBuf, pid: Option<u32> },
    #[error(
        "the store {} is of version {found}, this program knows versions up to {known}; use the newer chat-server",
        path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "the store {} cannot be read ({cause}); restore it from a backup or choose another directory with --data-dir",
        path.display()
    )]
    Unreadable { path: PathBuf, cause: String },
}

impl OpenError {
    /// The exit code of `chat-server`: 73, 74 or 78.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Directory { .. } | Self::Held { .. } => 73,
            Self::Unreadable { .. } => 74,
            Self::Newer { .. } => 78,
        }
    }

    pub(crate) fn unreadable(path: &Path, cause: impl std::fmt::Display) -> Self {
        Self::Unreadable { path: path.to_owned(), cause: cause.to_string() }
    }

    pub(crate) fn foreign(path: &Path) -> Self {
        Self::unreadable(path, "it is no store of chat-server")
    }
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "pid unknown".to_owned(), |pid| format!("pid {pid}"))
}

/// Creates the data directory when it is missing, for its owner only, and takes its lock. The lock
/// is the returned file's: the operating system frees it with the process, however that ends.
pub(crate) fn hold(dir: &Path) -> Result<File, OpenError> {
    let refuse = |cause| OpenError::Directory { path: dir.to_owned(), cause };
    create(dir).map_err(refuse)?;
    let path = dir.join(LOCK);
    let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).clone();
    let mut file = options.open(&path).map_err(refuse)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::Error(cause)) => return Err(refuse(cause)),
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let read = file.read_to_string(&mut pid);
            let pid = read.ok().and_then(|_| pid.trim().parse().ok());
            return Err(OpenError::Held { path: dir.to_owned(), pid });
        }
    }
    // A full disk must not keep the store from being read: the pid is a courtesy.
    if let Err(cause) = sign(&mut file) {
        tracing::warn!(%cause, "the pid could not be written to the lock file");
    }
    Ok(file)
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

/// Gives the lock back and leaves no pid behind.
pub(crate) fn release(file: File) {
    let cleared = file.set_len(0).and_then(|()| file.unlock());
    if let Err(cause) = cleared {
        tracing::warn!(%cause, "the lock file could not be cleared");
    }
}

fn create(dir: &Path) -> std::io::Result<()> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|d| !d.exists()).collect();
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    // A directory entry is on disk only when the directory that holds it is.
    #[cfg(unix)]
    for parent in missing.iter().filter_map(|d| d.parent()) {
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}

/// The one connection that writes, on a store that is created or checked first.
pub(crate) fn first(path: &Path, durability: Durability) -> Result<(Connection, Epoch), OpenError> {
    // SQLite takes a file without a whole header for an empty one and would begin it anew.
    if path.metadata().is_ok_and(|file| (1..HEADER).contains(&file.len())) {
        return Err(OpenError::foreign(path));
    }
    let mut conn = bare(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
        .map_err(|e| OpenError::unreadable(path, e))?;
    let epoch = schema::ensure(&mut conn, path)?;
    for_writing(&conn, Durability::Fsync)
        .and_then(|()| schema::leap(&conn, durability))
        .and_then(|()| for_writing(&conn, durability))
        .map_err(|e| OpenError::unreadable(path, e))?;
    Ok((conn, epoch))
}

/// The same again, after the first was given up. It never creates a store.
pub(crate) fn again(path: &Path, durability: Durability) -> rusqlite::Result<Connection> {
    let conn = bare(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    for_writing(&conn, durability)?;
    Ok(conn)
}

/// A connection that can only read.
pub(crate) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let conn = bare(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.pragma_update(None, "query_only", true)?;
    conn.pragma_update(None, "cache_size", -4096)?;
    conn.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?;
    Ok(conn)
}

fn bare(path: &Path, mode: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // Else a statement is prepared again whenever its values might ask for another plan.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.set_prepared_statement_cache_capacity(32);
    Ok(conn)
}

fn for_writing(conn: &Connection, durability: Durability) -> rusqlite::Result<()> {
    let synchronous = match durability {
        Durability::Fsync => "FULL",
        Durability::PageCache => "NORMAL",
    };
    conn.pragma_update(None, "synchronous", synchronous)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", 4000, |_| Ok(()))?;
    conn.pragma_update(None, "cache_size", -16384)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(conn: &Connection, name: &str) -> i64 {
        conn.pragma_query_value(None, name, |r| r.get(0)).unwrap()
    }

    #[test]
    fn a_writer_syncs_every_commit_unless_relaxed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        for (durability, synchronous) in [(Durability::Fsync, 2), (Durability::PageCache, 1)] {
            let (conn, _) = first(&path, durability).unwrap();
            for conn in [conn, again(&path, durability).unwrap()] {
                assert_eq!(setting(&conn, "synchronous"), synchronous);
                assert_eq!(setting(&conn, "foreign_keys"), 1);
                assert_eq!(setting(&conn, "trusted_schema"), 0);
                assert_eq!(setting(&conn, "wal_autocheckpoint"), 4000);
                assert_eq!(setting(&conn, "busy_timeout"), 5000);
                let mode: String =
                    conn.pragma_query_value(None, "journal_mode", |r| r.get(0)).unwrap();
                assert_eq!(mode, "wal");
            }
        }
    }

    #[test]
    fn a_reader_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let _writer = first(&path, Durability::Fsync).unwrap();
        let reader = reader(&path).unwrap();
        assert_eq!(setting(&reader, "trusted_schema"), 0);
        let refused = reader.execute("UPDATE meta SET value = 'x'", []).unwrap_err();
        assert_eq!(refused.sqlite_error_code(), Some(rusqlite::ErrorCode::ReadOnly));
    }
}
