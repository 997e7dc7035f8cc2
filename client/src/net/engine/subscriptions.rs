//! What is to be subscribed, and how far each subscription has been read. Decides from where to go
//! on after a reconnect, and drops what comes twice.

use crate::net::{Start, Target};
use chat_protocol::chat::{Destination, MessageId, Sync, header};
use std::collections::VecDeque;

/// Ids remembered per room to tell a live message that comes twice.
const RECENT: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not asked for on this connection.
    Wanted,
    /// SUBSCRIBE is out; the replay, if any, has not ended.
    Asked,
    Live,
}

/// What is to be done with a message of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Deliver,
    /// It came before.
    Drop,
    /// Something before it is missing: subscribe again after what is known.
    Hole,
}

#[derive(Debug)]
pub struct Subscription {
    pub target: Target,
    pub destination: Destination,
    pub unseen: bool,
    /// On the wire; a new one for each SUBSCRIBE.
    pub id: String,
    pub state: State,
    start: Start,
    /// Where the next SUBSCRIBE goes on.
    resume: Option<MessageId>,
    /// The newest message, as long as nothing unknown lies after it.
    newest: Option<MessageId>,
    recent: VecDeque<MessageId>,
}

impl Subscription {
    /// Headers of the next SUBSCRIBE.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        if !matches!(self.target, Target::Room(_)) {
            return Vec::new();
        }
        let mut headers = vec![match (&self.resume, &self.start) {
            (Some(id), _) | (None, Start::After(id)) => (header::AFTER, id.as_str().to_owned()),
            (None, Start::Last(n)) => (header::LAST, n.to_string()),
        }];
        if self.unseen {
            headers.push((header::PRESENCE, "false".to_owned()));
        }
        headers
    }

    pub fn message(&mut self, id: &MessageId, prev: Option<&MessageId>) -> Verdict {
        if self.state == State::Live {
            if self.recent.contains(id) {
                return Verdict::Drop;
            }
            if let (Some(newest), Some(prev)) = (&self.newest, prev)
                && newest != prev
            {
                return Verdict::Hole;
            }
            self.resume = Some(id.clone());
        } else if self.continues(prev) {
            // A page that does not continue may be a reset, which only its sync tells; cut before
            // that, the next SUBSCRIBE must ask the same again, or the gap would stay untold.
            self.resume = Some(id.clone());
        }
        self.newest = Some(id.clone());
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(id.clone());
        Verdict::Deliver
    }

    fn continues(&self, prev: Option<&MessageId>) -> bool {
        match (&self.resume, &self.start) {
            (Some(at), _) | (None, Start::After(at)) => prev == Some(at),
            (None, Start::Last(_)) => true,
        }
    }

    pub fn sync(&mut self, sync: &Sync) {
        self.state = State::Live;
        if !sync.recovered && self.newest == self.resume {
            self.newest = None; // an empty page: what was known is gone
        }
        if let Some(at) = sync.position.clone().or_else(|| self.newest.clone()) {
            self.resume = Some(at);
        }
    }
}

#[derive(Debug, Default)]
pub struct Subscriptions {
    list: Vec<Subscription>,
    next_id: u64,
}

impl Subscriptions {
    /// `None` when it is there already.
    pub fn add(
        &mut self,
        target: Target,
        destination: Destination,
        start: Start,
        unseen: bool,
    ) -> Option<&mut Subscription> {
        if self.list.iter().any(|s| s.target == target) {
            return None;
        }
        self.list.push(Subscription {
            target,
            destination,
            unseen,
            id: String::new(),
            state: State::Wanted,
            start,
            resume: None,
            newest: None,
            recent: VecDeque::new(),
        });
        self.list.last_mut()
    }

    pub fn remove(&mut self, target: &Target) -> Option<Subscription> {
        let at = self.list.iter().position(|s| s.target == *target)?;
        Some(self.list.remove(at))
    }

    pub fn remove_id(&mut self, id: &str) -> Option<Subscription> {
        let at = self.list.iter().position(|s| s.id == id)?;
        Some(self.list.remove(at))
    }

    pub fn by_id(&mut self, id: &str) -> Option<&mut Subscription> {
        self.list.iter_mut().find(|s| s.id == id && s.state != State::Wanted)
    }

    /// The next one that is wanted and not asked for, with a fresh id.
    pub fn next_wanted(&mut self) -> Option<&Subscription> {
        let wanted = self.list.iter_mut().find(|s| s.state == State::Wanted)?;
        wanted.id = format!("s{}", self.next_id);
        self.next_id += 1;
        wanted.state = State::Asked;
        Some(wanted)
    }

    /// The link is down: everything has to be asked for again.
    pub fn rewind(&mut self) {
        for subscription in &mut self.list {
            subscription.state = State::Wanted;
        }
    }
}
