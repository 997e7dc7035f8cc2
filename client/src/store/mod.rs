//! What the terminal client keeps between runs, in one SQLite file: which rooms are joined and how
//! far each was read, drafts, what was sent and not confirmed, and a cache of messages. Losing the
//! file costs convenience, so nothing here is fatal.
//!
//! [`Store`] works at once and is for the time before the screen is there; [`Store::start`] makes
//! it a [`Keeper`], whose threads do the work from then on. Several clients may use one file.

mod cache;
mod drafts;
mod file;
mod keeper;
mod lease;
mod outbox;
mod rooms;
mod row;
mod search;
mod tee;

pub use cache::{Chain, Limits};
pub use keeper::{Ask, Job, Keeper, News};

use crate::app::Remembered;
use crate::app::restored::Restored;
use crate::config::ServerUrl;
use chat_protocol::chat::RoomName;
use chat_protocol::chat::request::Anchor;
use lease::Lease;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

/// Messages that stand on the first screen and above it.
const FIRST_PAGE: usize = 100;

/// Why something is not remembered; `Display` is one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("nothing is remembered: {}: {cause}", path.display())]
    Unusable { path: PathBuf, cause: String },
    #[error(
        "nothing is remembered: {} was written by a newer chat-tui; update this one",
        path.display()
    )]
    Newer { path: PathBuf },
    #[error("{} was damaged or not ours; it is now {}", path.display(), aside.display())]
    SetAside { path: PathBuf, aside: PathBuf },
}

/// The memory of one server.
pub struct Store {
    /// `None`: there is no usable file, and nothing is remembered.
    db: Option<Connection>,
    path: PathBuf,
    server: String,
    /// Says that our entries of the outbox are ours; `None`: nothing is kept.
    lease: Option<Lease>,
    limits: Limits,
}

impl Store {
    /// Opens or makes the file; what went wrong comes beside a store that works as well as it can.
    pub fn open(dir: &Path, server: &ServerUrl) -> (Self, Option<StoreError>) {
        let (db, error) = file::open_or_replace(dir);
        let path = dir.join(file::FILE);
        let server = server.as_str().to_owned();
        (Self { db, path, server, lease: None, limits: Limits::default() }, error)
    }

    /// Holds other amounts of messages than is usual.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// What is cached and was typed, for the first screen: with the newest page of `shown`.
    pub fn restore(
        &mut self,
        rooms: &[Remembered],
        shown: Option<&RoomName>,
    ) -> Result<Restored, StoreError> {
        self.ask(|db, server| {
            let mut restored = Restored {
                drafts: drafts::all(db, server)?.into_iter().collect(),
                resume: cache::newest(db, server)?.into_iter().collect(),
                ..Restored::default()
            };
            let read = rooms.iter().filter_map(|r| Some((r.place.as_room()?, r.read.as_ref()?)));
            for (room, read) in read {
                // What was not read is counted as it comes once more.
                if cache::contains(db, server, room, read)? {
                    restored.resume.insert(room.folded().to_owned(), read.clone());
                }
            }
            if let Some(room) = shown {
                let page = cache::page(db, server, room, &Anchor::Newest, FIRST_PAGE)?;
                restored.page = page.map(|page| (room.clone(), page));
            }
            Ok(restored)
        })
    }

    /// Asks the file, which is set aside when it turns out to be damaged.
    fn ask<T: Default>(
        &mut self,
        read: impl FnOnce(&mut Connection, &str) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let Some(db) = &mut self.db else { return Ok(T::default()) };
        match read(db, &self.server) {
            Ok(answer) => Ok(answer),
            Err(e) if file::is_damage(&e) => {
                self.db = None;
                let (db, error) = file::replace(&self.path);
                self.db = db;
                Err(error)
            }
            Err(e) => Err(StoreError::Unusable { path: self.path.clone(), cause: e.to_string() }),
        }
    }

    fn dir(&self) -> PathBuf {
        self.path.parent().map(Path::to_owned).unwrap_or_default()
    }
}

/// The directory, for its owner only.
pub fn make_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests;
