//! The linear front end: lines in, lines out. For screen readers, terminals that cannot move their
//! cursor, and slow links. The same core decides what happens; here it is only read and printed.

mod transcript;

pub use transcript::Transcript;

use crate::app::State;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use tokio::sync::mpsc::{Receiver, channel};

/// Bytes of a line that is read; the longest message is far below.
const LINE: u64 = 64 * 1024;
/// Lines read ahead.
const AHEAD: usize = 16;

/// What was read from standard input.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    Line(String),
    /// Why the line cannot be used.
    Unfit(&'static str),
}

pub struct Plain {
    transcript: Transcript,
    lines: Receiver<Typed>,
    /// What is typed is on the screen already, and a prompt is of use.
    is_terminal: bool,
    /// The prompt of this room stands on the last line.
    prompt: bool,
}

impl Plain {
    pub fn start() -> Self {
        let (typed, lines) = channel(AHEAD);
        // Standard input has no readiness that could be waited for; the thread ends with the process.
        std::thread::spawn(move || {
            let mut input = io::stdin().lock();
            while let Some(line) = read_line(&mut input) {
                if typed.blocking_send(line).is_err() {
                    break;
                }
            }
        });
        let is_terminal = io::stdin().is_terminal();
        Self { transcript: Transcript::default(), lines, is_terminal, prompt: false }
    }

    /// The next line; `None` at the end.
    pub async fn typed(&mut self) -> Option<Typed> {
        let typed = self.lines.recv().await;
        self.prompt = false;
        typed
    }

    /// Prints what is new.
    pub fn show(&mut self, state: &mut State) -> io::Result<()> {
        let text = self.transcript.news(state, self.is_terminal);
        let mut out = io::stdout().lock();
        if !text.is_empty() {
            if self.prompt {
                out.write_all(b"\n")?;
                self.prompt = false;
            }
            out.write_all(text.as_bytes())?;
        }
        if self.is_terminal && !self.prompt {
            let room = state.room().map_or("", |room| room.place.name());
            write!(out, "{room}> ")?;
            self.prompt = true;
        }
        out.flush()
    }

    pub fn bell(&mut self) -> io::Result<()> {
        if !self.is_terminal {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        out.write_all(b"\x07")?;
        out.flush()
    }
}

fn read_line(input: &mut impl BufRead) -> Option<Typed> {
    let mut line = Vec::new();
    let read = input.take(LINE).read_until(b'\n', &mut line).ok()?;
    if read == 0 {
        return None;
    }
    if read as u64 == LINE && !line.ends_with(b"\n") {
        skip_line(input);
        return Some(Typed::Unfit("the line is longer than 64 KiB; send it as a file"));
    }
    while matches!(line.last(), Some(b'\n' | b'\r')) {
        line.pop();
    }
    Some(String::from_utf8(line).map_or(Typed::Unfit("the line is not UTF-8"), Typed::Line))
}

fn skip_line(input: &mut impl BufRead) {
    loop {
        let mut rest = Vec::new();
        match input.take(LINE).read_until(b'\n', &mut rest) {
            Ok(0) | Err(_) => return,
            Ok(_) if rest.ends_with(b"\n") => return,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_one_by_one_and_what_is_unfit_is_told() {
        let long = "x".repeat(LINE as usize * 2 + 5);
        let input = [b"hi\r\n\xff\n".as_slice(), long.as_bytes(), b"\n", "끝".as_bytes()].concat();
        let mut input = input.as_slice();
        let mut next = || read_line(&mut input);
        assert_eq!(next(), Some(Typed::Line("hi".into())));
        assert_eq!(next(), Some(Typed::Unfit("the line is not UTF-8")));
        assert!(matches!(next(), Some(Typed::Unfit(why)) if why.contains("64 KiB")));
        assert_eq!(next(), Some(Typed::Line("끝".into())));
        assert_eq!(next(), None);
    }
}
