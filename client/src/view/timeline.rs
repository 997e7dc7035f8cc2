//! The timeline: the rows that the core laid out, at the bottom of their area.

use super::message::{self, Links};
use super::{paint, theme};
use crate::app::State;
use crate::app::state::layout::Head;
use crate::app::state::rows::Who;
use crate::app::state::{Anchor, Connection, Delivery, Entry, Room, Row, Timeline};
use crate::markdown::Rendered;
use crate::text::{cells, truncate, wrap};
use chat_protocol::chat::UserName;
use chat_protocol::text::PeerStr;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Characters of a message that a quote of it begins with.
const QUOTED: usize = 200;

pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let Some(room) = state.room() else {
        return draw_empty(
            "no room is joined: /join NAME goes to one, F1 shows all keys",
            area,
            buf,
        );
    };
    if room.timeline.is_empty() {
        return draw_empty(&why_empty(state, room), area, buf);
    }
    let head = state.layout.head;
    let mut links = Links::new(state.look.links);
    let shown = room.timeline.visible().count();
    let above = usize::from(area.height).saturating_sub(shown);
    let selected = room.timeline.selected().map(|entry| &entry.id);
    for (row, content) in room.timeline.visible().enumerate() {
        let Some(line) = paint::line(area, above + row) else { break };
        let is_selected = matches!(content, Row::Text { entry, .. } if Some(&entry.id) == selected);
        draw_row(content, head, (state.me.as_ref(), &mut links), line, buf);
        if is_selected {
            draw_selected(head, line, buf);
        }
    }
    draw_below(&room.timeline, area, buf);
}

fn why_empty(state: &State, room: &Room) -> String {
    match &state.connection {
        Connection::Offline { reason, .. } => format!("{reason}; what is written now waits"),
        Connection::Online if room.timeline.synced => "nothing was said here yet".to_owned(),
        _ => String::new(),
    }
}

/// What stands in the place of messages, at the bottom and in full.
fn draw_empty(text: &str, area: Rect, buf: &mut Buffer) {
    let place = usize::from(area.width.saturating_sub(2));
    let lines = wrap(text, place);
    let above = usize::from(area.height).saturating_sub(lines.len());
    for (row, part) in lines.iter().enumerate() {
        let Some(line) = paint::line(area, above + row) else { return };
        let part = text.get(part.start..part.end).unwrap_or_default();
        paint::put(buf, line, 1, line.width, paint::wrapped(part), theme::DIM);
    }
}

/// Who we are, and what the links of the frame may take.
type Frame<'a> = (Option<&'a UserName>, &'a mut Links);

fn draw_row(row: Row<'_>, head: Head, (me, links): Frame<'_>, line: Rect, buf: &mut Buffer) {
    match row {
        Row::Day(date) => ruled(&format!(" {date} {} ", weekday(date)), theme::DIM, line, buf),
        Row::ReadLine => ruled(" read up to here ", theme::FRESH, line, buf),
        Row::Header(who) => {
            let x = paint::put(buf, line, 0, line.width, &clock(who), theme::DIM);
            paint::put(buf, line, x + 1, line.width, who.name, name_style(who));
        }
        Row::Failed(reason) => {
            let gutter = draw_gutter(None, head, FAILED, line, buf);
            paint::put(buf, line, gutter, line.width, paint::wrapped(reason), theme::ERROR);
        }
        Row::Quote(answered) => {
            let gutter = draw_gutter(None, head, NO_MARK, line, buf);
            paint::put(buf, line, gutter, line.width, &quote(answered), theme::DIM);
        }
        Row::Tag(entry) => {
            let gutter = draw_gutter(None, head, mark(entry), line, buf);
            paint::put(buf, line, gutter, line.width, entry.tag(), theme::DIM);
        }
        Row::Reactions(entry) => {
            let gutter = draw_gutter(None, head, NO_MARK, line, buf);
            draw_reactions(entry, me, gutter, line, buf);
        }
        Row::Passing(entry) => {
            let text = format!("* {}", entry.passing.line());
            paint::put(buf, line, head.gutter(), line.width, &text, theme::DIM);
        }
        Row::Text { who, line: index, entry, tagged, .. } => {
            let gutter = draw_gutter(who, head, mark(entry), line, buf);
            let place = (line, gutter);
            let x = message::draw(entry, index, text_style(entry), links, place, buf);
            if tagged {
                paint::put(buf, line, x + 1, line.width, entry.tag(), theme::DIM);
            }
        }
    }
}

/// Over a row of the selected message: a mark, and the bar's colours.
fn draw_selected(head: Head, line: Rect, buf: &mut Buffer) {
    let gutter = head.gutter();
    let mark = if let Head::Beside { .. } = head { gutter.saturating_sub(2) } else { 0 };
    let text = Rect { x: line.x + gutter, width: line.width.saturating_sub(gutter), ..line };
    buf.set_style(text, theme::SELECTED);
    paint::put(buf, line, mark, 1, ">", theme::BOLD);
}

/// The beginning of what is answered; the end of the line cuts it.
fn quote(answered: Option<&Entry>) -> String {
    let Some(entry) = answered else { return "↪ an earlier message".to_owned() };
    let name = entry.sender.as_ref().map_or("", |name| name.as_str());
    let start: String = entry.text.as_str().chars().take(QUOTED).collect();
    // On one line, and without its markup.
    let start = Rendered::new(&PeerStr::new(start.trim()).block()).text().replace('\n', " ");
    format!("↪ {name}: {start}")
}

/// ` 👍 2 `, and `[👍 2]` where one of them is ours.
fn draw_reactions(entry: &Entry, me: Option<&UserName>, x: u16, line: Rect, buf: &mut Buffer) {
    let mut x = x;
    for reactions in entry.reactions() {
        let own = me.is_some_and(|me| reactions.by.contains(me));
        let (open, close) = if own { ("[", "]") } else { (" ", " ") };
        let text = format!("{open}{} {}{close}", reactions.emoji.line(), reactions.count);
        let style = if own { theme::FRESH } else { theme::DIM };
        x = paint::put(buf, line, x, line.width, &text, style);
    }
}

/// Time, nick and border left of the text; the cell where the text begins. A mark takes the place of
/// the border.
fn draw_gutter(who: Option<Who<'_>>, head: Head, mark: Mark, line: Rect, buf: &mut Buffer) -> u16 {
    let (shape, style) = mark;
    let Head::Beside { nick } = head else {
        let shape = if mark == NO_MARK { " " } else { shape };
        paint::put(buf, line, 0, 1, shape, style);
        return head.gutter();
    };
    if let Some(who) = who {
        paint::put(buf, line, 0, 5, &clock(who), theme::DIM);
        let name = truncate(who.name, usize::from(nick));
        let x = 6 + nick.saturating_sub(cells(&name) as u16);
        paint::put(buf, line, x, nick, &name, name_style(who));
    }
    paint::put(buf, line, 6 + nick + 1, 1, shape, style);
    head.gutter()
}

fn ruled(label: &str, style: Style, line: Rect, buf: &mut Buffer) {
    let label = truncate(label, usize::from(line.width));
    let taken = cells(&label) as u16;
    let left = line.width.saturating_sub(taken) / 2;
    for x in line.left()..line.right() {
        buf[(x, line.y)].set_symbol("─").set_style(style);
    }
    paint::put(buf, line, left, taken, &label, style);
}

fn clock(who: Who<'_>) -> String {
    format!("{:02}:{:02}", who.hour, who.minute)
}

fn name_style(who: Who<'_>) -> Style {
    if who.own { theme::BOLD } else { theme::nick(who.hue) }
}

fn text_style(entry: &Entry) -> Style {
    match entry.delivery {
        Delivery::Pending | Delivery::Queued => theme::DIM,
        Delivery::Failed(_) => theme::ERROR,
        _ if entry.mention => theme::MENTION,
        _ if entry.is_deleted() || entry.is_topic() => theme::DIM,
        _ => theme::PLAIN,
    }
}

/// What became of a message, or that it is for us, as a shape left of it.
type Mark = (&'static str, Style);

const NO_MARK: Mark = ("│", theme::DIM);
const FAILED: Mark = ("!", theme::ERROR);

fn mark(entry: &Entry) -> Mark {
    match entry.delivery {
        Delivery::Pending => ("~", theme::DIM),
        Delivery::Queued => ("^", theme::DIM),
        Delivery::Failed(_) => FAILED,
        _ if entry.mention => ("┃", theme::MENTION),
        _ => NO_MARK,
    }
}

/// That this is not the end, and how much of what is below is new.
fn draw_below(timeline: &Timeline, area: Rect, buf: &mut Buffer) {
    let is_end = timeline.anchor == Anchor::Bottom || timeline.shows_end();
    if is_end && timeline.below == 0 {
        return;
    }
    let Some(line) = paint::line(area, usize::from(area.height).saturating_sub(1)) else { return };
    let what = match timeline.below {
        0 => "more below".to_owned(),
        n => format!("{n} new below"),
    };
    let long = format!(" {what}: Ctrl-End ");
    let text = if long.len() <= usize::from(line.width) { long } else { format!(" {what} ") };
    paint::put_right(buf, line, line.width, &text, theme::BAR);
}

fn weekday(date: jiff::civil::Date) -> &'static str {
    use jiff::civil::Weekday::*;
    match date.weekday() {
        Monday => "Mon",
        Tuesday => "Tue",
        Wednesday => "Wed",
        Thursday => "Thu",
        Friday => "Fri",
        Saturday => "Sat",
        Sunday => "Sun",
    }
}
