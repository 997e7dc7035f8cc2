//! Choosing from a list: opening it, the keys while it is open, and what is chosen. What each kind
//! lists is in a file of its own.

mod links;
mod mentions;
mod message;
mod switcher;

use super::actions::{self, changes};
use super::{Effects, rooms};
use crate::app::Effect;
use crate::app::keymap::Action;
use crate::app::msg::Now;
use crate::app::state::picker::{Choice, Picker, PickerKind};
use crate::app::state::{Composer, State};
use chat_protocol::chat::Post;

/// The same key opens and closes.
pub fn toggle(state: &mut State, kind: PickerKind) {
    let is_open = state.picker.as_ref().is_some_and(|p| p.kind == kind);
    state.picker = None;
    if !is_open {
        open(state, kind);
    }
}

pub fn open(state: &mut State, kind: PickerKind) {
    state.popup = None;
    state.completion = None;
    state.picker = Some(Picker::new(kind));
    refresh(state);
}

/// Lists anew what fits. The first one is chosen.
fn refresh(state: &mut State) {
    let Some(picker) = &state.picker else { return };
    let typed = picker.query.text();
    let items = match &picker.kind {
        PickerKind::Rooms => switcher::items(state, typed),
        PickerKind::Mentions => mentions::items(state, typed),
        PickerKind::Links => links::items(state, typed),
        PickerKind::Actions => message::actions(state, typed),
        PickerKind::React(id) => message::reactions(state, id, typed),
        PickerKind::Delete(id) => message::delete(state, id, typed),
    };
    if let Some(picker) = &mut state.picker {
        picker.items = items;
        picker.chosen = 0;
    }
}

/// What a picker of this kind lists has changed.
pub fn news(state: &mut State, kind: &PickerKind) {
    if state.picker.as_ref().is_some_and(|p| p.kind == *kind) {
        refresh(state);
    }
}

/// Text that is typed or pasted while a picker is open; `false`: none is.
pub fn insert(state: &mut State, text: &str) -> bool {
    let Some(picker) = &mut state.picker else { return false };
    let line: String = text.chars().filter(|c| !c.is_control()).collect();
    picker.query.insert(&line);
    refresh(state);
    true
}

/// An action while a picker is open; `false`: it means what it always does.
pub fn act(state: &mut State, action: Action, now: Now, effects: &mut Effects) -> bool {
    use Action as A;
    let Some(picker) = &mut state.picker else { return false };
    let page = usize::from(state.layout.timeline.height).saturating_sub(3).max(1) as isize;
    match action {
        A::Cancel => state.picker = None,
        A::Yank if picker.kind == PickerKind::Links => links::copy(state, effects),
        A::Send => choose(state, now, effects),
        A::Up | A::PreviousRoom | A::LineUp | A::CompleteBack => picker.step(-1),
        A::Down | A::NextRoom | A::LineDown | A::Complete => picker.step(1),
        A::PageUp => picker.chosen = picker.chosen.saturating_sub(page as usize),
        A::PageDown => {
            let last = picker.items.len().saturating_sub(1);
            picker.chosen = (picker.chosen + page as usize).min(last);
        }
        A::Left | A::Right | A::WordLeft | A::WordRight | A::LineStart | A::LineEnd => {
            edit(&mut picker.query, action);
        }
        A::DeleteBefore
        | A::DeleteAfter
        | A::CutWordBefore
        | A::CutWordAfter
        | A::CutToStart
        | A::CutToEnd => {
            edit(&mut picker.query, action);
            refresh(state);
        }
        A::Interrupt
        | A::Quit
        | A::Redraw
        | A::Prefix
        | A::Switcher
        | A::Mentions
        | A::Links
        | A::Help => {
            return false;
        }
        _ => {}
    }
    true
}

/// Moves in what is typed to find something, or deletes of it.
pub fn edit(query: &mut Composer, action: Action) {
    match action {
        Action::Left => query.move_left(),
        Action::Right => query.move_right(),
        Action::WordLeft => query.move_word_left(),
        Action::WordRight => query.move_word_right(),
        Action::LineStart => query.move_line_start(),
        Action::LineEnd => query.move_line_end(),
        Action::DeleteBefore => query.delete_before(),
        Action::DeleteAfter => query.delete_after(),
        Action::CutWordBefore => drop(query.cut_word_before()),
        Action::CutWordAfter => drop(query.cut_word_after()),
        Action::CutToStart => drop(query.cut_to_line_start()),
        Action::CutToEnd => drop(query.cut_to_line_end()),
        _ => {}
    }
}

fn choose(state: &mut State, _now: Now, effects: &mut Effects) {
    let Some(choice) = state.picker.as_ref().and_then(Picker::choice).cloned() else { return };
    state.picker = None;
    let done = match choice {
        Choice::Go(place) => {
            rooms::select(state, state.rooms.position(&place));
            Ok(())
        }
        Choice::Open(address) => {
            effects.push(Effect::OpenUrl(address));
            Ok(())
        }
        Choice::Jump(room, id) => super::mentions::go(state, room, id, effects),
        Choice::Join(room) => rooms::join(state, room, effects),
        Choice::Act(action) => actions::target_of(state, action)
            .and_then(|id| actions::run(state, action, &id, effects)),
        Choice::React(to, emoji) => changes::toggle_reaction(state, to, &emoji, effects),
        Choice::Delete(id) => changes::send(state, Post::Delete { deletes: id }, effects),
        Choice::Keep => Ok(()),
    };
    // One choice may lead to another.
    if state.picker.is_none() && state.popup.is_none() {
        actions::keys::leave(state);
    }
    if let Err(refusal) = done {
        state.complain(refusal);
    }
}
