//! The question how a paste of many lines is meant, and its first lines.

use super::{paint, theme};
use crate::app::state::pasted::Pasted;
use crate::text::grapheme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const ANSWERS: [(&str, &str); 3] = [
    ("Enter or 1", "as text, into the draft"),
    ("Tab or 2", "as a code block"),
    ("Esc or 3", "not at all"),
];
const PREVIEW: usize = 6;

pub fn draw(pasted: &Pasted, area: Rect, buf: &mut Buffer) {
    let lines = pasted.lines();
    // A title and the answers; what is left shows the text.
    let fixed = 1 + ANSWERS.len();
    let preview = lines.min(PREVIEW).min(usize::from(area.height).saturating_sub(fixed + 1));
    let rows = (fixed + preview).min(usize::from(area.height));
    let area = Rect { y: area.bottom().saturating_sub(rows as u16), height: rows as u16, ..area };
    paint::clear(area, buf);
    let letters = grapheme::count(&pasted.text);
    if let Some(line) = paint::line(area, 0) {
        let title = format!("Paste {lines} lines, {letters} characters?");
        paint::put(buf, line, 1, line.width, &title, theme::BOLD);
    }
    for (row, text) in pasted.text.lines().take(preview).enumerate() {
        let Some(line) = paint::line(area, 1 + row) else { break };
        let cut = row + 1 == preview && lines > preview;
        let text =
            if cut { format!("… and {} more", lines + 1 - preview) } else { text.to_owned() };
        paint::put(buf, line, 3, line.width, &text, theme::DIM);
    }
    for (row, (key, what)) in ANSWERS.iter().enumerate() {
        let Some(line) = paint::line(area, 1 + preview + row) else { break };
        let x = paint::put(buf, line, 1, 12, key, theme::FRESH);
        paint::put(buf, line, x.max(12) + 1, line.width, what, theme::PLAIN);
    }
}
