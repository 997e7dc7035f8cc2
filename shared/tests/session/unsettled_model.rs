//! Any sequence of deliveries, ACKs and ends, against a list that is searched from end to end.

use chat_protocol::session::AckMode::{self, Client, ClientIndividual};
use chat_protocol::session::{AckRef, SubscriptionKey, Unsettled};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Begin(AckMode),
    Register { subscription: usize, message: u8 },
    Ack(usize),
    Delivery { message: u8, subscription: usize },
    Message(u8),
    AllOf(Vec<usize>),
    End(usize),
}

#[derive(Clone)]
struct Entry {
    ack: AckRef,
    key: SubscriptionKey,
    message: u8,
    serial: usize,
    late: bool,
}

#[derive(Default)]
struct Model {
    /// Mode, and whether it has ended.
    subscriptions: Vec<(AckMode, bool)>,
    owed: Vec<Entry>,
}

/// Ids are used again and again.
fn id(index: usize) -> String {
    format!("sub{}", index % 3)
}

impl Model {
    fn settle(&mut self, index: Option<usize>) -> Option<Vec<usize>> {
        let Entry { key, serial, .. } = self.owed[index?];
        let client = self.subscriptions[key.0 as usize].0 == Client;
        let covered =
            |e: &Entry| e.key == key && (e.serial == serial || client && e.serial < serial);
        let taken = self.owed.extract_if(.., |entry| covered(entry));
        Some(taken.map(|entry| entry.serial).collect())
    }

    fn named(&self, message: u8, of: impl Fn(&Entry) -> bool) -> Option<usize> {
        let find =
            |late| self.owed.iter().position(|e| e.late == late && e.message == message && of(e));
        find(false).or_else(|| find(true))
    }
}

fn step() -> impl Strategy<Value = Step> {
    let mode = || prop_oneof![Just(Client), Just(ClientIndividual)];
    prop_oneof![
        2 => mode().prop_map(Step::Begin),
        8 => (0..8_usize, 0..4_u8)
            .prop_map(|(subscription, message)| Step::Register { subscription, message }),
        3 => (0..40_usize).prop_map(Step::Ack),
        2 => (0..4_u8, 0..3_usize)
            .prop_map(|(message, subscription)| Step::Delivery { message, subscription }),
        2 => (0..4_u8).prop_map(Step::Message),
        2 => prop::collection::vec(0..40_usize, 0..4).prop_map(Step::AllOf),
        1 => (0..8_usize).prop_map(Step::End),
    ]
}

proptest! {
    #[test]
    fn a01_a14_every_settlement_is_what_a_plain_search_finds(
        steps in prop::collection::vec(step(), 0..80)
    ) {
        let (mut unsettled, mut model) = (Unsettled::new("s"), Model::default());
        let mut acks: Vec<AckRef> = Vec::new();
        for step in steps {
            match step {
                Step::Begin(mode) => {
                    let index = model.subscriptions.len();
                    unsettled.begin(SubscriptionKey(index as u32), Some(id(index).into()), mode);
                    model.subscriptions.push((mode, false));
                }
                Step::Register { subscription, message } => {
                    let key = SubscriptionKey(subscription as u32);
                    let serial = acks.len();
                    let ack = unsettled.register(key, &message.to_string(), serial);
                    let open = model.subscriptions.get(subscription).is_some_and(|s| !s.1);
                    prop_assert_eq!(ack.is_some(), open);
                    if let Some(ack) = ack {
                        let ack = AckRef::Ack(ack.into());
                        acks.push(ack.clone());
                        model.owed.push(Entry { ack, key, message, serial, late: false });
                    }
                }
                Step::Ack(index) => {
                    let Some(ack) = acks.get(index) else { continue };
                    let expected = model.owed.iter().position(|e| e.ack == *ack);
                    let found = unsettled.settle(ack).ok().map(|s| s.deliveries);
                    prop_assert_eq!(found, model.settle(expected));
                }
                Step::Delivery { message, subscription } => {
                    let name = id(subscription);
                    let expected = model.named(message, |e| id(e.key.0 as usize) == name);
                    let late = expected.map(|index| model.owed[index].late);
                    let message_id = message.to_string().into();
                    let reference = AckRef::Delivery { message_id, subscription: name.into() };
                    let found = unsettled.settle(&reference).ok();
                    prop_assert_eq!(found.as_ref().map(|s| s.late), late);
                    prop_assert_eq!(found.map(|s| s.deliveries), model.settle(expected));
                }
                Step::Message(message) => {
                    let expected = model.named(message, |_| true);
                    let found = unsettled.settle(&AckRef::Message(message.to_string().into()));
                    prop_assert_eq!(found.ok().map(|s| s.deliveries), model.settle(expected));
                }
                Step::AllOf(indexes) => {
                    let wanted: Vec<_> = indexes.iter().filter_map(|i| acks.get(*i)).collect();
                    let before = model.owed.clone();
                    let expected: Option<Vec<_>> = wanted
                        .iter()
                        .map(|ack| {
                            let index = model.owed.iter().position(|e| e.ack == **ack);
                            model.settle(index)
                        })
                        .collect();
                    if expected.is_none() {
                        model.owed = before;
                    }
                    let found = unsettled.settle_all(wanted.iter().copied()).ok();
                    let found = found.map(|all| all.into_iter().map(|s| s.deliveries).collect());
                    prop_assert_eq!(found, expected);
                }
                Step::End(subscription) => {
                    let key = SubscriptionKey(subscription as u32);
                    let mut expected = Vec::new();
                    for entry in model.owed.iter_mut().filter(|e| e.key == key && !e.late) {
                        entry.late = true;
                        expected.push(entry.serial);
                    }
                    if let Some(held) = model.subscriptions.get_mut(subscription) {
                        held.1 = true;
                    }
                    prop_assert_eq!(unsettled.end(key), expected);
                }
            }
            for index in 0..model.subscriptions.len() {
                let key = SubscriptionKey(index as u32);
                let owed = model.owed.iter().filter(|e| e.key == key && !e.late).count();
                prop_assert_eq!(unsettled.owed(key), owed);
            }
        }
        let left = model.owed.iter().filter(|e| !e.late).map(|e| (e.key, e.serial));
        prop_assert_eq!(unsettled.drain(), left.collect::<Vec<_>>());
    }
}
