//! The terminal client as a person has it: the real programs, a pseudo terminal, and an emulator that
//! shows what is on the screen.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod changing;
mod composing;
mod configured;
mod editor;
mod frames;
mod harness;
mod leaving;
mod look;
mod manners;
mod reading;
mod reconnect;
mod remembering;
mod scrolling;
mod searching;
#[path = "../support/mod.rs"]
mod support;
mod switching;
mod talking;
mod with_server;
mod world;
