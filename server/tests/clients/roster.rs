//! The clients: who they are, how they are started, where their version is written.

use crate::features::{FEATURES, STOMPEST};
use std::path::Path;
use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    JavaScript,
    Python,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::JavaScript, Self::Python];

    pub fn title(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
        }
    }

    /// Where the scripts are, here and below the target directory.
    pub fn directory(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::Python => "python",
        }
    }
}

pub struct Client {
    /// What its script calls itself.
    pub name: &'static str,
    pub title: &'static str,
    pub language: Language,
    /// The script and its arguments.
    pub script: &'static [&'static str],
    /// The package whose version the page gives.
    pub package: &'static str,
}

const fn client(
    name: &'static str,
    title: &'static str,
    language: Language,
    script: &'static [&'static str],
    package: &'static str,
) -> Client {
    Client { name, title, language, script, package }
}

use Language::{JavaScript, Python};

pub const CLIENTS: &[Client] = &[
    client("stompjs-7", "@stomp/stompjs", JavaScript, &["stompjs.mjs"], "@stomp/stompjs"),
    client("rx-stomp", "@stomp/rx-stomp", JavaScript, &["rx-stomp.mjs"], "@stomp/rx-stomp"),
    client("webstomp-client", "webstomp-client", JavaScript, &["webstomp.mjs"], "webstomp-client"),
    client("stompjs-2", "stompjs", JavaScript, &["stompjs2.mjs"], "stompjs"),
    client("stompit", "stompit, TCP", JavaScript, &["stompit.mjs"], "stompit"),
    client("stomp-client", "stomp-client, TCP", JavaScript, &["stomp-client.mjs"], "stomp-client"),
    client("stomp-py-10", "stomp.py, TCP, 1.0", Python, &["stomp_py.py", "1.0"], "stomp.py"),
    client("stomp-py-11", "stomp.py, TCP, 1.1", Python, &["stomp_py.py", "1.1"], "stomp.py"),
    client("stomp-py-12", "stomp.py, TCP, 1.2", Python, &["stomp_py.py", "1.2"], "stomp.py"),
    client("stomp-py-ws", "stomp.py, WebSocket", Python, &["stomp_py.py", "ws"], "stomp.py"),
    client("stompman-tcp", "stompman, TCP", Python, &["stompman_.py", "tcp"], "stompman"),
    client("stompman-ws", "stompman, WebSocket", Python, &["stompman_.py", "ws"], "stompman"),
    client("stompest", "stompest, TCP", Python, &["stompest_.py"], "stompest"),
];

impl Client {
    pub fn features(&self) -> &'static [(&'static str, &'static str)] {
        if self.name == "stompest" { STOMPEST } else { FEATURES }
    }

    /// Its program, to be run in the directory of its language below `installed`.
    pub fn command(&self, installed: &Path) -> Command {
        let directory = installed.join(self.language.directory());
        let mut command = match self.language {
            JavaScript => Command::new("node"),
            Python => Command::new(directory.join(".venv/bin/python")),
        };
        command.args(self.script).current_dir(directory);
        command
    }

    /// As pinned in the lock file.
    pub fn version(&self, sources: &Path) -> String {
        let directory = sources.join(self.language.directory());
        let read = |name| std::fs::read_to_string(directory.join(name)).expect(name);
        let (file, before) = match self.language {
            JavaScript => (read("package.json"), format!("\"{}\": \"", self.package)),
            Python => (read("requirements.txt"), format!("\n{}==", self.package)),
        };
        let (_, rest) = file.split_once(&before).expect(self.package);
        rest.split(['"', '\n']).next().unwrap_or_default().to_owned()
    }
}
