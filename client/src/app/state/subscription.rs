//! Every subscription of this client and what became of it, for `/subs`.

use crate::net::Target;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubState {
    /// Asked for, or to be asked for again when the link is back.
    Waiting,
    Live,
    /// Safe to show: the server's reason and code.
    Refused(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub target: Target,
    pub state: SubState,
}

#[derive(Debug, Default)]
pub struct Subscriptions(Vec<Subscription>);

impl Subscriptions {
    /// What a server allows one connection is 128; some are the driver's own.
    pub const MAX: usize = 120;

    pub fn iter(&self) -> impl Iterator<Item = &Subscription> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn has_place_for(&self, more: usize) -> bool {
        self.0.len() + more <= Self::MAX
    }

    pub fn set(&mut self, target: &Target, state: SubState) {
        match self.0.iter_mut().find(|s| s.target == *target) {
            Some(known) => known.state = state,
            None => self.0.push(Subscription { target: target.clone(), state }),
        }
    }

    pub fn contains(&self, target: &Target) -> bool {
        self.0.iter().any(|s| s.target == *target)
    }

    pub fn remove(&mut self, target: &Target) {
        self.0.retain(|s| s.target != *target);
    }

    /// The link is down: what was live waits to be live again.
    pub fn interrupt(&mut self) {
        for sub in &mut self.0 {
            if sub.state == SubState::Live {
                sub.state = SubState::Waiting;
            }
        }
    }
}

/// As `/subs` shows it.
pub fn describe(target: &Target) -> String {
    match target {
        Target::Room(room) => format!("/topic/room.{room}"),
        Target::Presence(room) => format!("/topic/room.{room}.presence"),
        Target::Typing(room) => format!("/topic/room.{room}.typing"),
        Target::Rooms => "/topic/rooms".to_owned(),
        Target::Reads => "/user/queue/reads".to_owned(),
        Target::Topic(destination) => destination.clone(),
    }
}
