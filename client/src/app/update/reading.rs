//! What was read: read marks, unread counts, scrolling, and what passes with time.

use super::{Effects, history, leave, reads, view};
use crate::app::Effect;
use crate::app::msg::Now;
use crate::app::state::{Anchor, Room, State};

/// Read marks are written at most this often, in ms.
const SAVE_EVERY: u64 = 2000;

/// The selected room will be out of sight: what comes from now on is below the line.
pub fn depart(state: &mut State) {
    if let Some(room) = state.rooms.selected_mut() {
        draw_line(room);
    }
}

pub fn focus(state: &mut State, focused: bool) {
    if !focused {
        depart(state);
    }
    state.focused = focused;
}

pub fn draw_line(room: &mut Room) {
    if room.read.is_some() {
        room.timeline.read_line = room.read.clone();
    }
}

/// After every message: the newest one of the selected room is read when its end is in view and
/// somebody looks.
pub fn see(state: &mut State, now: Now) {
    let Some(room) = state.rooms.selected_mut() else { return };
    let is_at_end = room.timeline.anchor == Anchor::Bottom || room.timeline.shows_end();
    if !is_at_end || !room.timeline.is_live() || room.goal.is_some() {
        return;
    }
    room.timeline.below = 0;
    if !state.focused {
        return;
    }
    room.unread = 0;
    room.mentions = 0;
    let newest = room.timeline.last_id();
    if newest.is_some() && newest != room.read.as_ref() {
        room.read = newest.cloned();
        room.assumed = false;
        room.unsaved = true;
        state.save_at.get_or_insert(now.mono + SAVE_EVERY);
    }
}

/// Moves what is in view by rows.
pub fn scroll(state: &mut State, rows: isize) {
    let view = view(&state.layout);
    with_timeline(state, |room| room.timeline.scroll(rows, view));
}

/// By a screen, less one row to go on from.
pub fn page(state: &mut State, by: isize) {
    let rows = state.layout.timeline.height.saturating_sub(1).max(1);
    scroll(state, by * rows as isize);
}

/// At once to the oldest message that is held; the room's first one comes when the server gives it.
pub fn to_oldest(state: &mut State) {
    let view = view(&state.layout);
    let is_online = state.is_online();
    with_timeline(state, |room| {
        room.timeline.scroll_to_start(view);
        room.to_oldest = is_online && room.timeline.more_before;
    });
}

pub fn to_newest(state: &mut State) {
    with_timeline(state, |room| room.timeline.anchor = Anchor::Bottom);
}

pub(super) fn with_timeline(state: &mut State, change: impl FnOnce(&mut Room)) {
    let Some(room) = state.rooms.selected_mut() else { return };
    let was_at_end = room.timeline.anchor == Anchor::Bottom;
    room.history_refused = false;
    room.to_oldest = false;
    room.goal = None;
    change(room);
    if was_at_end && room.timeline.anchor != Anchor::Bottom {
        draw_line(room);
    }
}

/// What is over by now: who typed, an unanswered question; and what waits to be written.
pub fn expire(state: &mut State, now: Now, effects: &mut Effects) {
    for room in state.rooms.iter_mut().filter(|r| !r.typing.is_empty()) {
        room.typing.retain(|t| t.until > now.mono);
    }
    if state.leaving.as_ref().is_some_and(|l| l.until <= now.mono) {
        leave::withdraw(state);
    }
    history::expire(state, now);
    if state.save_at.is_some_and(|at| at <= now.mono) {
        save(state, effects);
    }
}

/// Has the read marks written that changed.
pub fn save(state: &mut State, effects: &mut Effects) {
    state.save_at = None;
    let mut changed = Vec::new();
    for room in state.rooms.iter_mut().filter(|r| r.unsaved) {
        room.unsaved = false;
        effects.push(Effect::SaveRoom { place: room.place.clone(), read: room.read.clone() });
        changed.push(room.place.clone());
    }
    for place in changed {
        reads::say(state, &place, effects);
    }
}
