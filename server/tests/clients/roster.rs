//! The clients: who they are, how they are started, where their version is written.

use crate::features::{FEATURES, RELAY, STOMPEST};
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    JavaScript,
    Python,
    Java,
    /// Ruby, Perl and PHP, installed as Debian has them.
    Debian,
}

impl Language {
    pub const ALL: [Self; 4] = [Self::JavaScript, Self::Python, Self::Java, Self::Debian];

    pub fn title(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::Java => "Java",
            Self::Debian => "Ruby, Perl, PHP",
        }
    }

    /// Where the scripts are, here and below the target directory.
    pub fn directory(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::Java => "java",
            Self::Debian => "debian",
        }
    }
}

pub struct Client {
    /// What its script calls itself.
    pub name: &'static str,
    /// With `{}` for its version.
    pub title: &'static str,
    pub language: Language,
    /// The command line.
    pub script: &'static [&'static str],
    /// What the version stands behind in the lock file.
    package: &'static str,
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

use Language::{Debian, Java, JavaScript, Python};

pub const CLIENTS: &[Client] = &[
    client(
        "stompjs-7",
        "@stomp/stompjs {}",
        JavaScript,
        &["stompjs.mjs"],
        "\"@stomp/stompjs\": \"",
    ),
    client(
        "rx-stomp",
        "@stomp/rx-stomp {}",
        JavaScript,
        &["rx-stomp.mjs"],
        "\"@stomp/rx-stomp\": \"",
    ),
    client(
        "webstomp-client",
        "webstomp-client {}",
        JavaScript,
        &["webstomp.mjs"],
        "\"webstomp-client\": \"",
    ),
    client("stompjs-2", "stompjs {}", JavaScript, &["stompjs2.mjs"], "\"stompjs\": \""),
    client("stompit", "stompit {}, TCP", JavaScript, &["stompit.mjs"], "\"stompit\": \""),
    client(
        "stomp-client",
        "stomp-client {}, TCP",
        JavaScript,
        &["stomp-client.mjs"],
        "\"stomp-client\": \"",
    ),
    client("stomp-py-10", "stomp.py {}, 1.0, TCP", Python, &["stomp_py.py", "1.0"], "stomp.py=="),
    client("stomp-py-11", "stomp.py {}, 1.1, TCP", Python, &["stomp_py.py", "1.1"], "stomp.py=="),
    client("stomp-py-12", "stomp.py {}, 1.2, TCP", Python, &["stomp_py.py", "1.2"], "stomp.py=="),
    client("stomp-py-ws", "stomp.py {}", Python, &["stomp_py.py", "ws"], "stomp.py=="),
    client("stompman-tcp", "stompman {}, TCP", Python, &["stompman_.py", "tcp"], "stompman=="),
    client("stompman-ws", "stompman {}", Python, &["stompman_.py", "ws"], "stompman=="),
    client("stompest", "stompest {}, TCP", Python, &["stompest_.py"], "stompest=="),
    client(
        "spring-ws",
        "WebSocketStompClient of Spring Boot {}",
        Java,
        &["SpringClients", "ws"],
        SPRING,
    ),
    client(
        "spring-tcp",
        "ReactorNettyTcpStompClient of Spring Boot {}",
        Java,
        &["SpringClients", "tcp"],
        SPRING,
    ),
    client("spring-relay", "Spring Boot {}, TCP", Java, &["Relay"], SPRING),
    client("ruby-stomp", "stomp gem (ruby-stomp), TCP", Debian, &["ruby", "stomp.rb"], ""),
    client("net-stomp", "Net::Stomp (libnet-stomp-perl), TCP", Debian, &["perl", "stomp.pl"], ""),
    client("php-stomp", "PECL stomp (php-stomp), TCP", Debian, &["php", "stomp.php"], ""),
];

const SPRING: &str = "<artifactId>spring-boot-starter-parent</artifactId>\n    <version>";

impl Client {
    pub fn features(&self) -> &'static [(&'static str, &'static str)] {
        match self.name {
            "stompest" => STOMPEST,
            "spring-relay" => RELAY,
            _ => FEATURES,
        }
    }

    /// Its program, to be run in the directory of its language: below `installed`, or as it stands here.
    pub fn command(&self, installed: &Path, sources: &Path) -> Command {
        let directory = installed.join(self.language.directory());
        let (program, before): (PathBuf, &[&str]) = match self.language {
            JavaScript => ("node".into(), &[]),
            Python => (directory.join(".venv/bin/python"), &[]),
            // A short life: no second compiler, no collector's threads.
            Java => (
                "java".into(),
                &["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "classes:lib/*"],
            ),
            Debian => {
                let mut command = Command::new(self.script[0]);
                command.args(&self.script[1..]).current_dir(sources.join("debian"));
                return command;
            }
        };
        let mut command = Command::new(program);
        command.args(before).args(self.script).current_dir(directory);
        command
    }

    /// The title with the version that is pinned.
    pub fn title(&self, sources: &Path) -> String {
        let file = match self.language {
            JavaScript => "package.json",
            Python => "requirements.txt",
            Java => "pom.xml",
            Debian => return self.title.to_owned(),
        };
        let path = sources.join(self.language.directory()).join(file);
        let file = std::fs::read_to_string(path).expect(file);
        let (_, rest) = file.split_once(self.package).expect(self.package);
        self.title.replace("{}", rest.split(['"', '\n', '<']).next().unwrap_or_default())
    }
}
