//! With a store that decides when it is told to, and no connection.

use super::*;
use crate::log::{
    Appended, Batch, Caps, Decision, Durability, Follower, Mark, Record, StoredMessage, system_time,
};
use chat_protocol::chat::RoomName;
use chat_protocol::stomp::Headers;

#[derive(Default)]
struct Paper {
    batches: Mutex<Vec<Batch>>,
}

impl Paper {
    fn decide(&self, decision: Decision<'_>) {
        let mut batch = self.batches.lock().remove(0);
        (batch.decided)(decision);
    }

    fn ops(&self) -> Vec<Vec<QueueOp>> {
        self.batches.lock().iter().map(|batch| batch.ops.clone()).collect()
    }
}

impl Log for Paper {
    fn caps(&self) -> Caps {
        Caps { replay: true, position_in_ack: true, durability: Durability::PageCache }
    }
    fn shards(&self) -> u16 {
        1
    }
    fn shard_of(&self, _room: &RoomName) -> u16 {
        0
    }
    fn append(&self, _record: Record) -> oneshot::Receiver<Result<Appended, AppendError>> {
        oneshot::channel().1
    }
    fn mark(&self, _mark: Mark) -> oneshot::Receiver<Result<(), AppendError>> {
        oneshot::channel().1
    }
    fn commit(&self, batch: Batch) -> Result<(), Batch> {
        self.batches.lock().push(batch);
        Ok(())
    }
    fn follow(&self, _follower: Arc<dyn Follower>) {}
}

fn broker(stored: StoredQueues) -> (Arc<QueueBroker>, Arc<Paper>) {
    let paper = Arc::new(Paper::default());
    let hub = Arc::new(Hub::new(1, "run".into()));
    let clock: Clock = Arc::new(system_time);
    (QueueBroker::new(QueueLimits::default(), paper.clone(), hub, clock, stored), paper)
}

fn message(id: &str, persistent: bool) -> Message {
    Message {
        message_id: id.into(),
        destination: "/queue/a".into(),
        headers: Headers::new(),
        body: bytes::Bytes::new(),
        persistent,
        expires: None,
        sender: Some(1),
    }
}

fn len(broker: &QueueBroker, queue: &str) -> Option<usize> {
    broker.state.lock().queues.len(queue)
}

fn topic(destination: &str) -> super::super::durable::Durable {
    super::super::durable::Durable::read(destination, None, false, None).unwrap()
}

fn begins(broker: &QueueBroker, key: &Arc<str>, conn: u64) -> Result<Begun, DurableError> {
    broker.claim(key, &topic("/topic/news"), conn, Instant::now())
}

#[test]
fn a_durable_subscription_is_there_when_the_store_has_it() {
    let (broker, paper) = broker(StoredQueues::default());
    let key: Arc<str> = "k".into();
    assert!(matches!(begins(&broker, &key, 1), Ok(Begun::Storing(_))));
    assert!(broker.keeps_topics());
    broker.release(&key);
    assert!(begins(&broker, &key, 2).is_err(), "nobody knows yet whether it is");
    paper.decide(Decision::Refused(AppendError::Full));
    assert!(!broker.keeps_topics());
    let Ok(Begun::Storing(mut stored)) = begins(&broker, &key, 2) else { panic!() };
    paper.decide(Decision::Committed(&[]));
    assert_eq!(stored.try_recv(), Ok(Ok(())));
    broker.release(&key);
    assert!(matches!(begins(&broker, &key, 3), Ok(Begun::There(None))));
}

#[test]
fn what_is_in_doubt_is_refused_and_comes_when_it_was_written() {
    let (broker, paper) = broker(StoredQueues::default());
    let queue = Target::Queue("/queue/a".into());
    let sent = broker.send(queue, message("1", true), Instant::now()).unwrap();
    let mut stored = sent.unwrap();
    assert!(stored.try_recv().is_err(), "not decided");
    let mut batch = paper.batches.lock().remove(0);
    (batch.decided)(Decision::InDoubt);
    assert_eq!(stored.try_recv(), Ok(Err(AppendError::Failed)));
    assert_eq!(len(&broker, "/queue/a"), Some(1), "it waits");
    (batch.decided)(Decision::Committed(&[]));
    assert_eq!(len(&broker, "/queue/a"), Some(1));
}

#[test]
fn a_removal_the_store_refused_goes_with_the_next_change() {
    let stored = StoredMessage {
        row: 7,
        place: 7,
        queue: "durable".into(),
        message_id: "1".into(),
        destination: "/topic/news".into(),
        headers: Headers::new(),
        body: bytes::Bytes::new(),
        persistent: false,
        deliveries: 0,
    };
    let durable = crate::log::StoredDurable {
        key: "durable".into(),
        destination: "/topic/news".into(),
        selector: None,
        no_local: false,
        position: None,
    };
    let (broker, paper) = broker(StoredQueues { messages: vec![stored], durables: vec![durable] });
    assert_eq!(len(&broker, "durable"), Some(1));
    let removal = QueueOp::Remove { row: 7 };
    let forgotten = QueueOp::Forget { key: "durable".into() };
    assert!(broker.forget(&"durable".into(), Instant::now()).is_some());
    assert_eq!(paper.ops(), [[removal.clone(), forgotten.clone()]]);
    paper.decide(Decision::Refused(AppendError::Failed));
    let queue = Target::Queue("/queue/a".into());
    broker.send(queue, message("1", true), Instant::now()).unwrap();
    let ops = paper.ops().remove(0);
    assert!(ops.contains(&removal) && ops.contains(&forgotten), "{ops:?}");
    paper.decide(Decision::Committed(&[]));
    let queue = Target::Queue("/queue/a".into());
    broker.send(queue, message("2", true), Instant::now()).unwrap();
    assert_eq!(paper.ops().remove(0).len(), 1, "once is enough");
}

#[test]
fn the_parts_of_a_transaction_wait_for_its_commit_together() {
    let (broker, _paper) = broker(StoredQueues::default());
    let [a, b]: [Target; 2] = ["/queue/a", "/queue/b"].map(|q| Target::Queue(q.into()));
    let owed: Owed = Arc::new(Debt::new("s"));
    let refused = Transaction {
        sends: vec![
            (a, message("1", false)),
            (Target::Reply("/reply-queue/x".into()), message("2", false)),
        ],
        ..Transaction::default()
    };
    let result = broker.transact(refused, &owed, Instant::now());
    assert_eq!(result.err(), Some(Refusal::Gone));
    assert_eq!(len(&broker, "/queue/a"), None);
    let unknown = Transaction {
        sends: vec![(b, message("1", true))],
        settles: vec![(chat_protocol::session::AckRef::Ack("s-1".into()), true)],
        ..Transaction::default()
    };
    let result = broker.transact(unknown, &owed, Instant::now());
    assert!(matches!(result, Err(Refusal::UnknownAck(_))));
    assert_eq!(len(&broker, "/queue/b"), None);
}
