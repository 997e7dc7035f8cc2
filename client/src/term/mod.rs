//! The real terminal: entered once, drawn in synchronized frames, and given back whatever happens.
//! Knows nothing of the chat.

pub mod background;
pub mod notice;
mod screen;
pub mod wheel;

pub use screen::{Screen, restore};

use std::io::IsTerminal;

/// Why the terminal client cannot run here; `Display` names the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error(
        "connect needs a terminal on standard input and output; \
         use `chat-tui tail` and `chat-tui send` in pipes"
    )]
    NotATerminal,
    #[error(
        "TERM=dumb cannot show the terminal client; use `chat-tui tail` to read \
         and `chat-tui send` to write, or set TERM to what your terminal is"
    )]
    Dumb,
}

/// Whether the process has a terminal that can show the client.
pub fn check() -> Result<(), Unfit> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Unfit::NotATerminal);
    }
    match std::env::var("TERM") {
        Ok(term) if term == "dumb" => Err(Unfit::Dumb),
        _ => Ok(()),
    }
}
