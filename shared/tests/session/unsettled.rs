//! What an ACK covers: rows A01, A02, A06–A09, A11, A13, A14, A16, T08, T09.

use chat_protocol::session::AckMode::{self, Auto, Client, ClientIndividual};
use chat_protocol::session::{AckRef, Settled, SubscriptionKey, UnknownAck, Unsettled};

const ONE: SubscriptionKey = SubscriptionKey(1);
const TWO: SubscriptionKey = SubscriptionKey(2);

/// With subscriptions `one` and `two`, and five messages each, in turns.
struct Owing {
    unsettled: Unsettled<String>,
    acks: Vec<AckRef>,
}

impl Owing {
    fn new(one: AckMode, two: AckMode) -> Self {
        let mut unsettled = Unsettled::new("s1");
        unsettled.begin(ONE, Some("one".into()), one);
        unsettled.begin(TWO, Some("two".into()), two);
        let mut acks = Vec::new();
        for n in 0..5 {
            for key in [ONE, TWO] {
                let ack = unsettled.register(key, &format!("m{n}"), format!("{}.{n}", key.0));
                acks.extend(ack.map(|ack| AckRef::Ack(ack.into())));
            }
        }
        Self { unsettled, acks }
    }

    /// Settles the `n`th of subscription one (even) or two (odd).
    fn ack(&mut self, index: usize) -> Result<Vec<String>, UnknownAck> {
        self.unsettled.settle(&self.acks[index].clone()).map(|settled| settled.deliveries)
    }
}

fn delivery(message_id: &str, subscription: &str) -> AckRef {
    AckRef::Delivery { message_id: message_id.into(), subscription: subscription.into() }
}

fn settled(subscription: SubscriptionKey, deliveries: &[&str], late: bool) -> Settled<String> {
    let deliveries = deliveries.iter().map(|d| (*d).to_owned()).collect();
    Settled { subscription, deliveries, late }
}

#[test]
fn a01_a06_a11_client_covers_all_before_it_in_its_own_subscription() {
    let mut owing = Owing::new(Client, Client);
    assert_eq!(owing.ack(4).unwrap(), ["1.0", "1.1", "1.2"]);
    assert_eq!(owing.ack(1).unwrap(), ["2.0"]);
    assert_eq!(owing.ack(8).unwrap(), ["1.3", "1.4"]);
    assert_eq!((owing.unsettled.owed(ONE), owing.unsettled.owed(TWO)), (0, 4));
}

#[test]
fn a02_client_individual_covers_one() {
    let mut owing = Owing::new(ClientIndividual, Client);
    assert_eq!(owing.ack(4).unwrap(), ["1.2"]);
    assert_eq!(owing.ack(0).unwrap(), ["1.0"]);
    assert_eq!(owing.unsettled.owed(ONE), 3);
}

#[test]
fn a07_what_is_unknown_foreign_or_settled_before_is_an_error_and_changes_nothing() {
    let mut owing = Owing::new(Client, ClientIndividual);
    owing.ack(4).unwrap();
    for index in [4, 2, 0] {
        assert_eq!(owing.ack(index), Err(UnknownAck), "settled before");
    }
    for id in ["", "1", "s1", "s1-", "s1-0", "s1-11", "s1-+7", "s1-007", "s2-7", "s1-7 ", "s1:7"] {
        assert_eq!(owing.unsettled.settle(&AckRef::Ack(id.into())), Err(UnknownAck), "{id}");
    }
    assert_eq!(owing.unsettled.settle(&AckRef::Message("m9".into())), Err(UnknownAck));
    assert_eq!((owing.unsettled.owed(ONE), owing.unsettled.owed(TWO)), (2, 5));
    assert_eq!(UnknownAck::CODE.as_str(), "unknown-ack");
}

#[test]
fn a08_an_auto_subscription_owes_nothing() {
    let mut owing = Owing::new(Auto, Client);
    assert_eq!(owing.acks.len(), 5, "of the other");
    assert_eq!(owing.unsettled.owed(ONE), 0);
    assert_eq!(owing.unsettled.settle(&delivery("m0", "one")), Err(UnknownAck));
    assert_eq!(owing.unsettled.register(ONE, "m", String::new()), None);
    assert_eq!(owing.unsettled.register(SubscriptionKey(9), "m", String::new()), None);
}

#[test]
fn a04_in_1_1_only_the_named_subscriptions_own_message_is_meant() {
    let mut owing = Owing::new(ClientIndividual, ClientIndividual);
    let settled = owing.unsettled.settle(&delivery("m3", "two")).unwrap();
    assert_eq!((settled.subscription, &settled.deliveries[..]), (TWO, &["2.3".to_owned()][..]));
    assert_eq!(owing.unsettled.settle(&delivery("m3", "two")), Err(UnknownAck));
    assert_eq!(owing.unsettled.settle(&delivery("m3", "three")), Err(UnknownAck));
    assert_eq!(owing.unsettled.settle(&delivery("m3", "one")).unwrap().subscription, ONE);
}

#[test]
fn a05_in_1_0_the_oldest_of_that_message_is_meant() {
    let mut owing = Owing::new(ClientIndividual, ClientIndividual);
    let reference = AckRef::Message("m3".into());
    assert_eq!(owing.unsettled.settle(&reference).unwrap().deliveries, ["1.3"]);
    assert_eq!(owing.unsettled.settle(&reference).unwrap().deliveries, ["2.3"]);
    assert_eq!(owing.unsettled.settle(&reference), Err(UnknownAck));
}

#[test]
fn a09_what_is_owed_comes_back_in_order() {
    let mut owing = Owing::new(ClientIndividual, Client);
    owing.ack(4).unwrap();
    assert_eq!(owing.unsettled.end(ONE), ["1.0", "1.1", "1.3", "1.4"]);
    assert_eq!(owing.unsettled.end(ONE), [""; 0], "once");
    assert_eq!(owing.unsettled.register(ONE, "m9", String::new()), None);
    let mut owing = Owing::new(ClientIndividual, Client);
    owing.ack(4).unwrap();
    let drained: Vec<_> = owing.unsettled.drain().into_iter().map(|(_, what)| what).collect();
    assert_eq!(drained, ["1.0", "2.0", "1.1", "2.1", "2.2", "1.3", "2.3", "1.4", "2.4"]);
    assert_eq!(owing.unsettled.drain(), []);
}

#[test]
fn a13_an_ack_after_unsubscribe_still_settles_and_says_that_it_is_late() {
    let mut owing = Owing::new(Client, ClientIndividual);
    owing.unsettled.end(ONE);
    assert_eq!(owing.unsettled.owed(ONE), 0);
    let reference = delivery("m1", "one");
    assert_eq!(owing.unsettled.settle(&reference), Ok(settled(ONE, &["1.0", "1.1"], true)));
    assert_eq!(owing.unsettled.settle(&reference), Err(UnknownAck));
    assert_eq!(owing.ack(8).unwrap(), ["1.2", "1.3", "1.4"]);
    let left = owing.unsettled.drain();
    assert!(
        left.iter().all(|(key, _)| *key == TWO),
        "what was given back is not drained: {left:?}"
    );
}

#[test]
fn a14_a_reused_id_leaves_the_mode_of_older_deliveries_alone() {
    let mut owing = Owing::new(Client, ClientIndividual);
    owing.unsettled.end(ONE);
    let key = SubscriptionKey(3);
    owing.unsettled.begin(key, Some("one".into()), ClientIndividual);
    owing.unsettled.register(key, "m1", "again".to_owned());
    let reference = delivery("m1", "one");
    assert_eq!(owing.unsettled.settle(&reference), Ok(settled(key, &["again"], false)));
    assert_eq!(owing.unsettled.settle(&reference), Ok(settled(ONE, &["1.0", "1.1"], true)));
}

#[test]
fn a13_late_acks_are_remembered_only_so_far() {
    let mut unsettled = Unsettled::new("s1");
    let mut acks = Vec::new();
    for n in 0..1030_u32 {
        let key = SubscriptionKey(n);
        unsettled.begin(key, None, Client);
        acks.push(AckRef::Ack(unsettled.register(key, "m", n).unwrap().into()));
        assert_eq!(unsettled.end(key), [n]);
    }
    for (n, ack) in acks.iter().enumerate() {
        assert_eq!(unsettled.settle(ack).is_ok(), n >= 6, "{n}");
    }
}

#[test]
fn t08_t09_a_transaction_settles_all_or_nothing() {
    let mut owing = Owing::new(Client, ClientIndividual);
    let acks = owing.acks.clone();
    let before = format!("{:?}", owing.unsettled);
    for bad in [[&acks[4], &acks[3], &acks[2]], [&acks[3], &acks[4], &acks[3]]] {
        assert_eq!(owing.unsettled.settle_all(bad), Err(UnknownAck));
        assert_eq!((owing.unsettled.owed(ONE), owing.unsettled.owed(TWO)), (5, 5));
    }
    let all = owing.unsettled.settle_all([&acks[0], &acks[3], &acks[4]]).unwrap();
    assert_eq!(
        all,
        [
            settled(ONE, &["1.0"], false),
            settled(TWO, &["2.1"], false),
            settled(ONE, &["1.1", "1.2"], false)
        ]
    );
    assert_ne!(format!("{:?}", owing.unsettled), before);
}

#[test]
fn a16_what_is_owed_shrinks_with_every_ack() {
    let mut unsettled = Unsettled::new("s1");
    unsettled.begin(ONE, None, ClientIndividual);
    for n in 0..100 {
        let ack = unsettled.register(ONE, "m", n).unwrap();
        assert_eq!(unsettled.owed(ONE), 1);
        assert_eq!(unsettled.settle(&AckRef::Ack(ack.into())).unwrap().deliveries, [n]);
        assert_eq!(unsettled.owed(ONE), 0);
    }
}
