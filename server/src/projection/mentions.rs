//! Where a person was mentioned: by name anywhere, and with `@room` in the rooms the person has a
//! place in. Newest first.

use super::Bounds;
use super::marks::{EXAMINED, ROOMS};
use super::page::Budget;
use super::pool::Moment;
use crate::log::mentions::EVERYBODY;
use crate::log::{Entry, Epoch, row};
use chat_protocol::chat::UserName;
use rusqlite::OptionalExtension;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Mentions before an offset, as they read now, and whether there are more.
pub(super) fn find(
    at: &Moment<'_>,
    epoch: &Epoch,
    person: &UserName,
    before: Option<u64>,
    bounds: Bounds,
) -> rusqlite::Result<(Vec<Arc<Entry>>, bool)> {
    let before = before.unwrap_or(u64::MAX).min(at.head + 1);
    let (offsets, mut more) = offsets(at, person, before, bounds.messages)?;
    let mut query = at.conn.prepare_cached(concat!(
        "SELECT ",
        row::columns!(),
        ", r.shown, r.trimmed FROM messages m CROSS JOIN people p ON p.id = m.sender
         CROSS JOIN rooms r ON r.id = m.room",
        row::change!(),
        "WHERE m.offset = ?1"
    ))?;
    let (mut budget, mut entries) = (Budget::new(bounds), Vec::new());
    for offset in offsets {
        let entry = query.query_row([offset], |r| row::entry_of_any_room(r, epoch))?;
        if !budget.admits(&entry) {
            more = true;
            break;
        }
        entries.push(Arc::new(entry));
    }
    Ok((entries, more))
}

/// Offsets of at most `limit` mentions before an offset, newest first, and whether there are more.
fn offsets(
    at: &Moment<'_>,
    person: &UserName,
    before: u64,
    limit: usize,
) -> rusqlite::Result<(Vec<u64>, bool)> {
    let id: Option<i64> = at
        .conn
        .prepare_cached("SELECT id FROM people WHERE folded = ?1")?
        .query_row([person.folded()], |r| r.get(0))
        .optional()?;
    let Some(id) = id else { return Ok((Vec::new(), false)) };
    // One more tells whether there are more.
    let mut found = by_name(at, id, before, limit + 1)?;
    found.append(&mut by_room(at, id, before, limit + 1)?);
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

fn by_name(at: &Moment<'_>, id: i64, before: u64, limit: usize) -> rusqlite::Result<Vec<u64>> {
    at.conn
        .prepare_cached(
            "SELECT offset FROM mentions INDEXED BY mentions_person
             WHERE person = ?1 AND offset < ?2 ORDER BY offset DESC LIMIT ?3",
        )?
        .query_map((id, before, limit), |r| r.get(0))?
        .collect()
}

/// The newest of each room, then in turn the next older one of the room whose turn it was: as many
/// steps as there are rooms and results, whatever is said elsewhere. One's own `@room` calls nobody.
fn by_room(at: &Moment<'_>, id: i64, before: u64, limit: usize) -> rusqlite::Result<Vec<u64>> {
    let mut older = at.conn.prepare_cached(
        "SELECT offset FROM (
            SELECT offset, sender FROM mentions
            WHERE person = ?1 AND room = ?2 AND offset < ?3 ORDER BY offset DESC LIMIT ?4
         ) WHERE sender <> ?5 LIMIT 1",
    )?;
    let mut next = |room: i64, before: u64| {
        older
            .query_row((EVERYBODY, room, before, EXAMINED, id), |r| Ok((r.get(0)?, room)))
            .optional()
    };
    let mut heads: BinaryHeap<(u64, i64)> = BinaryHeap::new();
    for room in rooms(at, id)? {
        heads.extend(next(room, before)?);
    }
    let mut found = Vec::new();
    while found.len() < limit
        && let Some((offset, room)) = heads.pop()
    {
        found.push(offset);
        heads.extend(next(room, offset)?);
    }
    Ok(found)
}

fn rooms(at: &Moment<'_>, id: i64) -> rusqlite::Result<Vec<i64>> {
    at.conn
        .prepare_cached(
            "SELECT k.room FROM marks k CROSS JOIN rooms r ON r.id = k.room
             WHERE k.person = ?1 ORDER BY r.last DESC LIMIT ?2",
        )?
        .query_map((id, ROOMS), |r| r.get(0))?
        .collect()
}
