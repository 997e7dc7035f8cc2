//! The real server for the rows: one for each section, shared by its tests, or one of a test's own.

use crate::peer::{Peer, Via};
use crate::support::{Server, command};
use std::process::Command;
use std::sync::OnceLock;

/// Runs the server until the standard input ends, which it does with this test program, and takes
/// the data directory away then.
const UNTIL_WE_END: &str = r#""$@" & server=$!; cat >/dev/null; kill -9 $server; rm -rf "$DATA""#;

pub struct Host(OnceLock<Server>, &'static [&'static str]);

impl Host {
    /// Started by its first use, with these flags.
    pub const fn new(flags: &'static [&'static str]) -> Self {
        Self(OnceLock::new(), flags)
    }

    pub fn server(&self) -> &Server {
        self.0.get_or_init(|| {
            let dir = tempfile::tempdir().unwrap();
            let serve = command("serve");
            let mut shell = Command::new("sh");
            shell.args(["-c", UNTIL_WE_END, "sh"]).arg(serve.get_program());
            shell.args(serve.get_args()).arg("--data-dir").arg(dir.path()).args(USUAL);
            shell.args(self.1).env("DATA", dir.path());
            for (name, value) in serve.get_envs() {
                match value {
                    Some(value) => shell.env(name, value),
                    None => shell.env_remove(name),
                };
            }
            shell.stdin(std::process::Stdio::piped());
            Server::spawn(shell, dir)
        })
    }

    pub fn raw(&self, via: Via) -> Peer {
        open(self.server(), via)
    }

    pub fn tcp(&self, version: &str) -> Peer {
        self.raw(Via::Tcp).login(version)
    }

    pub fn ws(&self, version: &str) -> Peer {
        self.raw(Via::Ws).login(version)
    }

    /// Logged in with 1.2 and subscribed to it as `s`.
    pub fn reader(&self, destination: &str) -> Peer {
        let mut peer = self.tcp("1.2");
        peer.ask(&format!("SUBSCRIBE id:s destination:{destination}"), "");
        peer
    }
}

/// Two shards on any machine, so that messages cross between them.
const USUAL: [&str; 7] = [
    "--listen",
    "127.0.0.1:0",
    "--stomp-listen",
    "127.0.0.1:0",
    "--log-level",
    "error",
    "--shards=2",
];

/// A server of the test's own, with these flags.
pub fn alone(flags: &[&str]) -> Server {
    let flags: Vec<&str> =
        ["--stomp-listen", "127.0.0.1:0"].into_iter().chain(flags.iter().copied()).collect();
    Server::start(&flags)
}

/// Not connected yet; a WebSocket is upgraded.
pub fn open(server: &Server, via: Via) -> Peer {
    match via {
        Via::Tcp => Peer::over(via, server.stomp.unwrap()),
        Via::Ws => {
            let mut peer = Peer::over(via, server.http);
            let answer = peer.upgrade("/ws", &[]);
            assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
            peer
        }
    }
}

pub fn login(server: &Server, via: Via) -> Peer {
    open(server, via).login("1.2")
}
