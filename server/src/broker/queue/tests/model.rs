//! Queues against the plainest model of them, for any sequence of what can happen, with a store that
//! takes its time and sometimes refuses.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const QUEUES: [&str; 3] = ["/queue/a", "/queue/b", "/queue/dlq.a"];

#[derive(Debug, Clone)]
enum Act {
    Send { queue: usize, persistent: bool, sender: u64, expires: Option<u16> },
    Read { queue: usize, mode: AckMode, prefetch: u32, conn: u64, no_local: bool },
    ReadAll { mode: AckMode, prefetch: u32 },
    Leave { conn: u64 },
    Settle { nth: usize, cumulative: bool, ok: bool },
    Decide { stored: bool },
    Wait { ms: u64 },
}

fn modes() -> impl Strategy<Value = AckMode> {
    prop_oneof![Just(AckMode::Auto), Just(AckMode::Client), Just(AckMode::ClientIndividual)]
}

fn acts() -> impl Strategy<Value = Act> {
    let queue = 0..QUEUES.len();
    prop_oneof![
        6 => (queue.clone(), any::<bool>(), 1..4u64, proptest::option::weighted(0.1, 0..5000u16))
            .prop_map(|(queue, persistent, sender, expires)| Act::Send {
                queue, persistent, sender, expires
            }),
        2 => (queue, modes(), 1..4u32, 1..4u64, any::<bool>()).prop_map(
            |(queue, mode, prefetch, conn, no_local)| Act::Read {
                queue, mode, prefetch, conn, no_local
            }
        ),
        1 => (modes(), 1..4u32).prop_map(|(mode, prefetch)| Act::ReadAll { mode, prefetch }),
        1 => (1..5u64).prop_map(|conn| Act::Leave { conn }),
        6 => (any::<usize>(), any::<bool>(), proptest::bool::weighted(0.7))
            .prop_map(|(nth, cumulative, ok)| Act::Settle { nth, cumulative, ok }),
        6 => proptest::bool::weighted(0.8).prop_map(|stored| Act::Decide { stored }),
        2 => (0..4000u64).prop_map(|ms| Act::Wait { ms }),
    ]
}

/// What is known of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Sent, and the store has not decided.
    Sending,
    Kept,
    /// Its end was said and the store has not decided: it may come again or not.
    Ending,
    Over,
}

struct Known {
    fate: Fate,
    attempts: BTreeMap<String, u32>,
    expires: Option<Instant>,
}

struct Reading {
    conn: u64,
    mode: AckMode,
    prefetch: usize,
    no_local: bool,
    owed: Vec<Delivery>,
    /// The last first delivery, by queue: they come in order.
    last: BTreeMap<String, u64>,
}

struct Model {
    world: World,
    messages: BTreeMap<u64, (Known, u64)>,
    readings: BTreeMap<ConsumerId, Reading>,
    next: u64,
}

impl Model {
    fn new() -> Self {
        let limits =
            QueueLimits { messages: 8, deliveries: 2, outbox: 600, ..QueueLimits::default() };
        let world = World { asks: true, ..World::new(limits) };
        let (messages, readings) = (BTreeMap::new(), BTreeMap::new());
        Self { world, messages, readings, next: 1 }
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Send { queue, persistent, sender, expires } => {
                self.send(QUEUES[queue], persistent, sender, expires);
            }
            Act::Read { queue, mode, prefetch, conn, no_local } => {
                let options = SubscribeOptions { no_local, ..options(mode, prefetch) };
                self.read(conn, Source::Queue(QUEUES[queue].into()), &options);
            }
            Act::ReadAll { mode, prefetch } => {
                self.read(4, Source::Pattern(pattern("/queue/>")), &options(mode, prefetch));
            }
            Act::Leave { conn } => {
                let ids: Vec<_> = self
                    .readings
                    .iter()
                    .filter(|(_, r)| r.conn == conn)
                    .map(|(id, _)| *id)
                    .collect();
                self.readings.retain(|_, reading| reading.conn != conn);
                self.world.leave(&ids);
            }
            Act::Settle { nth, cumulative, ok } => self.settle(nth, cumulative, ok),
            Act::Decide { stored } => self.decide(stored),
            Act::Wait { ms } => self.world.advance(Duration::from_millis(ms)),
        }
        self.look();
    }

    fn send(&mut self, queue: &str, persistent: bool, sender: u64, expires: Option<u16>) {
        let id = self.next;
        self.next += 1;
        let expires = expires.map(|ms| self.world.now + Duration::from_millis(ms.into()));
        let sent =
            Message { persistent, expires, sender: Some(sender), ..message(&id.to_string()) };
        let fate = if persistent { Fate::Sending } else { Fate::Kept };
        let known = Known { fate, attempts: BTreeMap::new(), expires };
        self.messages.insert(id, (known, sender));
        if self.world.try_send(queue, sent).is_err() {
            self.messages.remove(&id);
        }
    }

    fn read(&mut self, conn: u64, source: Source, options: &SubscribeOptions) {
        let id = self.world.queues.subscribe(conn, &source, options);
        let reading = Reading {
            conn,
            mode: options.ack,
            prefetch: options.prefetch.unwrap() as usize,
            no_local: options.no_local,
            owed: Vec::new(),
            last: BTreeMap::new(),
        };
        self.readings.insert(id, reading);
        let mut effects = Effects::default();
        self.world.queues.serve(id, self.world.now, &mut effects);
        self.world.run(effects);
    }

    fn settle(&mut self, nth: usize, cumulative: bool, ok: bool) {
        let owing: Vec<_> =
            self.readings.iter().filter(|(_, r)| !r.owed.is_empty()).map(|(id, _)| *id).collect();
        if owing.is_empty() {
            return;
        }
        let reading = self.readings.get_mut(&owing[nth % owing.len()]).unwrap();
        let at = (nth / 7) % reading.owed.len();
        let settled: Vec<Delivery> =
            reading.owed.drain(if cumulative { 0..=at } else { at..=at }).collect();
        let ids: Vec<u64> = settled.iter().map(id_of).collect();
        self.world.settle(&settled, ok);
        for id in ids.iter().filter(|_| ok) {
            self.messages.get_mut(id).unwrap().0.fate = Fate::Over;
        }
        let undecided: Vec<_> = self.world.pending.iter().flat_map(|c| self.about(c)).collect();
        for (id, _) in undecided.into_iter().filter(|(_, begins)| !begins) {
            self.messages.get_mut(&id).unwrap().0.fate = Fate::Ending;
        }
    }

    /// What a change would begin (`true`) or end.
    fn about(&self, change: &Change) -> Vec<(u64, bool)> {
        let about = |step: &Step| {
            let (at, begins) = match step {
                Step::Put(at) => (at, true),
                Step::Done(at, _) => (at, false),
                Step::Nacked(..) | Step::Counted { .. } => return None,
            };
            let message = self.world.queues.message_at(at).unwrap();
            Some((message.message_id.parse().unwrap(), begins))
        };
        change.steps.iter().filter_map(about).collect()
    }

    fn decide(&mut self, stored: bool) {
        let Some(change) = self.world.pending.first() else { return };
        for (id, begins) in self.about(change) {
            let known = &mut self.messages.get_mut(&id).unwrap().0;
            known.fate = if begins == stored { Fate::Kept } else { Fate::Over };
        }
        self.world.decide(if stored { Outcome::Stored } else { Outcome::Refused });
    }

    /// Holds everything delivered since the last look against what may be.
    fn look(&mut self) {
        for delivery in self.world.taken() {
            let id = id_of(&delivery);
            let (known, sender) = self.messages.get_mut(&id).unwrap();
            assert_eq!(known.fate, Fate::Kept, "message {id} was delivered as {:?}", known.fate);
            let queue = delivery.tag.queue.to_string();
            let before = known.attempts.insert(queue.clone(), delivery.tag.attempt);
            assert!(before.unwrap_or(0) < delivery.tag.attempt, "message {id} was not counted");
            let Some(reading) = self.readings.get_mut(&delivery.consumer) else {
                panic!("message {id} was delivered to one that has gone");
            };
            assert!(!reading.no_local || reading.conn != *sender, "message {id} is its own");
            if delivery.tag.attempt == 1 {
                let last = reading.last.insert(queue, delivery.tag.place);
                assert!(last < Some(delivery.tag.place), "message {id} is out of order");
            }
            if reading.mode == AckMode::Auto {
                known.fate = Fate::Over;
            } else {
                reading.owed.push(delivery);
                assert!(reading.owed.len() <= reading.prefetch, "more than the window");
            }
        }
    }

    /// In the end everything that was kept comes to somebody who takes all.
    fn end(&mut self) {
        while !self.world.pending.is_empty() {
            self.decide(true);
            self.look();
        }
        let ids: Vec<_> = self.readings.keys().copied().collect();
        self.readings.clear();
        self.world.leave(&ids);
        self.world.asks = false;
        self.world.advance(Duration::from_secs(60));
        let now = self.world.now;
        let kept =
            |known: &Known| known.fate == Fate::Kept && known.expires.is_none_or(|at| at > now);
        let expected: BTreeSet<u64> =
            self.messages.iter().filter(|(_, (k, _))| kept(k)).map(|(id, _)| *id).collect();
        for queue in QUEUES.into_iter().chain(["/queue/dlq.b"]) {
            self.read(9, Source::Queue(queue.into()), &options(AckMode::Auto, 1000));
        }
        let got: BTreeSet<u64> = self.world.delivered.iter().map(id_of).collect();
        assert_eq!(got, expected, "lost or too many");
        self.look();
        assert_eq!(self.world.queues.bytes(), 0);
        assert_eq!(self.world.queues.poll_timeout(), None);
        let ids: Vec<_> = self.readings.keys().copied().collect();
        self.world.leave(&ids);
        assert!(self.world.queues.is_empty());
    }
}

fn id_of(delivery: &Delivery) -> u64 {
    delivery.message.message_id.parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Nothing is lost, nothing comes after its ACK was confirmed, order and windows are kept. A
    /// failure prints the shortest sequence and the seed it came from.
    #[test]
    fn queues_do_what_the_model_does(acts in proptest::collection::vec(acts(), 1..120)) {
        let mut model = Model::new();
        for act in &acts {
            model.act(act);
        }
        model.end();
    }
}
