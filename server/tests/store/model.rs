//! The store against a model of a few lines, with names, keys and texts that are hostile.

use crate::support::*;
use chat_protocol::chat::{Post, RoomName, UserName};
use chat_server::log::{Entry, Record};
use chat_server::projection::Bounds;
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const WINDOW: u64 = 10_000;

#[derive(Debug, Clone)]
enum Step {
    Append { room: RoomName, sender: UserName, key: Option<String>, text: String },
    Wait(u64),
    ClockBack(u64),
    Restart,
    Page { room: RoomName, after: u64, limit: usize },
}

/// One message of the model.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    offset: u64,
    room: RoomName,
    sender: UserName,
    at: u64,
    key: Option<String>,
    text: String,
    prev: Option<u64>,
}

#[derive(Default)]
struct Model {
    said: Vec<Said>,
    /// The log's time at each.
    clocks: Vec<u64>,
}

impl Model {
    fn of<'m>(&'m self, room: &'m RoomName) -> impl DoubleEndedIterator<Item = &'m Said> {
        self.said.iter().filter(move |s| s.room == *room)
    }

    /// The offset, and whether it is a duplicate.
    fn append(&mut self, record: &Record, now: u64) -> (u64, bool) {
        let last = self.of(&record.room).next_back();
        let at = last.map_or(now, |s| s.at.max(now));
        let prev = last.map(|s| s.offset);
        let key = record.key.as_ref().map(|k| k.as_str().to_owned());
        // Keys are measured by the latest time of the whole log, which does not go back.
        let clock = self.clocks.last().map_or(now, |latest| now.max(*latest));
        let mine = self.said.iter().zip(&self.clocks).rev().find(|(s, said)| {
            let same = s.room == record.room && s.sender == record.sender && s.key == key;
            same && key.is_some() && clock - **said < WINDOW
        });
        if let Some((first, _)) = mine {
            return (first.offset, true);
        }
        let offset = self.said.len() as u64 + 1;
        let text = record.post.row_text().as_str().to_owned();
        let (room, sender) = (record.room.clone(), record.sender.clone());
        self.clocks.push(clock);
        self.said.push(Said { offset, room, sender, at, key, text, prev });
        (offset, false)
    }
}

fn said(store: &Store, entry: &Arc<Entry>) -> Said {
    let m = &entry.message;
    Said {
        offset: entry.position.offset,
        room: m.room.clone(),
        sender: m.sender.clone(),
        at: m.at,
        key: m.key.as_ref().map(|k| k.as_str().to_owned()),
        text: m.text.as_str().to_owned(),
        prev: entry.prev.as_ref().map(|id| store.projection.offset_of(id).unwrap()),
    }
}

fn name() -> impl Strategy<Value = String> {
    const FEW: &[&str] = &["a", "A", "ß", "SS", "가", "null", "select", "room-1", "_", "İ", "1"];
    prop_oneof![
        4 => prop::sample::select(FEW).prop_map(str::to_owned),
        1 => "[\\p{L}\\p{N}_][\\p{L}\\p{N}_-]{0,12}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    const FEW: &[&str] =
        &["'", "''; DROP TABLE messages; --", "%", "_", "\0", "a\0b", "a\0c", "\\", "?1", "\""];
    prop_oneof![
        2 => prop::sample::select(FEW).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => (1usize..100_000).prop_map(|n| "긴".repeat(n / 3)),
    ]
}

fn key() -> impl Strategy<Value = Option<String>> {
    const FEW: &[&str] = &["k", "K", "k ", "'", "%", "k\0", "k\0x", "", "키"];
    let key = prop_oneof![
        8 => prop::sample::select(FEW).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::option::weighted(0.7, key)
}

fn step() -> impl Strategy<Value = Step> {
    let room = || name().prop_filter_map("a room's name", |n| RoomName::parse(&n).ok());
    let sender = name().prop_filter_map("a person's name", |n| UserName::parse(&n).ok());
    prop_oneof![
        12 => (room(), sender, key(), text())
            .prop_map(|(room, sender, key, text)| Step::Append { room, sender, key, text }),
        2 => (0..WINDOW).prop_map(Step::Wait),
        1 => (0..WINDOW).prop_map(Step::ClockBack),
        1 => Just(Step::Restart),
        3 => (room(), 0u64..40, 0usize..6)
            .prop_map(|(room, after, limit)| Step::Page { room, after, limit }),
    ]
}

fn run(steps: Vec<Step>) {
    let mut store = Store::with(|o| o.dedupe_window = Duration::from_millis(WINDOW));
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Append { room, sender, key, text } => {
                let (key, post) = (key.map(Into::into), Post::message(text));
                let record = Record { room, sender, key, post };
                let expected = model.append(&record, store.clock.load(Ordering::SeqCst));
                let appended = store.append(record).unwrap();
                let offset = store.projection.offset_of(&appended.id).unwrap();
                assert_eq!((offset, appended.duplicate), expected);
            }
            Step::Wait(ms) => drop(store.clock.fetch_add(ms, Ordering::SeqCst)),
            Step::ClockBack(ms) => drop(store.clock.fetch_sub(ms, Ordering::SeqCst)),
            Step::Restart => store.reopen(|_| {}),
            Step::Page { room, after, limit } => {
                let bounds = Bounds { messages: limit, bytes: usize::MAX };
                let page = store.after(room.as_str(), after, bounds);
                let mut expected: Vec<_> =
                    model.of(&room).filter(|s| s.offset > after).cloned().collect();
                let more = expected.len() > limit;
                expected.truncate(limit);
                let entries: Vec<_> = page.entries.iter().map(|e| said(&store, e)).collect();
                assert_eq!((entries, page.more), (expected, more));
                assert_eq!(page.head, model.of(&room).next_back().map_or(0, |s| s.offset));
            }
        }
    }
    let rooms = store.wait(store.projection.rooms()).unwrap();
    assert_eq!(rooms.iter().map(|r| r.count).sum::<u64>(), model.said.len() as u64);
    for room in rooms {
        let entries = store.all(room.name.as_str());
        let entries: Vec<_> = entries.iter().map(|e| said(&store, e)).collect();
        assert_eq!(entries, model.of(&room.name).cloned().collect::<Vec<_>>());
        let first = model.of(&room.name).next().unwrap();
        assert_eq!(room.name.as_str(), first.room.as_str(), "as first used");
    }
}

proptest! {
    // A failing case is printed with its steps; the seed lands in `proptest-regressions`.
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn the_store_behaves_as_its_model(steps in prop::collection::vec(step(), 1..60)) {
        run(steps);
    }
}
