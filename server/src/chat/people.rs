//! Presence on the wire: joins and leaves of rooms, announced in order on `/topic/room.X.presence`.

use super::presence::{Change, Leave, Presence};
use super::{Chat, presence_key};
use chat_protocol::chat::event::Member;
use chat_protocol::chat::{Destination, PresenceEvent, RoomName, UserName};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

pub(super) struct People {
    grace: Duration,
    rooms: HashMap<RoomName, Presence>,
    /// Rooms with somebody in their grace.
    leaving: HashSet<RoomName>,
}

impl People {
    pub(super) fn new(grace: Duration) -> Self {
        Self { grace, rooms: HashMap::new(), leaving: HashSet::new() }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.leaving.iter().filter_map(|room| self.rooms.get(room)?.poll_timeout()).min()
    }

    /// Forgets empty rooms; gives the number of people left.
    fn settle(&mut self, room: &RoomName) -> usize {
        let count = self.rooms.get(room).map_or(0, Presence::count);
        if count == 0 {
            self.rooms.remove(room);
        }
        if self.rooms.get(room).and_then(Presence::poll_timeout).is_some() {
            self.leaving.insert(room.clone());
        } else {
            self.leaving.remove(room);
        }
        count
    }
}

impl Chat {
    /// One more connection of `user` is in the room.
    pub fn join(&self, room: &RoomName, user: &UserName, now: Instant) {
        let mut people = self.people.lock();
        let grace = people.grace;
        let presence = people.rooms.entry(room.clone()).or_insert_with(|| Presence::new(grace));
        let change = presence.join(user);
        self.announce(&mut people, room, change, now);
    }

    /// One connection of `user` has left the room.
    pub fn leave(&self, room: &RoomName, user: &UserName, how: Leave, now: Instant) {
        let mut people = self.people.lock();
        let Some(presence) = people.rooms.get_mut(room) else { return };
        let change = presence.leave(user, how, now);
        self.announce(&mut people, room, change, now);
        drop(people);
        if how == Leave::Lost {
            self.sooner.notify_one();
        }
    }

    /// Who is there now, given to `list` before anything later is announced.
    pub fn with_people(&self, room: &RoomName, list: impl FnOnce(PresenceEvent)) {
        let people = self.people.lock();
        let names = people.rooms.get(room).map(Presence::list).unwrap_or_default();
        let users = names.into_iter().map(|name| Member { name }).collect();
        list(PresenceEvent::List { room: self.shown(room), users });
    }

    pub(super) fn end_graces(&self, now: Instant) {
        let mut people = self.people.lock();
        let leaving: Vec<_> = people.leaving.iter().cloned().collect();
        for room in leaving {
            let Some(presence) = people.rooms.get_mut(&room) else { continue };
            for change in presence.handle_timeout(now) {
                self.announce(&mut people, &room, Some(change), now);
            }
            people.settle(&room);
        }
    }

    fn announce(&self, people: &mut People, room: &RoomName, change: Option<Change>, now: Instant) {
        let count = people.settle(room);
        let Some(change) = change else { return };
        let shown = self.shown(room);
        let destination = Destination::RoomPresence(shown.clone()).to_string();
        self.note(|list| list.members(room, count as u64, now));
        let event = match change {
            Change::Joined(user) => PresenceEvent::Joined { room: shown, user },
            Change::Left(user) => PresenceEvent::Left { room: shown, user },
        };
        self.publish_event(&presence_key(room), &destination, &event.to_json(), true);
    }
}
