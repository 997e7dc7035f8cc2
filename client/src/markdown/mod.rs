//! The part of Markdown that people write in a chat (bold, italic, code, fenced code, quotes, lists,
//! links) as styled lines for cells. Whatever is not of that part stays as it was written, line breaks
//! and blank lines included, and so does the text that is copied: this is only how it is shown.
//!
//! All shown text is a piece of the sanitised text, so that nothing hidden in an entity or an escape
//! can come to life; what is added are the bars, bullets and host names of [`Line::prefix`] and
//! [`links`]. Knows no screen and no theme.

mod block;
mod inline;
mod lines;
mod links;
#[cfg(test)]
mod tests;

pub use lines::{Line, Part};

use chat_protocol::text::{PeerStr, Sanitized};

/// How a piece of text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attr {
    pub bold: bool,
    pub italic: bool,
    pub code: bool,
    pub quote: bool,
    /// Added by us; not of the message.
    pub note: bool,
    /// Which of [`Rendered::links`].
    pub link: Option<u16>,
}

/// A text made ready to be laid out; all of it is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    text: String,
    /// From this byte on the text is meant so; in order.
    runs: Vec<(usize, Attr)>,
    paragraphs: Vec<Paragraph>,
    links: Vec<String>,
}

/// A line as it was written: the bytes of it, and what stands left of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Paragraph {
    start: usize,
    end: usize,
    /// Left of its first row, and of those it wraps to; both equally wide.
    first: String,
    rest: String,
}

impl Rendered {
    pub fn new(text: &Sanitized) -> Self {
        // Spaces at the end of a line would only hang past the edge.
        let lines = text.as_str().trim_end().split('\n').map(|line| line.trim_end_matches(' '));
        let text = lines.collect::<Vec<_>>().join("\n");
        if !may_have_markup(&text) {
            return Self::plain(text);
        }
        let rendered = block::render(&text);
        // Taking markup out from between two characters must not make anything of them.
        let is_sound = rendered
            .as_ref()
            .is_some_and(|r| r.text.is_ascii() || PeerStr::new(&r.text).block().as_str() == r.text);
        rendered.filter(|_| is_sound).unwrap_or_else(|| Self::plain(text))
    }

    fn plain(text: String) -> Self {
        let mut start = 0;
        let paragraphs = text.split('\n').map(|line| {
            let paragraph = Paragraph { start, end: start + line.len(), ..Paragraph::default() };
            start = paragraph.end + 1;
            paragraph
        });
        Self { paragraphs: paragraphs.collect(), runs: Vec::new(), links: Vec::new(), text }
    }

    /// Without what stands left of the lines.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Web addresses, in order: ASCII, with hosts in punycode.
    pub fn links(&self) -> &[String] {
        &self.links
    }

    pub fn link(&self, attr: Attr) -> Option<&str> {
        self.links.get(usize::from(attr.link?)).map(String::as_str)
    }

    /// How the text at this byte is meant.
    pub fn attr(&self, at: usize) -> Attr {
        let after = self.runs.partition_point(|(start, _)| *start <= at);
        after.checked_sub(1).and_then(|i| self.runs.get(i)).map_or(Attr::default(), |(_, a)| *a)
    }
}

/// Most messages have none, and cost nothing.
fn may_have_markup(text: &str) -> bool {
    text.contains(['*', '_', '`', '[', '<', '\\'])
        || links::may_have(text)
        || text.lines().any(begins_block)
}

fn begins_block(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['>', '-', '+', '~']) || line.starts_with(|c: char| c.is_ascii_digit())
}
