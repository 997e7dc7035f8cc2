//! What one is told of while one looks elsewhere.

use super::{Place, State};
use crate::config::Level;

/// Notifications so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Told {
    /// `Now::mono` of the last one.
    pub at: Option<u64>,
    /// Since then.
    pub kept_back: usize,
}

impl State {
    /// What one is told of a room or topic.
    pub fn level(&self, place: &Place) -> Level {
        let own = self.rooms.get(place).and_then(|room| room.level);
        let rules = &self.settings.notifications;
        own.unwrap_or_else(|| place.as_room().map_or(rules.level, |room| rules.level(room)))
    }
}
