//! How many cells a piece of text takes. This is the only place that asks: layout, caret and
//! truncation all go through it, and it agrees with what ratatui's buffer does with a grapheme.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

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
/// leading jamo, which is one cluster by the rules and has no end) comes apart into parts that do
/// not. A part of a text that begins and ends between pieces has the same pieces.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.grapheme_indices(true).flat_map(|(at, cluster)| {
        let mut rest = Some((at, cluster));
        std::iter::from_fn(move || {
            let (at, cluster) = rest?;
            let (text, left) = cluster.split_at(part(cluster));
            rest = (!left.is_empty()).then_some((at + text.len(), left));
            Some(Piece { at, text, cells: cluster_cells(text) })
        })
    })
}

/// Bytes of the longest beginning of a cluster that takes at most two cells.
fn part(cluster: &str) -> usize {
    if cluster_cells(cluster) <= 2 {
        return cluster.len();
    }
    let ends = cluster.char_indices().map(|(i, c)| i + c.len_utf8());
    let fits = |end: &usize| cluster.get(..*end).is_some_and(|c| cluster_cells(c) <= 2);
    let longest = ends.take_while(fits).last();
    longest.or(cluster.chars().next().map(char::len_utf8)).unwrap_or(0)
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
