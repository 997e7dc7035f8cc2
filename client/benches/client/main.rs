//! What a person and a script wait for, measured from outside on the real programs at a pseudo terminal:
//! first paint, a key on its way to the screen, scrolling through a big cache, an idle client, a flood, and
//! the scripting commands. WeeChat and irssi take part where they are installed (with ngIRCd, on a port of
//! its own). Prints one Markdown table.
//!
//!     cargo bench -p chat-tui --bench client -- [--only paint,cache,keys,idle,flood,scripts]
//!         [--cached 1000000] [--messages 100000] [--keys 500] [--pages 300] [--paints 50] [--sends 200]
//!         [--idle 10]
//!
//! Processor time, memory and wake-ups are read from `/proc`.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a program for the one who runs it

mod cached;
mod flood;
#[path = "../../tests/pty/harness.rs"]
#[allow(dead_code)]
mod harness;
mod ircd;
mod keys;
mod paint;
mod process;
mod program;
mod scripts;
mod subject;
#[path = "../../tests/support/mod.rs"]
mod support;
mod table;
mod terminal;

use program::Program;
use std::time::Duration;
use subject::Worlds;
use table::Table;
use terminal::{LARGE, USUAL};

pub struct Options {
    pub cached: usize,
    pub messages: usize,
    pub keys: usize,
    pub pages: usize,
    pub paints: usize,
    pub sends: usize,
    pub idle: Duration,
}

fn main() {
    let options = Options {
        cached: number("--cached", 1_000_000),
        messages: number("--messages", 100_000),
        keys: number("--keys", 500),
        pages: number("--pages", 300),
        paints: number("--paints", 50),
        sends: number("--sends", 200),
        idle: Duration::from_secs(number("--idle", 10) as u64),
    };
    let only = option("--only");
    let wanted = |part: &str| only.as_ref().is_none_or(|only| only.split(',').any(|p| p == part));
    let mut table = Table::new(Program::installed());
    if wanted("paint") {
        paint::measure(&mut table, options.paints);
    }
    if wanted("cache") {
        cached::measure(&mut table, &options);
    }
    let mut worlds = Worlds::start(table.programs());
    for program in table.programs() {
        if wanted("keys") {
            keys::measure(&mut table, &mut worlds, program, USUAL, options.keys);
            keys::measure(&mut table, &mut worlds, program, LARGE, options.keys);
        }
        if wanted("idle") {
            flood::idle(&mut table, &mut worlds, program, options.idle);
        }
        if wanted("flood") {
            flood::paced(&mut table, &mut worlds, program, options.messages);
        }
    }
    if wanted("flood") {
        flood::as_fast_as_it_goes(&mut table, &mut worlds, options.messages);
    }
    if wanted("scripts") {
        scripts::measure(&mut table, &worlds.server, &options);
    }
    println!("{table}");
}

fn option(flag: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != flag).nth(1)
}

fn number(flag: &str, default: usize) -> usize {
    option(flag).map_or(default, |n| n.parse().expect("a number"))
}
