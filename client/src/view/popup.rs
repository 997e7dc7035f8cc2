//! A two-column list over the timeline.

use super::{paint, theme};
use crate::app::State;
use crate::app::state::Popup;
use crate::text::cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, popup: &Popup, area: Rect, buf: &mut Buffer) {
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
        }
    }
    let Some(head) = paint::line(area, 0) else { return };
    buf.set_style(head, theme::BOLD);
    paint::put(buf, head, 1, head.width, popup.title(), theme::BOLD);
    let lines = popup.lines(state);
    let left = lines.iter().map(|(l, _)| cells(l)).max().unwrap_or(0) as u16;
    let left = left.min(area.width / 2);
    let rows = usize::from(area.height).saturating_sub(2);
    for (row, (name, what)) in lines.iter().skip(popup.scroll).take(rows).enumerate() {
        let Some(line) = paint::line(area, row + 1) else { return };
        paint::put(buf, line, 1, left, name, theme::FRESH);
        paint::put(buf, line, left + 3, line.width, what, theme::PLAIN);
    }
    let below = lines.len().saturating_sub(popup.scroll + rows);
    let foot = match below {
        0 => "Esc closes".to_owned(),
        n => format!("{n} more: PgDn; Esc closes"),
    };
    if let Some(line) = paint::line(area, usize::from(area.height).saturating_sub(1)) {
        paint::put(buf, line, 1, line.width, &foot, theme::DIM);
    }
}
