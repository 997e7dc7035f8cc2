//! What edits, deletes, reactions and topics do to the read model, in the transaction of their own
//! row, and which of them are turned down. Must not know pages or subscriptions.

use super::batch::Rules;
use super::mentions::{self, Called};
use super::position::Position;
use super::row::{self, misread};
use super::{AppendError, Appended, Record, search};
use chat_protocol::chat::body::{REACTORS_MAX, Reactions};
use chat_protocol::chat::{MessageId, Post, UserName};
use chat_protocol::text::PeerString;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Where a post goes.
pub(super) enum Aim {
    /// A new row, which is about the message with this offset if any.
    Row(Option<u64>),
    /// No new row: it was turned down, or it is so already.
    Decided(Result<Appended, AppendError>),
}

/// The message a post is about.
struct Target {
    offset: u64,
    author: String,
    reactions: Vec<Reactions>,
}

/// Decides about a post before anything is written. A message or a topic costs nothing here.
pub(super) fn aim(
    tx: &Transaction<'_>,
    rules: &Rules,
    record: &Record,
    clock: u64,
) -> rusqlite::Result<Aim> {
    let Some(id) = record.post.target() else { return Ok(Aim::Row(None)) };
    let decided = match target(tx, rules, record, id)? {
        None => Err(AppendError::UnknownMessage),
        Some(target) => match verdict(tx, rules, record, &target)? {
            None => return Ok(Aim::Row(Some(target.offset))),
            Some(decided) => decided,
        },
    };
    // A retry is answered as it was, whatever has become of the message since.
    let first = said_before(tx, rules, record, clock)?;
    Ok(Aim::Decided(first.map_or(decided, |offset| Ok(again(rules, offset)))))
}

fn verdict(
    tx: &Transaction<'_>,
    rules: &Rules,
    record: &Record,
    target: &Target,
) -> rusqlite::Result<Option<Result<Appended, AppendError>>> {
    let Post::Reaction { emoji, on, .. } = &record.post else {
        let own = target.author == record.sender.folded();
        return Ok((!own).then_some(Err(AppendError::NotTheAuthor)));
    };
    let made_by = tx
        .prepare_cached("SELECT row FROM reactions WHERE target = ?1 AND emoji = ?2 AND name = ?3")?
        .query_row(params![target.offset, emoji.as_str(), record.sender.folded()], |r| r.get(0))
        .optional()?;
    let is_new = || target.reactions.iter().all(|held| held.emoji != *emoji);
    Ok(match made_by {
        Some(row) if *on => Some(Ok(again(rules, row))),
        None if !on => Some(Ok(again(rules, target.offset))),
        None if target.reactions.len() >= rules.reactions && is_new() => {
            Some(Err(AppendError::TooManyReactions))
        }
        _ => None,
    })
}

fn again(rules: &Rules, offset: u64) -> Appended {
    Appended { id: rules.place(offset).to_id(), duplicate: true }
}

/// A message that is kept and not deleted, in the room the post goes to.
fn target(
    tx: &Transaction<'_>,
    rules: &Rules,
    record: &Record,
    id: &MessageId,
) -> rusqlite::Result<Option<Target>> {
    let ours =
        |p: &Position| p.epoch == rules.epoch && p.shard == 0 && i64::try_from(p.offset).is_ok();
    let Some(position) = Position::parse(id).filter(ours) else { return Ok(None) };
    tx.prepare_cached(
        "SELECT p.folded, m.reactions FROM messages m
         CROSS JOIN rooms r ON r.id = m.room CROSS JOIN people p ON p.id = m.sender
         LEFT JOIN messages c ON c.offset = m.changed
         WHERE m.offset = ?1 AND m.kind = 0 AND r.folded = ?2 AND c.kind IS NOT 2",
    )?
    .query_row(params![position.offset, record.room.folded()], |r| {
        let (author, reactions) = (r.get(0)?, row::reactions(r, 1)?);
        Ok(Target { offset: position.offset, author, reactions })
    })
    .optional()
}

/// As `batch::said_before`, for a sender and a room that may never have been heard of.
fn said_before(
    tx: &Transaction<'_>,
    rules: &Rules,
    record: &Record,
    clock: u64,
) -> rusqlite::Result<Option<u64>> {
    let Some(key) = &record.key else { return Ok(None) };
    let first: Option<(u64, u64)> = tx
        .prepare_cached(
            "SELECT k.offset, k.at FROM rooms r CROSS JOIN people p
             CROSS JOIN keys k ON k.room = r.id AND k.sender = p.id AND k.key = ?3
             WHERE r.folded = ?1 AND p.folded = ?2",
        )?
        .query_row(params![record.room.folded(), record.sender.folded(), key.as_str()], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .optional()?;
    let lasts = |said: u64| clock.saturating_sub(said) < rules.dedupe_window;
    Ok(first.filter(|(_, said)| lasts(*said)).map(|(offset, _)| offset))
}

/// Where a row stands.
pub(super) struct Place<'a> {
    pub(super) offset: u64,
    pub(super) room: i64,
    pub(super) sender: i64,
    /// The sender's, as first used.
    pub(super) name: &'a UserName,
    /// The message it is about.
    pub(super) target: Option<u64>,
    /// Whom its text calls.
    pub(super) called: &'a Called,
}

/// Carries out what a new row says.
pub(super) fn apply(tx: &Transaction<'_>, post: &Post, place: &Place<'_>) -> rusqlite::Result<()> {
    match (post, place.target) {
        (Post::Message { text, .. }, _) => {
            place.called.add(tx, place.room, place.offset, place.sender)?;
            search::add(tx, place.offset, place.room, place.sender, text.as_str())
        }
        (Post::Edit { text, .. }, Some(target)) => {
            tx.prepare_cached("UPDATE messages SET changed = ?2 WHERE offset = ?1")?
                .execute([target, place.offset])?;
            // Only who wrote it edits it.
            mentions::remove(tx, place.room, target)?;
            place.called.add(tx, place.room, target, place.sender)?;
            search::replace(tx, target, place.room, place.sender, Some(text.as_str()))
        }
        (Post::Delete { .. }, Some(target)) => {
            erase(tx, target, place.offset)?;
            mentions::remove(tx, place.room, target)?;
            search::replace(tx, target, place.room, place.sender, None)
        }
        (Post::Reaction { emoji, on, .. }, Some(target)) => react(tx, place, target, emoji, *on),
        (Post::Topic { topic }, _) => tx
            .prepare_cached("UPDATE rooms SET topic = ?2 WHERE id = ?1")?
            .execute(params![place.room, topic.as_str()])
            .map(drop),
        _ => Ok(()),
    }
}

/// Of a deleted message nothing stays that anybody wrote, nor of its edits; the file's pages are
/// overwritten too.
fn erase(tx: &Transaction<'_>, target: u64, by: u64) -> rusqlite::Result<()> {
    tx.pragma_update(None, "secure_delete", true)?;
    let erased = (|| {
        tx.prepare_cached(
            "UPDATE messages SET changed = ?2, text = '', reactions = NULL, mentions = NULL
             WHERE offset = ?1",
        )?
        .execute([target, by])?;
        tx.prepare_cached(
            "UPDATE messages INDEXED BY messages_edits SET text = '', mentions = NULL
             WHERE target = ?1 AND kind = 1",
        )?
        .execute([target])?;
        tx.prepare_cached("DELETE FROM reactions WHERE target = ?1")?.execute([target])
    })();
    tx.pragma_update(None, "secure_delete", false)?;
    erased.map(drop)
}

/// The message's row holds its reactions as they are shown, so that a page reads nothing else.
fn react(
    tx: &Transaction<'_>,
    place: &Place<'_>,
    target: u64,
    emoji: &PeerString,
    on: bool,
) -> rusqlite::Result<()> {
    let name = place.name.folded();
    if on {
        tx.prepare_cached("INSERT INTO reactions VALUES(?1, ?2, ?3, ?4, ?5)")?.execute(params![
            target,
            emoji.as_str(),
            name,
            place.name.as_str(),
            place.offset
        ])?;
    } else {
        tx.prepare_cached("DELETE FROM reactions WHERE target = ?1 AND emoji = ?2 AND name = ?3")?
            .execute(params![target, emoji.as_str(), name])?;
    }
    let mut all = tx
        .prepare_cached("SELECT reactions FROM messages WHERE offset = ?1")?
        .query_row([target], |r| row::reactions(r, 0))?;
    let held = all.binary_search_by(|held| held.emoji.cmp(emoji));
    let before = held.map_or(0, |at| all.get(at).map_or(0, |held| held.count));
    let count = if on { before + 1 } else { before.saturating_sub(1) };
    let by = first_names(tx, target, emoji)?;
    let now = (count > 0).then(|| Reactions { emoji: emoji.clone(), by, count });
    let (from, to) = held.map_or_else(|at| (at, at), |at| (at, at + 1));
    all.splice(from..to, now);
    let json = (!all.is_empty()).then(|| serde_json::to_string(&all).unwrap_or_default());
    tx.prepare_cached("UPDATE messages SET reactions = ?2 WHERE offset = ?1")?
        .execute(params![target, json])
        .map(drop)
}

fn first_names(
    tx: &Transaction<'_>,
    target: u64,
    emoji: &PeerString,
) -> rusqlite::Result<Vec<UserName>> {
    let mut query = tx.prepare_cached(
        "SELECT shown FROM reactions WHERE target = ?1 AND emoji = ?2 ORDER BY name LIMIT ?3",
    )?;
    let names = query.query_map(params![target, emoji.as_str(), REACTORS_MAX], |r| {
        UserName::parse(r.get_ref(0)?.as_str()?).map_err(|e| misread(0, e))
    })?;
    names.collect()
}

/// Before the room's messages up to an offset are removed.
pub(super) fn forget(conn: &Connection, room: i64, up_to: u64) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "DELETE FROM reactions WHERE target IN
         (SELECT offset FROM messages INDEXED BY messages_room
          WHERE room = ?1 AND offset <= ?2 AND reactions IS NOT NULL)",
    )?
    .execute(params![room, up_to])
    .map(drop)
}
