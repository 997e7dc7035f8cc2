//! A program in a pseudo terminal, seen through a terminal emulator: real bytes in, real cells out.
#![allow(dead_code)] // each test program uses its own part

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    /// The other end is closed.
    over: bool,
}

impl Pty {
    /// Starts `program` on a terminal of `rows` x `cols`, with a home of its own in `home`.
    pub fn spawn(program: &Path, args: &[&str], home: &Path, (rows, cols): (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        environment(&mut command, home);
        Self::start(command, (rows, cols))
    }

    pub fn start(command: CommandBuilder, (rows, cols): (u16, u16)) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })
            .expect("open a pseudo terminal");
        let child = pair.slave.spawn_command(command).expect("start the program");
        drop(pair.slave);
        let seen = Arc::new(Mutex::new(Seen {
            parser: vt100::Parser::new(rows, cols, 0),
            raw: Vec::new(),
            over: false,
        }));
        let mut reader = pair.master.try_clone_reader().expect("reader");
        let sink = seen.clone();
        std::thread::spawn(move || {
            let mut buf = [0; 16 * 1024];
            loop {
                let n = reader.read(&mut buf).unwrap_or(0);
                let mut seen = sink.lock().unwrap();
                if n == 0 {
                    seen.over = true;
                    return;
                }
                seen.raw.extend_from_slice(&buf[..n]);
                seen.parser.process(&buf[..n]);
            }
        });
        let writer = pair.master.take_writer().expect("writer");
        Self { master: pair.master, writer, child, seen }
    }

    pub fn send(&mut self, keys: &str) {
        self.send_bytes(keys.as_bytes());
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).expect("type");
        self.writer.flush().expect("type");
    }

    /// As a terminal pastes: bracketed.
    pub fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    pub fn resize(&mut self, rows: u16, cols: u16) {
        // The emulator first: what comes after the program has heard of it is for the new size.
        self.seen.lock().unwrap().parser.screen_mut().set_size(rows, cols);
        self.master
            .resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })
            .expect("resize");
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("a process id")
    }

    pub fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.seen.lock().unwrap().parser.screen())
    }

    pub fn text(&self) -> String {
        self.look(|s| s.contents())
    }

    /// All bytes the program has written.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.lock().unwrap().raw.clone()
    }

    /// Waits until the screen is as wanted; panics with a picture of it otherwise.
    pub fn wait(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !self.look(&wanted) {
            assert!(Instant::now() < end, "no {what} on the screen:\n{}", self.picture());
            std::thread::park_timeout(Duration::from_millis(1));
        }
    }

    pub fn wait_for(&self, text: &str) {
        self.wait(&format!("{text:?}"), |s| s.contents().contains(text));
    }

    pub fn wait_gone(&self, text: &str) {
        self.wait(&format!("end of {text:?}"), |s| !s.contents().contains(text));
    }

    /// Waits for the program's end and gives its exit code.
    pub fn wait_exit(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("wait") {
                let drained = Instant::now() + Duration::from_secs(5);
                while !self.seen.lock().unwrap().over && Instant::now() < drained {
                    std::thread::park_timeout(Duration::from_millis(1));
                }
                return status.exit_code();
            }
            assert!(Instant::now() < end, "the program did not end:\n{}", self.picture());
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }

    /// The screen between bars, one line per row, `▏` before the cell the cursor is on.
    pub fn picture(&self) -> String {
        self.look(|screen| {
            let (rows, cols) = screen.size();
            let (cursor_row, cursor_col) = screen.cursor_position();
            let mut out = String::new();
            for row in 0..rows {
                out.push('|');
                for col in 0..cols {
                    if (row, col) == (cursor_row, cursor_col) && !screen.hide_cursor() {
                        out.push('▏');
                    }
                    match screen.cell(row, col) {
                        Some(cell) if cell.is_wide_continuation() => {}
                        Some(cell) if cell.has_contents() => out.push_str(cell.contents()),
                        _ => out.push(' '),
                    }
                }
                out.push_str("|\n");
            }
            out
        })
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Nothing of the person who runs the tests leaks in, and nothing of the tests leaks out.
pub fn environment(command: &mut CommandBuilder, home: &Path) {
    command.env("TERM", "xterm-256color");
    command.env("HOME", home);
    for (name, folder) in [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
    ] {
        command.env(name, home.join(folder));
    }
    command.env("TZ", "UTC");
    command.env("LANG", "C.UTF-8");
    command.env_remove("NO_COLOR");
    command.env_remove("CHAT_TUI_SERVER");
    command.env_remove("CHAT_TUI_NICK");
}
