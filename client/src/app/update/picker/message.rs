//! What can be done with the selected message; emoji to react with; whether to delete.

use crate::app::state::action::ACTIONS;
use crate::app::state::picker::{Choice, Item};
use crate::app::state::{Entry, State};
use crate::text::emoji;
use crate::text::fuzzy::Query;
use chat_protocol::chat::MessageId;

const EMOJI: usize = 50;
/// Offered before anything is typed.
const USUAL: [&str; 8] =
    ["+1", "heart", "joy", "tada", "eyes", "white_check_mark", "pray", "thinking"];

fn item(label: impl Into<String>, detail: impl Into<String>, choice: Choice) -> Item {
    Item { label: label.into(), detail: detail.into(), count: String::new(), choice }
}

pub fn actions(state: &State, typed: &str) -> Vec<Item> {
    let Some(entry) = state.room().and_then(|room| room.timeline.selected()) else {
        return Vec::new();
    };
    let mut query = Query::new(typed);
    let fitting = ACTIONS.iter().filter(|a| (a.fits)(entry) && query.score(a.label).is_some());
    fitting.map(|a| item(a.label, a.key, Choice::Act(a.action))).collect()
}

/// What is on the message comes first: to join in, or to take it back.
pub fn reactions(state: &State, to: &MessageId, typed: &str) -> Vec<Item> {
    let typed = typed.trim().trim_matches(':');
    let entry = state.room().and_then(|room| room.timeline.message(to));
    let mut items: Vec<Item> = entry.map(|e| held(state, e, to, typed)).unwrap_or_default();
    let found = match typed {
        "" => USUAL.iter().filter_map(|code| emoji::find(code, 1).first().copied()).collect(),
        typed => emoji::find(typed, EMOJI),
    };
    for emoji in found {
        let choice = Choice::React(to.clone(), emoji.glyph.to_owned());
        if !items.iter().any(|item| item.choice == choice) {
            items.push(item(emoji.glyph, format!(":{}:", emoji.shortcode), choice));
        }
    }
    // Typed or pasted as itself.
    if items.is_empty() && !typed.is_ascii() && crate::text::grapheme::count(typed) == 1 {
        items.push(item(typed, "", Choice::React(to.clone(), typed.to_owned())));
    }
    items
}

fn held(state: &State, entry: &Entry, to: &MessageId, typed: &str) -> Vec<Item> {
    let fits = |glyph: &str| {
        typed.is_empty() || emoji::find(typed, EMOJI).iter().any(|e| e.glyph == glyph)
    };
    let of = |reactions: &chat_protocol::chat::body::Reactions| {
        let is_ours = state.me.as_ref().is_some_and(|me| reactions.by.contains(me));
        let detail = if is_ours { "take yours back" } else { "join in" };
        let glyph = reactions.emoji.as_str();
        let choice = Choice::React(to.clone(), glyph.to_owned());
        item(reactions.emoji.line().as_str(), detail, choice)
    };
    entry.reactions().iter().filter(|r| fits(r.emoji.as_str())).map(of).collect()
}

/// The harmless one first: Enter may have been meant for something else.
pub fn delete(state: &State, id: &MessageId, typed: &str) -> Vec<Item> {
    let entry = state.room().and_then(|room| room.timeline.message(id));
    let text = entry.map(|e| e.text.line().into_string()).unwrap_or_default();
    let items = [
        item("keep it", "", Choice::Keep),
        item("delete it for everybody", text, Choice::Delete(id.clone())),
    ];
    let mut query = Query::new(typed);
    items.into_iter().filter(|item| query.score(&item.label).is_some()).collect()
}
