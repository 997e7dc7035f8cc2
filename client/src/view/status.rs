//! The status line, and the line above it when the client has something to say.

use super::{paint, theme};
use crate::app::State;
use crate::app::state::{Connection, Room};
use crate::text::cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::time::Duration;

pub fn draw(state: &State, line: Rect, buf: &mut Buffer) {
    if line.area() == 0 {
        return;
    }
    buf.set_style(line, theme::BAR);
    let right = right_side(state);
    let kept = cells(&right) as u16 + 2;
    let room = if line.width > kept + 20 { line.width - kept } else { line.width };
    paint::put(buf, line, 1, room.saturating_sub(1), &left_side(state), theme::BAR);
    if room < line.width {
        paint::put_right(buf, line, kept, &format!("{right} "), theme::BAR);
    }
}

pub fn draw_notice(state: &State, line: Rect, buf: &mut Buffer) {
    let Some(notice) = &state.notice else { return };
    let (mark, style) = if notice.is_error { ("! ", theme::ERROR) } else { ("* ", theme::FRESH) };
    let x = paint::put(buf, line, 0, line.width, mark, style);
    paint::put(buf, line, x, line.width, &notice.text, style);
}

fn left_side(state: &State) -> String {
    let mut parts = vec![connection(&state.connection)];
    if let Some(room) = state.room() {
        parts.push(room.place.name().to_owned());
        if let Some(why) = &room.refused {
            parts.push(format!("refused: {why}"));
        } else if room.is_read_only() {
            parts.push("read only".to_owned());
        }
        parts.extend(typing(room));
    }
    parts.join(" · ")
}

fn right_side(state: &State) -> String {
    let mut parts = Vec::new();
    if let Some(room) = state.room().filter(|r| !r.is_read_only()) {
        parts.push(format!("{} here", room.members.len()));
    }
    parts.extend(state.last_receipt.map(receipt_time));
    parts.extend(state.me.as_ref().map(|me| me.as_str().to_owned()));
    parts.join(" · ")
}

fn connection(connection: &Connection) -> String {
    match connection {
        Connection::Online => "online".to_owned(),
        Connection::Connecting { attempt: 0 | 1 } => "connecting".to_owned(),
        Connection::Connecting { attempt } => format!("connecting, attempt {attempt}"),
        Connection::Offline { reason, retry_in: Some(delay) } => {
            format!("offline: {reason}; again in {}", seconds(*delay))
        }
        Connection::Offline { reason, retry_in: None } => format!("offline: {reason}"),
    }
}

fn seconds(delay: Duration) -> String {
    match delay.as_secs_f32() {
        s if s < 10.0 => format!("{s:.1} s"),
        s => format!("{s:.0} s"),
    }
}

/// From SEND to RECEIPT.
fn receipt_time(time: Duration) -> String {
    match time.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        _ => seconds(time),
    }
}

fn typing(room: &Room) -> Option<String> {
    let names: Vec<&str> = room.typing.iter().map(|t| t.user.as_str()).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is typing")),
        [one, two] => Some(format!("{one} and {two} are typing")),
        many => Some(format!("{} people are typing", many.len())),
    }
}
