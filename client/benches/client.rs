//! What a person and a script wait for, measured from outside on the real programs: `send` of one message,
//! the first paint, a key on its way to the screen, and 100,000 messages in the shown room.
//!
//!     cargo bench -p chat-tui --bench client -- [--messages 100000]
//!
//! Processor time and memory are read from `/proc`.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a program for the one who runs it

#[path = "../tests/pty/harness.rs"]
#[allow(dead_code)]
mod harness;
#[path = "../tests/support/mod.rs"]
mod support;

use harness::{FRAME_ENDS, environment};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use support::{LONG, Server};

const SENDS: usize = 200;
const PAINTS: usize = 50;
const KEYS: usize = 500;
const ROOM: &str = "bench";
const SIZE: PtySize = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };

fn main() {
    let messages: usize = option("--messages").map_or(100_000, |n| n.parse().expect("a number"));
    let server = Server::start();
    sending(&server);
    first_paint();
    keys(&server);
    flood(&server, messages);
}

fn option(flag: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != flag).nth(1)
}

/// From the start of the process to its end, message confirmed; beside a process that does nothing.
fn sending(server: &Server) {
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..SENDS {
        ours.push(run(&mut server.tui(&["send", "--room", ROOM, "hello"])));
        floor.push(run(&mut Command::new("true")));
    }
    report("send of one message, start to exit", ours);
    report("  a process that does nothing", floor);
}

fn run(command: &mut Command) -> Duration {
    command.stdin(Stdio::null());
    let began = Instant::now();
    assert!(command.status().unwrap().success());
    began.elapsed()
}

/// The server is a socket that never answers.
fn first_paint() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/ws", listener.local_addr().unwrap());
    let home = tempfile::tempdir().unwrap();
    let paint = |_| {
        let began = Instant::now();
        let terminal = Terminal::connect(home.path(), &url);
        terminal.until(|seen| has(seen, FRAME_ENDS) && has(seen, ROOM)) - began
    };
    report("first paint, server silent", (0..PAINTS).map(paint).collect());
}

/// From the byte written to the terminal to the end of the frame that shows it.
fn keys(server: &Server) {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::connect(home.path(), &server.url());
    terminal.until(|seen| has(seen, "online"));
    let mut times = Vec::new();
    for n in 0..KEYS {
        terminal.rest();
        let key = char::from(b'a' + (n % 26) as u8);
        let began = Instant::now();
        terminal.press(key);
        let shown = |seen: &[u8]| seen.contains(&(key as u8)) && has(seen, FRAME_ENDS);
        times.push(terminal.until(shown) - began);
    }
    report("a key to the screen", times);
    println!("client, idle in a room             RSS {:6} KiB", terminal.rss_kib());
}

/// As fast as `send --lines` confirms them.
fn flood(server: &Server, messages: usize) {
    let home = tempfile::tempdir().unwrap();
    let terminal = Terminal::connect(home.path(), &server.url());
    terminal.until(|seen| has(seen, "online"));
    let (cpu, began) = (terminal.cpu(), Instant::now());
    let mut send = server.tui(&["send", "--room", ROOM, "--lines", "--quiet"]);
    let mut send = send.stdin(Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufWriter::new(send.stdin.take().unwrap());
    for n in 0..messages {
        writeln!(lines, "message {n} of the flood, of an ordinary length, 안녕하세요").unwrap();
    }
    writeln!(lines, "the-flood-is-over").unwrap();
    drop(lines);
    terminal.until(|seen| has(seen, "the-flood-is-over"));
    let (cpu, time) = (terminal.cpu() - cpu, began.elapsed());
    assert!(send.wait().unwrap().success());
    println!(
        "client, {messages} messages arrive     CPU {:6.2} s, in {:.1} s; RSS {} KiB, at most {} KiB",
        cpu.as_secs_f64(),
        time.as_secs_f64(),
        terminal.rss_kib(),
        terminal.status_kib("VmHWM:"),
    );
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    let n = times.len();
    println!(
        "{what:36} p50 {:6.2} ms  p90 {:6.2} ms  p99 {:6.2} ms  ({n})",
        at(50),
        at(90),
        at(99)
    );
}

fn has(seen: &[u8], text: &str) -> bool {
    seen.windows(text.len()).any(|window| window == text.as_bytes())
}

/// `chat-tui connect` on a terminal; every piece it writes has its time.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    pieces: Receiver<(Instant, Vec<u8>)>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn connect(home: &Path, url: &str) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_chat-tui"));
        command.args(["connect", "--server", url, "--nick", "mina", "--room", ROOM]);
        environment(&mut command, home);
        let pty = native_pty_system().openpty(SIZE).unwrap();
        let mut screen = pty.master.try_clone_reader().unwrap();
        let (sink, pieces) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(n @ 1..) = screen.read(&mut buffer) {
                if sink.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                    return;
                }
            }
        });
        let child = pty.slave.spawn_command(command).unwrap();
        let keyboard = pty.master.take_writer().unwrap();
        Self { child, keyboard, pieces, _master: pty.master }
    }

    fn press(&mut self, key: char) {
        write!(self.keyboard, "{key}").unwrap();
        self.keyboard.flush().unwrap();
    }

    /// When the piece came with which everything since this call was as wanted. Of what has been seen only
    /// the end is looked at.
    fn until(&self, wanted: impl Fn(&[u8]) -> bool) -> Instant {
        let mut seen = Vec::new();
        loop {
            let (at, piece) = self.pieces.recv_timeout(LONG * 5).expect("the client's output");
            seen.extend_from_slice(&piece);
            if wanted(&seen) {
                return at;
            }
            let old = seen.len().saturating_sub(64 * 1024);
            seen.drain(..old);
        }
    }

    /// Until nothing has been painted for two frames.
    fn rest(&self) {
        while self.pieces.recv_timeout(Duration::from_millis(35)).is_ok() {}
    }

    fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    fn rss_kib(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    fn status_kib(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_end_matches("kB").trim().parse().unwrap()
    }

    /// Of all its threads.
    fn cpu(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap();
        let nanos = |path: std::path::PathBuf| {
            let schedstat = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
            schedstat.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
        };
        Duration::from_nanos(tasks.map(|task| nanos(task.unwrap().path())).sum())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
