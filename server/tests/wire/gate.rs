//! What a connection does while the log keeps it waiting: a log that answers when told.

use crate::support::{Net, PATIENCE, Peer, header, quick, send, subscribe, until};
use chat_protocol::chat::{MessageId, RoomName};
use chat_protocol::stomp::{Command, Frame};
use chat_server::Settings;
use chat_server::log::{
    AppendError, Appended, Batch, Caps, Durability, Follower, Log, Mark, Record,
};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

type Answer = oneshot::Sender<Result<Appended, AppendError>>;

#[derive(Default)]
struct Gate {
    waiting: Mutex<VecDeque<(Record, Answer)>>,
}

impl Gate {
    fn len(&self) -> usize {
        self.waiting.lock().len()
    }
    fn answer(&self, result: impl Fn(&str) -> Result<Appended, AppendError>) {
        for (record, answer) in self.waiting.lock().drain(..) {
            // A connection that is gone does not listen.
            let _ = answer.send(result(record.post.row_text().as_str()));
        }
    }
    fn let_through(&self) {
        self.answer(|text| {
            let id = MessageId::parse(&format!("id-{text}")).unwrap();
            Ok(Appended { id, duplicate: false })
        });
    }
}

impl Log for Gate {
    fn caps(&self) -> Caps {
        Caps { replay: true, position_in_ack: true, durability: Durability::PageCache }
    }
    fn shards(&self) -> u16 {
        1
    }
    fn shard_of(&self, _room: &RoomName) -> u16 {
        0
    }
    fn append(&self, record: Record) -> oneshot::Receiver<Result<Appended, AppendError>> {
        let (answer, receiver) = oneshot::channel();
        self.waiting.lock().push_back((record, answer));
        receiver
    }
    fn mark(&self, _mark: Mark) -> oneshot::Receiver<Result<(), AppendError>> {
        oneshot::channel().1
    }
    fn commit(&self, batch: Batch) -> Result<(), Batch> {
        Err(batch)
    }
    fn follow(&self, _follower: Arc<dyn Follower>) {}
}

fn start(settings: Settings) -> (Net, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    (Net::start_on(settings, gate.clone()), gate)
}

fn post(peer: &mut Peer, n: usize) {
    peer.send(&send("/topic/room.study", &n.to_string()).with("receipt", &n.to_string()));
}

#[test]
fn no_more_is_taken_on_than_may_be_unanswered() {
    let (net, gate) = start(Settings { max_unanswered: 4, ..quick() });
    let mut a = net.ws_peer("mina");
    for n in 0..20 {
        post(&mut a, n);
    }
    for taken in 0..5 {
        until("four are taken on", || gate.len() == 4);
        gate.let_through();
        for n in taken * 4..taken * 4 + 4 {
            let receipt = a.next();
            assert_eq!(header(&receipt, "receipt-id"), Some(n.to_string().as_str()));
            assert_eq!(header(&receipt, "message-id"), Some(format!("id-{n}").as_str()));
        }
    }
}

/// Receipts keep frame order, and what comes behind a SEND does not overtake its commit.
#[test]
fn what_follows_a_post_waits_for_its_commit() {
    let (net, gate) = start(Settings { shards: 1, ..quick() });
    let (mut a, mut b) = (net.peer("mina"), net.peer("juno"));
    for (n, behind) in [
        subscribe("s", "/topic/news", &[]),
        Frame::new(Command::Unsubscribe).with("id", "s"),
        send("/topic/news", "x"),
        subscribe("r", "/topic/room.study", &[("last", "0")]),
        Frame::new(Command::Disconnect),
    ]
    .into_iter()
    .enumerate()
    {
        post(&mut a, n);
        a.send(&behind.with("receipt", "behind"));
        until("the post is taken on", || gate.len() == 1);
        // Long enough for the frame behind to be done, were it not waiting.
        for turn in 0..10 {
            b.subscribe(&format!("{n}.{turn}"), "/topic/room.study", &[("last", "0")]);
            assert_eq!(b.event()["kind"], "sync");
        }
        gate.let_through();
        assert_eq!(header(&a.next(), "receipt-id"), Some(n.to_string().as_str()));
        assert_eq!(header(&a.next(), "receipt-id"), Some("behind"));
        if n == 3 {
            assert_eq!(a.event()["kind"], "sync");
        }
    }
    assert!(a.try_next().is_none());
}

#[test]
fn what_the_store_cannot_take_is_refused_with_its_code() {
    let (net, gate) = start(quick());
    let mut a = net.peer("mina");
    a.subscribe("e", "/user/queue/errors", &[]);
    for (error, code) in [
        (AppendError::Full, "storage-full"),
        (AppendError::Failed, "storage-failed"),
        (AppendError::Unavailable, "unavailable"),
    ] {
        post(&mut a, 0);
        until("the post is taken on", || gate.len() == 1);
        gate.answer(|_| Err(error));
        let refusal = a.message();
        assert_eq!(header(&refusal, "code"), Some(code));
        assert_eq!(header(&refusal, "receipt-id"), Some("0"));
        assert!(header(&refusal, "retry-after").unwrap().parse::<u64>().unwrap() > 0);
    }
    // An answer that never comes because the log is gone counts as a failure.
    post(&mut a, 1);
    until("the post is taken on", || gate.len() == 1);
    gate.waiting.lock().clear();
    assert_eq!(header(&a.message(), "code"), Some("storage-failed"));
}

#[test]
fn a_going_server_waits_for_what_it_took_on() {
    let (net, gate) = start(quick());
    let mut a = net.ws_peer("mina");
    post(&mut a, 7);
    until("the post is taken on", || gate.len() == 1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::scope(|scope| {
        let going = scope.spawn(|| runtime.block_on(net.server.shutdown(PATIENCE, Duration::ZERO)));
        gate.let_through();
        assert_eq!(header(&a.next(), "message-id"), Some("id-7"));
        assert!(a.try_next().is_none());
        assert_eq!(a.close_code, Some(1001));
        drop(a);
        assert!(going.join().unwrap());
    });
}

/// A broken frame behind posts: their receipts first, then the one ERROR.
#[test]
fn a_violation_does_not_eat_the_receipts_before_it() {
    let (net, gate) = start(quick());
    for (broken, code) in [
        ("RUBBISH\n\n\0", "bad-command"),
        ("SEND\ndestination:/user/queue/errors\n\n\0", "bad-destination"),
        ("SUBSCRIBE\nid:s\ndestination:/topic/room.a\nlast:x\n\n\0", "bad-cursor"),
    ] {
        let mut a = net.ws_peer("mina");
        post(&mut a, 1);
        a.write(broken.as_bytes());
        post(&mut a, 2);
        until("the post is taken on", || gate.len() == 1);
        // Long enough for the broken frame to be looked at.
        let mut other = net.ws_peer("juno");
        (0..10).for_each(|n| other.subscribe(&n.to_string(), "/topic/x", &[]));
        gate.let_through();
        assert_eq!(header(&a.next(), "receipt-id"), Some("1"));
        a.dies_of(code);
        assert_eq!(gate.len(), 0, "nothing behind the broken frame is done");
    }
}

#[test]
fn a_log_that_takes_no_more_refuses_what_is_to_be_stored() {
    let (net, _gate) = start(quick());
    let mut a = net.peer("mina");
    a.subscribe("errors", "/user/queue/errors", &[]);
    a.subscribe("s", "/queue/jobs", &[]);
    a.send(&send("/queue/jobs", "kept").with("persistent", "true").with("receipt", "r"));
    let refusal = a.message();
    assert_eq!(header(&refusal, "code"), Some("unavailable"));
    assert_eq!(header(&refusal, "receipt-id"), Some("r"));
    a.ask(send("/queue/jobs", "in memory"));
    assert_eq!(a.bodies(1), ["in memory"]);
}
