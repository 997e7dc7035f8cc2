//! Finding in the cache: newest first, every word of what is looked for somewhere in the text. A scan,
//! off the screen's thread: what one remembers having read is near the end.

use super::row;
use crate::app::effect::Query;
use chat_protocol::chat::{ChatMessage, Kind, RoomName, UserName};
use rusqlite::{Connection, params};
use unicode_normalization::UnicodeNormalization;

/// Rows between two looks at whether the answer is still wanted.
const STRIDE: usize = 4096;

/// Newest first, at most `limit`. `wanted` is asked now and then; `None` when it said no.
pub(super) fn find(
    db: &Connection,
    server: &str,
    query: &Query,
    wanted: &mut dyn FnMut() -> bool,
) -> rusqlite::Result<Option<Vec<ChatMessage>>> {
    let words: Vec<String> = query.text.split_whitespace().map(fold).collect();
    let mut found = Vec::new();
    for (room, name) in rooms(db, server, query)? {
        let Some(mut more) = find_in(db, room, &name, query, &words, wanted)? else {
            return Ok(None);
        };
        found.append(&mut more);
    }
    found.sort_by_key(|m: &ChatMessage| std::cmp::Reverse(m.at));
    found.truncate(query.limit);
    Ok(Some(found))
}

fn rooms(db: &Connection, server: &str, query: &Query) -> rusqlite::Result<Vec<(i64, RoomName)>> {
    let sql = "SELECT h.room, coalesce(r.shown, h.folded) FROM held h
               LEFT JOIN room r ON r.server = h.server AND r.folded = h.folded
               WHERE h.server = ?1 AND (?2 IS NULL OR h.folded = ?2)";
    let only = query.room.as_ref().map(RoomName::folded);
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement
        .query_map(params![server, only], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let named = rows.map(|row| row.map(|(room, name)| Some((room, RoomName::parse(&name).ok()?))));
    named.filter_map(Result::transpose).collect()
}

fn find_in(
    db: &Connection,
    room: i64,
    name: &RoomName,
    query: &Query,
    words: &[String],
    wanted: &mut dyn FnMut() -> bool,
) -> rusqlite::Result<Option<Vec<ChatMessage>>> {
    let columns = row::SELECTED;
    let sql = format!("SELECT {columns} FROM message WHERE room = ?1 ORDER BY pos DESC");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([room])?;
    let mut found = Vec::new();
    let mut seen = 0;
    while let Some(row) = rows.next()? {
        seen += 1;
        if seen % STRIDE == 0 && !wanted() {
            return Ok(None);
        }
        if query.after.is_some_and(|after| row.get::<_, i64>(1).is_ok_and(|at| at < after as i64)) {
            break; // the clock of a room never goes back
        }
        if !fits(query, words, row)? {
            continue;
        }
        found.extend(row::read(name, row)?.filter(|m| m.deleted.is_none()));
        if found.len() >= query.limit {
            break;
        }
    }
    Ok(Some(found))
}

fn fits(query: &Query, words: &[String], row: &rusqlite::Row<'_>) -> rusqlite::Result<bool> {
    if row.get_ref(3)?.as_str()? != Kind::Message.as_str() {
        return Ok(false);
    }
    let at: i64 = row.get(1)?;
    if query.before.is_some_and(|before| at >= before as i64) {
        return Ok(false);
    }
    if let Some(sender) = &query.sender {
        let theirs = UserName::parse(row.get_ref(2)?.as_str()?);
        if theirs.is_ok_and(|theirs| theirs != *sender) {
            return Ok(false);
        }
    }
    let text = fold(row.get_ref(4)?.as_str()?);
    Ok(words.iter().all(|word| text.contains(word.as_str())))
}

/// What is compared.
fn fold(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => text.nfc().collect::<String>().to_lowercase(),
    }
}
