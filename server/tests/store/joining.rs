//! Where stored and live meet: whoever reads a room to its end and then listens gets every message
//! once. The listener here does what the broker does, with a map and a lock.

use crate::support::*;
use chat_server::log::sqlite::{Options, SqliteLog};
use chat_server::log::{Entry, Follower, Log};
use chat_server::projection::{Bounds, Projection};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const JOINS: usize = 1000;

/// Listeners of the one room, from when they announce themselves on.
#[derive(Default)]
struct Hall(Mutex<HashMap<usize, Listener>>);

#[derive(Default)]
struct Listener {
    /// Offset of the newest live message since it announced itself.
    head: Option<u64>,
    live: bool,
    heard: Vec<u64>,
}

impl Follower for Hall {
    fn committed(&self, entries: &[Arc<Entry>]) {
        dawdle();
        for entry in entries {
            for listener in self.0.lock().unwrap().values_mut() {
                listener.head = Some(entry.position.offset);
                if listener.live {
                    listener.heard.push(entry.position.offset);
                }
            }
        }
        dawdle();
    }
}

/// Gives the joining thread its chance while a batch is committed, but not (or already) shown.
fn dawdle() {
    (0..200).for_each(|_| std::thread::yield_now());
}

impl Hall {
    /// Stops listening; what was heard live.
    fn leave(&self, who: usize) -> Vec<u64> {
        self.0.lock().unwrap().remove(&who).unwrap().heard
    }

    fn go_live(&self, who: usize, cursor: u64) -> bool {
        let mut listeners = self.0.lock().unwrap();
        let listener = listeners.get_mut(&who).unwrap();
        listener.live = listener.head.is_none_or(|head| head <= cursor);
        listener.live
    }
}

async fn join(hall: &Hall, projection: &Projection, who: usize) -> Vec<u64> {
    hall.0.lock().unwrap().insert(who, Listener::default());
    let bounds = Bounds { messages: 50, bytes: usize::MAX };
    let room = room("hall");
    let start = projection.newest(&room, bounds).await.unwrap();
    let mut read: Vec<u64> = start.entries.iter().map(|e| e.position.offset).collect();
    let mut cursor = start.head;
    while !hall.go_live(who, cursor) {
        let page = projection.page_after(&room, cursor, bounds).await.unwrap();
        read.extend(page.entries.iter().map(|e| e.position.offset));
        cursor = read.last().copied().unwrap_or(cursor);
    }
    read
}

#[test]
fn a_thousand_joins_in_a_storm_have_no_hole_and_no_double() {
    let dir = tempfile::tempdir().unwrap();
    let opened = SqliteLog::open(Options::new(dir.path())).unwrap();
    let hall = Arc::new(Hall::default());
    opened.log.follow(hall.clone());
    let storm = AtomicBool::new(true);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while storm.load(Ordering::Relaxed) {
                let answers: Vec<_> =
                    (0..20).map(|_| opened.log.append(record("hall", "mina", None, "x"))).collect();
                answers.into_iter().for_each(|a| drop(a.blocking_recv().unwrap().unwrap()));
            }
        });
        let _end = EndOf(&storm);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let mut live = 0;
        for who in 0..JOINS {
            let mut offsets = runtime.block_on(join(&hall, &opened.projection, who));
            // Until a live message has come, so that the seam lies within what is checked.
            while who % 10 == 0 && hall.0.lock().unwrap()[&who].heard.is_empty() {
                std::thread::yield_now();
            }
            let heard = hall.leave(who);
            live += heard.len();
            offsets.extend(heard);
            let unbroken = offsets.windows(2).all(|pair| pair[1] == pair[0] + 1);
            assert!(unbroken, "listener {who}: {offsets:?}");
        }
        assert!(live >= JOINS / 10);
    });
}

/// Ends the storm also when an assertion fails.
struct EndOf<'a>(&'a AtomicBool);

impl Drop for EndOf<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
