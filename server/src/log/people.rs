//! People as the one writer knows them: each has a number, and a name as first used.

use super::row;
use chat_protocol::chat::UserName;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

#[derive(Clone)]
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) shown: UserName,
}

/// Those who were needed lately.
#[derive(Default)]
pub(super) struct People(HashMap<UserName, Person>);

impl People {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The person of this name; one never heard of is created with this spelling.
    pub(super) fn person(
        &mut self,
        conn: &Connection,
        name: &UserName,
    ) -> rusqlite::Result<Person> {
        if let Some(known) = self.find(conn, name)? {
            return Ok(known);
        }
        conn.prepare_cached("INSERT INTO people(folded, shown) VALUES(?1, ?2)")?
            .execute([name.folded(), name.as_str()])?;
        let person = Person { id: conn.last_insert_rowid(), shown: name.clone() };
        self.0.insert(name.clone(), person.clone());
        Ok(person)
    }

    /// The person of this name, if there is one.
    pub(super) fn find(
        &mut self,
        conn: &Connection,
        name: &UserName,
    ) -> rusqlite::Result<Option<Person>> {
        if let Some(known) = self.0.get(name) {
            return Ok(Some(known.clone()));
        }
        let found = conn
            .prepare_cached("SELECT id, shown FROM people WHERE folded = ?1")?
            .query_row([name.folded()], |r| {
                let shown = UserName::parse(r.get_ref(1)?.as_str()?);
                Ok(Person { id: r.get(0)?, shown: shown.map_err(|e| row::misread(1, e))? })
            })
            .optional()?;
        if let Some(person) = &found {
            self.0.insert(name.clone(), person.clone());
        }
        Ok(found)
    }
}
