//! F9: where one was mentioned, over all rooms.

use crate::app::state::State;
use crate::app::state::picker::{Choice, Item};
use crate::text::fuzzy::Query;

pub fn items(state: &State, typed: &str) -> Vec<Item> {
    let mut query = Query::new(typed);
    let mut items = Vec::new();
    for message in &state.mentions {
        let label = format!("{}  {}", message.room.as_str(), message.sender.as_str());
        let detail = message.text.line().into_string();
        if query.score(&format!("{label} {detail}")).is_none() {
            continue;
        }
        let count = state.date_and_time(message.at);
        let choice = Choice::Jump(message.room.clone(), message.id.clone());
        items.push(Item { label, detail, count, choice });
    }
    items
}
