//! Cells and areas: the few moves everything here is drawn with.

use crate::app::state::Area;
use crate::text::{cells, pieces, truncate};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// An area as ratatui names it, cut to what the buffer has: the terminal may have shrunk meanwhile.
pub fn rect(area: Area, buf: &Buffer) -> Rect {
    let Area { x, y, width, height } = area;
    Rect { x, y, width, height }.intersection(buf.area)
}

/// Nothing is left of what was there.
pub fn clear(area: Rect, buf: &mut Buffer) {
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
        }
    }
}

/// The `row`-th line of an area, if it has one.
pub fn line(area: Rect, row: usize) -> Option<Rect> {
    let row = u16::try_from(row).ok()?;
    (row < area.height && area.width > 0).then(|| Rect { y: area.y + row, height: 1, ..area })
}

/// Writes `text` at `x` cells into a line, cut with `…` to at most `width`; the cell after it.
pub fn put(buf: &mut Buffer, line: Rect, x: u16, width: u16, text: &str, style: Style) -> u16 {
    put_styled(buf, line, x, width, text, |_, cell, _| {
        cell.set_style(style);
    })
}

/// As [`put`]: `dress` is given the byte of the text that a cell shows, the cell, and how many it takes.
pub fn put_styled(
    buf: &mut Buffer,
    line: Rect,
    x: u16,
    width: u16,
    text: &str,
    mut dress: impl FnMut(usize, &mut Cell, u16),
) -> u16 {
    let room = width.min(line.width.saturating_sub(x));
    let shown = truncate(text, usize::from(room));
    let mut column = line.x + x;
    for piece in pieces(&shown) {
        let cells = piece.cells as u16;
        if cells == 0 {
            continue; // nothing to see, and no cell to put it in
        }
        if cells == 2 {
            buf[(column + 1, line.y)].reset();
            dress(piece.at, &mut buf[(column + 1, line.y)], 0);
        }
        dress(piece.at, buf[(column, line.y)].set_symbol(piece.text), cells);
        column += cells;
    }
    column - line.x
}

/// A line that was wrapped, without the blanks that hang past its end.
pub fn wrapped(line: &str) -> &str {
    line.trim_end_matches(' ')
}

/// As [`put`], with its last cell at the line's end.
pub fn put_right(buf: &mut Buffer, line: Rect, width: u16, text: &str, style: Style) {
    let shown = truncate(text, usize::from(width.min(line.width)));
    let taken = cells(&shown) as u16;
    put(buf, line, line.width.saturating_sub(taken), taken, &shown, style);
}

/// A vertical line in the column `x`, as high as `area`; nothing where the buffer ends.
pub fn border(buf: &mut Buffer, x: u16, area: Rect, style: Style) {
    if x >= buf.area.right() {
        return;
    }
    for y in area.top()..area.bottom() {
        buf[(x, y)].set_symbol("│").set_style(style);
    }
}
