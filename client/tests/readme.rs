//! The README's commands, executed as they stand there.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)] // the pseudo terminal has more uses than this
#[path = "pty/harness.rs"]
mod pty;

use portable_pty::CommandBuilder;
use pty::Pty;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A cold release build is part of the command.
const BUILD: Duration = Duration::from_secs(25 * 60);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

/// The lines of the first `sh` block after `heading`.
fn commands(heading: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let (_, section) = readme.split_once(heading).expect("the heading");
    let (_, block) = section.split_once("```sh\n").expect("a block of commands");
    let (block, _) = block.split_once("```").expect("the block's end");
    block.lines().map(str::to_owned).collect()
}

/// Cargo and rustup live in the home of who runs the tests; everything else is new.
fn environment(home: &Path, port: u16) -> CommandBuilder {
    let mut command = CommandBuilder::new("sh");
    let theirs = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        if std::env::var_os(name).is_none() {
            command.env(name, theirs.join(folder));
        }
    }
    pty::environment(&mut command, home);
    command.env_remove("CARGO_TARGET_DIR");
    command.env("CHAT_TUI_SERVER", format!("ws://127.0.0.1:{port}/ws"));
    command.env("CHAT_TUI_NICK", "mina");
    command.env("CHAT_TUI_WITH_SERVER_IDLE", "1s");
    command.cwd(root());
    command
}

#[test]
fn the_command_to_run_it_runs_it() {
    let command = commands("## Run it").join("\n");
    assert!(command.contains("connect --room study-group --with-server"), "{command}");
    let home = tempfile::tempdir().expect("temp dir");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut sh = environment(home.path(), port);
    sh.args(["-c", &command]);
    let mut person = Pty::start(sh, (24, 80));
    let built = Instant::now() + BUILD;
    while !person.text().contains("online") {
        assert!(Instant::now() < built, "not online:\n{}", person.picture());
        std::thread::park_timeout(Duration::from_millis(20));
    }
    person.send("안녕하세요\r");
    person.wait("the message, confirmed", |s| {
        let text = s.contents();
        text.lines().any(|l| l.contains("안녕하세요") && !l.contains('~') && !l.starts_with('>'))
    });

    let send = commands("## From a script").remove(0);
    assert_eq!(send, r#"echo "빌드 끝" | chat-tui send --room study-group"#);
    let path = std::env::var("PATH").unwrap_or_default();
    let status = Command::new("sh")
        .args(["-c", &send])
        .env("PATH", format!("{}:{path}", root().join("target/release").display()))
        .env("CHAT_TUI_SERVER", format!("ws://127.0.0.1:{port}/ws"))
        .env("HOME", home.path())
        .status()
        .expect("sh");
    assert!(status.success(), "{send}: {status}");
    person.wait_for("빌드 끝");

    person.send("\x11"); // Ctrl-Q
    assert_eq!(person.wait_exit(), 0);
    // Asking at its port would count as a connection and keep it.
    let lock = home.path().join("data/chat-server/lock");
    let lock = std::fs::File::open(&lock).expect("the server's lock");
    let gone = Instant::now() + Duration::from_secs(60);
    while lock.try_lock().is_err() {
        assert!(Instant::now() < gone, "the server still runs");
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

#[test]
fn the_command_to_test_it_is_what_is_run_everywhere() {
    let block = root().join("README.md");
    assert!(std::fs::read_to_string(block).unwrap().contains("```sh\n.ci/run\n```"));
    let script = std::fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    for step in ["cargo fmt --all --check", "-D warnings", "cargo test --workspace"] {
        assert!(script.contains(step), "{step}");
    }
}
