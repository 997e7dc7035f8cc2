//! Who is in one room. People are counted, not connections; a lost link is announced only after a
//! grace, so that a phone in a tunnel does not leave and join all day.
//!
//! Pure: `now` comes in, changes to announce come out. Knows no sockets and no destinations.

use chat_protocol::chat::UserName;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

/// People of one room who may be in their grace at once; beyond it a lost link is announced at once.
const MAX_LEAVING: usize = 10_000;

/// To be announced on the room's presence topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Joined(UserName),
    Left(UserName),
}

/// How a connection left the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// UNSUBSCRIBE or DISCONNECT.
    Said,
    /// The link broke.
    Lost,
}

/// The people of one room.
#[derive(Debug)]
pub struct Presence {
    grace: Duration,
    /// The key is the name as it was first used here.
    people: HashMap<UserName, Person>,
    /// Those without a connection, by the end of their grace.
    leaving: BTreeSet<(Instant, UserName)>,
}

#[derive(Debug, Default)]
struct Person {
    connections: usize,
    grace_ends: Option<Instant>,
}

impl Presence {
    /// `grace`: how long a lost person still counts as present; zero announces at once.
    pub fn new(grace: Duration) -> Self {
        Self { grace, people: HashMap::new(), leaving: BTreeSet::new() }
    }

    /// One more connection of `user` is in the room.
    pub fn join(&mut self, user: &UserName) -> Option<Change> {
        match self.people.entry(user.clone()) {
            Entry::Vacant(new) => {
                new.insert(Person { connections: 1, grace_ends: None });
                Some(Change::Joined(user.clone()))
            }
            Entry::Occupied(mut known) => {
                known.get_mut().connections += 1;
                if let Some(at) = known.get_mut().grace_ends.take() {
                    self.leaving.remove(&(at, user.clone()));
                }
                None
            }
        }
    }

    /// One connection of `user` is gone. A name that is not here is ignored.
    pub fn leave(&mut self, user: &UserName, how: Leave, now: Instant) -> Option<Change> {
        let person = self.people.get_mut(user)?;
        person.connections = person.connections.saturating_sub(1);
        if person.connections > 0 || person.grace_ends.is_some() {
            return None;
        }
        if how == Leave::Said || self.grace.is_zero() || self.leaving.len() >= MAX_LEAVING {
            return self.remove(user);
        }
        let ends = now + self.grace;
        person.grace_ends = Some(ends);
        self.leaving.insert((ends, user.clone()));
        None
    }

    /// When `handle_timeout` has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.leaving.first().map(|(at, _)| *at)
    }

    /// Those whose grace is over.
    pub fn handle_timeout(&mut self, now: Instant) -> Vec<Change> {
        let mut changes = Vec::new();
        while let Some((at, user)) = self.leaving.pop_first() {
            if at > now {
                self.leaving.insert((at, user));
                break;
            }
            changes.extend(self.remove(&user));
        }
        changes
    }

    /// Everybody here, ordered by name, each as first written.
    pub fn list(&self) -> Vec<UserName> {
        let mut names: Vec<_> = self.people.keys().cloned().collect();
        names.sort();
        names
    }

    /// People here, those in their grace included.
    pub fn count(&self) -> usize {
        self.people.len()
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    fn remove(&mut self, user: &UserName) -> Option<Change> {
        self.people.remove_entry(user).map(|(shown, _)| Change::Left(shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(s: &str) -> UserName {
        UserName::parse(s).unwrap()
    }
    fn room() -> (Presence, Instant) {
        (Presence::new(Duration::from_secs(10)), Instant::now())
    }
    const S: Duration = Duration::from_secs(1);

    #[test]
    fn counts_people_not_connections() {
        let (mut p, t) = room();
        assert_eq!(p.join(&name("mina")), Some(Change::Joined(name("mina"))));
        assert_eq!(p.join(&name("mina")), None);
        assert_eq!(p.count(), 1);
        assert_eq!(p.leave(&name("mina"), Leave::Said, t), None);
        assert_eq!(p.leave(&name("mina"), Leave::Said, t), Some(Change::Left(name("mina"))));
        assert!(p.is_empty());
    }

    #[test]
    fn shows_the_first_spelling() {
        let (mut p, t) = room();
        p.join(&name("Mina"));
        p.join(&name("MINA"));
        assert_eq!(p.list()[0].as_str(), "Mina");
        p.leave(&name("mina"), Leave::Said, t);
        match p.leave(&name("mina"), Leave::Said, t) {
            Some(Change::Left(who)) => assert_eq!(who.as_str(), "Mina"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_lost_link_is_announced_after_the_grace() {
        let (mut p, t) = room();
        p.join(&name("mina"));
        assert_eq!(p.poll_timeout(), None);
        assert_eq!(p.leave(&name("mina"), Leave::Lost, t), None);
        assert_eq!(p.poll_timeout(), Some(t + 10 * S));
        assert_eq!(p.handle_timeout(t + 9 * S), []);
        assert_eq!(p.count(), 1);
        assert_eq!(p.handle_timeout(t + 10 * S), [Change::Left(name("mina"))]);
        assert_eq!((p.count(), p.poll_timeout()), (0, None));
    }

    #[test]
    fn a_return_within_the_grace_says_nothing() {
        let (mut p, t) = room();
        p.join(&name("mina"));
        p.leave(&name("mina"), Leave::Lost, t);
        assert_eq!(p.join(&name("mina")), None);
        assert_eq!(p.handle_timeout(t + 60 * S), []);
        assert_eq!(p.leave(&name("mina"), Leave::Lost, t + 60 * S), None);
        assert_eq!(p.poll_timeout(), Some(t + 70 * S));
    }

    #[test]
    fn the_last_connection_decides_how_one_leaves() {
        let (mut p, t) = room();
        p.join(&name("mina"));
        p.join(&name("mina"));
        assert_eq!(p.leave(&name("mina"), Leave::Lost, t), None);
        assert_eq!(p.poll_timeout(), None, "one connection is left");
        assert_eq!(p.leave(&name("mina"), Leave::Said, t), Some(Change::Left(name("mina"))));
    }

    #[test]
    fn strangers_and_those_in_their_grace_cannot_leave() {
        let (mut p, t) = room();
        assert_eq!(p.leave(&name("nobody"), Leave::Said, t), None);
        p.join(&name("mina"));
        p.leave(&name("mina"), Leave::Lost, t);
        assert_eq!(p.leave(&name("mina"), Leave::Said, t), None);
        assert_eq!(p.handle_timeout(t + 10 * S).len(), 1);
    }

    #[test]
    fn no_grace_announces_at_once() {
        let t = Instant::now();
        let mut p = Presence::new(Duration::ZERO);
        p.join(&name("mina"));
        assert_eq!(p.leave(&name("mina"), Leave::Lost, t), Some(Change::Left(name("mina"))));
    }
}
