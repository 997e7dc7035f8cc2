//! One row of a message's text: its prefix, and each cell as it is meant. A link is one for the
//! terminal too (OSC 8); every cell opens and closes it, so that a frame may change any of them alone.

use super::{paint, theme};
use crate::app::state::Entry;
use crate::app::state::rows::hue;
use crate::markdown::Attr;
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use std::num::NonZero;

/// Bytes of addresses in one frame; the links beyond are only underlined.
const ADDRESSES: usize = 64 * 1024;

/// What may still be spent on the links of a frame.
pub struct Links(usize);

impl Links {
    pub fn new(are_shown: bool) -> Self {
        Self(if are_shown { ADDRESSES } else { 0 })
    }

    fn link(&mut self, cell: &mut Cell, cells: u16, address: &str) {
        let (Some(left), Some(cells)) = (self.0.checked_sub(address.len()), NonZero::new(cells))
        else {
            return;
        };
        self.0 = left;
        let id = hue(address);
        let symbol = format!("\x1b]8;id={id:x};{address}\x1b\\{}\x1b]8;;\x1b\\", cell.symbol());
        cell.set_symbol(&symbol).set_diff_option(CellDiffOption::ForcedWidth(cells));
    }
}

/// Draws the line `index` of a message from the cell `x` on; the cell after it.
pub fn draw(
    entry: &Entry,
    index: usize,
    base: Style,
    links: &mut Links,
    (line, x): (Rect, u16),
    buf: &mut Buffer,
) -> u16 {
    let x = paint::put(buf, line, x, line.width, entry.prefix(index), theme::DIM);
    let text = paint::wrapped(entry.line(index));
    paint::put_styled(buf, line, x, line.width, text, |at, cell, cells| {
        let (attr, address) = entry.meant(index, at);
        cell.set_style(style(attr, base));
        if let Some(address) = address {
            links.link(cell, cells, address);
        }
    })
}

/// What became of a message says more than how its words are meant.
fn style(attr: Attr, base: Style) -> Style {
    let role = match attr {
        _ if base.fg.is_some() => base,
        Attr { note: true, .. } => theme::DIM,
        Attr { link: Some(_), .. } => theme::LINK,
        Attr { code: true, .. } => theme::CODE,
        Attr { quote: true, .. } => theme::QUOTE,
        _ => base,
    };
    let modifiers = [
        (attr.bold, Modifier::BOLD),
        (attr.italic, Modifier::ITALIC),
        (attr.link.is_some(), Modifier::UNDERLINED),
    ];
    modifiers.iter().filter(|(on, _)| *on).fold(role, |style, (_, m)| style.add_modifier(*m))
}
