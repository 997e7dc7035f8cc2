//! ACK, NACK and what becomes of messages that nobody can use.

use super::*;

fn after(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

#[test]
fn a_refused_message_comes_again_later_and_later() {
    let mut world = World::new(QueueLimits { deliveries: 100, ..QueueLimits::default() });
    world.reader(AckMode::ClientIndividual, 5);
    world.send(JOBS, "a");
    for (attempt, delay) in
        [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 16.0), (7, 30.0), (8, 30.0)]
    {
        let taken = world.taken();
        assert_eq!(taken.iter().map(|d| d.tag.attempt).collect::<Vec<_>>(), [attempt]);
        world.settle(&taken, false);
        assert_eq!(world.queues.poll_timeout(), Some(world.now + after(delay)));
        world.advance(after(delay - 0.001));
        assert_eq!(world.got(), []);
        world.advance(after(0.001));
    }
}

#[test]
fn the_others_do_not_wait_for_a_refused_one() {
    let mut world = World::new(QueueLimits::default());
    world.reader(AckMode::ClientIndividual, 1);
    world.send(JOBS, "bad");
    world.send(JOBS, "good");
    world.send(JOBS, "later");
    let bad = world.taken();
    world.settle(&bad, false);
    let good = world.taken();
    assert_eq!(&*good[0].message.message_id, "good");
    world.advance(after(0.5));
    world.settle(&good, true);
    assert_eq!(world.attempts(), [("bad".into(), 2)], "it goes on at its own place");
}

#[test]
fn after_the_last_try_it_is_a_dead_letter() {
    let mut world = World::new(QueueLimits { deliveries: 2, ..QueueLimits::default() });
    let reader = world.reader(AckMode::ClientIndividual, 1);
    world.send(JOBS, "a");
    for _ in 0..2 {
        let taken = world.taken();
        assert_eq!(taken.len(), 1);
        world.settle(&taken, false);
        world.advance(after(60.0));
    }
    assert_eq!(world.got(), []);
    assert_eq!(world.queues.len(JOBS), Some(0));
    let undertaker = world
        .subscribe(Source::Queue("/queue/dlq.jobs".into()), options(AckMode::ClientIndividual, 1));
    let dead = world.taken();
    assert_eq!((dead[0].consumer, dead[0].tag.attempt), (undertaker, 1));
    // There is nothing behind it: it stays, however often it is refused.
    for attempt in 2..6 {
        let taken = if attempt == 2 { dead.clone() } else { world.taken() };
        world.settle(&taken, false);
        world.advance(after(60.0));
    }
    assert_eq!(world.attempts(), [("a".into(), 5)]);
    world.leave(&[reader, undertaker]);
}

#[test]
fn a_full_queue_of_dead_letters_loses_nothing() {
    let mut world =
        World::new(QueueLimits { deliveries: 1, messages: 1, ..QueueLimits::default() });
    world.send("/queue/dlq.jobs", "dead");
    world.reader(AckMode::ClientIndividual, 1);
    world.send(JOBS, "a");
    let taken = world.taken();
    world.settle(&taken, false);
    assert_eq!((world.queues.len(JOBS), world.queues.len("/queue/dlq.jobs")), (Some(1), Some(1)));
    world.subscribe(Source::Queue("/queue/dlq.jobs".into()), options(AckMode::Auto, 1));
    world.taken();
    world.advance(after(60.0));
    let taken = world.taken();
    world.settle(&taken, false);
    assert_eq!(world.queues.len(JOBS), Some(0));
    assert_eq!(world.attempts(), [("a".into(), 1)]);
}

#[test]
fn a_late_ack_settles_what_nobody_else_has_got() {
    let mut world = World::new(QueueLimits::default());
    let reader = world.reader(AckMode::Client, 5);
    world.send(JOBS, "a");
    world.send(JOBS, "b");
    let taken = world.taken();
    world.leave(&[reader]);
    world.settle(&taken[..1], true);
    let other = world.reader(AckMode::Client, 5);
    assert_eq!(world.got(), [(other, "b".into())]);
    world.settle(&taken, true);
    world.settle(&taken, false);
    assert_eq!(world.queues.len(JOBS), Some(1), "the other one's is the other one's");
    world.leave(&[other]);
    world.settle(&taken[1..], true);
    assert_eq!(world.queues.len(JOBS), Some(1), "an older delivery's ACK says nothing");
}

#[test]
fn an_expired_message_is_not_delivered() {
    let mut world = World::new(QueueLimits::default());
    let soon = Some(world.now + after(1.0));
    for id in ["a", "b"] {
        world.try_send(JOBS, Message { expires: soon, ..message(id) }).unwrap();
    }
    world.send(JOBS, "stays");
    let reader = world.reader(AckMode::Client, 1);
    assert_eq!(world.attempts(), [("a".into(), 1)]);
    assert_eq!(world.queues.poll_timeout(), soon);
    world.advance(after(1.0));
    assert_eq!(world.queues.len(JOBS), Some(2), "a consumer keeps what it has");
    world.leave(&[reader]);
    world.reader(AckMode::Client, 5);
    assert_eq!(world.attempts(), [("stays".into(), 1)]);
    world.try_send(JOBS, Message { expires: soon, ..message("late") }).unwrap();
    assert_eq!(world.got(), []);
    assert_eq!((world.queues.len(JOBS), world.queues.poll_timeout()), (Some(1), None));
}

#[test]
fn the_header_expires_is_a_time_of_the_calendar() {
    let now = Instant::now();
    assert_eq!(expiry(None, now, 1_000), Ok(None));
    assert_eq!(expiry(Some("0"), now, 1_000), Ok(None), "never");
    assert_eq!(expiry(Some("1500"), now, 1_000), Ok(Some(now + after(0.5))));
    assert_eq!(expiry(Some("1"), now, 1_000), Ok(Some(now)), "over already");
    assert!(expiry(Some("soon"), now, 1_000).is_err());
    assert!(expiry(Some(&u64::MAX.to_string()), now, 1_000).is_ok());
}
