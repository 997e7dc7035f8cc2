//! A program in a pseudo terminal, seen through a terminal emulator: real bytes in, real cells out.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const PATIENCE: Duration = Duration::from_secs(30);

pub const FRAME_BEGINS: &str = "\x1b[?2026h";
pub const FRAME_ENDS: &str = "\x1b[?2026l";

pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    /// How the terminal treats input before anything runs in it.
    fresh: String,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    parser: vt100::Parser,
    /// What a terminal with synchronized output shows: never half a frame.
    shown: vt100::Screen,
    raw: Vec<u8>,
    /// When the last byte came.
    at: Instant,
    /// The other end is closed.
    over: bool,
}

impl Seen {
    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.at = Instant::now();
        self.parser.process(bytes);
        let last = |mark: &str| self.raw.windows(mark.len()).rposition(|w| w == mark.as_bytes());
        if last(FRAME_ENDS) >= last(FRAME_BEGINS) {
            self.show();
        }
    }

    fn show(&mut self) {
        self.shown = self.parser.screen().clone();
    }
}

impl Pty {
    /// Starts a program on a terminal of `rows` x `cols`.
    pub fn start(command: CommandBuilder, (rows, cols): (u16, u16)) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })
            .expect("open a pseudo terminal");
        let fresh = input_mode(&*pair.master);
        let child = pair.slave.spawn_command(command).expect("start the program");
        drop(pair.slave);
        let parser = emulator((rows, cols));
        let seen = Arc::new(Mutex::new(Seen {
            shown: parser.screen().clone(),
            parser,
            raw: Vec::new(),
            at: Instant::now(),
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
                seen.take(&buf[..n]);
            }
        });
        let writer = pair.master.take_writer().expect("writer");
        Self { master: pair.master, writer, child, fresh, seen }
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
        {
            let mut seen = self.seen.lock().unwrap();
            seen.parser.screen_mut().set_size(cells(rows), cells(cols));
            seen.show();
        }
        self.master
            .resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })
            .expect("resize");
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("a process id")
    }

    pub fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(&self.seen.lock().unwrap().shown)
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

    /// Waits until the program has written nothing for this long.
    pub fn wait_quiet(&self, time: Duration) {
        let end = Instant::now() + PATIENCE;
        let began = Instant::now();
        let quiet = || self.seen.lock().unwrap().at.max(began).elapsed() >= time;
        while !quiet() {
            assert!(Instant::now() < end, "it writes on and on:\n{}", self.picture());
            std::thread::park_timeout(Duration::from_millis(1));
        }
    }

    /// Nothing of the program's modes is left.
    #[track_caller]
    pub fn is_restored(&self) {
        self.look(|s| {
            assert!(!s.alternate_screen(), "the alternate screen is left on");
            assert!(!s.hide_cursor(), "the cursor is left hidden");
            assert!(!s.bracketed_paste(), "bracketed paste is left on");
        });
        let raw = String::from_utf8_lossy(&self.raw()).into_owned();
        for mode in ["1000", "1004", "1006", "1007", "2026"] {
            let last = raw.rfind(&format!("\x1b[?{mode}h"));
            assert!(last < raw.rfind(&format!("\x1b[?{mode}l")), "mode {mode} is left on");
        }
        assert_eq!(input_mode(&*self.master), self.fresh, "raw mode is left on");
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
            let (rows, cols) = (rows.get(), cols.get());
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

pub fn emulator((rows, cols): (u16, u16)) -> vt100::Parser {
    vt100::Parser::new(cells(rows), cells(cols), 0)
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has cells")
}

fn input_mode(master: &dyn MasterPty) -> String {
    let modes = master.get_termios().expect("the terminal's modes");
    format!("{:?} {:?} {:?}", modes.local_flags, modes.input_flags, modes.output_flags)
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Nothing of the person who runs the tests leaks in, and nothing of the tests leaks out.
pub fn environment(command: &mut CommandBuilder, home: &Path) {
    std::fs::create_dir_all(home).expect("a home");
    command.cwd(home);
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
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHAT_") {
            command.env_remove(name);
        }
    }
}
