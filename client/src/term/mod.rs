//! The real terminal: entered once, drawn in synchronized frames, and given back whatever happens.
//! Knows nothing of the chat.

pub mod background;
pub mod notice;
mod screen;
pub mod wheel;

pub use screen::{Screen, restore};

use std::io::IsTerminal;

/// Why the whole screen cannot be had here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "connect needs a terminal on standard input and output; use `chat-tui tail` and `chat-tui send` \
     in pipes, or connect --plain for lines"
)]
pub struct NotATerminal;

pub fn check() -> Result<(), NotATerminal> {
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if is_terminal { Ok(()) } else { Err(NotATerminal) }
}

/// Whether the terminal says of itself that it cannot move its cursor.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
