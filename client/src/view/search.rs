//! The search pane: what was typed, what the search is at, and what was found, two lines each.

use super::{paint, picker, theme};
use crate::app::State;
use crate::app::keymap::{self, Action};
use crate::app::state::search::{Hit, Search};
use crate::text::{cells, pieces};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Above and below the messages.
const AROUND: usize = 3;
/// Of one message.
const LINES: usize = 2;
const INDENT: u16 = 2;

/// Draws it and gives the cell of the caret; `None` when there is no place for it.
pub fn draw(state: &State, search: &Search, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if state.layout.side_covers {
        paint::clear(area, buf);
    } else if let Some(left) = area.x.checked_sub(1) {
        paint::border(buf, left, area, theme::DIM);
    }
    let caret = picker::draw_query("Search: ", &search.query, paint::line(area, 0)?, buf);
    if let Some(line) = paint::line(area, 1) {
        let (text, is_error) = search.says();
        let style = if is_error { theme::ERROR } else { theme::DIM };
        paint::put(buf, line, 1, line.width, &text, style);
    }
    let rows = usize::from(area.height).saturating_sub(AROUND);
    let most = (rows / LINES).max(1);
    let above = (search.chosen + 1).saturating_sub(most);
    let narrowed = search.typed.as_ref().is_some_and(|typed| typed.room.is_some());
    for (n, (index, hit)) in search.hits.iter().enumerate().skip(above).take(most).enumerate() {
        let chosen = index == search.chosen;
        for (row, text) in [true, false].into_iter().enumerate() {
            if let Some(line) = paint::line(area, 2 + n * LINES + row)
                && 2 + n * LINES + row < usize::from(area.height).saturating_sub(1)
            {
                match text {
                    true => draw_head(hit, chosen, !narrowed, line, buf),
                    false => draw_text(hit, chosen, line, buf),
                }
            }
        }
    }
    if let Some(line) = paint::line(area, usize::from(area.height).saturating_sub(1))
        && area.height > 2
    {
        let keys = state.settings.keys.keys(Action::Search);
        let key = keymap::names(keys.get(..1).unwrap_or_default());
        let stays = if key.is_empty() { String::new() } else { format!(", {key} stays") };
        let hint = format!("Enter goes there, Esc back{stays}");
        paint::put(buf, line, 1, line.width, &hint, theme::DIM);
    }
    Some(caret)
}

fn draw_head(hit: &Hit, chosen: bool, with_room: bool, line: Rect, buf: &mut Buffer) {
    let (base, dim) = styles(chosen);
    buf.set_style(line, base);
    let mark = if chosen { "> " } else { "  " };
    let x = paint::put(buf, line, 0, line.width, mark, base);
    let x = paint::put(buf, line, x, line.width, &format!("{} ", hit.time()), dim);
    let x = paint::put(buf, line, x, line.width.saturating_sub(x), &hit.sender, base);
    if with_room {
        let room = format!("  #{}", hit.room);
        paint::put(buf, line, x, line.width.saturating_sub(x), &room, dim);
    }
}

/// With what was found in it in view.
fn draw_text(hit: &Hit, chosen: bool, line: Rect, buf: &mut Buffer) {
    let (base, _) = styles(chosen);
    buf.set_style(line, base);
    let place = line.width.saturating_sub(INDENT);
    let start = start(hit, usize::from(place));
    let shown = hit.text.get(start..).unwrap_or_default();
    let dots = if start > 0 { "…" } else { "" };
    let x = paint::put(buf, line, INDENT, place, dots, base);
    let left = line.width.saturating_sub(x);
    paint::put_styled(buf, line, x, left, shown, |at, cell, _| {
        let found = hit.matched.contains(&(start + at));
        cell.set_style(if found { base.patch(theme::BOLD) } else { base });
    });
}

fn styles(chosen: bool) -> (ratatui::style::Style, ratatui::style::Style) {
    match chosen {
        true => (theme::BAR, theme::BAR),
        false => (theme::PLAIN, theme::DIM),
    }
}

/// The byte to begin with, so that what was found is not beyond the edge.
fn start(hit: &Hit, width: usize) -> usize {
    let before = hit.text.get(..hit.matched.start).unwrap_or_default();
    let found = cells(hit.text.get(hit.matched.clone()).unwrap_or_default());
    if cells(before) + found <= width.saturating_sub(1) {
        return 0;
    }
    let mut too_many = cells(before).saturating_sub(width / 3);
    for piece in pieces(before) {
        if too_many == 0 {
            return piece.at;
        }
        too_many = too_many.saturating_sub(piece.cells);
    }
    hit.matched.start
}
