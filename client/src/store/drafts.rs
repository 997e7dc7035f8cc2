//! What was typed and not sent, a text per room.

use super::rooms;
use crate::app::state::Place;
use rusqlite::{Connection, params};

/// By the folded name of their rooms.
pub(super) fn all(db: &Connection, server: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = db.prepare("SELECT folded, text FROM draft WHERE server = ?1")?;
    statement.query_map([server], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// An empty one is forgotten.
pub(super) fn save(
    db: &Connection,
    server: &str,
    place: &Place,
    text: &str,
) -> rusqlite::Result<()> {
    let folded = rooms::key(place);
    if text.is_empty() {
        let sql = "DELETE FROM draft WHERE server = ?1 AND folded = ?2";
        return db.prepare_cached(sql)?.execute([server, folded]).map(drop);
    }
    let sql = "INSERT INTO draft (server, folded, text) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET text = excluded.text";
    db.prepare_cached(sql)?.execute(params![server, folded, text]).map(drop)
}
