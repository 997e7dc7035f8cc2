//! The rooms that are joined and the topics that are followed, and how far each was read.

use super::{Store, StoreError, cache};
use crate::app::Remembered;
use crate::app::state::Place;
use chat_protocol::chat::{Destination, MessageId, RoomName};
use rusqlite::{Connection, params};

impl Store {
    /// In the order they were joined.
    pub fn rooms(&mut self) -> Result<Vec<Remembered>, StoreError> {
        self.ask(|db, server| all(db, server))
    }
}

fn all(db: &Connection, server: &str) -> rusqlite::Result<Vec<Remembered>> {
    let sql = "SELECT shown, read FROM room WHERE server = ?1 ORDER BY rowid";
    let mut statement = db.prepare(sql)?;
    let rows = statement
        .query_map([server], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    // What no longer parses is forgotten: the rules may have become stricter.
    let rooms = rows.into_iter().filter_map(|(shown, read)| {
        let read = read.and_then(|id| MessageId::parse(&id).ok());
        place(&shown).map(|place| Remembered { place, read })
    });
    Ok(rooms.collect())
}

pub(super) fn save(
    db: &Connection,
    server: &str,
    place: &Place,
    read: Option<&MessageId>,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO room (server, folded, shown, read) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET read = coalesce(excluded.read, read)";
    let read = read.map(MessageId::as_str);
    db.prepare_cached(sql)?.execute(params![server, key(place), place.name(), read]).map(drop)
}

/// With all that is kept of it but what was written there and not sent.
pub(super) fn forget(db: &Connection, server: &str, place: &Place) -> rusqlite::Result<()> {
    for table in ["room", "draft"] {
        let sql = format!("DELETE FROM {table} WHERE server = ?1 AND folded = ?2");
        db.execute(&sql, params![server, key(place)])?;
    }
    match place.as_room() {
        Some(room) => cache::clear(db, server, room),
        None => Ok(()),
    }
}

/// By which it is found again. No room's name begins as a topic does.
pub(super) fn key(place: &Place) -> &str {
    match place {
        Place::Room(room) => room.folded(),
        Place::Topic(topic) => topic,
    }
}

pub(super) fn place(shown: &str) -> Option<Place> {
    if !shown.starts_with('/') {
        return RoomName::parse(shown).ok().map(Place::Room);
    }
    match Destination::parse(shown) {
        Ok(Destination::Topic(topic)) => Some(Place::Topic(topic.as_ref().to_owned())),
        _ => None,
    }
}
