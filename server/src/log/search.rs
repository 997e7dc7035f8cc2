//! The index of words: overlapping pairs of letters in a contentless FTS5 table, so that two syllables
//! suffice and a part of a word is found. Written in the message's own transaction. What an older
//! version stored is indexed step by step, from the newest on. Knows no queries; what a search finds
//! is decided by [`chat_protocol::text::find`], the index only brings candidates.

use chat_protocol::text::find::{fold, is_single, words};
use rusqlite::{Connection, OptionalExtension, params};

/// The words of a message by pairs of letters, and the labels of its room and sender. All in one
/// column: to look into one of several costs a look at every position. The tokens come ready made:
/// `ascii` takes everything beyond ASCII for a letter.
pub(super) const TABLE: &str = "
CREATE VIRTUAL TABLE search USING fts5(
    tokens, content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- The offset up to which nothing is indexed yet.
INSERT INTO meta SELECT 'unindexed', coalesce(max(offset), 0) FROM messages;
";

/// Of private use, so neither a letter nor a digit.
const LABEL: char = '\u{E000}';

/// Messages indexed in one step at most, and bytes of their texts, roughly.
const STEP: u32 = 256;
const STEP_BYTES: usize = 128 * 1024;

/// The tokens of a text: for each word its overlapping pairs of letters, or its only letter.
pub(crate) fn tokens(text: &str) -> String {
    let folded = fold(text);
    let mut tokens = String::with_capacity(3 * folded.len());
    for word in words(&folded) {
        push_tokens(&mut tokens, word);
    }
    tokens
}

/// The tokens of one folded word, as they follow each other in [`tokens`].
pub(crate) fn push_tokens(tokens: &mut String, word: &str) {
    if is_single(word) {
        tokens.push_str(word);
        tokens.push(' ');
    }
    for (first, second) in word.chars().zip(word.chars().skip(1)) {
        tokens.extend([first, second, ' ']);
    }
}

/// The token that all messages of a room have. No word begins as it does.
pub(crate) fn room_label(room: i64) -> String {
    format!("{LABEL}r{room}")
}

/// The same of a sender.
pub(crate) fn sender_label(sender: i64) -> String {
    format!("{LABEL}p{sender}")
}

/// Adds a message that is not in the index.
pub(super) fn add(
    conn: &Connection,
    offset: u64,
    room: i64,
    sender: i64,
    text: &str,
) -> rusqlite::Result<()> {
    let mut tokens = tokens(text);
    if tokens.is_empty() {
        return Ok(());
    }
    tokens.extend([&*room_label(room), " ", &*sender_label(sender)]);
    conn.prepare_cached("INSERT INTO search(rowid, tokens) VALUES(?1, ?2)")?
        .execute(params![offset, tokens])
        .map(drop)
}

/// A message reads otherwise now, or not at all. What is not indexed yet will be as it is then.
pub(super) fn replace(
    conn: &Connection,
    offset: u64,
    room: i64,
    sender: i64,
    text: Option<&str>,
) -> rusqlite::Result<()> {
    if offset <= unindexed(conn)? {
        return Ok(());
    }
    conn.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([offset])?;
    text.map_or(Ok(()), |text| add(conn, offset, room, sender, text))
}

/// Removes the messages of a room up to an offset, which are in `messages` still.
pub(super) fn trim(conn: &Connection, room: i64, up_to: u64) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "DELETE FROM search WHERE rowid IN
         (SELECT offset FROM messages INDEXED BY messages_room WHERE room = ?1 AND offset <= ?2)",
    )?
    .execute(params![room, up_to])
    .map(drop)
}

/// The offset up to which nothing is indexed yet; 0: all is.
pub(crate) fn unindexed(conn: &Connection) -> rusqlite::Result<u64> {
    let stored = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'unindexed'";
    Ok(conn.prepare_cached(stored)?.query_row([], |r| r.get(0)).optional()?.unwrap_or(0))
}

/// Indexes some of what is not yet, in a transaction of its own. Returns what is left, as
/// [`unindexed`].
pub(super) fn step(conn: &Connection) -> rusqlite::Result<u64> {
    let from = unindexed(conn)?;
    if from == 0 {
        return Ok(0);
    }
    let tx = conn.unchecked_transaction()?;
    let batch = newest(&tx, from)?;
    // FTS5 writes a segment whenever an offset is not above the one before.
    for (offset, room, sender, text) in batch.iter().rev() {
        add(&tx, *offset, *room, *sender, text)?;
    }
    let left = batch.last().map_or(0, |(offset, ..)| offset - 1);
    tx.prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'unindexed'")?
        .execute([left.to_string()])?;
    tx.commit()?;
    Ok(left)
}

type Row = (u64, i64, i64, String);

/// Newest first.
fn newest(conn: &Connection, from: u64) -> rusqlite::Result<Vec<Row>> {
    let mut query = conn.prepare_cached(
        "SELECT m.offset, m.room, m.sender,
                CASE WHEN m.kind = 0 THEN coalesce(c.text, m.text) ELSE '' END
         FROM messages m LEFT JOIN messages c ON c.offset = m.changed
         WHERE m.offset <= ?1 ORDER BY m.offset DESC LIMIT ?2",
    )?;
    let mut rows = query.query(params![from, STEP])?;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let read: Row = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        bytes += read.3.len();
        batch.push(read);
        if bytes > STEP_BYTES {
            break;
        }
    }
    Ok(batch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_become_overlapping_pairs() {
        assert_eq!(tokens("회의실, 나!"), "회의 의실 나 ");
        assert_eq!(tokens("The CI-run"), "th he ci ru un ");
        assert_eq!(tokens("?! 👍"), "");
    }

    proptest! {
        /// The pairs of a part of a word follow each other as they do in the whole.
        #[test]
        fn a_part_is_a_phrase_of_the_whole(before in "[가-힣a-z]{0,5}", part in "[가-힣a-z]{2,6}",
                                           after in "[가-힣a-z]{0,5}", text in "\\PC{0,20}") {
            let whole = tokens(&format!("{text} {before}{part}{after}"));
            let mut phrase = String::new();
            push_tokens(&mut phrase, &part);
            let follows = format!(" {whole}").contains(&format!(" {phrase}"));
            prop_assert!(follows, "{:?} is not in {:?}", phrase, whole);
        }
    }
}
