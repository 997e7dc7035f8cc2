//! The cache of messages: of each room one run of its log without a hole, numbered in order, that
//! usually ends with the newest message. What does not join the run takes its place; so a page of
//! the cache is never a page with something missing.
//!
//! Functions of a connection; who calls them when is [`keeper`](super::keeper)'s.

use super::row;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{ChatMessage, HistoryReply, Kind, MessageId, RoomName};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Messages held at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub of_a_room: i64,
    pub in_all: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { of_a_room: 500_000, in_all: 1_000_000 }
    }
}

/// Rows taken away in one transaction.
const TRIM: i64 = 2000;

/// Where a chain of messages lies in a room.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chain {
    pub messages: Vec<ChatMessage>,
    /// The message right before the first, where that is known.
    pub before: Option<MessageId>,
    /// The message right after the last, where that is known.
    pub after: Option<MessageId>,
    /// Whether the room has older messages than the first, where that is known.
    pub more_before: Option<bool>,
    /// What is new: when it does not join what is held, it takes its place.
    pub newest: bool,
}

/// The run of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub room: i64,
    pub lo: i64,
    pub hi: i64,
    pub more_before: bool,
}

impl Held {
    fn len(self) -> i64 {
        self.hi - self.lo + 1
    }
}

pub(super) fn held(
    db: &Connection,
    server: &str,
    room: &RoomName,
) -> rusqlite::Result<Option<Held>> {
    let sql = "SELECT room, lo, hi, more_before FROM held WHERE server = ?1 AND folded = ?2";
    let read = |row: &Row<'_>| {
        Ok(Held { room: row.get(0)?, lo: row.get(1)?, hi: row.get(2)?, more_before: row.get(3)? })
    };
    db.prepare_cached(sql)?.query_row([server, room.folded()], read).optional()
}

fn position(db: &Connection, room: i64, id: &MessageId) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT pos FROM message WHERE room = ?1 AND id = ?2";
    db.prepare_cached(sql)?.query_row(params![room, id.as_str()], |row| row.get(0)).optional()
}

/// The newest message of every room that is held, by folded name.
pub(super) fn newest(db: &Connection, server: &str) -> rusqlite::Result<Vec<(String, MessageId)>> {
    let sql = "SELECT h.folded, m.id FROM held h JOIN message m ON m.room = h.room AND m.pos = h.hi
               WHERE h.server = ?1";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([server], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let parsed = rows.map(|row| row.map(|(room, id)| Some((room, MessageId::parse(&id).ok()?))));
    parsed.filter_map(Result::transpose).collect()
}

pub(super) fn contains(
    db: &Connection,
    server: &str,
    room: &RoomName,
    id: &MessageId,
) -> rusqlite::Result<bool> {
    let Some(held) = held(db, server, room)? else { return Ok(false) };
    position(db, held.room, id).map(|at| at.is_some())
}

/// Puts in what joins the run; what is known already takes the state it has in `chain`.
pub(super) fn merge(
    db: &Connection,
    server: &str,
    room: &RoomName,
    chain: &Chain,
    now: i64,
) -> rusqlite::Result<()> {
    let mut run = match held(db, server, room)? {
        Some(run) => run,
        None => begin(db, server, room)?,
    };
    match Known::find(db, run, chain)? {
        Some(known) => extend(db, &mut run, chain, known)?,
        None if chain.newest => replace(db, &mut run, chain)?,
        // It lies elsewhere in the room: between it and the run is a hole.
        None => {}
    }
    for row in chain.messages.iter().filter(|row| row.target().is_some()) {
        fold(db, run.room, room, row)?;
    }
    let sql = "UPDATE held SET lo = ?2, hi = ?3, more_before = ?4, used = ?5 WHERE room = ?1";
    let values = params![run.room, run.lo, run.hi, run.more_before, now];
    db.prepare_cached(sql)?.execute(values).map(drop)
}

fn begin(db: &Connection, server: &str, room: &RoomName) -> rusqlite::Result<Held> {
    let sql = "INSERT INTO held (server, folded, lo, hi, more_before, used)
               VALUES (?1, ?2, 0, -1, 1, 0)";
    db.prepare_cached(sql)?.execute([server, room.folded()])?;
    Ok(Held { room: db.last_insert_rowid(), lo: 0, hi: -1, more_before: true })
}

/// Which part of a chain the run has: indices of `messages`, where -1 is `before` and their number
/// is `after`.
#[derive(Clone, Copy)]
struct Known {
    first: isize,
    last: isize,
    first_pos: i64,
    last_pos: i64,
}

impl Known {
    fn find(db: &Connection, run: Held, chain: &Chain) -> rusqlite::Result<Option<Self>> {
        let end = chain.messages.len() as isize;
        let ids = chain.messages.iter().map(|m| &m.id).enumerate();
        let ids = ids.map(|(i, id)| (i as isize, id));
        let ids = chain.before.iter().map(|id| (-1, id)).chain(ids);
        let mut found: Option<Self> = None;
        for (i, id) in ids.chain(chain.after.iter().map(|id| (end, id))) {
            let Some(pos) = position(db, run.room, id)? else { continue };
            let known =
                found.get_or_insert(Self { first: i, last: i, first_pos: pos, last_pos: pos });
            (known.last, known.last_pos) = (i, pos);
        }
        Ok(found)
    }
}

fn extend(db: &Connection, run: &mut Held, chain: &Chain, known: Known) -> rusqlite::Result<()> {
    for (i, message) in chain.messages.iter().enumerate() {
        if (known.first..=known.last).contains(&(i as isize)) {
            refresh(db, run.room, message)?;
        }
    }
    if known.first_pos == run.lo {
        let older = usize::try_from(known.first).unwrap_or(0).min(chain.messages.len());
        for message in chain.messages.iter().take(older).rev() {
            run.lo -= 1;
            insert(db, run.room, run.lo, message)?;
        }
        if let Some(more) = chain.more_before {
            run.more_before = more;
        }
    }
    if known.last_pos == run.hi {
        let newer = usize::try_from(known.last + 1).unwrap_or(0);
        for message in chain.messages.iter().skip(newer) {
            run.hi += 1;
            insert(db, run.room, run.hi, message)?;
        }
    }
    Ok(())
}

fn replace(db: &Connection, run: &mut Held, chain: &Chain) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM message WHERE room = ?1")?.execute([run.room])?;
    (run.lo, run.hi) = (0, -1);
    run.more_before = chain.more_before.unwrap_or(chain.before.is_some());
    for message in &chain.messages {
        run.hi += 1;
        insert(db, run.room, run.hi, message)?;
    }
    Ok(())
}

fn insert(db: &Connection, room: i64, pos: i64, message: &ChatMessage) -> rusqlite::Result<()> {
    let sql = "INSERT INTO message (room, pos, id, at, sender, kind, text, more)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    db.prepare_cached(sql)?.execute(params![
        room,
        pos,
        message.id.as_str(),
        message.at as i64,
        message.sender.as_str(),
        row::kind(message),
        message.text.as_str(),
        row::more(message),
    ])?;
    Ok(())
}

/// What changes an earlier message: the cache shows its present state, as the server's history does.
/// Of what was deleted nothing stays.
fn fold(db: &Connection, run: i64, room: &RoomName, row: &ChatMessage) -> rusqlite::Result<()> {
    let Some(target) = row.target() else { return Ok(()) };
    let columns = row::SELECTED;
    let sql = format!("SELECT {columns} FROM message WHERE room = ?1 AND id = ?2");
    let held = db
        .prepare_cached(&sql)?
        .query_row(params![run, target.as_str()], |r| row::read(room, r))
        .optional()?
        .flatten();
    if let Some(mut message) = held
        && message.apply(row)
    {
        refresh(db, run, &message)?;
    }
    if row.kind == Kind::Delete {
        let sql = "UPDATE message SET text = '' WHERE room = ?1 AND kind = 'edit'
                   AND json_extract(more, '$.edits') = ?2";
        db.prepare_cached(sql)?.execute(params![run, target.as_str()])?;
    }
    Ok(())
}

fn refresh(db: &Connection, room: i64, message: &ChatMessage) -> rusqlite::Result<()> {
    let sql = "UPDATE message SET text = ?3, more = ?4 WHERE room = ?1 AND id = ?2";
    let values = params![room, message.id.as_str(), message.text.as_str(), row::more(message)];
    db.prepare_cached(sql)?.execute(values).map(drop)
}

/// Forgets a room's messages: it is left, or what was held is not the room's any more.
pub(super) fn clear(db: &Connection, server: &str, room: &RoomName) -> rusqlite::Result<()> {
    let Some(run) = held(db, server, room)? else { return Ok(()) };
    db.execute("DELETE FROM message WHERE room = ?1", [run.room])?;
    db.execute("DELETE FROM held WHERE room = ?1", [run.room]).map(drop)
}

/// The page that the server would give for the same question, as far as the run has it; `None`:
/// ask the server.
pub(super) fn page(
    db: &Connection,
    server: &str,
    room: &RoomName,
    anchor: &Anchor,
    limit: usize,
) -> rusqlite::Result<Option<HistoryReply>> {
    let Some(run) = held(db, server, room)?.filter(|run| run.len() > 0) else { return Ok(None) };
    let limit = i64::try_from(limit.max(1)).unwrap_or(i64::MAX);
    let at = |id: &MessageId| position(db, run.room, id);
    let (lo, hi) = match anchor {
        Anchor::Newest => (run.hi - limit + 1, run.hi),
        Anchor::Before(id) => match at(id)? {
            Some(pos) => (pos - limit, pos - 1),
            None => return Ok(None),
        },
        Anchor::After(id) => match at(id)? {
            Some(pos) => (pos + 1, pos + limit),
            None => return Ok(None),
        },
        Anchor::Around(id) => match at(id)? {
            Some(pos) => (pos - limit / 2, pos - limit / 2 + limit - 1),
            None => return Ok(None),
        },
        // From the beginning of the room, if the run has it.
        Anchor::Since(0) if !run.more_before => (run.lo, run.lo + limit - 1),
        Anchor::Since(_) | Anchor::EditsOf(_) => return Ok(None),
    };
    let (lo, hi) = (lo.max(run.lo), hi.min(run.hi));
    if lo > hi {
        return Ok(None);
    }
    let messages = rows(db, run.room, room, lo, hi)?;
    let more_before = lo > run.lo || run.more_before;
    Ok(Some(HistoryReply { messages, more_before, more_after: hi < run.hi }))
}

fn rows(
    db: &Connection,
    run: i64,
    room: &RoomName,
    lo: i64,
    hi: i64,
) -> rusqlite::Result<Vec<ChatMessage>> {
    let columns = row::SELECTED;
    let sql = format!(
        "SELECT {columns} FROM message WHERE room = ?1 AND pos BETWEEN ?2 AND ?3 ORDER BY pos"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([run, lo, hi], |r| row::read(room, r))?;
    rows.filter_map(Result::transpose).collect()
}

/// Takes away some of what is too much, oldest first, from the room itself and then from the one
/// that was used least recently. `true`: there is more to take away.
pub(super) fn trim(db: &Connection, limits: Limits) -> rusqlite::Result<bool> {
    let of = |row: &Row<'_>| {
        Ok(Held { room: row.get(0)?, lo: row.get(1)?, hi: row.get(2)?, more_before: true })
    };
    let too_long = "SELECT room, lo, hi FROM held WHERE hi - lo + 1 > ?1 LIMIT 1";
    let mut victim = db.prepare_cached(too_long)?.query_row([limits.of_a_room], of).optional()?;
    let mut over = victim.map_or(0, |run| run.len() - limits.of_a_room);
    if victim.is_none() {
        let all: i64 = db
            .prepare_cached("SELECT coalesce(sum(hi - lo + 1), 0) FROM held")?
            .query_row([], |row| row.get(0))?;
        over = all - limits.in_all;
        if over > 0 {
            let oldest = "SELECT room, lo, hi FROM held WHERE hi >= lo ORDER BY used LIMIT 1";
            victim = db.prepare_cached(oldest)?.query_row([], of).optional()?;
        }
    }
    let Some(run) = victim.filter(|_| over > 0) else { return Ok(false) };
    let lo = run.lo + over.min(TRIM).min(run.len());
    db.prepare_cached("DELETE FROM message WHERE room = ?1 AND pos < ?2")?
        .execute([run.room, lo])?;
    db.prepare_cached("UPDATE held SET lo = ?2, more_before = 1 WHERE room = ?1")?
        .execute([run.room, lo])?;
    Ok(true)
}
