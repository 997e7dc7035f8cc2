//! Whoever watches a room from its beginning and folds what comes sees what its history says, at any
//! moment, whatever was done, refused, trimmed or restarted in between.

use crate::support::*;
use chat_protocol::chat::{ChatMessage, Kind, MessageId, Post};
use chat_server::log::Entry;
use proptest::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone)]
enum Step {
    Say,
    /// By its place among all rows; who does it.
    Edit(usize, usize),
    Delete(usize, usize),
    React(usize, usize, usize, bool),
    Topic,
    Restart,
}

const PEOPLE: [&str; 3] = ["mina", "jun", "Ara"];
const EMOJI: [&str; 3] = ["👍", "❤", "🎉"];

fn step() -> impl Strategy<Value = Step> {
    let (at, who) = (0..40usize, 0..PEOPLE.len());
    prop_oneof![
        4 => Just(Step::Say),
        4 => (at.clone(), who.clone()).prop_map(|(at, who)| Step::Edit(at, who)),
        1 => (at.clone(), who.clone()).prop_map(|(at, who)| Step::Delete(at, who)),
        8 => (at, who, 0..EMOJI.len(), any::<bool>())
            .prop_map(|(at, who, emoji, on)| Step::React(at, who, emoji, on)),
        1 => Just(Step::Topic),
        1 => Just(Step::Restart),
    ]
}

/// What a client has made of the rows it was shown.
fn folded(seen: &[Arc<Entry>]) -> Vec<ChatMessage> {
    let mut messages: Vec<ChatMessage> = Vec::new();
    for entry in seen {
        let row = &entry.message;
        if let Some(held) = messages.iter_mut().find(|m| Some(&m.id) == row.target()) {
            held.apply(row);
        }
        if row.kind == Kind::Message {
            messages.push(row.clone());
        }
    }
    messages
}

fn history(store: &Store) -> Vec<ChatMessage> {
    let rows = store.all("study");
    rows.iter().map(|e| &e.message).filter(|m| m.kind == Kind::Message).cloned().collect()
}

fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut store = Store::new();
    let mut seen = Vec::new();
    let mut ids: Vec<MessageId> = vec![store.say("study", "0")];
    for (n, step) in steps.into_iter().enumerate() {
        let id = |at: usize| ids[at % ids.len()].clone();
        let (who, post) = match step {
            Step::Say => (n % PEOPLE.len(), Post::message(n.to_string())),
            Step::Edit(at, who) => {
                (who, Post::Edit { edits: id(at), text: format!("edit {n}").into() })
            }
            Step::Delete(at, who) => (who, Post::Delete { deletes: id(at) }),
            Step::React(at, who, emoji, on) => {
                (who, Post::Reaction { reacts_to: id(at), emoji: EMOJI[emoji].into(), on })
            }
            Step::Topic => (0, Post::Topic { topic: n.to_string().into() }),
            Step::Restart => {
                seen.extend(store.seen.all());
                store.reopen(|_| {});
                continue;
            }
        };
        if let Ok(appended) = store.post("study", PEOPLE[who], post) {
            ids.push(appended.id);
        }
    }
    seen.extend(store.seen.all());
    assert_chain(&seen, None);
    prop_assert_eq!(folded(&seen), history(&store));
    // A page that holds what follows it already is changed by none of it.
    let mut again = history(&store);
    for row in seen.iter().map(|entry| &entry.message) {
        let held = again.iter_mut().find(|m| Some(&m.id) == row.target());
        held.map(|held| held.apply(row));
    }
    prop_assert_eq!(again, history(&store));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn who_watches_and_who_reads_later_see_the_same(steps in prop::collection::vec(step(), 0..60)) {
        run(steps)?;
    }
}
