//! From the start of the process to the first screen, without a network.

use crate::program::Program;
use crate::table::{Table, Times};
use crate::terminal::{Terminal, USUAL};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

const ROOM: &str = "bench";

pub fn measure(table: &mut Table, paints: usize) {
    for program in table.programs() {
        without_network(|what, address| {
            let home = tempfile::tempdir().unwrap();
            let paint = |_| once(program, home.path(), address, program.first_screen());
            // The first run makes its files.
            paint(0);
            let times = Times::of((0..paints).map(paint));
            table.put(&format!("first paint, the server {what}"), "20", program, times);
        });
    }
}

/// With one address twice: of a server that accepts and never answers, and then of nobody.
pub fn without_network(mut run: impl FnMut(&str, &str)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    run("is silent", &address);
    drop(listener);
    run("refuses", &address);
}

pub fn once(program: Program, home: &Path, address: &str, wanted: &[&str]) -> Duration {
    let command = program.join(home, address, ROOM);
    let began = Instant::now();
    let terminal = Terminal::start(command, home, USUAL);
    terminal.until(wanted) - began
}
