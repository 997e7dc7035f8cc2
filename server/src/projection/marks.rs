//! What people have read and what not. No count reads more of a room than [`EXAMINED`] rows, however
//! long the room is.

use super::ReadState;
use super::pool::Moment;
use super::query::room_name;
use crate::log::mentions::EVERYBODY;
use crate::log::{Epoch, Position};
use chat_protocol::chat::mark::UNREAD_MAX;
use chat_protocol::chat::{RoomName, UserName};
use rusqlite::{OptionalExtension, named_params};

/// Rows of a room looked at for one count, the newest ones: beyond it others' messages are not
/// counted, which only happens to somebody who has written nearly all of them.
pub(super) const EXAMINED: u64 = 4096;
/// Rooms one person's list says something about, those spoken in last.
pub(super) const ROOMS: usize = 1000;

/// One person's mark in one room.
struct Place {
    person: i64,
    room: i64,
    shown: RoomName,
    offset: u64,
}

pub(super) const UNREAD: &str = "
SELECT count(*) FROM (
    SELECT 1 FROM (
        SELECT sender, kind, changed FROM messages INDEXED BY messages_room
        WHERE room = :room AND offset > :after AND offset <= :head
        ORDER BY offset DESC LIMIT :examined
    ) m LEFT JOIN messages c ON c.offset = m.changed
    WHERE m.sender <> :person AND m.kind = 0 AND c.kind IS NOT 2 LIMIT :most
)";

/// A message may call both the person and the room.
pub(super) const MENTIONS: &str = "
SELECT count(*) FROM (
    SELECT offset FROM (
        SELECT offset FROM mentions
        WHERE person = :person AND room = :room AND offset > :after AND offset <= :head
        ORDER BY offset DESC LIMIT :most
    ) UNION SELECT offset FROM (
        SELECT offset, sender FROM mentions
        WHERE person = :everybody AND room = :room AND offset > :after AND offset <= :head
        ORDER BY offset DESC LIMIT :examined
    ) WHERE sender <> :person LIMIT :most
)";

/// Of one room; `None` for somebody who has no place there.
pub(super) fn of_room(
    at: &Moment<'_>,
    epoch: &Epoch,
    room: &RoomName,
    person: &UserName,
) -> rusqlite::Result<Option<ReadState>> {
    let place = at
        .conn
        .prepare_cached(
            "SELECT p.id, r.id, r.shown, k.offset FROM people p CROSS JOIN rooms r
             CROSS JOIN marks k ON k.person = p.id AND k.room = r.id
             WHERE p.folded = ?1 AND r.folded = ?2",
        )?
        .query_row([person.folded(), room.folded()], place)
        .optional()?;
    place.map(|place| state(at, epoch, place)).transpose()
}

/// Of every room the person has a place in.
pub(super) fn of_person(
    at: &Moment<'_>,
    epoch: &Epoch,
    person: &UserName,
) -> rusqlite::Result<Vec<ReadState>> {
    let mut query = at.conn.prepare_cached(
        "SELECT p.id, r.id, r.shown, k.offset FROM people p CROSS JOIN marks k ON k.person = p.id
         CROSS JOIN rooms r ON r.id = k.room WHERE p.folded = ?1 ORDER BY r.last DESC LIMIT ?2",
    )?;
    let places = query.query_map((person.folded(), ROOMS), place)?;
    places.map(|place| state(at, epoch, place?)).collect()
}

fn place(r: &rusqlite::Row<'_>) -> rusqlite::Result<Place> {
    Ok(Place { person: r.get(0)?, room: r.get(1)?, shown: room_name(r, 2)?, offset: r.get(3)? })
}

fn state(at: &Moment<'_>, epoch: &Epoch, place: Place) -> rusqlite::Result<ReadState> {
    let Place { person, room, shown, offset: after } = place;
    let unread = at.conn.prepare_cached(UNREAD)?.query_row(
        named_params! { ":room": room, ":after": after, ":head": at.head, ":person": person,
        ":examined": EXAMINED, ":most": UNREAD_MAX },
        |r| r.get(0),
    )?;
    let mentions = at.conn.prepare_cached(MENTIONS)?.query_row(
        named_params! { ":room": room, ":after": after, ":head": at.head, ":person": person,
        ":everybody": EVERYBODY, ":examined": EXAMINED, ":most": UNREAD_MAX },
        |r| r.get(0),
    )?;
    let read = Position { epoch: epoch.clone(), shard: 0, offset: after }.to_id();
    Ok(ReadState { room: shown, read, unread, mentions })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Durability, open};
    use rusqlite::{Connection, StatementStatus};

    /// A room with this many messages, all by person 1, all to everybody.
    fn crowd(conn: &Connection, messages: u64) {
        conn.execute_batch(
            "INSERT INTO people VALUES(1, 'a', 'a'), (2, 'b', 'b');
             INSERT INTO rooms(id, folded, shown) VALUES(1, 'r', 'r');",
        )
        .unwrap();
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?1) ";
        let all =
            "INSERT INTO messages(offset, room, sender, at, text) SELECT i, 1, 1, i, 'x' FROM n";
        conn.execute(&format!("{rows}{all}"), [messages]).unwrap();
        let all = "INSERT INTO mentions SELECT 0, 1, i, 1 FROM n";
        conn.execute(&format!("{rows}{all}"), [messages]).unwrap();
    }

    /// The count, and SQLite's steps to it.
    fn count(conn: &Connection, sql: &str, person: i64) -> (u64, i32) {
        let mut query = conn.prepare(sql).unwrap();
        let values = [
            (":room", 1),
            (":after", 0),
            (":head", i64::MAX),
            (":person", person),
            (":everybody", EVERYBODY),
            (":examined", EXAMINED as i64),
            (":most", UNREAD_MAX as i64),
        ];
        for (name, value) in values {
            if let Some(index) = query.parameter_index(name).unwrap() {
                query.raw_bind_parameter(index, value).unwrap();
            }
        }
        let counted = query.raw_query().next().unwrap().unwrap().get(0).unwrap();
        (counted, query.get_status(StatementStatus::VmStep))
    }

    #[test]
    fn a_count_in_a_long_room_takes_no_longer_than_in_a_short_one() {
        let costs = [2 * EXAMINED, 10 * EXAMINED].map(|messages| {
            let dir = tempfile::tempdir().unwrap();
            let (conn, _) =
                open::first(&dir.path().join(open::FILE), Durability::PageCache).unwrap();
            crowd(&conn, messages);
            let [own, others] =
                [1, 2].map(|person| [UNREAD, MENTIONS].map(|sql| count(&conn, sql, person)));
            assert_eq!(own.map(|(counted, _)| counted), [0, 0]);
            assert_eq!(others.map(|(counted, _)| counted), [UNREAD_MAX, UNREAD_MAX]);
            [own, others]
        });
        assert_eq!(costs[0], costs[1]);
    }
}
