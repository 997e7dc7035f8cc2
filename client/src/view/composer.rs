//! The composer: the draft, wrapped by the same function that places the caret.

use super::{paint, theme};
use crate::app::State;
use crate::app::state::layout::{PROMPT, composer_width};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws the draft and gives the cell of its caret; `None` when there is no place for it.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let composer = state.composer();
    let width = composer_width(area.width);
    let lines = composer.lines(width);
    let (row, column) = composer.caret_cell(width);
    let rows = usize::from(area.height);
    let above = (row + 1).saturating_sub(rows);
    for (screen_row, index) in (above..lines.len()).take(rows).enumerate() {
        let Some(line) = paint::line(area, screen_row) else { break };
        let prompt = if index == 0 { "> " } else { "  " };
        let x = paint::put(buf, line, 0, PROMPT, prompt, theme::BOLD);
        let text = lines.get(index).and_then(|l| composer.text().get(l.start..l.end));
        paint::put(
            buf,
            line,
            x,
            line.width,
            paint::wrapped(text.unwrap_or_default()),
            theme::PLAIN,
        );
    }
    if composer.is_empty()
        && let Some(line) = paint::line(area, 0)
    {
        paint::put(buf, line, PROMPT, line.width, hint(state), theme::DIM);
    }
    let x = area.x + (PROMPT + column as u16).min(area.width.saturating_sub(1));
    let y = area.y + ((row - above) as u16).min(area.height.saturating_sub(1));
    Some(Position { x, y })
}

fn hint(state: &State) -> &'static str {
    match state.room() {
        None => "/join ROOM to begin, F1 for help",
        Some(room) if room.is_read_only() => "read only; /help for commands",
        Some(_) if state.last_receipt.is_none() => "F1 for help",
        Some(_) => "",
    }
}
