//! Search: the index brings candidates, newest first, already of the room and the sender asked for;
//! each is verified against the text it has now. Knows no requests.

use super::Bounds;
use super::page::{self, Budget};
use super::pool::Moment;
use super::query::{self, Room, Way};
use crate::log::search::{push_tokens, room_label, sender_label, unindexed};
use crate::log::{Entry, Epoch, row};
use chat_protocol::chat::search::Moment as Ends;
use chat_protocol::chat::{Kind, RoomName, UserName};
use chat_protocol::text::find::{Query, is_single};
use rusqlite::{OptionalExtension, params};
use std::ops::Range;
use std::sync::Arc;

/// Candidates read for one answer at most: what is not verified is rare, unless somebody means to
/// make it otherwise.
const CANDIDATES: usize = 4096;

/// Messages of a room that are read before the index is asked.
const SKIMMED: usize = 256;

/// What to search for.
#[derive(Debug, Clone)]
pub struct Search {
    pub query: Query,
    pub room: Option<RoomName>,
    pub sender: Option<UserName>,
    pub before: Option<Ends>,
    pub after: Option<Ends>,
}

/// Where the stretch ends that is searched; a message's id has been read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    Offset(u64),
    Time(u64),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) before: Option<Limit>,
    pub(super) after: Option<Limit>,
}

/// What was found, newest first.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub entries: Vec<Arc<Entry>>,
    /// There may be more before this offset.
    pub next: Option<u64>,
    /// Messages that were there before the index are not all in it yet.
    pub incomplete: bool,
}

pub(super) fn find(
    at: &Moment<'_>,
    epoch: &Epoch,
    search: &Search,
    limits: Limits,
    bounds: Bounds,
) -> rusqlite::Result<Found> {
    let found = Found { incomplete: unindexed(at.conn)? > 0, ..Found::default() };
    let room = match &search.room {
        None => None,
        Some(name) => match query::room(at, name)? {
            None => return Ok(found),
            room => room,
        },
    };
    let sender = match &search.sender {
        None => None,
        Some(name) => match person(at, name)? {
            None => return Ok(found),
            sender => sender,
        },
    };
    let expression = expression(&search.query, room.as_ref(), sender);
    let before = edge(at, room.as_ref(), limits.before)?.unwrap_or(u64::MAX).min(at.head + 1);
    let from = edge(at, room.as_ref(), limits.after)?.unwrap_or(0);
    // A message is itself outside, what lies at a time is inside.
    let from = from + u64::from(matches!(limits.after, Some(Limit::Offset(_))));
    let mut page = Page { budget: Budget::new(bounds), found, search, limits };
    let before = match &room {
        Some(room) if pairs(&search.query) != 1 => {
            match skim(at, epoch, room, from..before, &mut page)? {
                Some(offset) => offset,
                None => return Ok(page.found),
            }
        }
        _ => before,
    };
    let mut statement = at.conn.prepare_cached(concat!(
        "SELECT ",
        row::columns!(),
        ", r.shown, r.trimmed
         FROM search CROSS JOIN messages m ON m.offset = search.rowid
         CROSS JOIN people p ON p.id = m.sender CROSS JOIN rooms r ON r.id = m.room",
        row::change!(),
        "WHERE search MATCH ?1 AND search.rowid >= ?2 AND search.rowid < ?3
         ORDER BY search.rowid DESC"
    ))?;
    let mut rows = statement.query(params![expression, from, before])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        let entry = row::entry_of_any_room(row, epoch)?;
        let offset = entry.position.offset;
        if !page.take(Arc::new(entry)) {
            break;
        }
        looked_at += 1;
        if looked_at == CANDIDATES {
            page.found.next = Some(offset);
            break;
        }
    }
    Ok(page.found)
}

/// The answer while it grows.
struct Page<'s> {
    budget: Budget,
    found: Found,
    search: &'s Search,
    limits: Limits,
}

impl Page<'_> {
    /// Verifies a candidate; `false`: there is no place for it.
    fn take(&mut self, entry: Arc<Entry>) -> bool {
        let message = &entry.message;
        let wanted = message.kind == Kind::Message
            && message.deleted.is_none()
            && self.search.sender.as_ref().is_none_or(|sender| *sender == message.sender)
            && timely(&entry, self.limits)
            && self.search.query.finds(message.text.as_str());
        if !wanted {
            return true;
        }
        let fits = self.budget.admits(&entry);
        if fits {
            self.found.entries.push(entry);
        } else {
            let last = self.found.entries.last().map(|last| last.position.offset);
            self.found.next = Some(last.unwrap_or(entry.position.offset + 1));
        }
        fits
    }
}

/// Reads the newest of a room as they are. The index finds rare words among many messages; where all
/// are common and the room is small it leaps from message to message of the room through the long list
/// of each pair. Gives the offset to go on before; `None`: all is done.
fn skim(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &Room,
    stretch: Range<u64>,
    page: &mut Page<'_>,
) -> rusqlite::Result<Option<u64>> {
    let (mut left, mut reached, mut done) = (SKIMMED, stretch.start, false);
    query::walk(at, epoch, room, Way::Earlier, stretch.end, |entry| {
        if left > 0 {
            left -= 1;
            reached = entry.position.offset;
            done = reached < stretch.start || !page.take(entry);
        }
        left > 0 && !done
    })?;
    Ok((left == 0 && !done).then_some(reached))
}

/// Lists of the index that have to be gone through.
fn pairs(query: &Query) -> usize {
    query.words().map(|word| word.chars().count() - 1).sum()
}

/// Each longer word as a phrase of its pairs, single letters only when there is nothing else. The
/// tokens are letters, digits, marks and labels, so that quotes hold them.
fn expression(query: &Query, room: Option<&Room>, sender: Option<i64>) -> String {
    let labels = [room.map(|room| room_label(room.id)), sender.map(sender_label)];
    let mut terms: Vec<String> =
        labels.into_iter().flatten().map(|label| format!("\"{label}\"")).collect();
    let all_single = query.is_single_letters();
    for word in query.words().filter(|word| all_single || !is_single(word)) {
        let mut phrase = String::new();
        push_tokens(&mut phrase, word);
        let prefix = if all_single { " *" } else { "" };
        terms.push(format!("\"{}\"{prefix}", phrase.trim_end()));
    }
    terms.join(" AND ")
}

fn person(at: &Moment<'_>, name: &UserName) -> rusqlite::Result<Option<i64>> {
    at.conn
        .prepare_cached("SELECT id FROM people WHERE folded = ?1")?
        .query_row([name.folded()], |r| r.get(0))
        .optional()
}

/// The first offset at or after a limit.
fn edge(
    at: &Moment<'_>,
    room: Option<&Room>,
    limit: Option<Limit>,
) -> rusqlite::Result<Option<u64>> {
    Ok(match (limit, room) {
        (None, _) => None,
        (Some(Limit::Offset(offset)), _) => Some(offset),
        (Some(Limit::Time(time)), Some(room)) => {
            Some(page::first_since(at, room, time)?.unwrap_or(at.head + 1))
        }
        (Some(Limit::Time(time)), None) => Some(first_since(at, time)?),
    })
}

/// As [`page::first_since`], over all rooms. A clock that was set back makes it an approximation.
fn first_since(at: &Moment<'_>, time: u64) -> rusqlite::Result<u64> {
    let mut statement = at.conn.prepare_cached(
        "SELECT offset, at FROM messages WHERE offset >= ?1 ORDER BY offset LIMIT 1",
    )?;
    let (mut low, mut high) = (0, at.head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let said: Option<(u64, u64)> =
            statement.query_row([middle], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        match said {
            Some((offset, said)) if said < time => low = offset.max(middle) + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

fn timely(entry: &Entry, limits: Limits) -> bool {
    let said = entry.message.at;
    let early = matches!(limits.after, Some(Limit::Time(time)) if said < time);
    let late = matches!(limits.before, Some(Limit::Time(time)) if said >= time);
    !early && !late
}
