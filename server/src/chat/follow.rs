//! From the log to the readers: every committed message is published in commit order.

use super::message::RoomMessage;
use super::{Chat, room_key};
use crate::broker::Outgoing;
use crate::log::{Entry, Follower, Mark};
use chat_protocol::chat::UserName;
use std::sync::Arc;
use std::time::Instant;

impl Follower for Chat {
    fn committed(&self, entries: &[Arc<Entry>]) {
        for entry in entries {
            let key = room_key(&entry.message.room);
            let message = RoomMessage::new(entry);
            let headers = message.headers();
            let outgoing =
                Outgoing { headers: &headers, body: &message.body, ephemeral: false, from: None };
            self.hub.publish(&key, &outgoing, Some(entry.position.offset));
        }
        let now = Instant::now();
        self.note(|list| {
            for entry in entries {
                let message = &entry.message;
                list.message(&message.room, &message.id, message.at, now);
                if let Some(topic) = &message.topic {
                    list.topic(&message.room, topic, now);
                }
            }
        });
    }

    fn marked(&self, mark: &Mark) {
        self.note_read(mark);
    }

    fn present(&self, name: &UserName) -> Option<UserName> {
        self.names.present(name)
    }

    /// Readers have them after the senders have their answers, so that the next ones are on their way
    /// while this group goes to its readers.
    fn answered(&self) {
        self.hub.wake();
    }
}
