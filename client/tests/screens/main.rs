//! What is on the screen, as pictures: sizes, rooms, messages and their fate, Korean, popups.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod actions;
mod any_size;
mod attacks;
mod changes;
mod composer;
mod first_run;
mod looks;
mod markdown;
mod messages;
mod popups;
mod search;
mod sizes;
mod stage;
mod status;
mod switcher;
mod wide;
