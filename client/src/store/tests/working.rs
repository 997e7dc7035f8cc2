//! The threads: what is handed over is written, what is asked is answered.

use super::*;
use crate::app::effect::Query;
use crate::net::{Command, Event, Target};
use crate::store::{Ask, Keeper, News};
use chat_protocol::chat::event::Sync;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{ChatEvent, HistoryReply, Post};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

fn running(dir: &Path) -> Keeper {
    let mut store = open(dir);
    store.adopt("one", "mina").unwrap();
    store.start("mina").unwrap()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(LONG, work).await.expect("in time") })
}

fn said(event: ChatEvent) -> Event {
    Event::Chat { target: Target::Room(room("a")), event }
}

fn posted(n: usize) -> Event {
    let prev = (n > 1).then(|| id(n - 1));
    said(ChatEvent::Message { message: Box::new(message(n, &format!("text {n}"))), prev })
}

/// Asks until the answer is as wanted: writing and reading do not wait for each other.
async fn eventually(keeper: &mut Keeper, anchor: Anchor, wanted: impl Fn(&[u64]) -> bool) {
    loop {
        let anchor = anchor.clone();
        keeper.ask(Ask::Page { tag: 7, room: room("a"), anchor, limit: 1000 }).await;
        let Some(News::Page { tag: 7, reply }) = keeper.news.recv().await else { panic!() };
        let held = reply.map_or_else(Vec::new, |r| r.messages.iter().map(|m| m.at).collect());
        if wanted(&held) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[test]
fn what_goes_over_the_link_is_cached() {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let mut keeper = running(dir.path());
        for n in 11..=600 {
            keeper.sees_event(&posted(n)).await;
        }
        eventually(&mut keeper, Anchor::Newest, |held| held == (11..=600).collect::<Vec<_>>())
            .await;
        let (anchor, limit) = (Anchor::Before(id(11)), 10);
        let asked = Command::History { room: room("a"), anchor, limit, tag: 3 };
        keeper.sees_command(&asked).await;
        let messages = (1..=10).map(|n| message(n, "old")).collect();
        let reply = HistoryReply { messages, more_before: false, more_after: true };
        keeper.sees_event(&Event::History { tag: 3, reply }).await;
        eventually(&mut keeper, Anchor::Since(0), |held| held.len() == 600).await;
        assert_eq!(keeper.finish().await, None);
    });
}

#[test]
fn a_reset_that_brings_nothing_empties_the_room() {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let mut keeper = running(dir.path());
        let sync = |recovered| {
            let sync = Sync { recovered, position: Some(id(9)), reason: None, oldest: None };
            said(ChatEvent::Sync { room: room("a"), sync })
        };
        let subscribed = Event::Subscribed { target: Target::Room(room("a")) };
        keeper.sees_event(&subscribed).await;
        keeper.sees_event(&posted(1)).await;
        keeper.sees_event(&sync(false)).await;
        eventually(&mut keeper, Anchor::Newest, |held| held == [1]).await;
        keeper.sees_event(&subscribed).await;
        keeper.sees_event(&sync(true)).await;
        eventually(&mut keeper, Anchor::Newest, |held| held == [1]).await;
        keeper.sees_event(&subscribed).await;
        keeper.sees_event(&sync(false)).await;
        eventually(&mut keeper, Anchor::Newest, |held| held.is_empty()).await;
    });
}

#[test]
fn a_message_is_on_disk_before_it_goes_and_off_when_it_is_confirmed() {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let mut keeper = running(dir.path());
        for key in ["k1", "k2", "k3"] {
            let (post, key) = (Post::message(key), key.to_owned());
            keeper.sees_command(&Command::Send { room: room("a"), post, key }).await;
        }
        let db = rusqlite::Connection::open(dir.path().join("client.sqlite3")).unwrap();
        let count = "SELECT count(*) FROM outbox";
        assert_eq!(db.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap(), 3);
        keeper
            .sees_event(&Event::Confirmed {
                key: "k1".into(),
                id: id(1),
                duplicate: false,
                attempts: 1,
                elapsed: Duration::ZERO,
            })
            .await;
        keeper.sees_command(&Command::Discard { key: "k2".into() }).await;
        assert_eq!(keeper.finish().await, None);
    });
    let kept = open(dir.path()).adopt("two", "mina").unwrap();
    assert_eq!(kept.into_iter().map(|k| k.post).collect::<Vec<_>>(), [Post::message("k3")]);
}

#[test]
fn the_latest_search_is_answered_and_pages_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let mut keeper = running(dir.path());
        keeper.sees_event(&posted(1)).await;
        eventually(&mut keeper, Anchor::Newest, |held| held == [1]).await;
        for tag in 0..20 {
            let query = Query { text: "text".into(), limit: 5, ..Query::default() };
            keeper.ask(Ask::Find { tag, query }).await;
        }
        loop {
            match keeper.news.recv().await.unwrap() {
                News::Found { tag: 19, messages } => break assert_eq!(messages.len(), 1),
                News::Found { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    });
}

#[test]
fn a_file_that_goes_bad_is_set_aside_and_told_once() {
    let dir = tempfile::tempdir().unwrap();
    damaged(dir.path());
    let store = open(dir.path());
    block_on(async {
        let mut keeper = store.start("mina").unwrap();
        keeper.job(Job::SaveRoom { place: place("b"), read: None }).await;
        let Some(News::Trouble(trouble)) = keeper.news.recv().await else { panic!() };
        assert!(trouble.to_string().contains("it is now"), "{trouble}");
        keeper.job(Job::SaveRoom { place: place("c"), read: None }).await;
        assert_eq!(keeper.finish().await, None);
    });
    assert_eq!(open(dir.path()).shown(), ["c@"]);
}
