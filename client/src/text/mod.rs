//! Text as a terminal shows it: cells, graphemes, wrapping, truncation, and Hangul typed where a Latin
//! letter was meant. Pure functions; they know no terminal and no state.

pub mod emoji;
pub mod fuzzy;
pub mod grapheme;
pub mod hangul;
pub mod motion;
pub mod truncate;
pub mod width;
pub mod wrap;

pub use truncate::truncate;
pub use width::{Piece, cells, pieces};
pub use wrap::{Line, locate, offset_at, wrap};
