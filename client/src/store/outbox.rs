//! What was sent and not confirmed. Each entry belongs to the client process that made it until that
//! process is gone; then the next one that goes by the same name at the same server takes it over, and
//! sends it with the same key, so that the server tells what it has already.

use super::{Store, StoreError, lease};
use crate::app::restored::Kept;
use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::{NewMessage, Post, RoomName};
use lease::Lease;
use rusqlite::{Connection, TransactionBehavior, params};
use std::path::Path;

impl Store {
    /// Makes this process one that owns entries, as `owner`, and takes over what others left behind
    /// who were called `nick` as well; oldest first.
    pub fn adopt(&mut self, owner: &str, nick: &str) -> Result<Vec<Kept>, StoreError> {
        let dir = self.dir();
        lease::sweep(&dir);
        self.lease = Some(
            Lease::take(&dir, owner)
                .map_err(|e| StoreError::Unusable { path: dir.clone(), cause: e.to_string() })?,
        );
        self.ask(|db, server| take_over(db, &dir, server, nick, owner))
    }
}

fn take_over(
    db: &mut Connection,
    dir: &Path,
    server: &str,
    nick: &str,
    owner: &str,
) -> rusqlite::Result<Vec<Kept>> {
    let waiting = "SELECT count(*) FROM outbox WHERE server = ?1 AND nick = ?2";
    if db.query_row(waiting, [server, nick], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(Vec::new()); // the usual case, which needs no lock
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let owners = {
        let sql = "SELECT DISTINCT owner FROM outbox WHERE server = ?1 AND nick = ?2";
        let mut statement = tx.prepare(sql)?;
        let rows = statement.query_map([server, nick], |row| row.get::<_, String>(0))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for gone in owners.iter().filter(|other| lease::is_over(dir, other)) {
        let sql = "UPDATE outbox SET owner = ?4 WHERE server = ?1 AND nick = ?2 AND owner = ?3";
        tx.execute(sql, [server, nick, gone, owner])?;
    }
    let kept = of(&tx, server, nick, owner)?;
    tx.commit()?;
    Ok(kept)
}

fn of(db: &Connection, server: &str, nick: &str, owner: &str) -> rusqlite::Result<Vec<Kept>> {
    let sql = "SELECT key, at, room, post, refused FROM outbox
               WHERE server = ?1 AND nick = ?2 AND owner = ?3 ORDER BY number";
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map([server, nick, owner], |row| {
        let room = RoomName::parse(&row.get::<_, String>(2)?).ok();
        let written = row.get::<_, Vec<u8>>(3)?;
        let post = NewMessage::from_send(JSON, None, &written, &TextLimits::default());
        let (key, at, refused) = (row.get(0)?, row.get::<_, i64>(1)? as u64, row.get(4)?);
        // What no longer parses is passed over: the rules may have become stricter.
        Ok(room.zip(post.ok()).map(|(room, new)| Kept { key, room, post: new.post, at, refused }))
    })?;
    rows.filter_map(Result::transpose).collect()
}

const JSON: Option<&str> = Some("application/json");

/// Whose entries these are.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub owner: String,
    pub nick: String,
}

/// What goes over the link.
#[derive(Debug, Clone)]
pub struct Sent {
    pub key: String,
    pub room: RoomName,
    pub post: Post,
}

/// An entry that is there already is sent again: it is not refused any more.
pub(super) fn keep(
    db: &Connection,
    server: &str,
    whose: &Owner,
    sent: &Sent,
    at: i64,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO outbox (key, server, nick, owner, at, room, post)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (key) DO UPDATE SET refused = NULL";
    let post = NewMessage { post: sent.post.clone(), key: None }.to_json();
    let room = sent.room.as_str();
    let values = params![sent.key, server, whose.nick, whose.owner, at, room, post];
    db.prepare_cached(sql)?.execute(values).map(drop)
}

pub(super) fn refuse(db: &Connection, key: &str, reason: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE outbox SET refused = ?2 WHERE key = ?1";
    db.prepare_cached(sql)?.execute([key, reason]).map(drop)
}

/// It is confirmed, or nobody wants it any more.
pub(super) fn forget(db: &Connection, key: &str) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM outbox WHERE key = ?1")?.execute([key]).map(drop)
}
