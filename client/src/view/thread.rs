//! The side pane with a message and what answers it, newest at the bottom.

use super::{paint, theme};
use crate::app::State;
use crate::app::state::rows::hue;
use crate::app::state::{Entry, Timeline};
use crate::text::wrap;
use chat_protocol::chat::MessageId;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::collections::HashSet;

pub fn draw(state: &State, root: &MessageId, area: Rect, buf: &mut Buffer) {
    paint::clear(area, buf);
    if let Some(left) = area.x.checked_sub(1).filter(|_| !state.layout.side_covers) {
        paint::border(buf, left, area, theme::DIM);
    }
    let Some(head) = paint::line(area, 0) else { return };
    paint::put(buf, head, 1, head.width, "Thread", theme::BOLD);
    let Some(room) = state.room() else { return };
    let thread = thread(&room.timeline, root);
    if thread.is_empty() {
        if let Some(line) = paint::line(area, 1) {
            paint::put(
                buf,
                line,
                1,
                line.width,
                "this message is not held; scroll to it",
                theme::DIM,
            );
        }
        return;
    }
    let rows = usize::from(area.height).saturating_sub(1);
    let width = usize::from(area.width.saturating_sub(2));
    let mut lines: Vec<(String, Style)> = Vec::new();
    // From the newest up, no more than fits.
    for entry in thread.into_iter().rev() {
        if lines.len() >= rows {
            break;
        }
        lines.extend(of_entry(entry, width).into_iter().rev());
    }
    lines.truncate(rows);
    for (row, (text, style)) in lines.into_iter().rev().enumerate() {
        let Some(line) = paint::line(area, row + 1) else { return };
        paint::put(buf, line, 1, line.width, &text, style);
    }
}

/// A message, its answers, and their answers, as far as they are held.
fn thread<'a>(timeline: &'a Timeline, root: &MessageId) -> Vec<&'a Entry> {
    let mut known: HashSet<&MessageId> = HashSet::from([root]);
    let mut thread = Vec::new();
    for entry in timeline.entries().filter(|e| e.is_said()) {
        let is_root = entry.message_id() == Some(root);
        if is_root || entry.reply_to.as_ref().is_some_and(|id| known.contains(id)) {
            known.extend(entry.message_id());
            thread.push(entry);
        }
    }
    thread
}

fn of_entry(entry: &Entry, width: usize) -> Vec<(String, Style)> {
    let (hour, minute) = entry.clock();
    let name = entry.sender.as_ref();
    let style = name.map_or(theme::PLAIN, |name| theme::nick(hue(name.folded())));
    let name = name.map_or("me", |name| name.as_str());
    let mut lines = vec![(format!("{hour:02}:{minute:02} {name} {}", entry.tag()), style)];
    let text = entry.text.block();
    let text = text.as_str().trim_end();
    let text_style = if entry.is_deleted() { theme::DIM } else { theme::PLAIN };
    lines.extend(wrap(text, width.saturating_sub(1)).into_iter().map(|line| {
        let part = text.get(line.start..line.end).unwrap_or_default();
        (format!(" {}", paint::wrapped(part)), text_style)
    }));
    lines
}
