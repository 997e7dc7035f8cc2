//! The real `chat-server` on a free port with a data directory of its own, and raw sockets to it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
pub const LONG: Duration = Duration::from_secs(60);
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// `chat-server` with nothing of the tester's own environment in its settings.
pub fn command(verb: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chat-server"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHAT_SERVER_") {
            command.env_remove(name);
        }
    }
    command.env("XDG_CONFIG_HOME", "/nonexistent").arg(verb).stdin(Stdio::null());
    command
}

pub struct Server {
    pub child: Child,
    pub dir: TempDir,
    pub http: SocketAddr,
    pub stomp: Option<SocketAddr>,
    /// What was said at the start.
    pub lines: Vec<String>,
}

impl Server {
    pub fn start(flags: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut command = command("serve");
        command.args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(dir.path()).args(flags);
        Self::spawn(command, dir)
    }

    pub fn spawn(mut command: Command, dir: TempDir) -> Self {
        let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("the server starts");
        let mut lines: Vec<String> = Vec::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        while !lines.last().is_some_and(|line| line.starts_with("join with")) {
            let mut line = String::new();
            if out.read_line(&mut line).unwrap() == 0 {
                let mut errors = String::new();
                let _ = child.stderr.take().unwrap().read_to_string(&mut errors);
                panic!("the server ended at the start: {lines:?} {errors}");
            }
            lines.push(line.trim_end().to_owned());
        }
        let address = |prefix: &str, suffix: &str| {
            let found = lines.iter().find_map(|line| line.strip_prefix(prefix));
            found.map(|rest| rest.strip_suffix(suffix).unwrap().parse().unwrap())
        };
        let http = address("listening on ws://", "/ws").expect("the first line");
        let stomp = address("STOMP over TCP on ", "");
        Self { child, dir, http, stomp, lines }
    }

    pub fn stderr(&mut self) -> ChildStderr {
        self.child.stderr.take().unwrap()
    }

    /// By its name, `TERM` or `INT`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// The end of the process.
    pub fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + LONG;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::yield_now();
        }
    }

    pub fn connect(&self) -> Raw {
        Raw::connect(self.http)
    }

    /// A WebSocket that has said CONNECT and got CONNECTED.
    pub fn login(&self) -> Raw {
        let mut raw = self.connect();
        raw.send(upgrade(&["Sec-WebSocket-Protocol: v12.stomp"]));
        raw.send(frame(1, CONNECT.as_bytes()));
        raw.read_until("user-name:mina");
        raw
    }
}

/// Runs a server that must refuse to start: its exit status and what it said.
pub fn refused(mut command: Command) -> (i32, String) {
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "nothing is announced");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().expect("no signal"), said)
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A socket and what came over it.
pub struct Raw(pub TcpStream);

impl Raw {
    pub fn connect(at: SocketAddr) -> Self {
        let stream = TcpStream::connect(at).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// A refusal may come, and close the socket, before everything is written.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.0.write_all(bytes.as_ref());
    }

    /// Until the other end closes.
    pub fn read_all(&mut self) -> String {
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.0.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => all.extend_from_slice(&buffer[..n]),
                Err(e) if e.kind() == ErrorKind::ConnectionReset => break,
                Err(e) => panic!("{e}, after {:?}", String::from_utf8_lossy(&all)),
            }
        }
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Octets until the other end closes.
    pub fn read_bytes(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        match self.0.read_to_end(&mut all) {
            Err(e) if e.kind() != ErrorKind::ConnectionReset => panic!("{e}"),
            _ => all,
        }
    }

    /// Until `end` has come.
    pub fn read_until(&mut self, end: &str) -> String {
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        while !all.windows(end.len()).any(|part| part == end.as_bytes()) {
            let n = self.0.read(&mut buffer).unwrap();
            assert!(n > 0, "closed before {end:?}: {:?}", String::from_utf8_lossy(&all));
            all.extend_from_slice(&buffer[..n]);
        }
        String::from_utf8_lossy(&all).into_owned()
    }
}

/// One whole answer to `request`, which must end the connection.
pub fn ask(server: &Server, request: impl AsRef<[u8]>) -> String {
    let mut raw = server.connect();
    raw.send(request);
    raw.read_all()
}

pub fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("no answer")
}

/// An upgrade request with these lines instead of those of the same name; `Name!` leaves one out.
pub fn upgrade(changed: &[&str]) -> String {
    let usual = [
        "Host: 127.0.0.1:7878".to_owned(),
        "Upgrade: websocket".to_owned(),
        "Connection: keep-alive, Upgrade".to_owned(),
        "Sec-WebSocket-Version: 13".to_owned(),
        format!("Sec-WebSocket-Key: {KEY}"),
    ];
    let name = |line: &str| line.split([':', '!']).next().unwrap_or_default().to_ascii_lowercase();
    let kept = usual.iter().filter(|line| changed.iter().all(|c| name(c) != name(line)));
    let new = changed.iter().filter(|line| !line.ends_with('!'));
    let lines: Vec<&str> = kept.map(String::as_str).chain(new.copied()).collect();
    format!("GET /ws HTTP/1.1\r\n{}\r\n\r\n", lines.join("\r\n"))
}

/// A masked client frame.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x11, 0x22, 0x33, 0x44];
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        n @ 0..126 => frame.push(0x80 | n as u8),
        n => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(n).unwrap().to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

pub const CONNECT: &str = "CONNECT\naccept-version:1.2\nhost:x\nlogin:mina\n\n\0";
