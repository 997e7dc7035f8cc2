//! Drafts, and the outbox with its owners.

use super::*;
use crate::app::restored::Kept;
use crate::store::lease::{self, Lease};
use crate::store::outbox::Sent;
use chat_protocol::chat::Post;
use tokio::sync::oneshot;

fn keep(store: &mut Store, key: &str, text: &str) {
    let sent = Sent { key: key.to_owned(), room: room("a"), post: Post::message(text) };
    let done = oneshot::channel().0;
    store.job(Job::Keep { sent, done });
}

fn texts(kept: Vec<Kept>) -> Vec<String> {
    kept.into_iter().map(|k| k.post.row_text().as_str().to_owned()).collect()
}

#[test]
fn a_draft_is_there_again_until_it_is_empty() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    store.job(Job::SaveDraft { place: place("A"), text: "안녕".into() });
    store.job(Job::SaveDraft { place: place("a"), text: "안녕하".into() });
    let drafts = |store: &mut Store| store.restore(&[], None).unwrap().drafts;
    assert_eq!(drafts(&mut store)["a"], "안녕하");
    store.job(Job::SaveDraft { place: place("a"), text: String::new() });
    assert!(drafts(&mut store).is_empty());
}

#[test]
fn what_a_client_left_is_taken_over_in_order_when_it_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = open(dir.path());
    assert_eq!(first.adopt("one", "mina"), Ok(vec![]));
    for n in 0..3 {
        keep(&mut first, &format!("k{n}"), &format!("text {n}"));
    }
    first.job(Job::Done { key: "k1".into() });
    first.job(Job::Refuse { key: "k2".into(), reason: "the disk is full".into() });

    let mut second = open(dir.path());
    assert_eq!(second.adopt("two", "mina"), Ok(vec![]), "its owner lives");
    drop(first);
    let mut third = open(dir.path());
    assert_eq!(third.adopt("three", "jun"), Ok(vec![]), "it is mina's");
    drop(third);
    let mut third = open(dir.path());
    let kept = third.adopt("three", "mina").unwrap();
    assert_eq!(kept[1].refused.as_deref(), Some("the disk is full"));
    assert_eq!(texts(kept), ["text 0", "text 2"]);
    let mut fourth = open(dir.path());
    assert_eq!(fourth.adopt("four", "mina"), Ok(vec![]), "it has a new owner");
}

#[test]
fn every_kind_of_row_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    store.adopt("one", "mina").unwrap();
    let posts = [
        Post::Message { text: "답".into(), reply_to: Some(id(3)) },
        Post::Edit { edits: id(3), text: "고침".into() },
        Post::Delete { deletes: id(3) },
        Post::Reaction { reacts_to: id(3), emoji: "👍".into(), on: false },
        Post::Topic { topic: "".into() },
    ];
    for (n, post) in posts.iter().cloned().enumerate() {
        let sent = Sent { key: n.to_string(), room: room("스터디"), post };
        store.job(Job::Keep { sent, done: oneshot::channel().0 });
    }
    drop(store);
    let kept = open(dir.path()).adopt("two", "mina").unwrap();
    assert!(kept.iter().all(|k| k.room == room("스터디")));
    assert_eq!(kept.into_iter().map(|k| k.post).collect::<Vec<_>>(), posts);
}

#[test]
fn of_many_that_start_at_once_one_takes_over() {
    for _ in 0..10 {
        let dir = tempfile::tempdir().unwrap();
        let mut gone = open(dir.path());
        gone.adopt("gone", "mina").unwrap();
        keep(&mut gone, "k", "text");
        drop(gone);
        let stores: Vec<(Store, usize)> = std::thread::scope(|scope| {
            let dir = dir.path();
            let start = |n: usize| {
                let mut store = open(dir);
                let kept = store.adopt(&format!("new-{n}"), "mina").unwrap().len();
                (store, kept)
            };
            let threads: Vec<_> = (0..4).map(|n| scope.spawn(move || start(n))).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let taken: usize = stores.iter().map(|(_, kept)| kept).sum();
        assert_eq!(taken, 1);
    }
}

#[test]
fn sending_again_takes_the_refusal_away() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    store.adopt("one", "mina").unwrap();
    keep(&mut store, "k", "text");
    store.job(Job::Refuse { key: "k".into(), reason: "no".into() });
    keep(&mut store, "k", "text");
    drop(store);
    let kept = open(dir.path()).adopt("two", "mina").unwrap();
    assert_eq!((kept.len(), kept[0].refused.clone()), (1, None));
}

#[test]
fn a_lease_is_over_when_its_holder_is_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let lease = Lease::take(dir.path(), "one").unwrap();
    lease::sweep(dir.path());
    assert!(!lease::is_over(dir.path(), "one"));
    drop(lease);
    assert!(lease::is_over(dir.path(), "one"));
    assert!(lease::is_over(dir.path(), "../../etc/passwd"));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
