//! A program on a pseudo terminal; every piece it writes has its time.

use crate::harness::environment;
use crate::process::Process;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longer than anything takes that is not broken.
const PATIENCE: Duration = Duration::from_secs(300);
/// Two frames, and a bit.
const STILL: Duration = Duration::from_millis(35);

pub const USUAL: PtySize = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
pub const LARGE: PtySize = PtySize { rows: 70, cols: 250, pixel_width: 0, pixel_height: 0 };

pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    pieces: Receiver<(Instant, Vec<u8>)>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub fn start(mut command: CommandBuilder, home: &Path, size: PtySize) -> Self {
        environment(&mut command, home);
        let pty = native_pty_system().openpty(size).unwrap();
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

    pub fn press(&mut self, keys: &str) {
        write!(self.keyboard, "{keys}").unwrap();
        self.keyboard.flush().unwrap();
    }

    /// When the piece came with which all of these had been written since this call, in this order.
    pub fn until(&self, wanted: &[&str]) -> Instant {
        let mut wanted = wanted.iter().peekable();
        let (mut seen, end) = (Vec::new(), Instant::now() + PATIENCE);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let (at, piece) = self.pieces.recv_timeout(left).unwrap_or_else(|_| {
                let seen = String::from_utf8_lossy(&seen).escape_debug().to_string();
                panic!("{wanted:?} was not written, at last there was {seen}")
            });
            seen.extend_from_slice(&piece);
            while let Some(text) = wanted.peek() {
                let Some(found) = find(&seen, text) else { break };
                seen.drain(..found + text.len());
                wanted.next();
            }
            let Some(text) = wanted.peek() else { return at };
            // Only the end may be a part of it.
            seen.drain(..seen.len().saturating_sub(text.len()));
        }
    }

    /// Until nothing has been painted for two frames. Gives the time of the last piece.
    pub fn rest(&self) -> Option<Instant> {
        self.quiet(STILL)
    }

    pub fn quiet(&self, time: Duration) -> Option<Instant> {
        std::iter::from_fn(|| self.pieces.recv_timeout(time).ok()).map(|(at, _)| at).last()
    }

    /// Lets it paint for this long.
    pub fn run_for(&self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            let _ = self.pieces.recv_timeout(left);
        }
    }

    pub fn process(&self) -> Process {
        Process(self.child.process_id().unwrap())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn find(seen: &[u8], text: &str) -> Option<usize> {
    seen.windows(text.len()).position(|window| window == text.as_bytes())
}
