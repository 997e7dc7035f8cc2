//! Cutting text to a number of cells, on grapheme borders, the ellipsis counted.

use super::width::{cells, pieces};
use std::borrow::Cow;

pub const ELLIPSIS: char = '…';

/// `text` in at most `width` cells; what is cut ends in `…`.
pub fn truncate(text: &str, width: usize) -> Cow<'_, str> {
    if cells(text) <= width {
        return Cow::Borrowed(text);
    }
    let Some(room) = width.checked_sub(1) else { return Cow::Borrowed("") };
    let mut used = 0;
    let mut end = 0;
    for piece in pieces(text) {
        used += piece.cells;
        if used > room {
            break;
        }
        end = piece.end();
    }
    let mut cut = text.get(..end).unwrap_or_default().to_owned();
    cut.push(ELLIPSIS);
    Cow::Owned(cut)
}
