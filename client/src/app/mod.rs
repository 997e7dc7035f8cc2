//! The core of the terminal client, pure: `update(&mut State, Msg, Now) -> Vec<Effect>`.
//!
//! The runtime turns keys, network events and deadlines into [`Msg`]s, feeds them to [`update`], runs
//! the [`Effect`]s, and, before it paints, calls [`arrange`] once: it wraps what is visible and
//! nothing else, so that `view(&State)` only reads. [`State::deadline`] says when the next
//! [`Msg::Tick`] is needed; `None` means that nothing is waited for.
//!
//! This module must never know a terminal, a socket, a file, a clock or a source of randomness.

pub mod effect;
pub mod keymap;
pub mod mention;
pub mod msg;
pub mod restored;
pub mod state;
pub mod update;

pub use effect::{Effect, Notification, Unsent};
pub use msg::{Configured, Mouse, MouseAction, Msg, Now, Remembered};
pub use restored::Restored;
pub use state::{Setup, State};
pub use update::{arrange, update};
