//! Whom a message mentions: found before it is stored, and kept with its row, so that a replay says the
//! same. Beside that stands who is mentioned where, by each message's current text, so that a
//! person's mentions are found without reading rooms.

use super::batch::Rules;
use super::people::People;
use super::row;
use chat_protocol::chat::mention::{self, Mentions, ROOM};
use chat_protocol::chat::{ChatMessage, Post, UserName};
use rusqlite::{Connection, params};

/// Stands for everybody in the room where a person's number would stand.
pub(crate) const EVERYBODY: i64 = 0;

pub(super) const TABLES: &str = "
-- Of a message or an edit: names as shown then, and @room, a space between.
ALTER TABLE messages ADD COLUMN mentions TEXT;
CREATE TABLE mentions(
    person INTEGER NOT NULL,          -- 0: everybody in the room
    room INTEGER NOT NULL,
    offset INTEGER NOT NULL,          -- of the message
    sender INTEGER NOT NULL,
    PRIMARY KEY(person, room, offset)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_message ON mentions(room, offset);
CREATE INDEX mentions_person ON mentions(person, offset);
";

/// Whom a text calls, by name and by number.
#[derive(Default)]
pub(super) struct Called {
    mentions: Mentions,
    people: Vec<i64>,
}

impl Called {
    /// Looks through what a post says; costs nothing when there is no `@`. Nobody calls oneself.
    pub(super) fn by(
        post: &Post,
        conn: &Connection,
        people: &mut People,
        rules: &Rules,
        sender: i64,
    ) -> rusqlite::Result<Self> {
        let (Post::Message { text, .. } | Post::Edit { text, .. }) = post else {
            return Ok(Self::default());
        };
        let mut called = Self::default();
        let mentions = mention::resolve(text.as_str(), |name| {
            let mut person = people.find(conn, name)?;
            if person.is_none()
                && let Some(shown) = (rules.present)(name)
            {
                person = Some(people.person(conn, &shown)?);
            }
            called.people.extend(person.as_ref().map(|person| person.id));
            Ok::<_, rusqlite::Error>(person.map(|person| person.shown))
        })?;
        called.mentions = mentions;
        if let Some(own) = called.people.iter().position(|id| *id == sender) {
            called.people.remove(own);
            called.mentions.people.remove(own);
        }
        Ok(called)
    }

    /// As in the column `mentions`: no name has a space or an `@` in it. `None` for nobody.
    pub(super) fn written(&self) -> Option<String> {
        let Mentions { people, room } = &self.mentions;
        let room = room.then(|| format!("@{ROOM}"));
        let names = room.iter().map(String::as_str).chain(people.iter().map(UserName::as_str));
        let names: Vec<&str> = names.collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// Puts them into a row.
    pub(super) fn show(self, message: &mut ChatMessage) {
        message.mentions = self.mentions.people;
        message.mentions_room = self.mentions.room;
    }

    /// A message calls them.
    pub(super) fn add(
        &self,
        conn: &Connection,
        room: i64,
        offset: u64,
        sender: i64,
    ) -> rusqlite::Result<()> {
        let everybody = self.mentions.room.then_some(EVERYBODY);
        for person in self.people.iter().copied().chain(everybody) {
            conn.prepare_cached("INSERT INTO mentions VALUES(?1, ?2, ?3, ?4)")?
                .execute(params![person, room, offset, sender])?;
        }
        Ok(())
    }
}

/// A message calls nobody any more.
pub(super) fn remove(conn: &Connection, room: i64, offset: u64) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "DELETE FROM mentions INDEXED BY mentions_message WHERE room = ?1 AND offset = ?2",
    )?
    .execute(params![room, offset])
    .map(drop)
}

/// The messages of a room up to an offset are being removed.
pub(super) fn trim(conn: &Connection, room: i64, up_to: u64) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "DELETE FROM mentions INDEXED BY mentions_message WHERE room = ?1 AND offset <= ?2",
    )?
    .execute(params![room, up_to])
    .map(drop)
}

/// Reads the column into a row.
pub(super) fn read(
    row: &rusqlite::Row<'_>,
    column: usize,
    message: &mut ChatMessage,
) -> rusqlite::Result<()> {
    (message.mentions, message.mentions_room) = (Vec::new(), false);
    for name in row.get_ref(column)?.as_str_or_null()?.iter().flat_map(|names| names.split(' ')) {
        if name.starts_with('@') {
            message.mentions_room = true;
        } else {
            let name = UserName::parse(name).map_err(|e| row::misread(column, e))?;
            message.mentions.push(name);
        }
    }
    Ok(())
}
