//! The mouse, when it was asked for: a click goes to a room, opens a link or selects a message; the
//! wheel scrolls. Until then, and after F12 again, it is the terminal's, for selecting text.

use super::{Effects, actions, picker, reading, rooms, view};
use crate::app::Effect;
use crate::app::keymap::Action;
use crate::app::msg::{Mouse, MouseAction, Now};
use crate::app::state::{Area, EntryId, Row, State};
use crate::text::{cells, pieces};

/// Rows of one notch of the wheel.
const NOTCH: isize = 3;

/// At the start, as the settings say.
pub fn begin(state: &mut State, effects: &mut Effects) {
    if state.settings.ui.mouse {
        state.mouse = true;
        effects.push(Effect::Mouse(true));
    }
}

pub fn toggle(state: &mut State, effects: &mut Effects) {
    state.mouse = !state.mouse;
    effects.push(Effect::Mouse(state.mouse));
    state.inform(match state.mouse {
        true => "F12 gives the mouse back; a click takes rooms, messages and links",
        false => "the mouse is the terminal's again; F12 takes it",
    });
}

pub fn event(state: &mut State, mouse: Mouse, now: Now, effects: &mut Effects) {
    let Mouse { x, y, did } = mouse;
    match did {
        MouseAction::WheelUp => wheel(state, -NOTCH, now, effects),
        MouseAction::WheelDown => wheel(state, NOTCH, now, effects),
        MouseAction::Press => press(state, x, y, effects),
    }
}

fn wheel(state: &mut State, rows: isize, now: Now, effects: &mut Effects) {
    let action = if rows < 0 { Action::LineUp } else { Action::LineDown };
    if !picker::act(state, action, now, effects) {
        reading::scroll(state, rows);
    }
}

fn press(state: &mut State, x: u16, y: u16, effects: &mut Effects) {
    let layout = state.layout;
    let is_covered = state.popup.is_some() || state.picker.is_some() || layout.side_covers;
    if is_covered {
        return;
    }
    if let Some(row) = layout.rooms.and_then(|area| row_in(area, x, y)) {
        let rows = layout.rooms.map_or(0, |area| usize::from(area.height));
        let listed = state.rooms.listed().nth(state.rooms.above(rows) + row);
        let index = listed.and_then(|(number, _)| number.checked_sub(1));
        rooms::select(state, index);
    } else if let Some(row) = row_in(layout.timeline, x, y) {
        let column = usize::from(x - layout.timeline.x);
        match hit(state, row, column) {
            Some(Hit::Link(address)) => effects.push(Effect::OpenUrl(address)),
            Some(Hit::Message(id)) => select(state, &id),
            None => {}
        }
    }
}

/// The row of an area that holds a cell.
fn row_in(area: Area, x: u16, y: u16) -> Option<usize> {
    let is_inside = (area.x..area.x + area.width).contains(&x);
    (is_inside && y < area.y + area.height).then(|| y.checked_sub(area.y).map(usize::from))?
}

/// A message, or the selected one no more.
fn select(state: &mut State, id: &EntryId) {
    let is_selected = state.room().and_then(|r| r.timeline.selected()).is_some_and(|e| e.id == *id);
    if is_selected {
        return actions::keys::leave(state);
    }
    let view = view(&state.layout);
    if let Some(room) = state.rooms.selected_mut() {
        room.timeline.select_message(id, view);
    }
}

enum Hit {
    Link(String),
    Message(EntryId),
}

/// What is in a cell of the timeline, whose rows stand at the bottom of its area.
fn hit(state: &State, row: usize, column: usize) -> Option<Hit> {
    let timeline = &state.room()?.timeline;
    let empty =
        usize::from(state.layout.timeline.height).checked_sub(timeline.visible().count())?;
    let Row::Text { text, line, entry, .. } = timeline.visible().nth(row.checked_sub(empty)?)?
    else {
        return None;
    };
    let before = usize::from(state.layout.head.gutter()) + cells(entry.prefix(line));
    let at = column.checked_sub(before).and_then(|column| piece_at(text, column));
    let address = at.and_then(|at| entry.meant(line, at).1);
    Some(match address {
        Some(address) => Hit::Link(address.to_owned()),
        None => Hit::Message(entry.id.clone()),
    })
}

/// The byte of the piece that is drawn over this column.
fn piece_at(text: &str, column: usize) -> Option<usize> {
    let mut end = 0;
    let mut drawn = pieces(text).filter(|piece| piece.cells > 0);
    drawn
        .find(|piece| {
            end += piece.cells;
            column < end
        })
        .map(|piece| piece.at)
}
