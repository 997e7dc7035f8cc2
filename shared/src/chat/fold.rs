//! What an edit, a delete or a reaction does to the message it is about: the one rule that history,
//! replay and whoever watches live agree by. Knows no timeline and no storage.

use super::body::{Change, REACTORS_MAX, Reactions, TOMBSTONE};
use super::{ChatMessage, Kind};
use crate::text::PeerString;

impl ChatMessage {
    /// Applies a row that is about this message; `false` when it is about another or changes nothing.
    ///
    /// Rows are applied in the order of the log. The message may come from a history page that had
    /// them already: applying all of them again ends in the same state. Only of an emoji with more
    /// than [`REACTORS_MAX`] people the count may be off until the next page, since it cannot be
    /// seen whether one of the others is counted.
    pub fn apply(&mut self, row: &ChatMessage) -> bool {
        if row.target() != Some(&self.id) || self.kind != Kind::Message || self.deleted.is_some() {
            return false;
        }
        match row.kind {
            Kind::Edit => self.edit(row),
            Kind::Delete => self.delete(row),
            Kind::Reaction => row.emoji.as_ref().is_some_and(|emoji| self.react(row, emoji)),
            Kind::Message | Kind::Topic | Kind::Sync => false,
        }
    }

    fn edit(&mut self, row: &ChatMessage) -> bool {
        if self.edited.as_ref().is_some_and(|newest| newest.at > row.at || newest.id == row.id) {
            return false;
        }
        self.text = row.text.clone();
        self.mentions.clone_from(&row.mentions);
        self.mentions_room = row.mentions_room;
        self.edited = Some(Change { id: row.id.clone(), at: row.at });
        true
    }

    fn delete(&mut self, row: &ChatMessage) -> bool {
        self.text = TOMBSTONE.into();
        self.mentions = Vec::new();
        self.mentions_room = false;
        self.edited = None;
        self.reactions = Vec::new();
        self.deleted = Some(Change { id: row.id.clone(), at: row.at });
        true
    }

    fn react(&mut self, row: &ChatMessage, emoji: &PeerString) -> bool {
        let place = self.reactions.binary_search_by(|held| held.emoji.cmp(emoji));
        match (place, row.on.unwrap_or(true)) {
            (Err(place), true) => {
                let by = vec![row.sender.clone()];
                self.reactions.insert(place, Reactions { emoji: emoji.clone(), by, count: 1 });
                true
            }
            (Err(_), false) => false,
            (Ok(place), on) => {
                let Some(held) = self.reactions.get_mut(place) else { return false };
                let changed = if on { held.add(row) } else { held.remove(row) };
                if held.count == 0 {
                    self.reactions.remove(place);
                }
                changed
            }
        }
    }
}

impl Reactions {
    fn unnamed(&self) -> bool {
        usize::try_from(self.count).is_ok_and(|count| count > self.by.len())
    }

    fn add(&mut self, row: &ChatMessage) -> bool {
        let Err(place) = self.by.binary_search(&row.sender) else { return false };
        // Whether those who are not named come before is not known.
        if place < self.by.len() || !self.unnamed() {
            self.by.insert(place, row.sender.clone());
            self.by.truncate(REACTORS_MAX);
        }
        self.count += 1;
        true
    }

    fn remove(&mut self, row: &ChatMessage) -> bool {
        let named = self.by.binary_search(&row.sender).ok();
        if named.is_none() && !self.unnamed() {
            return false;
        }
        if let Some(place) = named {
            self.by.remove(place);
        }
        self.count = self.count.saturating_sub(1);
        true
    }
}
