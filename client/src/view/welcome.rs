//! The first screen when no server answers and nothing is cached: what to do, with what went wrong
//! below it.

use super::{paint, theme};
use crate::app::State;
use crate::app::keymap::{self, Action};
use crate::app::state::first_run::Welcome;
use crate::text::{cells, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Cells that keys take, and what they are for begins after.
const KEYS: u16 = 8;
/// Cells left of everything.
const MARGIN: u16 = 2;

pub fn draw(state: &State, welcome: Welcome<'_>, area: Rect, buf: &mut Buffer) {
    let lines = lines(state, welcome);
    let width = usize::from(area.width.saturating_sub(MARGIN + KEYS + 1));
    let rows: usize = lines.iter().map(|l| l.rows(area, width)).sum();
    // With much place in the middle, with little from the top: what matters most comes first.
    let mut row = usize::from(area.height).saturating_sub(rows) / 2;
    for line in &lines {
        row = line.draw(area, row, width, buf);
    }
}

struct Line {
    /// `None`: the text has the whole width.
    key: Option<String>,
    text: String,
    style: Style,
}

impl Line {
    fn width(&self, area: Rect, width: usize) -> usize {
        match self.key {
            Some(_) => width,
            None => usize::from(area.width.saturating_sub(MARGIN + 1)),
        }
    }

    fn rows(&self, area: Rect, width: usize) -> usize {
        wrap(&self.text, self.width(area, width)).len().max(1)
    }

    fn draw(&self, area: Rect, first: usize, width: usize, buf: &mut Buffer) -> usize {
        let parts = wrap(&self.text, self.width(area, width));
        let x = if self.key.is_some() { MARGIN + KEYS } else { MARGIN };
        if let (Some(key), Some(line)) = (&self.key, paint::line(area, first)) {
            paint::put(buf, line, MARGIN, KEYS - 1, key, theme::BOLD);
        }
        for (i, part) in parts.iter().enumerate() {
            let Some(line) = paint::line(area, first + i) else { break };
            let part = self.text.get(part.start..part.end).unwrap_or_default();
            paint::put(buf, line, x, line.width, paint::wrapped(part), self.style);
        }
        first + parts.len().max(1)
    }
}

fn lines(state: &State, welcome: Welcome<'_>) -> Vec<Line> {
    let plain = |text: String, style| Line { key: None, text, style };
    let blank = || plain(String::new(), theme::PLAIN);
    let key = |action| {
        let keys = keymap::names(state.settings.keys.keys(action));
        keys.split(", ").find(|k| cells(k) < usize::from(KEYS)).unwrap_or_default().to_owned()
    };
    let step = |key: String, text: &str| Line {
        key: Some(key),
        text: text.to_owned(),
        style: theme::PLAIN,
    };
    let address = &welcome.server.address;
    let mut lines =
        vec![plain(format!("No chat server answers at {address} yet."), theme::BOLD), blank()];
    if welcome.starting {
        lines.push(plain("Starting one here …".to_owned(), theme::PLAIN));
    } else if welcome.server.startable {
        let start = "start one here, for as long as somebody uses it";
        lines.push(step(key(Action::StartServer), start));
    }
    lines.push(step(key(Action::Reconnect), "try again now"));
    lines.push(step(key(Action::Quit), "leave, then name another server:"));
    lines.push(step(String::new(), "chat-tui connect --server ws://HOST:PORT/ws"));
    lines.push(blank());
    let waits = "What you write meanwhile is kept, and sent when a server answers.";
    lines.push(plain(waits.to_owned(), theme::DIM));
    lines.push(plain(welcome.reason.to_owned(), theme::DIM));
    lines
}
