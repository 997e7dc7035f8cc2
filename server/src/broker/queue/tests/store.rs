//! What waits for the store, and what is written there.

use super::*;
use crate::log::QueueOp;

fn persistent(id: &str) -> Message {
    Message { persistent: true, ..message(id) }
}

fn world() -> World {
    World { asks: true, ..World::new(QueueLimits::default()) }
}

#[test]
fn a_persistent_message_is_stored_before_it_is_delivered() {
    let mut world = world();
    world.reader(AckMode::Auto, 5);
    world.try_send(JOBS, persistent("a")).unwrap();
    world.send(JOBS, "b");
    assert_eq!(world.got(), [], "what was sent later does not overtake it");
    assert!(matches!(&world.pending[0].ops[..], [QueueOp::Put(stored)] if stored.place == 1));
    world.decide(Outcome::Stored);
    assert_eq!(world.attempts(), [("a".into(), 1), ("b".into(), 1)]);
    let [removal] = &world.pending[..] else { panic!("{:?}", world.pending) };
    assert_eq!(removal.ops, [QueueOp::Remove { row: 1 }]);
}

#[test]
fn what_the_store_refuses_is_gone() {
    let mut world = world();
    world.reader(AckMode::Auto, 5);
    world.try_send(JOBS, persistent("a")).unwrap();
    world.send(JOBS, "b");
    world.decide(Outcome::Refused);
    assert_eq!(world.attempts(), [("b".into(), 1)]);
    assert_eq!(world.queues.bytes(), 0);
}

#[test]
fn a_delivery_is_counted_before_it_leaves_and_nothing_overtakes_it() {
    let mut world = world();
    world.try_send(JOBS, persistent("a")).unwrap();
    world.decide(Outcome::Stored);
    world.send(JOBS, "b");
    world.reader(AckMode::Client, 5);
    assert_eq!(world.got(), []);
    assert_eq!(world.pending[0].ops, [QueueOp::Count { row: 1, deliveries: 1 }]);
    world.decide(Outcome::Stored);
    assert_eq!(world.attempts(), [("a".into(), 1), ("b".into(), 1)]);
}

#[test]
fn a_store_that_cannot_count_stops_no_reader() {
    let mut world = world();
    world.try_send(JOBS, persistent("a")).unwrap();
    world.decide(Outcome::Stored);
    world.reader(AckMode::Client, 5);
    world.decide(Outcome::Refused);
    assert_eq!(world.attempts(), [("a".into(), 1)]);
}

#[test]
fn a_consumer_that_goes_while_it_is_counted_gets_nothing() {
    let mut world = world();
    world.try_send(JOBS, persistent("a")).unwrap();
    world.decide(Outcome::Stored);
    let reader = world.reader(AckMode::Client, 5);
    world.leave(&[reader]);
    world.decide(Outcome::Stored);
    assert_eq!(world.got(), []);
    world.reader(AckMode::Auto, 5);
    assert_eq!(world.attempts(), [("a".into(), 2)]);
}

#[test]
fn an_ack_the_store_refuses_brings_the_message_back() {
    let mut world = world();
    world.try_send(JOBS, persistent("a")).unwrap();
    world.decide(Outcome::Stored);
    world.reader(AckMode::Client, 1);
    world.decide(Outcome::Stored);
    let taken = world.taken();
    world.settle(&taken, true);
    assert_eq!(world.pending[0].ops, [QueueOp::Remove { row: 1 }]);
    world.decide(Outcome::Refused);
    world.decide(Outcome::Stored);
    let taken = world.taken();
    assert_eq!(taken[0].tag.attempt, 2);
    world.settle(&taken, true);
    world.decide(Outcome::Stored);
    assert_eq!((world.queues.len(JOBS), world.pending.len()), (Some(0), 0));
}

#[test]
fn an_ack_in_flight_survives_its_consumer() {
    let mut world = world();
    world.try_send(JOBS, persistent("a")).unwrap();
    world.decide(Outcome::Stored);
    let reader = world.reader(AckMode::Client, 1);
    world.decide(Outcome::Stored);
    let taken = world.taken();
    world.settle(&taken, true);
    world.leave(&[reader]);
    world.reader(AckMode::Auto, 1);
    world.decide(Outcome::Stored);
    assert_eq!(world.got(), []);
    assert_eq!(world.queues.len(JOBS), Some(0));
}

#[test]
fn a_dead_letter_keeps_its_row_and_gets_a_place_at_the_end() {
    let mut world = World::new(QueueLimits { deliveries: 1, ..QueueLimits::default() });
    world.try_send(JOBS, persistent("a")).unwrap();
    world.reader(AckMode::Client, 1);
    let taken = world.taken();
    world.asks = true;
    world.settle(&taken, false);
    let queue = "/queue/dlq.jobs".into();
    assert_eq!(world.pending[0].ops, [QueueOp::Move { row: 1, queue, place: 2 }]);
}

#[test]
fn a_queue_comes_back_with_its_order_and_its_counts() {
    let mut world = World::new(QueueLimits::default());
    let mut stored = Vec::new();
    world.asks = true;
    for id in ["a", "b", "c"] {
        world.try_send(JOBS, persistent(id)).unwrap();
        let ops = world.pending.pop().unwrap().ops;
        stored.extend(ops.into_iter().map(|op| match op {
            QueueOp::Put(stored) => stored,
            other => panic!("{other:?}"),
        }));
    }
    let mut again = World::new(QueueLimits::default());
    stored[1].deliveries = 3;
    stored.rotate_left(1);
    for stored in &stored {
        again.queues.restore(stored, persistent(&stored.message_id));
    }
    again.reader(AckMode::Client, 5);
    let expected = [("a", 1), ("b", 4), ("c", 1)].map(|(id, n)| (id.to_owned(), n));
    assert_eq!(again.attempts(), expected);
    again.asks = true;
    again.try_send(JOBS, persistent("d")).unwrap();
    let last = again.pending.last().unwrap();
    assert!(
        matches!(&last.ops[..], [QueueOp::Put(stored)] if stored.row == 4),
        "no row is given twice: {last:?}"
    );
}

#[test]
fn a_kept_queue_stores_everything_and_one_in_memory_nothing() {
    let mut world = world();
    world.queues.create("kept".into(), Keep::Stored, None);
    world.queues.create("memory".into(), Keep::InMemory, None);
    world.send("kept", "a");
    world.try_send("memory", persistent("b")).unwrap();
    assert_eq!(world.pending.len(), 1);
    world.decide(Outcome::Stored);
    assert_eq!(world.queues.delete(&"kept".into()), [QueueOp::Remove { row: 1 }]);
    assert_eq!(world.queues.delete(&"memory".into()), []);
    assert!(world.queues.is_empty());
    assert_eq!(world.queues.bytes(), 0);
}
