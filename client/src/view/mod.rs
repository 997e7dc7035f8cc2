//! Painting: `view(&State, &mut Frame)`. It takes the state by shared reference and so cannot change
//! it; where things stand was decided by the core (`State::layout`). All text that comes from peers
//! reaches this place sanitised.

mod completion;
mod composer;
mod dress;
mod members;
mod message;
mod paint;
mod paste;
mod picker;
mod popup;
mod rooms;
mod search;
mod status;
mod theme;
mod thread;
mod timeline;
mod welcome;

use crate::app::State;
use crate::app::state::{Area, SidePane};
use ratatui::Frame;
use ratatui::layout::Position;

/// Draws one whole frame and puts the real cursor at the caret of what has the
/// keyboard.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    let layout = state.layout;
    let buf = frame.buffer_mut();
    let timeline = paint::rect(layout.timeline, buf);
    match state.welcome() {
        Some(welcome) => welcome::draw(state, welcome, timeline, buf),
        None => timeline::draw(state, timeline, buf),
    }
    if let Some(area) = layout.rooms {
        rooms::draw(state, paint::rect(area, buf), buf);
    }
    let mut pane_caret = None;
    if let (Some(pane), Some(area)) = (&state.side, layout.side) {
        let area = paint::rect(area, buf);
        match pane {
            SidePane::Members => members::draw(state, area, buf),
            SidePane::Thread(root) => thread::draw(state, root, area, buf),
            SidePane::Search => {
                pane_caret = state.search.as_ref().and_then(|s| search::draw(state, s, area, buf));
            }
        }
    }
    if let Some(area) = layout.topic {
        status::draw_topic(state, paint::rect(area, buf), buf);
    }
    let Area { y, height, .. } = layout.timeline;
    let whole = Area { x: 0, y: 0, width: state.size.0, height: y + height };
    if let Some(popup) = &state.popup {
        popup::draw(state, popup, paint::rect(whole, buf), buf);
    }
    if let Some(completion) = &state.completion {
        completion::draw(completion, paint::rect(layout.timeline, buf), buf);
    }
    if let Some(pasted) = &state.pasted {
        paste::draw(pasted, paint::rect(whole, buf), buf);
    }
    if let Some(area) = layout.notice {
        status::draw_notice(state, paint::rect(area, buf), buf);
    }
    status::draw(state, paint::rect(layout.status, buf), buf);
    // The cursor is shown in every frame: while a screen shrinks, in its last row.
    let last_row = Position { x: 0, y: buf.area.bottom().saturating_sub(1) };
    let mut caret = composer::draw(state, paint::rect(layout.composer, buf), buf);
    caret = pane_caret.or(caret);
    if let Some(picker) = &state.picker {
        caret = picker::draw(picker, paint::rect(whole, buf), buf);
    }
    dress::dress(&state.look, buf);
    frame.set_cursor_position(caret.unwrap_or(last_row));
}
