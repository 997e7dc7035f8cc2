//! One group commit: stamps records with place, time and predecessor, drops what was said before,
//! and writes all of them in one transaction. Whatever fails, nothing of the batch stays, neither in
//! the file nor in memory. Knows nothing of threads, queues and what an error means.

use super::change::{self, Aim};
use super::faults::{Faults, Step};
use super::mentions::{self, Called};
use super::people::People;
use super::position::{Epoch, Position};
use super::queues::{self, QueueOp};
use super::{AppendError, Appended, Entry, Mark, Record, marks, row, schema, search};
use chat_protocol::chat::{Post, RoomName, UserName};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::{HashMap, HashSet};
use std::num::NonZeroU64;
use std::sync::Arc;

/// Rooms and people kept in memory; beyond it all are forgotten and read again as they are needed.
const REMEMBERED: usize = 16_384;
/// Messages that retention removes from a room in one transaction at most.
const TRIM_STEP: u64 = 1024;

/// What decides how a record is applied.
pub(crate) struct Rules {
    pub(crate) epoch: Epoch,
    /// ms
    pub(crate) dedupe_window: u64,
    pub(crate) keep_messages: Option<NonZeroU64>,
    /// Different emoji on one message at most.
    pub(crate) reactions: usize,
    /// A person who is there under a name, as [`Follower::present`](super::Follower::present).
    pub(crate) present: Present,
}

pub(crate) type Present = Box<dyn Fn(&UserName) -> Option<UserName> + Send>;

impl Rules {
    pub(crate) fn place(&self, offset: u64) -> Position {
        Position { epoch: self.epoch.clone(), shard: 0, offset }
    }
}

/// What is to be committed as one transaction.
#[derive(Default)]
pub(crate) struct Work {
    pub(crate) records: Vec<Record>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) ops: Vec<QueueOp>,
    /// Its number, when it changes a queue.
    pub(crate) batch: Option<u64>,
}

/// A committed batch: what is new, in order, and one answer per record and per mark.
#[derive(Default)]
pub(crate) struct Committed {
    pub(crate) entries: Vec<Arc<Entry>>,
    pub(crate) answers: Vec<Result<Appended, AppendError>>,
    pub(crate) marks: Vec<Result<(), AppendError>>,
}

/// The heads of the log and of its rooms, as the store has them.
#[derive(Default)]
pub(crate) struct Heads {
    log: Option<u64>,
    /// The latest time of all rows, ms since 1970: what the window of keys is measured by.
    latest: Option<u64>,
    rooms: HashMap<RoomName, Head>,
    people: People,
    /// People, by room, who are known to have a mark there.
    placed: HashSet<(i64, i64)>,
    touched: Vec<RoomName>,
}

#[derive(Clone)]
struct Head {
    id: i64,
    shown: RoomName,
    last: u64,
    last_at: u64,
    count: u64,
    trimmed: u64,
    touched: bool,
}

impl Heads {
    /// Commits all of the work as one transaction.
    pub(crate) fn commit(
        &mut self,
        conn: &Connection,
        rules: &Rules,
        work: &Work,
        now: u64,
        faults: &Faults,
    ) -> rusqlite::Result<Committed> {
        let committed = self.transact(conn, rules, work, now, faults);
        let crowded = [self.rooms.len(), self.people.len(), self.placed.len()];
        let crowded = crowded.into_iter().any(|remembered| remembered > REMEMBERED);
        if committed.is_err() || crowded {
            *self = Self::default();
        }
        committed
    }

    fn transact(
        &mut self,
        conn: &Connection,
        rules: &Rules,
        work: &Work,
        now: u64,
        faults: &Faults,
    ) -> rusqlite::Result<Committed> {
        faults.strike(Step::Begin)?;
        let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
        let mut done =
            Committed { answers: Vec::with_capacity(work.records.len()), ..Committed::default() };
        for record in &work.records {
            let answer = self.apply(&tx, rules, record, now, &mut done.entries)?;
            done.answers.push(answer);
        }
        for mark in &work.marks {
            done.marks.push(self.mark(&tx, mark)?);
        }
        self.write_heads(&tx, rules)?;
        forget_keys(&tx, rules, 2 * work.records.len(), self.latest.unwrap_or(0))?;
        for op in &work.ops {
            queues::apply(&tx, op)?;
        }
        if let Some(number) = work.batch {
            schema::set_batch(&tx, number)?;
        }
        faults.strike(Step::Commit)?;
        tx.commit()?;
        faults.strike(Step::Committed)?;
        Ok(done)
    }

    fn apply(
        &mut self,
        tx: &Transaction<'_>,
        rules: &Rules,
        record: &Record,
        now: u64,
        entries: &mut Vec<Arc<Entry>>,
    ) -> rusqlite::Result<Result<Appended, AppendError>> {
        let clock = self.latest(tx)?.max(now);
        let target = match change::aim(tx, rules, record, clock)? {
            Aim::Row(target) => target,
            Aim::Decided(answer) => return Ok(answer),
        };
        let next = self.log_head(tx)? + 1;
        let sender = self.people.person(tx, &record.sender)?;
        let room = remember(&mut self.rooms, &record.room, || room(tx, &record.room))?;
        let at = room.last_at.max(now);
        if let Some(key) = &record.key {
            if let Some(first) = said_before(tx, rules, room.id, sender.id, key.as_str(), clock)? {
                return Ok(Ok(Appended { id: rules.place(first).to_id(), duplicate: true }));
            }
            tx.prepare_cached("INSERT OR REPLACE INTO keys VALUES(?1, ?2, ?3, ?4, ?5)")?
                .execute(params![next, room.id, sender.id, key.as_str(), clock])?;
        }
        let called = Called::by(&record.post, tx, &mut self.people, rules, sender.id)?;
        let prev = (room.last > 0).then_some(room.last);
        let (kind, text) = row::stored(&record.post);
        let reply_to = match &record.post {
            Post::Message { reply_to, .. } => reply_to.as_ref().map(|id| id.as_str()),
            _ => None,
        };
        let key = record.key.as_ref().map(|key| key.as_str());
        tx.prepare_cached(
            "INSERT INTO messages(offset, room, sender, prev, at, key, text, reply_to, kind, target,
             mentions) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            next, room.id, sender.id, prev, at, key, text, reply_to, kind, target, called.written()
        ])?;
        let (author, name) = (sender.id, &sender.shown);
        let place = change::Place {
            offset: next,
            room: room.id,
            sender: author,
            name,
            target,
            called: &called,
        };
        change::apply(tx, &record.post, &place)?;
        if self.placed.insert((room.id, sender.id)) {
            marks::begin(tx, sender.id, room.id, next)?;
        }
        let position = rules.place(next);
        let id = position.to_id();
        let mut message = record.post.row(id.clone(), room.shown.clone(), sender.shown, at);
        message.key = record.key.clone();
        called.show(&mut message);
        let prev = prev.map(|offset| rules.place(offset).to_id());
        entries.push(Arc::new(Entry { position, message, prev }));
        (room.last, room.last_at, room.count) = (next, at, room.count + 1);
        if !std::mem::replace(&mut room.touched, true) {
            self.touched.push(record.room.clone());
        }
        (self.log, self.latest) = (Some(next), Some(clock));
        Ok(Ok(Appended { id, duplicate: false }))
    }

    fn mark(
        &mut self,
        tx: &Transaction<'_>,
        mark: &Mark,
    ) -> rusqlite::Result<Result<(), AppendError>> {
        let Some(room) = marks::room_of(tx, &mark.room, mark.offset)? else {
            return Ok(Err(AppendError::UnknownMessage));
        };
        let person = self.people.person(tx, &mark.person)?;
        marks::advance(tx, person.id, room, mark.offset)?;
        self.placed.insert((room, person.id));
        Ok(Ok(()))
    }

    fn latest(&mut self, conn: &Connection) -> rusqlite::Result<u64> {
        match self.latest {
            Some(latest) => Ok(latest),
            None => {
                let latest = schema::latest(conn)?;
                self.latest = Some(latest);
                Ok(latest)
            }
        }
    }

    fn log_head(&mut self, conn: &Connection) -> rusqlite::Result<u64> {
        match self.log {
            Some(head) => Ok(head),
            None => {
                let head = schema::head(conn)?;
                self.log = Some(head);
                Ok(head)
            }
        }
    }

    /// Writes back the rooms that have changed, and removes what they no longer keep.
    fn write_heads(&mut self, tx: &Transaction<'_>, rules: &Rules) -> rusqlite::Result<()> {
        for name in self.touched.drain(..) {
            let Some(room) = self.rooms.get_mut(&name) else { continue };
            room.touched = false;
            if let Some(keep) = rules.keep_messages {
                trim(tx, room, keep.get())?;
            }
            tx.prepare_cached(
                "UPDATE rooms SET last = ?2, last_at = ?3, count = ?4, trimmed = ?5 WHERE id = ?1",
            )?
            .execute(params![
                room.id,
                room.last,
                room.last_at,
                room.count,
                room.trimmed
            ])?;
        }
        Ok(())
    }
}

/// What was committed after an offset, in order: what the follower has not seen when a commit
/// reported an error although it was done.
pub(crate) fn committed_after(
    conn: &Connection,
    epoch: &Epoch,
    offset: u64,
) -> rusqlite::Result<Vec<Arc<Entry>>> {
    let mut query = conn.prepare(concat!(
        "SELECT ",
        row::columns!(),
        ", r.shown, r.trimmed FROM messages m CROSS JOIN people p ON p.id = m.sender
         CROSS JOIN rooms r ON r.id = m.room",
        row::change!(),
        "WHERE m.offset > ?1 ORDER BY m.offset"
    ))?;
    let rows = query.query_map([offset], |r| row::entry_of_any_room(r, epoch).map(Arc::new))?;
    rows.collect()
}

fn remember<'m, K: Clone + Eq + std::hash::Hash, V>(
    map: &'m mut HashMap<K, V>,
    name: &K,
    load: impl FnOnce() -> rusqlite::Result<V>,
) -> rusqlite::Result<&'m mut V> {
    use std::collections::hash_map::Entry::{Occupied, Vacant};
    match map.entry(name.clone()) {
        Occupied(known) => Ok(known.into_mut()),
        Vacant(place) => Ok(place.insert(load()?)),
    }
}

/// The room's head; a room never heard of is created with this spelling.
fn room(tx: &Transaction<'_>, name: &RoomName) -> rusqlite::Result<Head> {
    let found = tx
        .prepare_cached(
            "SELECT id, shown, last, last_at, count, trimmed FROM rooms WHERE folded = ?1",
        )?
        .query_row([name.folded()], |r| {
            let shown = RoomName::parse(r.get_ref(1)?.as_str()?).map_err(|e| row::misread(1, e))?;
            let (last, last_at) = (r.get(2)?, r.get(3)?);
            let (count, trimmed) = (r.get(4)?, r.get(5)?);
            Ok(Head { id: r.get(0)?, shown, last, last_at, count, trimmed, touched: false })
        })
        .optional()?;
    if let Some(head) = found {
        return Ok(head);
    }
    tx.prepare_cached("INSERT INTO rooms(folded, shown) VALUES(?1, ?2)")?
        .execute([name.folded(), name.as_str()])?;
    let (id, shown) = (tx.last_insert_rowid(), name.clone());
    Ok(Head { id, shown, last: 0, last_at: 0, count: 0, trimmed: 0, touched: false })
}

/// The offset this sender's key has in this room, when it was used within the window. `clock` is the
/// log's: the clock may go backwards, the log does not, and what has left the window is forgotten.
fn said_before(
    tx: &Transaction<'_>,
    rules: &Rules,
    room: i64,
    sender: i64,
    key: &str,
    clock: u64,
) -> rusqlite::Result<Option<u64>> {
    let first: Option<(u64, u64)> = tx
        .prepare_cached("SELECT offset, at FROM keys WHERE room = ?1 AND sender = ?2 AND key = ?3")?
        .query_row(params![room, sender, key], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    Ok(first
        .filter(|(_, said)| clock.saturating_sub(*said) < rules.dedupe_window)
        .map(|(offset, _)| offset))
}

/// Removes keys that have left the window, oldest first, a few with each commit.
fn forget_keys(
    tx: &Transaction<'_>,
    rules: &Rules,
    at_most: usize,
    latest: u64,
) -> rusqlite::Result<()> {
    let Some(horizon) = latest.checked_sub(rules.dedupe_window) else { return Ok(()) };
    tx.prepare_cached(
        "DELETE FROM keys WHERE offset IN (SELECT offset FROM
         (SELECT offset, at FROM keys ORDER BY offset LIMIT ?1) WHERE at <= ?2)",
    )?
    .execute(params![at_most, horizon])?;
    Ok(())
}

/// Removes the oldest messages beyond `keep`. The newest always stays, so that the head of the log
/// can be read from its rooms.
fn trim(tx: &Transaction<'_>, room: &mut Head, keep: u64) -> rusqlite::Result<()> {
    let surplus = room.count.saturating_sub(keep).min(TRIM_STEP);
    if surplus == 0 {
        return Ok(());
    }
    let last_removed: u64 = tx
        .prepare_cached(
            "SELECT offset FROM messages INDEXED BY messages_room WHERE room = ?1
             ORDER BY offset LIMIT 1 OFFSET ?2",
        )?
        .query_row(params![room.id, surplus - 1], |r| r.get(0))?;
    search::trim(tx, room.id, last_removed)?;
    mentions::trim(tx, room.id, last_removed)?;
    change::forget(tx, room.id, last_removed)?;
    tx.prepare_cached(
        "DELETE FROM messages INDEXED BY messages_room WHERE room = ?1 AND offset <= ?2",
    )?
    .execute(params![room.id, last_removed])?;
    room.trimmed = last_removed;
    room.count -= surplus;
    Ok(())
}
