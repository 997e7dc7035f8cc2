//! The programs that are compared, and how each is started.

use crate::harness::FRAME_ENDS;
use crate::ircd;
use portable_pty::CommandBuilder;
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    ChatTui,
    WeeChat,
    Irssi,
}

/// The name of the person at the terminal.
pub const NICK: &str = "mina";

impl Program {
    /// Ours, and whichever of the others can take part; says who cannot.
    pub fn installed() -> Vec<Self> {
        let all = [Self::ChatTui, Self::WeeChat, Self::Irssi];
        let is_there = |program: &Self| {
            let is_there = *program == Self::ChatTui || ircd::which(program.command()).is_some();
            if !is_there {
                eprintln!("{} is not installed and is left out", program.name());
            }
            is_there
        };
        all.into_iter().filter(is_there).collect()
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::ChatTui => "chat-tui",
            Self::WeeChat => "WeeChat",
            Self::Irssi => "irssi",
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::ChatTui => env!("CARGO_BIN_EXE_chat-tui"),
            Self::WeeChat => "weechat",
            Self::Irssi => "irssi",
        }
    }

    /// What has been written when its first screen is there, before anybody has answered. No blanks: they
    /// may be jumped over.
    pub fn first_screen(self) -> &'static [&'static str] {
        match self {
            Self::ChatTui => &["bench", FRAME_ENDS],
            Self::WeeChat => &["weechat.org/"],
            Self::Irssi => &["(status)"],
        }
    }

    /// What follows a text that was waited for when it is on the screen: ours paints whole frames.
    pub fn ends(self) -> Option<&'static str> {
        (self == Self::ChatTui).then_some(FRAME_ENDS)
    }

    /// Into `room` of the server at `address`.
    pub fn join(self, home: &Path, address: &str, room: &str) -> CommandBuilder {
        let mut command = CommandBuilder::new(self.command());
        match self {
            Self::ChatTui => {
                let url = format!("ws://{address}/ws");
                command.args(["connect", "--server", &url, "--nick", NICK, "--room", room]);
            }
            Self::WeeChat => {
                command.arg("--dir");
                command.arg(home.join("weechat"));
                command.args(["--run-command", "/set logger.file.auto_log off"]);
                command.arg(format!("irc://{NICK}@{address}/#{room}"));
            }
            Self::Irssi => {
                let dir = home.join("irssi");
                irssi_settings(&dir, address, room);
                command.arg("--home");
                command.arg(dir);
            }
        }
        command
    }

    /// What shows the room when joining has not.
    pub fn to_the_room(self) -> &'static str {
        if self == Self::Irssi { "\x1b2" } else { "" }
    }
}

fn irssi_settings(dir: &Path, address: &str, room: &str) {
    std::fs::create_dir_all(dir).unwrap();
    let (host, port) = address.rsplit_once(':').unwrap();
    let settings = format!(
        r##"servers = ({{ address = "{host}"; port = "{port}"; chatnet = "bench"; autoconnect = "yes"; }});
chatnets = {{ bench = {{ type = "IRC"; nick = "{NICK}"; }}; }};
channels = ({{ name = "#{room}"; chatnet = "bench"; autojoin = "yes"; }});
settings = {{ core = {{ nick = "{NICK}"; user_name = "{NICK}"; real_name = "{NICK}"; }}; }};
"##
    );
    std::fs::write(dir.join("config"), settings).unwrap();
}
