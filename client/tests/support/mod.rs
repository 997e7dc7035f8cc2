//! The real programs: a server of one's own on a free port, and `chat-tui` against it with nothing of
//! the tester's own settings. Nothing here waits without a deadline.
// Each test program uses its own part.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

pub mod fake;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
pub const LONG: Duration = Duration::from_secs(60);

/// The directory of both programs; the server is built first, so that it is never stale.
pub fn bin_dir() -> &'static Path {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(|| {
        let dir = Path::new(env!("CARGO_BIN_EXE_chat-tui")).parent().unwrap().to_owned();
        let profile = match dir.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            other => other,
        };
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "chat-server", "--profile", profile])
            .arg("--target-dir")
            .arg(dir.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("run cargo");
        assert!(built.success(), "chat-server does not build");
        dir
    })
}

/// `program` with an empty home and nothing of the tester's settings.
pub fn clean(program: impl AsRef<std::ffi::OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHAT_") {
            command.env_remove(name);
        }
    }
    for var in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env(var, home);
    }
    command.env("TZ", "UTC").env("CHAT_TUI_NICK", "mina");
    command
}

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub dir: TempDir,
    flags: Vec<String>,
}

impl Server {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn start_with(flags: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let flags: Vec<String> = flags.iter().map(|f| (*f).to_owned()).collect();
        let (child, address) = spawn("127.0.0.1:0", dir.path(), &flags);
        Self { child, address, dir, flags }
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// After `kill`: the same address and data.
    pub fn restart(&mut self) {
        let (child, address) = spawn(&self.address.to_string(), self.dir.path(), &self.flags);
        assert_eq!(address, self.address);
        self.child = child;
    }

    /// After `kill`: the same address and nothing of the old data.
    pub fn restart_empty(&mut self) {
        self.dir = tempfile::tempdir().unwrap();
        self.restart();
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn url(&self) -> String {
        format!("ws://{}/ws", self.address)
    }

    /// `chat-tui` with these arguments against this server.
    pub fn tui(&self, args: &[&str]) -> Command {
        let mut command = clean(env!("CARGO_BIN_EXE_chat-tui"), self.dir.path());
        command.env("CHAT_TUI_SERVER", self.url()).args(args);
        command
    }

    /// Runs `chat-tui` to its end with nothing to read.
    pub fn run(&self, args: &[&str]) -> Output {
        run(self.tui(args), b"")
    }

    /// The same, with this on standard input.
    pub fn pipe(&self, args: &[&str], input: &[u8]) -> Output {
        run(self.tui(args), input)
    }

    /// Every text in the room, oldest first.
    pub fn texts(&self, room: &str) -> Vec<String> {
        let out = self.run(&["history", "--room", room, "--count", "100000", "--json"]);
        assert_eq!(out.code, 0, "{out:?}");
        out.json().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(listen: &str, dir: &Path, flags: &[String]) -> (Child, SocketAddr) {
    let mut child = clean(bin_dir().join("chat-server"), dir)
        .args(["serve", "--listen", listen, "--data-dir"])
        .arg(dir)
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start chat-server");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let address =
        line.trim().strip_prefix("listening on ws://").and_then(|l| l.strip_suffix("/ws"));
    let address = address.unwrap_or_else(|| panic!("the server's first line: {line:?}"));
    // The rest must not fill the pipe.
    std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    (child, address.parse().unwrap())
}

/// How a program ended and what it said.
#[derive(Debug)]
pub struct Output {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|l| serde_json::from_str(l).expect(l)).collect()
    }
}

/// Runs to the end, which must come within [`LONG`].
pub fn run(command: Command, input: &[u8]) -> Output {
    let mut running = Running::start(command);
    running.type_in(input);
    running.close();
    running.end()
}

/// A program that runs, with all it says being kept.
pub struct Running {
    pub child: Child,
    stdin: Option<std::process::ChildStdin>,
    lines: mpsc::Receiver<String>,
    /// Come, and not asked for yet.
    early: RefCell<VecDeque<String>>,
    stdout: String,
    stderr: std::thread::JoinHandle<String>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("start");
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sink, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sink.send(line).is_err() {
                    return;
                }
            }
        });
        let mut err = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut said = Vec::new();
            let _ = err.read_to_end(&mut said);
            String::from_utf8_lossy(&said).into_owned()
        });
        Self {
            stdin: child.stdin.take(),
            child,
            lines,
            early: RefCell::default(),
            stdout: String::new(),
            stderr,
        }
    }

    /// A program that has ended already reads nothing; that shows elsewhere.
    pub fn type_in(&mut self, input: &[u8]) {
        let _ = self.stdin.as_mut().unwrap().write_all(input);
    }

    pub fn close(&mut self) {
        self.stdin = None;
    }

    pub fn take_stdin(&mut self) -> std::process::ChildStdin {
        self.stdin.take().unwrap()
    }

    /// The next line on standard output.
    pub fn line(&mut self) -> String {
        let early = self.early.get_mut().pop_front();
        let line = early.unwrap_or_else(|| self.lines.recv_timeout(LONG).expect("a line"));
        self.stdout += &line;
        self.stdout.push('\n');
        line
    }

    /// Whether there is a next line.
    pub fn has_line(&self) -> bool {
        let mut early = self.early.borrow_mut();
        early.extend(self.lines.try_iter());
        !early.is_empty()
    }

    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.end();
    }

    /// By its name, `INT` or `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    pub fn end(mut self) -> Output {
        let deadline = Instant::now() + LONG;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                let _ = self.child.kill();
                panic!("it does not end; so far: {}", self.stdout);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        self.stdin = None;
        let early = self.early.take().into_iter();
        for line in early.chain(std::iter::from_fn(|| self.lines.recv_timeout(LONG).ok())) {
            self.stdout += &line;
            self.stdout.push('\n');
        }
        let stderr = self.stderr.join().unwrap();
        Output { code: status.code().unwrap_or(-1), stdout: self.stdout, stderr }
    }
}

/// Waits for a condition.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
