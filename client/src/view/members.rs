//! The member list of the selected room.

use super::{paint, theme};
use crate::app::State;
use crate::app::state::rows::hue;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let Some(left) = area.x.checked_sub(1) else { return };
    paint::border(buf, left, area, theme::DIM);
    let Some(room) = state.room() else { return };
    let rows = usize::from(area.height);
    let hidden = (room.members.len() + 1).saturating_sub(rows);
    if let Some(line) = paint::line(area, 0) {
        paint::put(buf, line, 1, line.width, &format!("{} here", room.members.len()), theme::DIM);
    }
    let shown = if hidden > 0 { rows.saturating_sub(2) } else { rows };
    for (row, name) in room.members.iter().take(shown).enumerate() {
        let Some(line) = paint::line(area, row + 1) else { return };
        paint::put(buf, line, 1, line.width, name.as_str(), theme::nick(hue(name.folded())));
    }
    if hidden > 0
        && let Some(line) = paint::line(area, rows.saturating_sub(1))
    {
        let more = room.members.len().saturating_sub(shown);
        paint::put(buf, line, 1, line.width, &format!("and {more} more"), theme::DIM);
    }
}
