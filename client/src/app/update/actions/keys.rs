//! Keys while a message is selected: arrows go on, letters do something with it, Enter lists what can
//! be done, `/` begins a command about it, Esc leaves.

use super::run;
use crate::app::keymap::Action;
use crate::app::state::State;
use crate::app::state::action::MessageAction;
use crate::app::state::picker::PickerKind;
use crate::app::update::{Effects, picker, view};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Ctrl-Up and Ctrl-Down.
pub fn step(state: &mut State, by: isize) {
    let view = view(&state.layout);
    let is_selected = is_selecting(state);
    let Some(room) = state.rooms.selected_mut() else { return };
    if !is_selected && by > 0 {
        return;
    }
    if !room.timeline.select(by, view) {
        state.inform("there is no message to select");
    }
}

pub fn is_selecting(state: &State) -> bool {
    state.room().is_some_and(|room| room.timeline.selected().is_some())
}

pub fn leave(state: &mut State) {
    let view = view(&state.layout);
    if let Some(room) = state.rooms.selected_mut() {
        room.timeline.deselect(view);
    }
}

/// `false`: the key means what it always does.
pub fn press(
    state: &mut State,
    key: &KeyEvent,
    action: Option<Action>,
    effects: &mut Effects,
) -> bool {
    let types_a_command = state.composer().text().starts_with('/');
    if !is_selecting(state) || state.popup.is_some() || types_a_command {
        return false;
    }
    match (action, key.code) {
        (Some(Action::Up), _) => step(state, -1),
        (Some(Action::Down), _) => step(state, 1),
        (Some(Action::Send | Action::Complete), _) => picker::open(state, PickerKind::Actions),
        (Some(Action::Cancel), _) => leave(state),
        (Some(Action::DeleteAfter), _) => act(state, MessageAction::Delete, effects),
        (None, KeyCode::Char('/')) if state.composer().is_empty() => return false,
        (None, KeyCode::Char(c)) if !held(key) => letter(state, c, effects),
        _ => return false,
    }
    true
}

fn held(key: &KeyEvent) -> bool {
    key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

fn letter(state: &mut State, typed: char, effects: &mut Effects) {
    match (MessageAction::by_key(typed), typed) {
        (Some(action), _) => act(state, action, effects),
        (None, 'k' | 'ㅏ') => step(state, -1),
        (None, 'j' | 'ㅓ') => step(state, 1),
        _ => state.inform("a message is selected: Enter lists what can be done, Esc goes back"),
    }
}

fn act(state: &mut State, action: MessageAction, effects: &mut Effects) {
    let selected = state.room().and_then(|r| r.timeline.selected()).map(|e| e.id.clone());
    let Some(id) = selected else { return };
    if let Err(refusal) = run(state, action, &id, effects) {
        state.complain(refusal);
    }
}
