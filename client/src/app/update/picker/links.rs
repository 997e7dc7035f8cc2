//! Ctrl-O: the links of the selected message, or of all in view, the newest first.

use crate::app::Effect;
use crate::app::state::picker::{Choice, Item, Picker};
use crate::app::state::{Row, State};
use crate::app::update::Effects;

pub fn items(state: &State, typed: &str) -> Vec<Item> {
    let typed = typed.trim().to_lowercase();
    let mut items: Vec<Item> = Vec::new();
    let Some(room) = state.room() else { return items };
    let entries = room.timeline.visible().filter_map(|row| match row {
        Row::Text { entry, .. } => Some(entry),
        _ => None,
    });
    let mut entries: Vec<_> = match room.timeline.selected() {
        Some(selected) => vec![selected],
        None => entries.collect(),
    };
    entries.dedup_by(|a, b| a.id == b.id);
    for entry in entries.into_iter().rev() {
        let sender = entry.sender.as_ref().map_or("", |s| s.as_str());
        for address in entry.links().iter().filter(|a| a.to_lowercase().contains(&typed)) {
            if !items.iter().any(|item| item.label == *address) {
                items.push(Item {
                    label: address.clone(),
                    detail: sender.to_owned(),
                    count: String::new(),
                    choice: Choice::Open(address.clone()),
                });
            }
        }
    }
    items
}

/// The chosen address into the clipboard.
pub fn copy(state: &mut State, effects: &mut Effects) {
    let Some(Choice::Open(address)) = state.picker.as_ref().and_then(Picker::choice) else {
        return;
    };
    effects.push(Effect::Copy(address.clone()));
    state.picker = None;
    state.inform("the address is in the clipboard");
}
