//! What is known of each byte of a text while it is read: how it is meant, and whether it is markup
//! that is not shown.

use super::Attr;
use std::ops::Range;

const BOLD: u8 = 1;
const ITALIC: u8 = 2;
const CODE: u8 = 4;
const QUOTE: u8 = 8;
const MARKUP: u8 = 16;

#[derive(Debug, Clone, Copy)]
pub enum Mark {
    Bold = BOLD as isize,
    Italic = ITALIC as isize,
    Code = CODE as isize,
    Quote = QUOTE as isize,
    /// Not shown.
    Markup = MARKUP as isize,
}

#[derive(Debug)]
pub struct Marks {
    bits: Vec<u8>,
    /// 1 and up; 0 is none.
    links: Vec<u16>,
}

impl Marks {
    pub fn new(bytes: usize) -> Self {
        Self { bits: vec![0; bytes], links: vec![0; bytes] }
    }

    pub fn set(&mut self, range: Range<usize>, mark: Mark) {
        for bits in self.bits.get_mut(range).unwrap_or_default() {
            *bits |= mark as u8;
        }
    }

    /// The range is the link of this index.
    pub fn link(&mut self, range: Range<usize>, index: usize) {
        let Some(number) = u16::try_from(index + 1).ok() else { return };
        self.links.get_mut(range).unwrap_or_default().fill(number);
    }

    pub fn is_markup(&self, at: usize) -> bool {
        self.bits.get(at).is_some_and(|bits| bits & MARKUP != 0)
    }

    /// Neither code nor part of a link nor markup.
    pub fn is_free(&self, range: Range<usize>) -> bool {
        let bits = self.bits.get(range.clone()).unwrap_or_default();
        let links = self.links.get(range).unwrap_or_default();
        bits.iter().all(|bits| bits & (CODE | MARKUP) == 0) && links.iter().all(|link| *link == 0)
    }

    pub fn attr(&self, at: usize) -> Attr {
        let bits = self.bits.get(at).copied().unwrap_or(0);
        Attr {
            bold: bits & BOLD != 0,
            italic: bits & ITALIC != 0,
            code: bits & CODE != 0,
            quote: bits & QUOTE != 0,
            note: false,
            link: self.links.get(at).and_then(|link| link.checked_sub(1)),
        }
    }
}
