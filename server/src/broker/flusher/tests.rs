//! What a delivery costs, counted and not timed: writes and allocations.

use crate::broker::conn::{Conn, writes};
use crate::broker::{Flusher, Hub, Outgoing, Subscription};
use crate::transport::Transport;
use allocation_counter::measure;
use chat_protocol::stomp::Version;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

const TOPIC: &str = "/topic/a";

/// A topic with readers on real sockets, on one thread.
struct Room {
    runtime: Runtime,
    hub: Arc<Hub>,
    readers: Vec<TcpStream>,
    _subscriptions: Vec<Subscription>,
}

impl Room {
    fn of(count: usize) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let hub = Arc::new(Hub::new(1, "run".into()));
        let shard = hub.shards()[0].clone();
        let (mut readers, mut subscriptions) = (Vec::new(), Vec::new());
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            for n in 0..count {
                readers.push(TcpStream::connect(listener.local_addr().unwrap()).await.unwrap());
                let (_, write) = listener.accept().await.unwrap().0.into_split();
                let now = Instant::now();
                let conn = Conn::new(n as u64, shard.clone(), Transport::Tcp, write, 1 << 20, now);
                let (hub, conn) = (hub.clone(), Arc::new(conn));
                let mut live = Subscription::new(hub, conn, TOPIC.into(), Some("s"), Version::V1_2);
                live.go_live();
                subscriptions.push(live);
            }
            tokio::spawn(Flusher::new(shard).run());
        });
        Self { runtime, hub, readers, _subscriptions: subscriptions }
    }

    /// Publishes so many messages before the flusher gets its turn, and waits until all have them.
    fn publish(&mut self, count: usize) {
        let (hub, readers) = (&self.hub, &mut self.readers);
        let message = Outgoing { headers: &[], body: b"a message", ephemeral: false, from: None };
        self.runtime.block_on(async {
            for _ in 0..count {
                hub.publish(TOPIC, &message, None);
            }
            let mut buffer = [0; 4096];
            for reader in readers {
                let mut frames = 0;
                while frames < count {
                    let read = timeout(Duration::from_secs(30), reader.read(&mut buffer));
                    let n = read.await.unwrap().unwrap();
                    assert!(n > 0);
                    frames += buffer[..n].iter().filter(|octet| **octet == 0).count();
                }
            }
        });
    }
}

#[test]
fn all_that_waits_for_a_connection_is_one_write() {
    let mut room = Room::of(10);
    room.publish(1);
    let before = writes();
    room.publish(64);
    assert_eq!(writes() - before, 10);
}

#[test]
fn a_publication_allocates_the_same_however_many_read_it() {
    let [few, many] = [5, 50].map(|readers| {
        let mut room = Room::of(readers);
        // Buffers, queues and the tables of the runtime reach their size.
        (0..20).for_each(|_| room.publish(16));
        measure(|| (0..10).for_each(|_| room.publish(16))).count_total
    });
    assert_eq!(few, many);
    // Three each, and what waiting itself takes.
    assert!(few <= 3 * 160 + 40, "{few} allocations for 160 publications");
}
