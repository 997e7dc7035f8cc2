//! A list to choose from, over everything above the status line: what was typed, the items that fit,
//! and which one Enter takes.

use super::{paint, theme};
use crate::app::state::Composer;
use crate::app::state::picker::{Item, Picker};
use crate::text::{cells, locate, truncate, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

const GAP: u16 = 2;

/// Draws it and gives the cell of the caret; `None` when there is no place for it.
pub fn draw(picker: &Picker, area: Rect, buf: &mut Buffer) -> Option<Position> {
    paint::clear(area, buf);
    let caret = draw_query(picker.prompt(), &picker.query, paint::line(area, 0)?, buf);
    let rows = usize::from(area.height).saturating_sub(2);
    let above = (picker.chosen + 1).saturating_sub(rows);
    for (row, (index, item)) in picker.items.iter().enumerate().skip(above).take(rows).enumerate() {
        let Some(line) = paint::line(area, row + 1) else { break };
        draw_item(item, index == picker.chosen, line, buf);
    }
    if picker.items.is_empty()
        && let Some(line) = paint::line(area, 1)
    {
        paint::put(buf, line, 1, line.width, picker.nothing(), theme::DIM);
    }
    if area.height > 2
        && let Some(line) = paint::line(area, usize::from(area.height) - 1)
    {
        paint::put(buf, line, 1, line.width, picker.hint(), theme::DIM);
    }
    Some(caret)
}

/// One line, which shows the end of what does not fit.
pub fn draw_query(prompt: &str, query: &Composer, line: Rect, buf: &mut Buffer) -> Position {
    let prompt = paint::put(buf, line, 1, line.width, prompt, theme::BOLD);
    let place = usize::from(line.width.saturating_sub(prompt + 1)).max(2);
    let text = query.text();
    let lines = wrap(text, place);
    let (row, column) = locate(text, &lines, query.caret());
    let shown = lines.get(row).and_then(|l| text.get(l.start..l.end)).unwrap_or_default();
    paint::put(buf, line, prompt, line.width, paint::wrapped(shown), theme::PLAIN);
    let x = (prompt + column as u16).min(line.width.saturating_sub(1));
    Position { x: line.x + x, y: line.y }
}

fn draw_item(item: &Item, chosen: bool, line: Rect, buf: &mut Buffer) {
    let style = if chosen { theme::BAR } else { theme::PLAIN };
    buf.set_style(line, style);
    let mark = if chosen { "> " } else { "  " };
    let count = cells(&item.count) as u16;
    let place = line.width.saturating_sub(count + 1);
    let x = paint::put(buf, line, 0, place, mark, style);
    let label = truncate(&item.label, usize::from(place.saturating_sub(x)));
    let x = paint::put(buf, line, x, place.saturating_sub(x), &label, style);
    let detail = place.saturating_sub(x + GAP);
    let dim = if chosen { theme::BAR } else { theme::DIM };
    paint::put(buf, line, x + GAP, detail, &item.detail, dim);
    paint::put_right(buf, line, count, &item.count, style);
}
