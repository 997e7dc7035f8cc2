//! A server of one's own and people at terminals.

use crate::harness::{Pty, environment};
use crate::support::{Output, Server};
use portable_pty::CommandBuilder;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub const ROOM: &str = "study-group";
/// Rows and columns.
pub const SIZE: (u16, u16) = (24, 80);

pub struct World {
    pub server: Server,
    homes: TempDir,
}

impl World {
    pub fn new() -> Self {
        Self { server: Server::start(), homes: tempfile::tempdir().unwrap() }
    }

    /// `chat-tui connect` as `nick`, not started yet.
    pub fn command(&self, nick: &str, more: &[&str]) -> CommandBuilder {
        let url = self.server.url();
        let mut command = connect(&self.homes.path().join(nick), &["--server", &url]);
        command.args(["--nick", nick, "--room", ROOM]);
        command.args(more);
        command
    }

    /// `nick` on another machine, in a second room, too.
    pub fn device(&self, machine: &str, nick: &str, second: &str) -> Pty {
        let mut command =
            connect(&self.homes.path().join(machine), &["--server", &self.server.url()]);
        command.args(["--nick", nick, "--room", ROOM, "--room", second]);
        let pty = Pty::start(command, SIZE);
        pty.wait_for(&format!("online · {ROOM}"));
        pty.wait("members", |s| !s.contents().contains(" 0 here"));
        pty
    }

    /// Where `nick` keeps things.
    pub fn data(&self, nick: &str) -> PathBuf {
        self.homes.path().join(nick).join("data/chat-tui")
    }

    /// A person in the room, with a screen of [`SIZE`].
    pub fn person(&self, nick: &str) -> Pty {
        let pty = Pty::start(self.command(nick, &[]), SIZE);
        pty.wait_for(&format!("online · {ROOM}"));
        // Who has joined is in the list of members: what is said from now on is seen.
        pty.wait("members", |s| !s.contents().contains(" 0 here"));
        pty
    }

    /// `chat-tui send` to its end.
    pub fn pipe(&self, nick: &str, args: &[&str], input: &str) -> Output {
        let args = [&["send", "--room", ROOM, "--nick", nick], args].concat();
        let out = self.server.pipe(&args, input.as_bytes());
        assert_eq!(out.code, 0, "{out:?}");
        out
    }
}

/// `chat-tui connect` with a home of its own.
pub fn connect(home: &Path, args: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_chat-tui"));
    command.arg("connect");
    command.args(args);
    environment(&mut command, home);
    command
}
