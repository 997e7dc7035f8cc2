//! Laying out: paragraphs become rows of cells, with the one wrapping function there is.

use super::{Paragraph, Rendered};
use crate::text::{cells, wrap};

/// A row: the bytes of the text on it, and which paragraph's prefix stands left of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub start: usize,
    pub end: usize,
    /// Of it and its prefix, a hanging space included.
    pub cells: usize,
    paragraph: usize,
    part: Part,
}

/// Which row of its paragraph it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    First,
    Rest,
    /// There is no place for a prefix.
    Bare,
}

/// Cells that the text keeps, or its prefix goes.
const TEXT_MIN: usize = 8;

impl Rendered {
    /// The rows of the text in `width` cells, at least one.
    pub fn lay_out(&self, width: usize) -> Vec<Line> {
        let paragraphs = self.paragraphs.iter().enumerate();
        paragraphs.flat_map(|(index, paragraph)| self.rows(index, paragraph, width)).collect()
    }

    fn rows(&self, index: usize, paragraph: &Paragraph, width: usize) -> Vec<Line> {
        let prefix = cells(&paragraph.first);
        let fits = width >= prefix + TEXT_MIN;
        let text = self.text.get(paragraph.start..paragraph.end).unwrap_or_default();
        let lines = wrap(text, if fits { width - prefix } else { width });
        let row = |(row, line): (usize, &crate::text::Line)| Line {
            start: paragraph.start + line.start,
            end: paragraph.start + line.end,
            cells: line.cells + if fits { prefix } else { 0 },
            paragraph: index,
            part: match (fits, row) {
                (false, _) => Part::Bare,
                (true, 0) => Part::First,
                (true, _) => Part::Rest,
            },
        };
        lines.iter().enumerate().map(row).collect()
    }

    /// The text of a row.
    pub fn line(&self, line: &Line) -> &str {
        self.text.get(line.start..line.end).unwrap_or_default()
    }

    /// What stands left of a row: bars, bullets, indentation.
    pub fn prefix(&self, line: &Line) -> &str {
        let paragraph = self.paragraphs.get(line.paragraph);
        paragraph.map_or("", |p| match line.part {
            Part::First => &p.first,
            Part::Rest => &p.rest,
            Part::Bare => "",
        })
    }
}
