//! Bounds: what does not fit is refused whole.

use super::*;

#[test]
fn a_queue_is_bounded_in_messages() {
    let mut world = World::new(QueueLimits { messages: 2, ..QueueLimits::default() });
    world.send(JOBS, "a");
    world.send(JOBS, "b");
    assert_eq!(world.try_send(JOBS, message("c")), Err(Full::Queue));
    world.send("/queue/other", "c");
    world.reader(AckMode::Auto, 1);
    world.send(JOBS, "d");
    let ids: Vec<_> = world.got().into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, ["a", "b", "d"]);
}

#[test]
fn a_queue_is_bounded_in_bytes() {
    let mut world = World::new(QueueLimits { bytes: 2000, ..QueueLimits::default() });
    let large = |id| Message { body: vec![0; 5000].into(), ..message(id) };
    world.try_send(JOBS, large("a")).unwrap();
    assert_eq!(world.try_send(JOBS, message("b")), Err(Full::Queue));
    let reader = world.reader(AckMode::Client, 5);
    assert_eq!(world.try_send(JOBS, message("b")), Err(Full::Queue), "unsettled counts too");
    let taken = world.taken();
    world.settle(&taken, true);
    world.send(JOBS, "b");
    assert_eq!(world.got(), [(reader, "b".into())]);
}

#[test]
fn all_queues_together_are_bounded() {
    let mut world =
        World::new(QueueLimits { total_bytes: 600, queues: 3, ..QueueLimits::default() });
    world.send("/queue/a", "1");
    world.send("/queue/b", "2");
    assert_eq!(world.try_send("/queue/c", message("3")), Err(Full::All));
    assert_eq!(world.queues.len("/queue/c"), None);
    world.reader(AckMode::Auto, 1);
    assert_eq!(world.try_send("/queue/c", message("3")), Err(Full::Queues));
    let refused = world.queues.check(&Source::Queue("/queue/c".into()));
    assert_eq!(refused, Err(Full::Queues));
    assert_eq!(world.queues.check(&Source::Queue("/queue/a".into())), Ok(()));
}

#[test]
fn a_refused_part_leaves_nothing_of_the_whole() {
    let mut world = World::new(QueueLimits { messages: 1, ..QueueLimits::default() });
    world.send(JOBS, "a");
    let mut change = Change::default();
    let sent = Arc::new(message("b"));
    world.queues.send(&"/queue/other".into(), &sent, &mut change).unwrap();
    assert_eq!(world.queues.send(&JOBS.into(), &sent, &mut change), Err(Full::Queue));
    let effects = world.queues.decide(&change.steps, Outcome::Refused, world.now);
    world.run(effects);
    assert_eq!(world.queues.len("/queue/other"), None);
    assert_eq!(world.queues.len(JOBS), Some(1));
}

#[test]
fn a_window_is_within_its_bounds() {
    let limits = QueueLimits { prefetch: 7, most_prefetch: 9, ..QueueLimits::default() };
    let windows = [None, Some(1), Some(8), Some(u32::MAX)].map(|asked| limits.window(asked));
    assert_eq!(windows, [7, 1, 8, 9]);
}

#[test]
fn what_waits_for_a_connection_s_topics_has_a_bound_of_its_own() {
    let limits =
        QueueLimits { subscription_bytes: 600, total_bytes: 300, ..QueueLimits::default() };
    let mut world = World::new(limits);
    for (name, conn) in [("one", 1), ("two", 1), ("other", 2)] {
        world.queues.create(name.into(), Keep::Subscription(conn), None);
    }
    world.send("one", "a");
    world.send("two", "b");
    assert_eq!(world.try_send("one", message("c")), Err(Full::Queue));
    world.send("other", "d");
    world.send(JOBS, "queues do not pay for it");
    assert_eq!(world.queues.first_open("one").map(|m| &*m.message_id), Some("a"));
    assert_eq!(world.queues.delete(&"two".into()), []);
    world.send("one", "e");
    let size = message("x").size();
    assert_eq!((world.queues.bytes_in("one"), world.queues.bytes()), (2 * size, size));
}
