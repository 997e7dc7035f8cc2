//! Tells all connections of a person how far one of them has read. Marks come from the log in commit
//! order; how much is unread is read from the store later, once for all marks of a person in a room
//! that came meanwhile.

use super::{Chat, person_key};
use crate::log::Mark;
use crate::projection::{Projection, ReadState};
use chat_protocol::chat::{Destination, ReadEvent, RoomName, UserName};
use parking_lot::Mutex;
use std::collections::HashSet;
use tokio::sync::Notify;

/// Places that wait to be told of at most; those beyond are seen with the next room list.
const WAITING: usize = 16_384;

#[derive(Default)]
pub(super) struct Reads {
    moved: Mutex<HashSet<(UserName, RoomName)>>,
    some: Notify,
}

fn reads_key(user: &UserName) -> String {
    person_key(user, &Destination::Reads.to_string())
}

impl Chat {
    /// A mark has been committed. Does not block.
    pub(super) fn note_read(&self, mark: &Mark) {
        if !self.hub.is_held(&reads_key(&mark.person)) {
            return;
        }
        let mut moved = self.reads.moved.lock();
        if moved.len() < WAITING {
            moved.insert((mark.person.clone(), mark.room.clone()));
            drop(moved);
            self.reads.some.notify_one();
        }
    }

    /// Announces what has been read, for ever.
    pub async fn tell_reads(&self, projection: &Projection) {
        loop {
            self.reads.some.notified().await;
            let moved = std::mem::take(&mut *self.reads.moved.lock());
            for (person, room) in moved {
                // A store that cannot be read now tells with the next room list.
                if let Ok(Some(state)) = projection.read_state(&room, &person).await {
                    self.tell_read(&person, state);
                }
            }
        }
    }

    fn tell_read(&self, person: &UserName, state: ReadState) {
        let ReadState { room, read, unread, mentions } = state;
        let event = ReadEvent { room, id: read, unread, mentions };
        let destination = Destination::Reads.to_string();
        self.publish_event(&reads_key(person), &destination, &event.to_json(), false);
    }
}
