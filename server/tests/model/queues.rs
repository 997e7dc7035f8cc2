//! The model of queues. Which of several consumers gets a message is the server's choice: what comes
//! is taken as that, and checked to be a choice it may make.

use crate::peer::Frame;
use crate::world::{Mode, Sent, Subscription, Version, World};

/// A message in a queue.
#[derive(Debug, Clone)]
pub struct Queued {
    pub place: u64,
    pub sent: Sent,
    /// The connection that sent it, by its number of all there were.
    pub sender: u64,
    pub deliveries: u32,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Ready,
    /// By the subscription of this number.
    Taken(u64),
    /// It was refused, and does not come again for long.
    Delayed,
}

/// What one connection was given to acknowledge.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The subscription, which may have ended.
    pub by: u64,
    pub key: String,
    pub cumulative: bool,
    pub queue: String,
    pub place: u64,
    pub deliveries: u32,
    pub message_id: String,
    pub ack: Option<String>,
}

/// Which delivery an ACK or NACK is about.
#[derive(Debug, Clone)]
pub struct Reference {
    pub key: String,
    pub message_id: String,
    pub ack: String,
}

impl World {
    pub fn enqueue(&mut self, by: usize, queue: String, sent: Sent) {
        self.places += 1;
        let queued = Queued {
            place: self.places,
            sender: self.conns[by].born,
            deliveries: 0,
            state: State::Ready,
            sent,
        };
        self.queues.entry(queue).or_default().push(queued);
    }

    /// What an ACK covers; the deliveries are settled as far as this connection can tell.
    pub fn settle(&mut self, by: usize, what: &Reference) -> Option<Vec<Delivery>> {
        let conn = &mut self.conns[by];
        let named = |given: &Delivery| match conn.version {
            Version::V0 => given.message_id == what.message_id,
            Version::V1 => given.message_id == what.message_id && given.key == what.key,
            Version::V2 => given.ack.as_ref() == Some(&what.ack),
        };
        let runs = |given: &Delivery| conn.subscriptions.iter().any(|held| held.number == given.by);
        let running = conn.given.iter().position(|given| named(given) && runs(given));
        let at = running.or_else(|| conn.given.iter().position(named))?;
        let meant = conn.given[at].clone();
        let mut covered = Vec::new();
        let mut number = 0;
        conn.given.retain(|given| {
            let same = number == at || meant.cumulative && number < at && given.by == meant.by;
            number += 1;
            if same {
                covered.push(given.clone());
            }
            !same
        });
        Some(covered)
    }

    /// What settling comes to in the queue, unless somebody else has the message by now.
    pub fn settled(&mut self, given: &Delivery, ok: bool) {
        let Some(queue) = self.queues.get_mut(&given.queue) else { return };
        let Some(at) = queue.iter().position(|queued| queued.place == given.place) else { return };
        let queued = &mut queue[at];
        let same = queued.deliveries == given.deliveries;
        match queued.state {
            State::Taken(by) if by != given.by => {}
            _ if !same => {}
            _ if ok => drop(queue.remove(at)),
            State::Taken(_) => queued.state = State::Delayed,
            State::Ready | State::Delayed => {}
        }
    }

    /// A subscription has ended: what it had not settled is there for others, or gone with it.
    pub fn give_back(&mut self, ended: &Subscription) {
        if let Some(own) = ended.own_queue() {
            self.queues.remove(&own);
        }
        for queued in self.queues.values_mut().flatten() {
            if queued.state == State::Taken(ended.number) {
                queued.state = State::Ready;
            }
        }
    }

    /// The server has given a message of a queue to a subscription; panics when it may not.
    pub fn delivered(&mut self, by: usize, key: &str, frame: &Frame) -> Sent {
        let conn = &self.conns[by];
        let held = conn.subscriptions.iter().find(|held| held.key() == key);
        let held = held.unwrap_or_else(|| panic!("{by} has no subscription for {frame:?}")).clone();
        let name = &held.own_queue().unwrap_or_else(|| frame.need("destination").to_owned());
        assert!(held.reads(name), "{held:?} does not read {name}");
        let (born, taken) = (conn.born, self.taken(held.number));
        let queue = self.queues.get_mut(name).unwrap_or_else(|| panic!("nothing is in {name}"));
        let serial: u64 = frame.need("serial").parse().unwrap();
        let at = queue.iter().position(|queued| queued.sent.serial == serial);
        let at = at.unwrap_or_else(|| panic!("{serial} is not in {name} any more"));
        let queued = &mut queue[at];
        assert_eq!(queued.state, State::Ready, "{queued:?}");
        assert!(
            held.wants(&queued.sent) && !(held.no_local && queued.sender == born),
            "{queued:?}"
        );
        let count = frame.get("delivery-count").map_or(1, |count| count.parse().unwrap());
        queued.deliveries += 1;
        assert_eq!(count, queued.deliveries, "{queued:?}: {frame:?}");
        assert_eq!(frame.get("redelivered"), (count > 1).then_some("true"), "{frame:?}");
        assert!(held.prefetch.is_none_or(|most| held.mode == Mode::Auto || taken < most));
        let (sent, place) = (queued.sent.clone(), queued.place);
        let ack = frame.get("ack").map(str::to_owned);
        if held.mode == Mode::Auto {
            assert_eq!(ack, None, "{frame:?}");
            queue.remove(at);
        } else {
            let conn = &mut self.conns[by];
            assert_eq!(ack.is_some(), conn.version == Version::V2, "{frame:?}");
            queued.state = State::Taken(held.number);
            conn.given.push(Delivery {
                by: held.number,
                key: key.to_owned(),
                cumulative: held.mode == Mode::Client,
                queue: name.to_owned(),
                place,
                deliveries: count,
                message_id: frame.need("message-id").to_owned(),
                ack,
            });
        }
        if count == 1 {
            let held = self.conns[by].subscriptions.iter_mut().find(|held| held.key() == key);
            let newest = held.unwrap().newest.entry(name.to_owned()).or_default();
            assert!(*newest < place, "{frame:?} is out of order");
            *newest = place;
        }
        sent
    }

    fn taken(&self, subscription: u64) -> usize {
        let all = self.queues.values().flatten();
        all.filter(|queued| queued.state == State::Taken(subscription)).count()
    }

    /// A message that somebody could have, and nobody has.
    pub fn rests(&self) -> Option<String> {
        for (name, queued) in self.queues.iter().flat_map(|(n, q)| q.iter().map(move |m| (n, m))) {
            if queued.state != State::Ready {
                continue;
            }
            for conn in &self.conns {
                for held in &conn.subscriptions {
                    let room = held.mode == Mode::Auto
                        || held.prefetch.is_none_or(|most| self.taken(held.number) < most);
                    let local = held.no_local && queued.sender == conn.born;
                    if held.reads(name) && held.wants(&queued.sent) && room && !local {
                        return Some(format!("{queued:?} though there is {held:?}"));
                    }
                }
            }
        }
        None
    }
}
