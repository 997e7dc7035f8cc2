//! The pure core of the terminal client: keys and network events in, state and effects out.
#![allow(clippy::unwrap_used)]

mod actions;
mod anchor;
mod anything;
mod commands;
mod completion;
mod composer;
mod first_run;
mod fold;
mod harness;
mod history;
mod jump;
mod keymap;
mod korean;
mod layout;
mod leaving;
mod mention;
mod mouse;
mod notifying;
mod offline;
mod pasting;
mod presence;
mod reading;
mod restored;
mod rooms;
mod sending;
mod switcher;
mod undo;
mod wrap;
