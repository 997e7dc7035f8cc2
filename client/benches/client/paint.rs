//! From the start of the process to the first screen, without a network.

use crate::program::Program;
use crate::table::{Table, Times};
use crate::terminal::{Terminal, USUAL};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

const ROOM: &str = "bench";

/// A server that accepts and never answers, and a port at which nobody is.
pub struct NoNetwork {
    pub silent: String,
    pub refused: String,
    _listener: TcpListener,
}

impl NoNetwork {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let silent = listener.local_addr().unwrap().to_string();
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
        let refused = nobody.local_addr().unwrap().to_string();
        Self { silent, refused, _listener: listener }
    }
}

pub fn measure(table: &mut Table, paints: usize) {
    let nowhere = NoNetwork::new();
    for program in table.programs() {
        for (what, address) in [("silent", &nowhere.silent), ("refuses", &nowhere.refused)] {
            let home = tempfile::tempdir().unwrap();
            let paint = |_| once(program, home.path(), address, program.first_screen());
            // The first run makes its files.
            paint(0);
            let times = Times::of((0..paints).map(paint));
            table.put(&format!("first paint, the server {what}"), "20", program, times);
        }
    }
}

pub fn once(program: Program, home: &Path, address: &str, wanted: &[&str]) -> Duration {
    let command = program.join(home, address, ROOM);
    let began = Instant::now();
    let terminal = Terminal::start(command, home, USUAL);
    terminal.until(wanted) - began
}
