//! The commands of scripts: one message, a hundred thousand, and a room that is followed.

use crate::Options;
use crate::process::Process;
use crate::subject::Talk;
use crate::support::Server;
use crate::table::{Table, Times};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Messages a second into the room that is followed.
const RATE: usize = 20_000;
const ROOM: &str = "scripts";
const FOLLOWED: &str = "followed";

pub fn measure(table: &mut Table, server: &Server, options: &Options) {
    sending(table, server, options.sends);
    lines(table, server, options.messages);
    following(table, server, options.messages);
}

/// From the start of the process to its end, message confirmed; beside a process that does nothing.
fn sending(table: &mut Table, server: &Server, sends: usize) {
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..sends {
        ours.push(run(&mut server.tui(&["send", "--room", ROOM, "hello"])));
        floor.push(run(&mut Command::new("true")));
    }
    table.ours("`send` of one message, start to exit", "20", Times::of(ours));
    table.ours("a process that does nothing, in between", "", Times::of(floor));
}

fn run(command: &mut Command) -> Duration {
    command.stdin(Stdio::null());
    let began = Instant::now();
    assert!(command.status().unwrap().success());
    began.elapsed()
}

fn lines(table: &mut Table, server: &Server, messages: usize) {
    let mut send = server.tui(&["send", "--room", ROOM, "--lines", "--quiet"]);
    let mut send = send.stdin(Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufWriter::new(send.stdin.take().unwrap());
    let began = Instant::now();
    for n in 0..messages {
        writeln!(lines, "message {n} of an ordinary length, 안녕하세요").unwrap();
    }
    drop(lines);
    assert!(send.wait().unwrap().success());
    let rate = messages as f64 / began.elapsed().as_secs_f64();
    table.ours(&format!("`send --lines` of {messages} lines"), "", format!("{rate:.0} lines/s"));
}

/// The share of a core that `tail` needs for what arrives, and how much did.
fn following(table: &mut Table, server: &Server, messages: usize) {
    assert_eq!(server.run(&["send", "--room", FOLLOWED, "first"]).code, 0);
    let mut tail = server.tui(&["tail", "--room", FOLLOWED, "--last", "1", "--json"]);
    let mut tail = Tail(tail.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(tail.0.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("first"));
    let process = Process(tail.0.id());
    let (cpu, began) = (process.cpu(), Instant::now());
    let mut talk = Talk::lines(server, FOLLOWED);
    std::thread::scope(|scope| {
        scope.spawn(|| talk.at_rate(RATE, |said| said < messages));
        assert_eq!(lines.by_ref().take(messages).filter(Result::is_ok).count(), messages);
    });
    let time = began.elapsed().as_secs_f64();
    let share = (process.cpu() - cpu).as_secs_f64() / time * 100.0;
    let rate = messages as f64 / time;
    let figure = format!("{share:.0} % of a core at {rate:.0}/s");
    table.ours(&format!("`tail --json` at {RATE} messages/s"), "", figure);
}

struct Tail(Child);

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
