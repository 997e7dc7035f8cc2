//! From a key to the screen that shows it: of ours to the end of the frame, of the others to the piece of
//! output with the character, which flatters them.

use crate::program::Program;
use crate::subject::{Subject, Worlds};
use crate::table::{Table, Times};
use crate::terminal::Terminal;
use portable_pty::PtySize;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Messages a second that arrive meanwhile.
const RATE: usize = 1000;
/// Keys until the line is emptied.
const LINE: usize = 40;
const EMPTY_THE_LINE: &str = "\x15";

pub fn measure(
    table: &mut Table,
    worlds: &mut Worlds,
    program: Program,
    size: PtySize,
    keys: usize,
) {
    let Some(subject) = worlds.open(program, size) else { return };
    let Subject { mut terminal, mut talk, .. } = subject;
    let size = format!("{}x{}", size.cols, size.rows);
    let aim = if size == "120x40" { "0.6, 1" } else { "0.6, 2" };
    let resting = (0..keys).map(|n| {
        terminal.rest();
        one(program, &mut terminal, n)
    });
    let times = Times::of(resting);
    table.put(&format!("a key to the screen, {size}"), aim, program, times);
    let over = AtomicBool::new(false);
    let times = std::thread::scope(|scope| {
        scope.spawn(|| talk.at_rate(RATE, |_| !over.load(Relaxed)));
        let busy = (0..keys).map(|n| {
            // At every distance from the frame before.
            terminal.run_for(Duration::from_micros(10_000 + (n as u64 * 7919) % 20_000));
            one(program, &mut terminal, n)
        });
        let times = Times::of(busy);
        over.store(true, Relaxed);
        times
    });
    table.put(&format!("the same, {RATE} messages/s arrive, {size}"), aim, program, times);
}

/// Each key is a character that is nowhere else on the screen.
fn one(program: Program, terminal: &mut Terminal, n: usize) -> Duration {
    if n.is_multiple_of(LINE) {
        terminal.press(EMPTY_THE_LINE);
        terminal.run_for(Duration::from_millis(100));
    }
    let key = char::from_u32('Ā' as u32 + (n % LINE) as u32).unwrap().to_string();
    let wanted: Vec<&str> = std::iter::once(&*key).chain(program.ends()).collect();
    let began = Instant::now();
    terminal.press(&key);
    terminal.until(&wanted) - began
}
