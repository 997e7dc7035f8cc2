//! The room list: one row per room, and which rows to announce on `/topic/rooms`, at most one event
//! per room and interval. A room exists while it has a message or somebody in it.
//!
//! Pure: told of messages and members, asked for rows. Knows no store and no subscriptions.

use chat_protocol::chat::{MessageId, RoomInfo, RoomName};
use chat_protocol::text::PeerString;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// From the first try to speak in a room to its first message at most.
const RESERVED: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct RoomList {
    interval: Duration,
    rows: BTreeMap<RoomName, Row>,
    /// Changed rows by the time they may be announced.
    due: BTreeSet<(Instant, RoomName)>,
}

#[derive(Debug)]
struct Row {
    info: RoomInfo,
    /// What was announced last (or known at the start), and when.
    said: Option<RoomInfo>,
    said_at: Option<Instant>,
    due: Option<Instant>,
}

impl RoomList {
    /// `interval`: the time between two events of one room.
    pub fn new(interval: Duration) -> Self {
        Self { interval, rows: BTreeMap::new(), due: BTreeSet::new() }
    }

    /// A row known from the store at the start: nothing to announce.
    pub fn restore(&mut self, info: RoomInfo) {
        let row = Row { said: Some(info.clone()), info, said_at: None, due: None };
        self.rows.insert(row.info.name.clone(), row);
    }

    /// The newest message of a room; creates the row.
    pub fn message(&mut self, room: &RoomName, id: &MessageId, at: u64, now: Instant) {
        self.change(room, now, |info| {
            info.last_id = Some(id.clone());
            info.last_at = Some(at);
        });
    }

    /// What a room is about from now on.
    pub fn topic(&mut self, room: &RoomName, topic: &PeerString, now: Instant) {
        self.change(room, now, |info| info.topic = topic.clone());
    }

    /// How many people are in a room now; creates the row when it is more than none.
    pub fn members(&mut self, room: &RoomName, members: u64, now: Instant) {
        if members > 0 || self.rows.contains_key(room) {
            self.change(room, now, |info| info.members = members);
        }
    }

    /// Every room there is, ordered by name.
    pub fn list(&self) -> Vec<RoomInfo> {
        self.rows.values().map(|row| &row.info).filter(|info| exists(info)).cloned().collect()
    }

    /// Rows, those of rooms about to come or go included.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The room's name as first used, when it exists or is about to.
    pub fn known(&self, room: &RoomName) -> Option<&RoomName> {
        self.rows.get(room).map(|row| &row.info.name)
    }

    /// Somebody is about to speak in or to join a room that does not exist; forgotten when it comes
    /// to nothing.
    pub fn reserve(&mut self, room: &RoomName, now: Instant) {
        let row = self.rows.entry(room.clone()).or_insert_with(|| Row::empty(room));
        if row.due.is_none() && !exists(&row.info) {
            row.due = Some(now + RESERVED);
            self.due.insert((now + RESERVED, room.clone()));
        }
    }

    /// When `handle_timeout` has something to do; may be now.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The rows to announce. A room that is no more comes once with no member and no message.
    pub fn handle_timeout(&mut self, now: Instant) -> Vec<RoomInfo> {
        let mut events = Vec::new();
        while let Some((at, room)) = self.due.pop_first() {
            if at > now {
                self.due.insert((at, room));
                break;
            }
            events.extend(self.announce(&room, now));
        }
        events
    }

    fn announce(&mut self, room: &RoomName, now: Instant) -> Option<RoomInfo> {
        let row = self.rows.get_mut(room)?;
        row.due = None;
        let there = exists(&row.info);
        let event = match &row.said {
            Some(said) => (*said != row.info).then(|| row.info.clone()),
            None => there.then(|| row.info.clone()),
        };
        if !there {
            self.rows.remove(room);
        } else if event.is_some() {
            row.said = event.clone();
            row.said_at = Some(now);
        }
        event
    }

    fn change(&mut self, room: &RoomName, now: Instant, edit: impl FnOnce(&mut RoomInfo)) {
        let row = self.rows.entry(room.clone()).or_insert_with(|| Row::empty(room));
        edit(&mut row.info);
        if row.said.as_ref() == Some(&row.info) {
            return;
        }
        let due = row.said_at.map_or(now, |said| now.max(said + self.interval));
        match row.due.replace(due) {
            Some(sooner) if sooner <= due => row.due = Some(sooner),
            later => {
                if let Some(later) = later {
                    self.due.remove(&(later, room.clone()));
                }
                self.due.insert((due, room.clone()));
            }
        }
    }
}

impl Row {
    fn empty(room: &RoomName) -> Self {
        Self { info: RoomInfo::new(room.clone()), said: None, said_at: None, due: None }
    }
}

fn exists(info: &RoomInfo) -> bool {
    info.members > 0 || info.last_id.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn room(s: &str) -> RoomName {
        RoomName::parse(s).unwrap()
    }
    fn id(s: &str) -> MessageId {
        MessageId::parse(s).unwrap()
    }
    fn list() -> (RoomList, Instant) {
        (RoomList::new(S), Instant::now())
    }

    #[test]
    fn the_first_change_is_announced_at_once_and_the_rest_coalesced() {
        let (mut rooms, t) = list();
        rooms.message(&room("study"), &id("m.1"), 1, t);
        assert_eq!(rooms.poll_timeout(), Some(t));
        assert_eq!(rooms.handle_timeout(t)[0].last_id, Some(id("m.1")));
        for n in 2..100 {
            rooms.message(&room("study"), &id(&format!("m.{n}")), n, t);
        }
        assert_eq!(rooms.poll_timeout(), Some(t + S));
        assert_eq!(rooms.handle_timeout(t), []);
        let events = rooms.handle_timeout(t + S);
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].last_at, Some(99));
        assert_eq!(rooms.poll_timeout(), None);
    }

    #[test]
    fn rooms_do_not_wait_for_each_other() {
        let (mut rooms, t) = list();
        rooms.members(&room("a"), 1, t);
        rooms.handle_timeout(t);
        rooms.members(&room("a"), 2, t);
        rooms.members(&room("b"), 1, t);
        let names: Vec<_> = rooms.handle_timeout(t).into_iter().map(|r| r.name).collect();
        assert_eq!(names, [room("b")]);
    }

    #[test]
    fn a_change_that_was_undone_is_not_announced() {
        let (mut rooms, t) = list();
        rooms.members(&room("a"), 1, t);
        rooms.handle_timeout(t);
        rooms.members(&room("a"), 2, t);
        rooms.members(&room("a"), 1, t);
        assert_eq!(rooms.handle_timeout(t + S), []);
    }

    #[test]
    fn an_empty_room_without_messages_ends() {
        let (mut rooms, t) = list();
        rooms.members(&room("a"), 1, t);
        rooms.handle_timeout(t);
        rooms.members(&room("a"), 0, t);
        assert_eq!(rooms.list(), []);
        let events = rooms.handle_timeout(t + S);
        assert_eq!((events[0].members, &events[0].last_id), (0, &None));
        assert!(rooms.rows.is_empty(), "nothing is kept of it");
        rooms.members(&room("never"), 0, t);
        assert_eq!(rooms.poll_timeout(), None);
    }

    #[test]
    fn a_room_that_came_and_went_unseen_is_not_announced() {
        let (mut rooms, t) = list();
        rooms.members(&room("a"), 1, t);
        rooms.members(&room("a"), 0, t);
        assert_eq!(rooms.handle_timeout(t + S), []);
        assert!(rooms.rows.is_empty());
    }

    #[test]
    fn a_room_with_messages_stays_when_it_empties() {
        let (mut rooms, t) = list();
        rooms.message(&room("a"), &id("m.1"), 5, t);
        rooms.members(&room("a"), 1, t);
        rooms.members(&room("a"), 0, t);
        assert_eq!(rooms.list().len(), 1);
    }

    #[test]
    fn a_reserved_room_is_not_there_until_something_happens_in_it() {
        let (mut rooms, t) = list();
        rooms.reserve(&room("a"), t);
        rooms.reserve(&room("b"), t);
        assert_eq!(rooms.known(&room("A")).map(RoomName::as_str), Some("a"));
        assert!(rooms.list().is_empty() && rooms.count() == 2);
        rooms.message(&room("a"), &id("m.1"), 1, t + S);
        assert_eq!(rooms.poll_timeout(), Some(t + S), "announced at once");
        assert_eq!(rooms.handle_timeout(t + S).len(), 1);
        assert_eq!(rooms.handle_timeout(t + RESERVED), []);
        assert!(rooms.known(&room("a")).is_some() && rooms.known(&room("b")).is_none());
    }

    #[test]
    fn restored_rows_are_listed_but_not_announced() {
        let (mut rooms, t) = list();
        rooms.message(&room("b"), &id("m.1"), 5, t);
        let mut stored = rooms.list().remove(0);
        stored.name = room("a");
        let (mut fresh, _) = list();
        fresh.restore(stored);
        assert_eq!(fresh.poll_timeout(), None);
        assert_eq!(fresh.list().len(), 1);
        fresh.members(&room("a"), 1, t);
        assert_eq!(fresh.handle_timeout(t).len(), 1);
    }
}
