//! The candidates of a completion, in a list over the end of the timeline.

use super::{paint, theme};
use crate::app::state::Completion;
use crate::text::cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const ROWS: usize = 8;
const GAP: u16 = 2;

/// One candidate stands in the draft already and needs no list.
pub fn draw(completion: &Completion, area: Rect, buf: &mut Buffer) {
    let candidates = &completion.candidates;
    let rows = candidates.len().min(ROWS).min(usize::from(area.height));
    if candidates.len() < 2 || rows == 0 {
        return;
    }
    let above = (completion.chosen + 1).saturating_sub(rows);
    let shown = candidates.iter().enumerate().skip(above).take(rows);
    let label = shown.clone().map(|(_, c)| cells(&c.label)).max().unwrap_or(0) as u16;
    let top = usize::from(area.height) - rows;
    for (row, (index, candidate)) in shown.enumerate() {
        let Some(line) = paint::line(area, top + row) else { break };
        paint::clear(line, buf);
        let chosen = index == completion.chosen;
        let style = if chosen { theme::BAR } else { theme::PLAIN };
        buf.set_style(line, style);
        paint::put(buf, line, 0, 2, if chosen { "> " } else { "  " }, style);
        paint::put(buf, line, 2, label, &candidate.label, style);
        let dim = if chosen { theme::BAR } else { theme::DIM };
        let place = line.width.saturating_sub(2 + label + GAP + 1);
        paint::put(buf, line, 2 + label + GAP, place, &candidate.detail, dim);
    }
}
