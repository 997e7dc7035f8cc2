//! From the events of the Markdown parser to what is shown of each written line. The parser only says
//! where things are: nothing of what it unescapes or decodes is used.

use super::inline::{Mark, Marks};
use super::links::{bare, host_beside, web};
use super::{Attr, Paragraph, Rendered};
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;
use url::Url;

/// Quotes and lists within each other; deeper ones are shown as they were written.
const DEPTH: usize = 8;
const QUOTE: &str = "▎ ";
const CODE: &str = "│ ";

/// `None`: too deep, or nothing would be left to see.
pub fn render(text: &str) -> Option<Rendered> {
    let mut reader = Reader::new(text);
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        reader.take(event, range);
        if reader.containers.len() > DEPTH {
            return None;
        }
    }
    reader.link_bare();
    Some(reader.finish()).filter(|r| !r.text.trim().is_empty())
}

enum Container {
    Quote,
    Item {
        bullet: String,
        /// The line it was written on.
        row: usize,
        /// The bullet was not shown yet.
        fresh: bool,
    },
}

/// A written line.
#[derive(Default)]
struct Row {
    start: usize,
    end: usize,
    /// Where what is shown begins, and what is shown left of it, once known.
    content: Option<(usize, String, String)>,
    code: bool,
    hidden: bool,
}

struct OpenLink {
    range: Range<usize>,
    /// `None`: it stays as it was written.
    url: Option<Url>,
    label: Option<Range<usize>>,
}

struct Reader<'a> {
    text: &'a str,
    marks: Marks,
    rows: Vec<Row>,
    containers: Vec<Container>,
    bare: Vec<(Range<usize>, Url)>,
    links: Vec<String>,
    /// The link being read; links do not nest.
    open: Option<OpenLink>,
    /// After the label of a link: where it leads.
    notes: Vec<(usize, String)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let mut start = 0;
        let rows = text.split('\n').map(|line| {
            let row = Row { start, end: start + line.len(), ..Row::default() };
            start = row.end + 1;
            row
        });
        Self {
            text,
            marks: Marks::new(text.len()),
            rows: rows.collect(),
            containers: Vec::new(),
            bare: bare(text),
            links: Vec::new(),
            open: None,
            notes: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => {
                self.containers.pop();
            }
            Event::End(TagEnd::Link) => self.end_link(),
            Event::Text(_) => {
                self.inline(range.clone());
                self.unescape(range.start);
            }
            Event::Code(_) => {
                self.inline(range.clone());
                self.marks.set(range, Mark::Code);
            }
            Event::Html(_) | Event::InlineHtml(_) => self.inline(range),
            Event::SoftBreak | Event::HardBreak => self.inline(range.start..range.start),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::BlockQuote(_) => self.containers.push(Container::Quote),
            Tag::Item => {
                let bullet = self.bullet(range.start);
                let row = self.row_of(range.start);
                self.containers.push(Container::Item { bullet, row, fresh: true });
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => self.fenced(range),
            Tag::Emphasis => self.emphasis(range, 1, Mark::Italic),
            Tag::Strong => self.emphasis(range, 2, Mark::Bold),
            Tag::Link { link_type, dest_url, .. } => {
                self.inline(range.clone());
                let is_shown = matches!(link_type, LinkType::Inline | LinkType::Autolink);
                let url = web(&dest_url).filter(|_| is_shown);
                self.open = Some(OpenLink { range, url, label: None });
            }
            _ => {}
        }
    }

    /// `-`, `*` and `+` look the same; a number is what it was.
    fn bullet(&self, at: usize) -> String {
        let item = self.text.get(at..).unwrap_or_default().trim_start();
        let number = item.split([' ', '\n']).next().unwrap_or_default();
        match item.starts_with(['-', '*', '+']) {
            true => "• ".to_owned(),
            false => format!("{number} "),
        }
    }

    fn emphasis(&mut self, range: Range<usize>, marks: usize, mark: Mark) {
        self.inline(range.clone());
        let inner = range.start + marks..range.end.saturating_sub(marks);
        // `2*3*4` is arithmetic, and a `_` in an address is of the address.
        let before = self.text.get(..range.start).and_then(|b| b.chars().next_back());
        let in_address = self
            .bare
            .iter()
            .any(|(address, _)| address.contains(&range.start) || address.contains(&inner.end));
        if before.is_some_and(|c| c.is_ascii_alphanumeric()) || in_address {
            return;
        }
        self.marks.set(range.clone(), mark);
        self.marks.set(range.start..inner.start, Mark::Markup);
        self.marks.set(inner.end..range.end, Mark::Markup);
    }

    /// A backslash that kept a sign from being markup. Others are shown, as in `¯\_(ツ)_/¯`.
    fn unescape(&mut self, at: usize) {
        let sign = self.text.get(at..).and_then(|t| t.chars().next());
        let before = at.checked_sub(1).and_then(|b| self.text.as_bytes().get(b));
        if before == Some(&b'\\') && matches!(sign, Some('*' | '`' | '[' | '>')) {
            self.marks.set(at - 1..at, Mark::Markup);
        }
    }

    /// The fences are not shown; what is between them keeps its lines.
    fn fenced(&mut self, range: Range<usize>) {
        let (first, last) = (self.row_of(range.start), self.row_of(range.end.saturating_sub(1)));
        let text = self.text;
        for index in first..=last {
            let Some(row) = self.rows.get_mut(index) else { return };
            let line = text.get(row.start..row.end).unwrap_or_default();
            let line = line.trim_start_matches([' ', '>']);
            let is_fence = line.starts_with("```") || line.starts_with("~~~");
            row.hidden = index == first || index == last && is_fence;
            row.code = true;
            self.marks.set(row.start..row.end, Mark::Code);
        }
    }

    fn row_of(&self, at: usize) -> usize {
        self.rows.partition_point(|row| row.start <= at).saturating_sub(1)
    }

    /// Something is shown here: the line has its beginning, unless it has one.
    fn inline(&mut self, range: Range<usize>) {
        if let Some(open) = self.open.as_mut().filter(|o| o.range.contains(&range.start)) {
            let label = open.label.get_or_insert(range.clone());
            label.end = range.end.max(label.end);
        }
        if self.containers.is_empty() {
            return;
        }
        let (first, last) = (self.row_of(range.start), self.row_of(range.end.saturating_sub(1)));
        for index in first..=last {
            self.begin(index, range.start);
        }
    }

    fn begin(&mut self, index: usize, at: usize) {
        let Some(row) = self.rows.get_mut(index).filter(|r| r.content.is_none()) else { return };
        let mut bullets = Vec::new();
        let from = at.clamp(row.start, row.end);
        let written = self.text.get(row.start..from).unwrap_or_default();
        // A line without a `>` of its own is not quoted, whatever came before it.
        let mut quotes = written.matches('>').count();
        let (mut first, mut rest) = (String::new(), String::new());
        for container in &mut self.containers {
            match container {
                Container::Quote if quotes == 0 => {}
                Container::Quote => {
                    quotes -= 1;
                    first.push_str(QUOTE);
                    rest.push_str(QUOTE);
                    self.marks.set(row.start..row.end, Mark::Quote);
                }
                Container::Item { bullet, row, fresh } => {
                    bullets.extend(fresh.then_some(*row));
                    let blank = " ".repeat(crate::text::cells(bullet));
                    first.push_str(if std::mem::take(fresh) { bullet } else { &blank });
                    rest.push_str(&blank);
                }
            }
        }
        row.content = Some((from, first, rest));
        // A bullet on a line of its own was moved down to here.
        for bullet in bullets.into_iter().filter(|bullet| *bullet != index) {
            if let Some(row) = self.rows.get_mut(bullet).filter(|r| r.content.is_none()) {
                row.hidden = true;
            }
        }
    }

    fn end_link(&mut self) {
        let Some(OpenLink { range, url: Some(url), label: Some(label) }) = self.open.take() else {
            return;
        };
        let words = self.text.get(label.clone()).unwrap_or_default();
        if words.trim().is_empty() {
            return;
        }
        if let Some(host) = host_beside(words, &url) {
            self.notes.push((label.end, host));
        }
        self.marks.set(range.start..label.start, Mark::Markup);
        self.marks.set(label.end..range.end, Mark::Markup);
        self.marks.link(label, self.links.len());
        self.links.push(url.into());
    }

    fn link_bare(&mut self) {
        for (range, url) in std::mem::take(&mut self.bare) {
            if self.marks.is_free(range.clone()) {
                let written = self.text.get(range.clone()).unwrap_or_default();
                if let Some(host) = host_beside(written, &url) {
                    self.notes.push((range.end, host));
                }
                self.marks.link(range, self.links.len());
                self.links.push(url.into());
            }
        }
    }

    fn finish(mut self) -> Rendered {
        let mut out = Rendered { links: self.links, ..Rendered::default() };
        self.notes.sort_by_key(|(at, _)| *at);
        let mut notes = self.notes.into_iter().peekable();
        for row in &mut self.rows {
            if row.hidden {
                continue;
            }
            let line = self.text.get(row.start..row.end).unwrap_or_default();
            let (from, mut first, mut rest) =
                row.content.take().unwrap_or_else(|| empty(row, line));
            if row.code {
                first.push_str(CODE);
                rest.push_str(CODE);
            }
            if !out.paragraphs.is_empty() {
                out.text.push('\n');
            }
            let start = out.text.len();
            for (at, c) in self.text.get(from..row.end).unwrap_or_default().char_indices() {
                let at = from + at;
                while let Some((_, note)) = notes.next_if(|(place, _)| *place <= at) {
                    out.push(&note, Attr { note: true, ..Attr::default() });
                }
                if !self.marks.is_markup(at) {
                    out.push(c.encode_utf8(&mut [0; 4]), self.marks.attr(at));
                }
            }
            while let Some((_, note)) = notes.next_if(|(place, _)| *place <= row.end) {
                out.push(&note, Attr { note: true, ..Attr::default() });
            }
            out.paragraphs.push(Paragraph { start, end: out.text.len(), first, rest });
        }
        out
    }
}

/// A line on which nothing was found. One that has only `>` is an empty line of a quote.
fn empty(row: &Row, line: &str) -> (usize, String, String) {
    let quotes = line.matches('>').count();
    let is_quote = quotes > 0 && quotes <= DEPTH && line.trim_matches(['>', ' ']).is_empty();
    if is_quote {
        return (row.end, QUOTE.repeat(quotes), QUOTE.repeat(quotes));
    }
    (row.start, String::new(), String::new())
}

impl Rendered {
    fn push(&mut self, text: &str, attr: Attr) {
        let last = self.runs.last().map_or(Attr::default(), |(_, attr)| *attr);
        if last != attr {
            self.runs.push((self.text.len(), attr));
        }
        self.text.push_str(text);
    }
}
