//! The status line, and the line above it when the client has something to say.

use super::{paint, theme};
use crate::app::State;
use crate::app::state::action::ACTIONS;
use crate::app::state::composer::{Left, place_left};
use crate::app::state::{Connection, Entry, Room};
use crate::text::cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::time::Duration;

/// Cells between the two sides and at both ends.
const GAP: usize = 4;

pub fn draw(state: &State, line: Rect, buf: &mut Buffer) {
    if line.area() == 0 {
        return;
    }
    buf.set_style(line, theme::BAR);
    let left = left_side(state);
    let place = usize::from(line.width).saturating_sub(cells(&left) + GAP);
    let right = right_side(state, place);
    let kept = cells(&right) as u16;
    paint::put(buf, line, 1, line.width.saturating_sub(2), &left, theme::BAR);
    paint::put_right(buf, line, kept, &right, theme::BAR);
}

pub fn draw_notice(state: &State, line: Rect, buf: &mut Buffer) {
    let Some(notice) = state.banner() else { return };
    let (mark, style) = if notice.is_error { ("! ", theme::ERROR) } else { ("* ", theme::FRESH) };
    let x = paint::put(buf, line, 0, line.width, mark, style);
    paint::put(buf, line, x, line.width, &notice.text, style);
}

/// Above the timeline, by its shape, too.
pub fn draw_topic(state: &State, line: Rect, buf: &mut Buffer) {
    let Some(topic) = state.topic().filter(|_| line.area() > 0) else { return };
    let text = format!(" Topic: {}", topic.line());
    paint::put(buf, line, 0, line.width, &text, theme::BOLD);
}

/// What matters most comes first: what does not fit is cut at the end.
fn left_side(state: &State) -> String {
    let selected = state.room().and_then(|room| room.timeline.selected());
    if let Some(entry) = selected.filter(|_| state.is_online()) {
        return what_can_be_done(entry);
    }
    let mode = state.vi.shown().filter(|_| state.settings.ui.vi);
    let mut parts: Vec<String> = mode.into_iter().collect();
    parts.push(connection(&state.connection));
    if let Some(room) = state.room() {
        parts.push(room.place.name().to_owned());
        if let Some(why) = &room.refused {
            parts.push(format!("refused: {why}"));
        } else if room.is_read_only() {
            parts.push("read only".to_owned());
        }
        parts.extend(typing(room));
    }
    if let Connection::Offline { reason, .. } = &state.connection {
        parts.push(reason.clone());
    }
    parts.join(" · ")
}

/// While a message is selected.
fn what_can_be_done(entry: &Entry) -> String {
    let fitting = ACTIONS.iter().filter(|action| (action.fits)(entry));
    let keys: Vec<String> = fitting.map(|a| format!("{} {}", a.key, a.label)).collect();
    format!("Enter lists: {} · Esc", keys.join(" · "))
}

/// In at most `place` cells: what matters least is left out first.
fn right_side(state: &State, place: usize) -> String {
    let place_left = place_left(state.composer().text()).map(|left| match left {
        Left::Letters(n @ 0..) => format!("{n} left"),
        Left::Letters(n) => format!("! {} too many", n.unsigned_abs()),
        Left::Bytes(n @ 0..) => format!("{n} bytes left"),
        Left::Bytes(n) => format!("! {} bytes too many", n.unsigned_abs()),
    });
    let room = state.room().filter(|r| !r.is_read_only());
    let here = room.map(|r| format!("{} here", r.members.len()));
    let receipt = state.last_receipt.map(|time| format!("sent in {}", duration(time)));
    let me = state.me.as_ref().map(|me| me.as_str().to_owned());
    let all = [&place_left, &here, &receipt, &me];
    let fewer = [&place_left, &here, &None, &me];
    let least = [&place_left, &here, &None, &None];
    let only = [&place_left, &None, &None, &None];
    let join = |parts: [&Option<String>; 4]| {
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() { String::new() } else { format!("{} ", parts.join(" · ")) }
    };
    let candidates = [all, fewer, least, only].into_iter().map(join);
    candidates.into_iter().find(|text| cells(text) <= place).unwrap_or_default()
}

fn connection(connection: &Connection) -> String {
    match connection {
        Connection::Online => "online".to_owned(),
        Connection::Connecting { attempt: 0 | 1 } => "connecting".to_owned(),
        Connection::Connecting { attempt } => format!("connecting, attempt {attempt}"),
        Connection::Offline { retry_at: Some(at), .. } => {
            let (hour, minute, second) = (at / 3600, at / 60 % 60, at % 60);
            format!("offline, next try {hour:02}:{minute:02}:{second:02}")
        }
        Connection::Offline { retry_at: None, .. } => "offline, F5 retries".to_owned(),
    }
}

fn duration(time: Duration) -> String {
    match (time.as_millis(), time.as_secs_f32()) {
        (ms @ 0..1000, _) => format!("{ms} ms"),
        (_, s) if s < 10.0 => format!("{s:.1} s"),
        (_, s) => format!("{s:.0} s"),
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
