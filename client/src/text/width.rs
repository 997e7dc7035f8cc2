//! How many cells a piece of text takes. This is the only place that asks: layout, caret and
//! truncation all go through it, and it agrees with what ratatui's buffer does with a grapheme.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What is drawn, wrapped and stepped over as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Byte offset in the text.
    pub at: usize,
    pub text: &'a str,
    /// 0, 1 or 2.
    pub cells: usize,
}

impl Piece<'_> {
    pub fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// The pieces of `text`: its graphemes, but one that takes more than two cells (such as a run of
/// leading jamo, which is one cluster by the rules and has no end) comes apart into characters.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.grapheme_indices(true).flat_map(|(at, cluster)| {
        let cells = cluster_cells(cluster);
        let whole = (cells <= 2).then_some(Piece { at, text: cluster, cells });
        let broken = if whole.is_some() { "" } else { cluster };
        whole.into_iter().chain(broken.char_indices().map(move |(i, c)| Piece {
            at: at + i,
            text: broken.get(i..i + c.len_utf8()).unwrap_or_default(),
            cells: c.width().unwrap_or(0),
        }))
    })
}

/// Cells of a whole text on one line.
pub fn cells(text: &str) -> usize {
    pieces(text).map(|p| p.cells).sum()
}

fn cluster_cells(cluster: &str) -> usize {
    match cluster.as_bytes() {
        [b' '..=b'~'] => 1,
        _ if cluster.chars().all(char::is_control) => 0,
        _ => cluster.width(),
    }
}
