//! Publishers that do not pause while readers come and go.

use crate::support::{Net, Peer, header, quick, send, subscribe};
use chat_protocol::stomp::{Command, Frame};
use chat_server::Settings;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

const ROOM: &str = "/topic/room.storm";
const PLAIN: &str = "/topic/storm";
const PUBLISHERS: usize = 3;
const READERS: usize = 3;
const EACH: usize = 60;

/// With any number of threads: each subscription to the room goes on where the one before it ended, so
/// that in the end every message has come once, in the order of the log; what comes from a plain topic
/// has no hole; and after the RECEIPT of an UNSUBSCRIBE nothing comes at all.
#[test]
fn who_comes_and_goes_gets_everything_once_and_nothing_after_the_receipt() {
    for shards in [1, 2, 4] {
        let net = Net::start(Settings { shards, ..quick() });
        let begin = net.peer("first").post(ROOM, "begin");
        let running = AtomicUsize::new(PUBLISHERS);
        let read: Vec<Vec<String>> = std::thread::scope(|scope| {
            for n in 0..PUBLISHERS {
                let (writer, running) = (net.ws_peer(&format!("w{n}")), &running);
                scope.spawn(move || {
                    publish(writer, n);
                    running.fetch_sub(1, Ordering::SeqCst);
                });
            }
            let readers: Vec<_> = (0..READERS)
                .map(|n| {
                    let (reader, running, begin) = (net.peer(&format!("r{n}")), &running, &begin);
                    scope.spawn(move || come_and_go(reader, n, begin.clone(), running))
                })
                .collect();
            readers.into_iter().map(|reader| reader.join().unwrap()).collect()
        });
        let mut last = net.peer("last");
        last.subscribe("all", ROOM, &[("after", &begin)]);
        let all: Vec<_> = std::iter::from_fn(|| room_id(&last.message())).collect();
        assert_eq!(all.len(), PUBLISHERS * EACH);
        for ids in read {
            assert!(ids == all, "{shards} shards");
        }
    }
}

fn publish(mut writer: Peer, n: usize) {
    for m in 0..EACH {
        writer.send(&send(ROOM, &format!("{n} {m}")));
        writer.send(&send(PLAIN, &format!("{n} {m}")));
        if m % 20 == 19 {
            writer.ask(send("/topic/other", "so far all is taken"));
        }
    }
}

/// The ids of all messages of the room.
fn come_and_go(mut reader: Peer, n: usize, begin: String, running: &AtomicUsize) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), begin);
    for round in 0.. {
        let at_rest = running.load(Ordering::SeqCst) == 0;
        let (room, plain) = (format!("room-{round}"), format!("plain-{round}"));
        reader.subscribe(&plain, PLAIN, &[]);
        reader.ask(subscribe(&room, ROOM, &[("after", &after)]));
        let mut frames = Vec::new();
        while frames.last().is_none_or(|frame| header(frame, "kind") != Some("sync")) {
            frames.push(reader.message());
        }
        // While these are answered more comes live.
        for _ in 0..(round + n) % 5 {
            reader.ask(send("/topic/other", "a moment"));
        }
        reader.unsubscribe(&plain);
        reader.unsubscribe(&room);
        while !reader.nothing_waits() {
            frames.push(reader.message());
        }
        reader.quiet();
        let (of_plain, of_room): (Vec<_>, Vec<_>) = frames
            .into_iter()
            .partition(|frame| header(frame, "subscription") == Some(plain.as_str()));
        no_hole(&of_plain);
        for frame in of_room {
            assert_eq!(header(&frame, "subscription"), Some(room.as_str()));
            ids.extend(room_id(&frame));
        }
        after = ids.last().cloned().unwrap_or(after);
        if at_rest {
            break;
        }
    }
    ids
}

/// `None` for the end of a replay.
fn room_id(frame: &Frame) -> Option<String> {
    assert_eq!(frame.command, Command::Message);
    let id = header(frame, "message-id").unwrap().to_owned();
    (header(frame, "kind") == Some("message")).then_some(id)
}

/// Each publisher's numbers follow one another.
fn no_hole(frames: &[Frame]) {
    let mut next = HashMap::new();
    for frame in frames {
        let body = String::from_utf8(frame.body.to_vec()).unwrap();
        let (publisher, number) = body.split_once(' ').unwrap();
        let number: usize = number.parse().unwrap();
        let expected = next.insert(publisher.to_owned(), number + 1).unwrap_or(number);
        assert_eq!(number, expected, "of publisher {publisher}");
    }
}
