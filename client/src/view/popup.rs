//! A two-column list over everything above the status line.

use super::{paint, theme};
use crate::app::State;
use crate::app::state::Popup;
use crate::text::cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Between the columns.
const GAP: u16 = 2;

pub fn draw(state: &State, popup: &Popup, area: Rect, buf: &mut Buffer) {
    paint::clear(area, buf);
    let Some(head) = paint::line(area, 0) else { return };
    paint::put(buf, head, 1, head.width, popup.title(), theme::BOLD);
    let lines = popup.lines(state);
    let left = left_width(&lines, area.width);
    let rows = usize::from(area.height).saturating_sub(2);
    for (row, (name, what)) in lines.iter().skip(popup.scroll).take(rows).enumerate() {
        let Some(line) = paint::line(area, row + 1) else { return };
        paint::put(buf, line, 1, left, name, theme::FRESH);
        paint::put(buf, line, 1 + left + GAP, line.width, what, theme::PLAIN);
    }
    if area.height < 2 {
        return;
    }
    let below = lines.len().saturating_sub(popup.scroll + rows);
    let foot = match below {
        0 => "Esc closes".to_owned(),
        n => format!("Esc closes, PgDn: {n} more"),
    };
    if let Some(line) = paint::line(area, usize::from(area.height) - 1) {
        paint::put(buf, line, 1, line.width, &foot, theme::DIM);
    }
}

/// What both columns need; where there is less, the shorter one is kept whole up to a half.
fn left_width(lines: &[(String, String)], width: u16) -> u16 {
    let widest = |of: fn(&(String, String)) -> &String| {
        lines.iter().map(|line| cells(of(line))).max().unwrap_or(0) as u16
    };
    let place = width.saturating_sub(1 + GAP);
    let (left, right) = (widest(|l| &l.0), widest(|l| &l.1));
    left.min(place.saturating_sub(right).max(place / 2))
}
