//! One pass from raw text to safe text. Every decision looks at what has been put out so far and at a
//! bounded number of characters ahead, so that a second pass changes nothing and time is linear.

use super::Sanitized;
use super::chars::{
    BLACK_FLAG, TAG_END, ZWJ, ZWNJ, is_invisible, is_pictographic, is_presentation_selector,
    is_skin_tone, is_tag_alphanumeric, takes_joiner,
};
use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;
use unicode_normalization::char::is_combining_mark;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Line,
    Block,
}

/// Marks on one base; the deepest stacks of living scripts have eight.
const MAX_MARKS: usize = 8;
/// Joined emoji in one cluster after the first; the longest in use has three.
const MAX_JOINS: usize = 8;

pub(super) fn sanitise(raw: &str, mode: Mode) -> Sanitized {
    if raw.bytes().all(|b| matches!(b, b' '..=b'~') || (b == b'\n' && mode == Mode::Block)) {
        return Sanitized(raw.to_owned());
    }
    let mut pass = Pass { out: String::with_capacity(raw.len() + 16), ..Pass::default() };
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        pass.take(c, &mut rest, mode);
    }
    pass.end_run();
    Sanitized(pass.out)
}

/// Outside its strings JSON is plain ASCII, so that every character met here stands in a string.
pub(super) fn escape_json(json: &str) -> Sanitized {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // What joins letters and emoji, or picks their shape, is part of the text it is in.
        let joins = matches!(c, '\u{200C}' | '\u{200D}') || is_presentation_selector(c);
        if c.is_control() || is_invisible(c) && !joins {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Sanitized(out)
}

#[derive(Default)]
struct Pass {
    out: String,
    /// The last character put out, within the line.
    last: Option<char>,
    /// Marks, selectors, skin tones and joiners of spelling since the last base.
    marks: usize,
    /// Marks left out since `marks` reached its bound.
    cut: usize,
    joins: usize,
}

impl Pass {
    fn take(&mut self, c: char, rest: &mut Peekable<Chars<'_>>, mode: Mode) {
        match c {
            ' '..='~' | '가'..='힣' | '一'..='鿿' => self.base(c),
            '\n' if mode == Mode::Block => self.line_break(),
            '\r' if mode == Mode::Block && rest.peek() == Some(&'\n') => {}
            '\t' if mode == Mode::Block => (0..4).for_each(|_| self.base(' ')),
            '\0'..='\u{1F}' => {
                self.base(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'))
            }
            '\u{7F}' => self.base('\u{2421}'),
            '\u{80}'..='\u{9F}' => self.marker(c),
            ZWJ if self.joins_emoji(rest.peek().copied()) => self.join(),
            ZWJ | ZWNJ if self.last.is_some_and(takes_joiner) => self.mark(c),
            c if is_presentation_selector(c) && self.may_select() => self.mark(c),
            c if is_invisible(c) => self.marker(c),
            c if is_combining_mark(c) || (is_skin_tone(c) && self.last.is_some()) => self.mark(c),
            BLACK_FLAG => self.flag(rest),
            c => self.base(c),
        }
    }

    /// A character that stands by itself and ends what ran on the one before.
    fn base(&mut self, c: char) {
        self.end_run();
        if self.last != Some(ZWJ) {
            self.joins = 0;
        }
        self.out.push(c);
        self.last = Some(c);
    }

    fn line_break(&mut self) {
        self.base('\n');
        self.last = None;
    }

    fn marker(&mut self, c: char) {
        self.end_run();
        let _ = write!(self.out, "<U+{:04X}>", u32::from(c));
        self.last = Some('>');
        self.joins = 0;
    }

    /// Something drawn onto the base: kept while there is one and it bears few.
    fn mark(&mut self, c: char) {
        if self.last.is_none() {
            self.base('\u{25CC}');
        }
        if self.cut > 0 || self.marks == MAX_MARKS {
            self.cut += 1;
            return;
        }
        self.marks += 1;
        self.out.push(c);
        self.last = Some(c);
    }

    fn end_run(&mut self) {
        if self.cut > 0 {
            let _ = write!(self.out, "<+{} marks>", self.cut);
            self.last = Some('>');
        }
        self.marks = 0;
        self.cut = 0;
    }

    /// Once after a character that is seen: a run of selectors could carry hidden data.
    fn may_select(&self) -> bool {
        self.cut == 0 && self.last.is_some_and(|last| !is_invisible(last))
    }

    fn joins_emoji(&self, next: Option<char>) -> bool {
        let after_emoji = self
            .last
            .is_some_and(|last| is_skin_tone(last) || last == '\u{FE0F}' || is_pictographic(last));
        after_emoji && self.cut == 0 && self.joins < MAX_JOINS && next.is_some_and(is_pictographic)
    }

    fn join(&mut self) {
        self.joins += 1;
        self.out.push(ZWJ);
        self.last = Some(ZWJ);
    }

    /// A black flag, with its tags when they spell a region (UTS #51, emoji tag sequences).
    fn flag(&mut self, rest: &mut Peekable<Chars<'_>>) {
        self.base(BLACK_FLAG);
        let tags = rest.clone().take(7).take_while(|&c| is_tag_alphanumeric(c)).count();
        if !(3..=6).contains(&tags) || rest.clone().nth(tags) != Some(TAG_END) {
            return;
        }
        for _ in 0..=tags {
            if let Some(tag) = rest.next() {
                self.out.push(tag);
                self.last = Some(tag);
            }
        }
    }
}
