//! The room list: number, name, how much is unread and how often one is mentioned.

use super::{paint, theme};
use crate::app::State;
use crate::app::state::Room;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    paint::border(buf, area.right(), area, theme::DIM);
    let selected = state.room().map(|r| &r.place);
    let rows = usize::from(area.height);
    for (row, (number, room)) in
        state.rooms.listed().skip(state.rooms.above(rows)).take(rows).enumerate()
    {
        let Some(line) = paint::line(area, row) else { break };
        draw_room(room, number, Some(&room.place) == selected, line, buf);
    }
}

fn draw_room(room: &Room, number: usize, selected: bool, line: Rect, buf: &mut Buffer) {
    let style = match (selected, room.unread > 0) {
        (true, _) => theme::BAR,
        _ if room.muted => theme::DIM,
        (_, true) => theme::BOLD,
        _ => theme::PLAIN,
    };
    buf.set_style(line, style);
    let mark = if selected { ">" } else { " " };
    let head = if number < 10 { format!("{mark}{number} ") } else { format!("{mark}  ") };
    let x = paint::put(buf, line, 0, line.width, &head, style);
    // By its shape, too: what is muted has its counts in brackets.
    let count = match room.counts() {
        count if room.muted && !count.is_empty() => format!("({count})"),
        count => count,
    };
    let room_for_name = line.width.saturating_sub(x + count.len() as u16 + 1);
    let name = match room.refused {
        Some(_) => format!("!{}", room.place.name()),
        None => room.place.name().to_owned(),
    };
    paint::put(buf, line, x, room_for_name, &name, style);
    let count_style =
        if room.mentions > 0 && !selected && !room.muted { theme::MENTION } else { style };
    paint::put_right(buf, line, count.len() as u16, &count, count_style);
}
