//! Whatever comes in whatever order, what is held is one run of the room's log, without a hole.

use super::*;
use crate::net::{Command, Event, Target};
use crate::store::cache::{self, Chain, Limits};
use crate::store::tee::Tee;
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{ChatEvent, HistoryReply};
use proptest::prelude::*;

/// Messages of the room's log in the end.
const LOG: usize = 60;

#[derive(Debug, Clone)]
enum Step {
    /// The next message comes, or one a few further on: the client was away.
    Live {
        skipped: usize,
    },
    Page {
        anchor: Where,
        limit: usize,
    },
    Trim {
        of_a_room: i64,
    },
}

#[derive(Debug, Clone)]
enum Where {
    Newest,
    Before(usize),
    After(usize),
    Around(usize),
    Since,
}

fn step() -> impl Strategy<Value = Step> {
    let at = 1..=LOG;
    let anchor = prop_oneof![
        Just(Where::Newest),
        at.clone().prop_map(Where::Before),
        at.clone().prop_map(Where::After),
        at.prop_map(Where::Around),
        Just(Where::Since),
    ];
    prop_oneof![
        4 => prop_oneof![8 => Just(0usize), 1 => 1..5usize].prop_map(|skipped| Step::Live { skipped }),
        3 => (anchor, 1..12usize).prop_map(|(anchor, limit)| Step::Page { anchor, limit }),
        1 => (1..20i64).prop_map(|of_a_room| Step::Trim { of_a_room }),
    ]
}

/// What a server answers whose log has 1 … `newest`.
fn answer(newest: usize, anchor: &Where, limit: usize) -> (Anchor, HistoryReply) {
    let (asked, from, to) = match *anchor {
        Where::Newest => (Anchor::Newest, (newest + 1).saturating_sub(limit), newest),
        Where::Before(n) => (Anchor::Before(id(n)), n.saturating_sub(limit), n - 1),
        Where::After(n) => (Anchor::After(id(n)), n + 1, n + limit),
        Where::Around(n) => (Anchor::Around(id(n)), n.saturating_sub(limit / 2), n + limit / 2),
        Where::Since => (Anchor::Since(0), 1, limit),
    };
    let (from, to) = (from.max(1), to.min(newest));
    let messages = (from..=to).map(|n| message(n, "text")).collect();
    (asked, HistoryReply { messages, more_before: from > 1, more_after: to < newest })
}

fn jobs(tee: &mut Tee, newest: &mut usize, step: &Step) -> Option<Job> {
    match step {
        Step::Live { skipped } => {
            *newest = (*newest + 1 + skipped).min(LOG);
            let prev = (*newest > 1).then(|| id(*newest - 1));
            let event = ChatEvent::Message { message: Box::new(message(*newest, "text")), prev };
            tee.event(&Event::Chat { target: Target::Room(room("a")), event })
        }
        Step::Page { anchor, limit } => {
            let (anchor, reply) = answer(*newest, anchor, *limit);
            tee.command(&Command::History { room: room("a"), anchor, limit: *limit, tag: 1 });
            tee.event(&Event::History { tag: 1, reply })
        }
        Step::Trim { .. } => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_held_is_one_run_without_a_hole(steps in prop::collection::vec(step(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(dir.path());
        let (mut tee, mut newest) = (Tee::default(), 0);
        for step in &steps {
            if let Some(job) = jobs(&mut tee, &mut newest, step) {
                store.job(job);
            }
            let db = store.db.as_ref().unwrap();
            if let Step::Trim { of_a_room } = *step {
                while cache::trim(db, Limits { of_a_room, in_all: 1000 }).unwrap() {}
            }
            let page = cache::page(db, &store.server, &room("a"), &Anchor::Newest, 1000).unwrap();
            let Some(page) = page else { continue };
            let held: Vec<usize> = page.messages.iter().map(|m| m.at as usize).collect();
            let run: Vec<usize> = (held[0]..=held[held.len() - 1]).collect();
            prop_assert_eq!(&held, &run, "after {:?}", step);
            prop_assert!(page.more_before || held[0] == 1, "the room goes on before {held:?}");
            if matches!(step, Step::Live { .. }) {
                prop_assert_eq!(held.last(), Some(&newest));
            }
            // The same again changes nothing.
            let again = Chain { messages: page.messages.clone(), newest: true, ..Chain::default() };
            store.job(Job::Hold { room: room("a"), chain: again });
            let db = store.db.as_ref().unwrap();
            let same = cache::page(db, &store.server, &room("a"), &Anchor::Newest, 1000).unwrap();
            prop_assert_eq!(same, Some(page));
        }
    }
}
