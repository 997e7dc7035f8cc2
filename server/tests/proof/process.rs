//! The server as a child process.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

pub struct Server {
    child: Child,
    pub ws: SocketAddr,
    pub tcp: SocketAddr,
    /// What it printed at start.
    pub banner: Vec<String>,
}

impl Server {
    /// Starts `chat-server serve` on `data`; port 0 lets the system choose.
    pub fn start(data: &Path, ws_port: u16, tcp_port: u16, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chat-server"))
            .arg("serve")
            .args(["--listen", &format!("127.0.0.1:{ws_port}")])
            .args(["--stomp-listen", &format!("127.0.0.1:{tcp_port}")])
            .arg("--data-dir")
            .arg(data)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("start chat-server");
        let (lines, read) = mpsc::channel();
        let out = child.stdout.take().expect("stdout");
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    break;
                }
            }
        });
        let mut err = child.stderr.take().expect("stderr");
        let (said, complaints) = mpsc::channel();
        std::thread::spawn(move || {
            let mut all = Vec::new();
            let mut buf = [0; 4096];
            while let Ok(n @ 1..) = err.read(&mut buf) {
                if all.len() < 1 << 20 {
                    all.extend_from_slice(&buf[..n]);
                }
            }
            let _ = said.send(String::from_utf8_lossy(&all).into_owned());
        });
        let mut banner = Vec::new();
        let (mut ws, mut tcp) = (None, None);
        while ws.is_none() || tcp.is_none() {
            match read.recv_timeout(Duration::from_secs(30)) {
                Ok(line) => {
                    if let Some(at) = address(&line, "ws://") {
                        ws = ws.or(Some(at));
                    } else if let Some(at) = address(&line, "STOMP over TCP on ") {
                        tcp = tcp.or(Some(at));
                    }
                    banner.push(line);
                }
                Err(e) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    let said = complaints.recv_timeout(Duration::from_secs(5)).unwrap_or_default();
                    panic!("the server did not come up ({e}); it said: {banner:?} {said}");
                }
            }
        }
        Self { child, ws: ws.expect("ws"), tcp: tcp.expect("tcp"), banner }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, and gone when this returns.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Resident memory in KiB.
    pub fn rss_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))
            .expect("the server is running");
        status
            .lines()
            .find_map(|l| l.strip_prefix("VmRSS:"))
            .and_then(|l| l.trim().trim_end_matches("kB").trim().parse().ok())
            .expect("VmRSS")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address(line: &str, before: &str) -> Option<SocketAddr> {
    let rest = line.split_once(before)?.1;
    let end = rest.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}
