use super::*;
use crate::broker::shard::Inbox;
use crate::broker::{Condition, Flusher};
use crate::transport::Transport;
use std::time::Instant;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

async fn conn(hub: &Hub, shard: usize) -> (Arc<Conn>, TcpStream) {
    conn_over(Transport::Tcp, hub, shard).await
}

async fn conn_over(by: Transport, hub: &Hub, shard: usize) -> (Arc<Conn>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let theirs = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (_, write) = listener.accept().await.unwrap().0.into_split();
    let shard = hub.shards()[shard].clone();
    let conn = Conn::new(0, shard, by, write, 1 << 20, Instant::now());
    (Arc::new(conn), theirs)
}

fn publish(hub: &Hub, key: &str, body: &str, position: Option<u64>) {
    let message = Outgoing { headers: &[], body: body.as_bytes(), ephemeral: false, from: None };
    hub.publish(key, &message, position);
}

fn subscription(hub: &Arc<Hub>, conn: &Arc<Conn>, key: &str, version: Version) -> Subscription {
    Subscription::new(hub.clone(), conn.clone(), key.into(), Some("s"), version)
}

#[tokio::test]
async fn a_topic_is_kept_only_while_somebody_holds_it() {
    let hub = Arc::new(Hub::new(1, "run".into()));
    let (conn, _theirs) = conn(&hub, 0).await;
    let mut one = subscription(&hub, &conn, "/topic/a", Version::V1_2);
    let two = subscription(&hub, &conn, "/topic/a", Version::V1_2);
    one.go_live();
    assert_eq!(hub.topics.lock().len(), 1);
    drop(one);
    assert_eq!(hub.topics.lock().len(), 1);
    drop(two);
    assert_eq!(hub.topics.lock().len(), 0);
}

#[tokio::test]
async fn shards_and_versions_without_subscribers_are_skipped() {
    let hub = Arc::new(Hub::new(2, "run".into()));
    let (conn, _theirs) = conn(&hub, 1).await;
    let mut live = subscription(&hub, &conn, "/topic/a", Version::V1_1);
    publish(&hub, "/topic/a", "before anybody is live", None);
    publish(&hub, "/topic/b", "elsewhere", None);
    assert_eq!([0, 1].map(|n| hub.shards()[n].messages()), [0, 0]);
    live.go_live();
    publish(&hub, "/topic/a", "x", None);
    assert_eq!([0, 1].map(|n| hub.shards()[n].messages()), [0, 1]);
    let topic = hub.hold("/topic/a", None);
    let message = Outgoing { headers: &[], body: b"x", ephemeral: false, from: None };
    let encoded = topic.state.lock().encode(topic.id, &message).unwrap();
    let lens = [Version::V1_0, Version::V1_1, Version::V1_2].map(|v| !encoded.tail(v).is_empty());
    assert_eq!(lens, [false, true, false]);
}

#[tokio::test]
async fn one_goes_live_only_where_nothing_has_been_missed() {
    let hub = Arc::new(Hub::new(1, "run".into()));
    let (conn, _theirs) = conn(&hub, 0).await;
    let mut late = subscription(&hub, &conn, "/topic/room.a", Version::V1_2);
    publish(&hub, "/topic/room.a", "seven", Some(7));
    assert!(!late.go_live_at(6, |_| panic!("it has missed 7")));
    let mut said = false;
    assert!(late.go_live_at(7, |_| said = true));
    assert!(said);
}

/// An inbox beyond its bounds is noticed, and those who wait for it are let go on.
#[tokio::test]
async fn a_full_inbox_makes_publishers_wait() {
    let hub = Arc::new(Hub::new(1, "run".into()));
    let (conn, mut theirs) = conn(&hub, 0).await;
    let mut live = subscription(&hub, &conn, "/topic/a", Version::V1_2);
    live.go_live();
    assert!(hub.congested().is_none());
    for n in 0..5000 {
        publish(&hub, "/topic/a", &n.to_string(), None);
    }
    let shard = hub.congested().unwrap().clone();
    let flusher = tokio::spawn(Flusher::new(shard.clone()).run());
    let mut read = Vec::new();
    let relieved = tokio::time::timeout(std::time::Duration::from_secs(30), shard.relieved());
    relieved.await.unwrap();
    while !read.ends_with(b"4999\0\n") {
        if matches!(conn.condition(), Condition::Blocked(_)) {
            conn.write(Instant::now());
        }
        tokio::select! {
            n = theirs.read_buf(&mut read) => assert!(n.unwrap() > 0),
            () = conn.writable(), if conn.backlog() > 0 => {}
        }
    }
    shard.stop();
    flusher.await.unwrap();
}

/// Whoever shares the bytes of a run with another, and whoever does not, gets the frames it should.
#[tokio::test]
async fn each_gets_a_run_in_its_own_words() {
    use Transport::{Tcp, WebSocket};
    use Version::{V1_1, V1_2};
    let hub = Arc::new(Hub::new(1, "run".into()));
    let no_local = Filter::new(None, true);
    let kinds = [
        (Tcp, "a", V1_2, None),
        (Tcp, "a", V1_2, None),
        (Tcp, "b", V1_2, None),
        (WebSocket, "a", V1_2, None),
        (Tcp, "a", V1_1, None),
        (Tcp, "a", V1_2, no_local),
        (WebSocket, "a", V1_2, None),
    ];
    let mut all = Vec::new();
    for (by, id, version, filter) in kinds {
        let (conn, theirs) = conn_over(by, &hub, 0).await;
        let interest = Interest { key: "/topic/a", pattern: None, filter };
        let mut live = Subscription::new(hub.clone(), conn.clone(), interest, Some(id), version);
        live.go_live();
        all.push((live, theirs, by, id, version));
    }
    let headers = [("x", "a\rb")];
    // The filter's connection has number 0, as all here.
    for (body, from) in [("one", None), ("two", Some(0)), ("three", None)] {
        let body = body.as_bytes();
        hub.publish(
            "/topic/a",
            &Outgoing { headers: &headers, body, ephemeral: false, from },
            None,
        );
    }
    let flusher = tokio::spawn(Flusher::new(hub.shards()[0].clone()).run());
    for (n, (_live, mut theirs, by, id, version)) in all.into_iter().enumerate() {
        let x = if version == V1_2 { "a\\rb" } else { "a b" };
        let mut expected = Vec::new();
        for body in ["one", "two", "three"] {
            if n == 5 && body == "two" {
                continue;
            }
            let frame = format!(
                "MESSAGE\nsubscription:{id}\nx:{x}\ncontent-length:{}\n\n{body}\0",
                body.len()
            );
            match by {
                Tcp => expected.extend([frame.as_bytes(), b"\n"].concat()),
                WebSocket => {
                    expected.extend([0x81, u8::try_from(frame.len()).unwrap()]);
                    expected.extend(frame.as_bytes());
                }
            }
        }
        let mut got = vec![0; expected.len()];
        theirs.read_exact(&mut got).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&got), String::from_utf8_lossy(&expected), "number {n}");
    }
    flusher.abort();
}

/// What has a place in the log waits for the end of its group.
#[tokio::test]
async fn a_group_of_the_log_wakes_the_flusher_once() {
    let hub = Arc::new(Hub::new(1, "run".into()));
    let (conn, _theirs) = conn(&hub, 0).await;
    let mut live = subscription(&hub, &conn, "/topic/room.a", Version::V1_2);
    live.go_live();
    let shard = hub.shards()[0].clone();
    let woken = || tokio::time::timeout(std::time::Duration::ZERO, shard.woken());
    assert!(woken().await.is_ok(), "somebody has subscribed");
    assert!(shard.swap(&mut Inbox::default()));
    publish(&hub, "/topic/room.a", "1", Some(1));
    publish(&hub, "/topic/room.a", "2", Some(2));
    assert!(woken().await.is_err());
    hub.wake();
    assert!(woken().await.is_ok());
    hub.wake();
    publish(&hub, "/topic/room.a", "3", None);
    assert!(woken().await.is_err(), "it knows");
    assert!(shard.swap(&mut Inbox::default()));
    hub.wake();
    assert!(woken().await.is_err(), "nothing waits");
}
