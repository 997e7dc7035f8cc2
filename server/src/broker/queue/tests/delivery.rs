//! Who gets what, in which order.

use super::*;

#[test]
fn a_message_waits_for_a_consumer_and_goes_to_one_of_them() {
    let mut world = World::new(QueueLimits::default());
    world.send(JOBS, "a");
    world.send(JOBS, "b");
    assert_eq!(world.queues.len(JOBS), Some(2));
    let first = world.reader(AckMode::Auto, 10);
    assert_eq!(world.got(), [(first, "a".into()), (first, "b".into())]);
    let second = world.reader(AckMode::Auto, 10);
    for id in ["c", "d", "e"] {
        world.send(JOBS, id);
    }
    let got = world.got();
    assert_eq!(got.len(), 3);
    assert_ne!(got[0].0, got[1].0, "they take turns");
    assert_eq!(got[0].0, got[2].0);
    assert!(got.iter().any(|(who, _)| *who == second));
    assert_eq!(world.queues.len(JOBS), Some(0));
    assert_eq!(world.queues.bytes(), 0);
}

#[test]
fn a_consumer_without_credit_is_passed_over() {
    let mut world = World::new(QueueLimits::default());
    let narrow = world.reader(AckMode::Client, 1);
    let wide = world.reader(AckMode::Client, 3);
    for id in ["a", "b", "c", "d", "e"] {
        world.send(JOBS, id);
    }
    let taken = world.taken();
    let who: Vec<_> = taken.iter().map(|d| d.consumer).collect();
    assert_eq!(who, [narrow, wide, wide, wide]);
    world.settle(&taken[..1], true);
    assert_eq!(world.got(), [(narrow, "e".into())], "the window opens with the ACK");
}

#[test]
fn a_window_of_one_does_not_stall() {
    let mut world = World::new(QueueLimits::default());
    world.reader(AckMode::ClientIndividual, 1);
    for n in 0..50 {
        world.send(JOBS, &n.to_string());
    }
    for n in 0..50 {
        let taken = world.taken();
        assert_eq!(taken.len(), 1);
        assert_eq!(&*taken[0].message.message_id, n.to_string());
        world.settle(&taken, true);
    }
    assert_eq!(world.queues.len(JOBS), Some(0));
}

#[test]
fn what_a_gone_consumer_had_comes_back_in_its_order() {
    let mut world = World::new(QueueLimits::default());
    let first = world.reader(AckMode::Client, 3);
    for id in ["a", "b", "c", "d", "e"] {
        world.send(JOBS, id);
    }
    let taken = world.taken();
    world.settle(&taken[1..2], true);
    world.taken();
    world.leave(&[first]);
    world.reader(AckMode::Client, 10);
    let again = [("a", 2), ("c", 2), ("d", 2), ("e", 1)].map(|(id, n)| (id.to_owned(), n));
    assert_eq!(world.attempts(), again);
}

#[test]
fn consumers_that_go_together_get_nothing_of_each_other() {
    let mut world = World::new(QueueLimits::default());
    let both = [world.reader(AckMode::Client, 1), world.reader(AckMode::Client, 5)];
    world.send(JOBS, "a");
    world.send(JOBS, "b");
    world.taken();
    world.leave(&both);
    assert_eq!(world.got(), []);
    let third = world.reader(AckMode::Auto, 5);
    assert_eq!(world.got(), [(third, "a".into()), (third, "b".into())]);
}

#[test]
fn nothing_of_its_own_with_no_local() {
    let mut world = World::new(QueueLimits::default());
    let wish = SubscribeOptions { no_local: true, ..options(AckMode::Auto, 10) };
    let picky = world.subscribe_from(7, Source::Queue(JOBS.into()), wish);
    world.try_send(JOBS, Message { sender: Some(7), ..message("own") }).unwrap();
    world.try_send(JOBS, Message { sender: Some(8), ..message("other") }).unwrap();
    assert_eq!(world.got(), [(picky, "other".into())]);
    let other = world.subscribe_from(9, Source::Queue(JOBS.into()), options(AckMode::Client, 1));
    assert_eq!(world.got(), [(other, "own".into())], "what nobody wanted had stayed");
    world.leave(&[other]);
    assert_eq!(world.got(), []);
    assert_eq!(world.queues.len(JOBS), Some(1));
}

#[test]
fn a_pattern_reads_every_queue_of_its_shape() {
    let mut world = World::new(QueueLimits::default());
    world.send("/queue/a.1", "before");
    let all = world.subscribe(Source::Pattern(pattern("/queue/a.*")), options(AckMode::Client, 3));
    assert_eq!(world.got(), [(all, "before".into())]);
    world.send("/queue/a.2", "after");
    world.send("/queue/b.1", "elsewhere");
    world.send("/queue/a.3", "third");
    world.send("/queue/a.1", "beyond");
    let taken = world.taken();
    let ids: Vec<_> = taken.iter().map(|d| &*d.message.message_id).collect();
    assert_eq!(ids, ["after", "third"], "one window for all queues");
    world.settle(&taken[..1], true);
    assert_eq!(world.got(), [(all, "beyond".into())]);
    assert_eq!(world.queues.len("/queue/a.2"), None, "a pattern keeps no empty queue");
    world.leave(&[all]);
    world.reader(AckMode::Auto, 1);
    assert_eq!(world.got(), []);
}

#[test]
fn a_queue_nobody_uses_vanishes() {
    let mut world = World::new(QueueLimits::default());
    let reader = world.reader(AckMode::Client, 5);
    assert_eq!(world.queues.len(JOBS), Some(0));
    world.leave(&[reader]);
    assert!(world.queues.is_empty());
    world.send(JOBS, "a");
    let reader = world.reader(AckMode::Client, 5);
    let taken = world.taken();
    world.settle(&taken, true);
    world.leave(&[reader]);
    assert!(world.queues.is_empty());
    assert_eq!(world.queues.poll_timeout(), None);
}

#[test]
fn nobody_is_given_more_than_their_outbox_takes() {
    let limits = QueueLimits { outbox: 1000, ..QueueLimits::default() };
    for mode in [AckMode::Auto, AckMode::Client] {
        let mut world = World { stuck: true, ..World::new(limits) };
        for n in 0..9 {
            let body = vec![0; 400].into();
            world.try_send(JOBS, Message { body, ..message(&n.to_string()) }).unwrap();
        }
        let reader = world.reader(mode, 100);
        assert_eq!(world.taken().len(), 2, "{mode:?}");
        let effects = world.queues.sent(reader, world.now);
        world.run(effects);
        assert_eq!(world.taken().len(), 2, "{mode:?}");
        world.leave(&[reader]);
        let left = if mode == AckMode::Auto { 7 } else { 9 };
        assert_eq!(world.queues.len(JOBS), Some(left), "what has left is settled in mode auto");
    }
}

#[test]
fn consumers_of_one_connection_share_its_outbox() {
    let limits = QueueLimits { outbox: 1000, ..QueueLimits::default() };
    let mut world = World { stuck: true, ..World::new(limits) };
    let queues: Vec<_> = (0..5).map(|n| format!("/queue/{n}")).collect();
    for queue in &queues {
        let body = vec![0; 800].into();
        world.try_send(queue, Message { body, ..message(queue) }).unwrap();
    }
    let sources = queues.iter().map(|queue| Source::Queue(queue.as_str().into()));
    let readers: Vec<_> =
        sources.map(|source| world.subscribe(source, options(AckMode::Client, 9))).collect();
    assert_eq!(world.taken().len(), 1);
    let other =
        world.subscribe_from(2, Source::Queue("/queue/4".into()), options(AckMode::Client, 9));
    assert_eq!(world.got(), [(other, "/queue/4".into())], "other connections have their own");
    world.leave(&readers[..1]);
    assert_eq!(world.got(), [(readers[1], "/queue/1".into())], "its share is not lost with it");
    world.stuck = false;
    let effects = world.queues.sent(readers[1], world.now);
    world.run(effects);
    let got: Vec<_> = world.got().into_iter().map(|(_, id)| id).collect();
    assert_eq!(got, queues[2..4], "who waited for it goes on");
}
