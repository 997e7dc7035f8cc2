//! A local ngIRCd for the programs that speak IRC, without penalties, and somebody who talks there.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// A program on the path, or among those of the system.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    dirs.map(|dir| dir.join(program)).find(|file| file.is_file())
}

pub struct Ircd {
    child: Child,
    pub address: String,
    _dir: TempDir,
}

impl Ircd {
    /// `None`: it is not installed.
    pub fn start() -> Option<Self> {
        let program = which("ngircd")?;
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = format!(
            "[Global]\nName = irc.bench.test\nInfo = bench\nListen = 127.0.0.1\nPorts = {port}\n\
             [Limits]\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxPenaltyTime = 0\n\
             [Options]\nDNS = no\nIdent = no\nPAM = no\n"
        );
        let file = dir.path().join("ngircd.conf");
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new(program);
        command.arg("--nodaemon").arg("--config").arg(&file);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        Some(Self { child, address: format!("127.0.0.1:{port}"), _dir: dir })
    }
}

impl Drop for Ircd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody in a channel, alone at first.
pub struct Talker {
    stream: TcpStream,
    /// What the server says, `PING` excepted.
    lines: Receiver<String>,
}

impl Talker {
    pub fn join(address: &str, nick: &str, room: &str) -> Self {
        let mut stream = connect(address);
        write!(stream, "NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n").unwrap();
        let (sink, lines) = channel();
        let (from, mut to) = (stream.try_clone().unwrap(), stream.try_clone().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                if let Some(token) = line.strip_prefix("PING ") {
                    let _ = write!(to, "PONG {token}\r\n");
                } else if sink.send(line).is_err() {
                    return;
                }
            }
        });
        let mut talker = Self { stream, lines };
        talker.wait_for(" 001 ");
        write!(talker.stream, "JOIN #{room}\r\n").unwrap();
        talker.wait_for(" 366 ");
        talker
    }

    /// Until somebody else has come into the room.
    pub fn wait_for_company(&self) {
        self.wait_for(" JOIN ");
    }

    pub fn writer(&self) -> TcpStream {
        self.stream.try_clone().unwrap()
    }

    fn wait_for(&self, text: &str) {
        while !self.lines.recv_timeout(PATIENCE).expect("the server's line").contains(text) {}
    }
}

impl Drop for Talker {
    /// The thread that reads has the stream, too.
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

fn connect(address: &str) -> TcpStream {
    let end = Instant::now() + PATIENCE;
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return stream,
            Err(e) => assert!(Instant::now() < end, "ngIRCd does not listen: {e}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
