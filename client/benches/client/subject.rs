//! A program that shows a room in which somebody else talks.

use crate::ircd::{Ircd, Talker};
use crate::program::Program;
use crate::support::Server;
use crate::terminal::Terminal;
use portable_pty::PtySize;
use std::io::{BufWriter, Write};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Nothing else that is painted has these characters, so they are written whole.
const READY: &str = "ЖЖЖЖ";
/// How often whoever talks at a rate does so.
const TURN: Duration = Duration::from_millis(10);

/// The servers, and rooms in which nothing was said yet.
pub struct Worlds {
    pub server: Server,
    ircd: Option<Ircd>,
    rooms: usize,
}

pub struct Subject {
    pub program: Program,
    pub terminal: Terminal,
    pub talk: Talk,
    _home: TempDir,
    _talker: Option<Talker>,
}

impl Worlds {
    pub fn start(programs: Vec<Program>) -> Self {
        let ircd = if programs.len() > 1 { Ircd::start() } else { None };
        if programs.len() > 1 && ircd.is_none() {
            eprintln!("ngIRCd is not installed: only first paints are compared");
        }
        Self { server: Server::start(), ircd, rooms: 0 }
    }

    pub fn room(&mut self) -> String {
        self.rooms += 1;
        format!("bench-{}", self.rooms)
    }

    /// In a room of its own; `None` where its server is not installed.
    pub fn open(&mut self, program: Program, size: PtySize) -> Option<Subject> {
        let room = self.room();
        let home = tempfile::tempdir().unwrap();
        let (terminal, talk, talker) = if program == Program::ChatTui {
            let address = self.server.address.to_string();
            let command = program.join(home.path(), &address, &room);
            let terminal = Terminal::start(command, home.path(), size);
            terminal.until(&["online"]);
            (terminal, Talk::lines(&self.server, &room), None)
        } else {
            let address = &self.ircd.as_ref()?.address;
            let talker = Talker::join(address, &format!("jun{}", self.rooms), &room);
            let command = program.join(home.path(), address, &room);
            let terminal = Terminal::start(command, home.path(), size);
            talker.wait_for_company();
            (terminal, Talk::irc(&talker, &room), Some(talker))
        };
        let mut subject = Subject { program, terminal, talk, _home: home, _talker: talker };
        subject.terminal.quiet(Duration::from_millis(300));
        subject.terminal.press(program.to_the_room());
        subject.talk.say(READY);
        subject.talk.flush();
        subject.until(READY);
        subject.terminal.quiet(Duration::from_millis(300));
        Some(subject)
    }
}

impl Subject {
    /// When this was on the screen.
    pub fn until(&self, text: &str) -> Instant {
        let wanted: Vec<&str> = std::iter::once(text).chain(self.program.ends()).collect();
        self.terminal.until(&wanted)
    }
}

/// The way to say something in the room.
pub struct Talk {
    out: BufWriter<Box<dyn Write + Send>>,
    prefix: String,
    said: usize,
    /// Ends when its input does.
    send: Option<Child>,
}

impl Talk {
    /// Through `send --lines`.
    pub fn lines(server: &Server, room: &str) -> Self {
        let mut command =
            server.tui(&["send", "--room", room, "--nick", "jun", "--lines", "--quiet"]);
        let mut send = command.stdin(Stdio::piped()).spawn().unwrap();
        let out = Box::new(send.stdin.take().unwrap());
        Self { out: BufWriter::new(out), prefix: String::new(), said: 0, send: Some(send) }
    }

    fn irc(talker: &Talker, room: &str) -> Self {
        let out = BufWriter::new(Box::new(talker.writer()) as Box<dyn Write + Send>);
        Self { out, prefix: format!("PRIVMSG #{room} :"), said: 0, send: None }
    }

    pub fn say(&mut self, text: &str) {
        let ending = if self.send.is_some() { "\n" } else { "\r\n" };
        write!(self.out, "{}{text}{ending}", self.prefix).unwrap();
    }

    /// Something of about 85 columns.
    pub fn go_on(&mut self) {
        self.said += 1;
        let text = format!(
            "message {}: 오늘 저녁 7시에 회의실에서 만나요, and bring along what was left over",
            self.said
        );
        self.say(&text);
    }

    pub fn flush(&mut self) {
        self.out.flush().unwrap();
    }

    /// So many messages a second for as long as wanted; asks with how many were said.
    pub fn at_rate(&mut self, rate: usize, goes_on: impl Fn(usize) -> bool) {
        let (began, mut said) = (Instant::now(), 0);
        while goes_on(said) {
            let due = (began.elapsed().as_secs_f64() * rate as f64) as usize;
            while said < due && goes_on(said) {
                self.go_on();
                said += 1;
            }
            self.flush();
            std::thread::sleep(TURN);
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = self.out.flush();
        if let Some(send) = &mut self.send {
            let _ = send.kill();
            let _ = send.wait();
        }
    }
}
