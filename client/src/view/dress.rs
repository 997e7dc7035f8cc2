//! The last step of a frame: roles become what the theme says, and, where the terminal draws them two
//! cells wide, the signs that draw lines become ASCII.

use crate::app::state::Look;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;

pub fn dress(look: &Look, buf: &mut Buffer) {
    for cell in &mut buf.content {
        match cell.fg {
            Color::Indexed(mark) => {
                cell.fg = Color::Reset;
                cell.set_style(look.theme.style(mark));
            }
            _ => {
                cell.set_style(look.theme.text);
            }
        }
        if look.ascii {
            to_ascii(cell);
        }
    }
}

/// Signs of ambiguous width (UAX #11) that borders and marks are made of, ours or a peer's: in the
/// terminals that `ui.ascii` is for, either would push what follows out of its column.
fn to_ascii(cell: &mut Cell) {
    let plain = match cell.symbol() {
        "│" => "|",
        "▎" => ">",
        "─" => "-",
        "┃" => "#",
        "…" => "~",
        "·" => "-",
        "•" => "*",
        "↪" => ">",
        _ => return,
    };
    cell.set_symbol(plain);
}
