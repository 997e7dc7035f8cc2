//! Every exit code of `chat-tui`, by the real program.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)] // a part of it is enough here
#[path = "pty/harness.rs"]
mod pty;
mod support;

use chat_protocol::code::Code;
use std::process::{Command, Stdio};
use support::fake::{self, Script};
use support::{Output, Running, Server, clean, run};

/// Against an address, with nothing to read.
fn at(server: &str, args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut command = clean(env!("CARGO_BIN_EXE_chat-tui"), home.path());
    command.env("CHAT_TUI_SERVER", server).args(args);
    run(command, b"")
}

/// An address where nobody listens.
const NOBODY: &str = "ws://127.0.0.1:1/ws";

#[test]
fn help_and_version_are_done() {
    let help = at(NOBODY, &["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("chat-tui send --room"), "{}", help.stdout);
    assert_eq!(at(NOBODY, &["--version"]).code, 0);
    assert!(at(NOBODY, &["send", "--help"]).stdout.contains("75  not confirmed in time"));
}

#[test]
fn a_wrong_command_line_is_64() {
    for args in [
        &[][..],
        &["sned", "--room", "r"],
        &["send"],
        &["send", "--room", "a b", "hi"],
        &["send", "--room", "r", "--lines", "--null"],
        &["send", "--room", "r", "--lines", "text"],
        &["send", "--room", "r", "--key", "k", "--lines"],
        &["tail", "--room", "r", "--since", "no id"],
        &["tail", "--room", "r", "--last", "301"],
        &["history", "--room", "r", "--count", "0"],
        &["history", "--room", "r", "--before", "a", "--after", "b"],
        &["rooms", "--server", "http://localhost"],
        &["rooms", "--nick", "a b"],
        &["rooms", "--timeout", "soon"],
    ] {
        let out = at(NOBODY, args);
        assert_eq!(out.code, 64, "{args:?}: {out:?}");
        assert_eq!(out.stdout, "", "{args:?}");
    }
}

#[test]
fn connect_without_a_terminal_is_64_and_names_the_way_out() {
    let out = at(NOBODY, &["connect", "--room", "r"]);
    assert_eq!(out.code, 64);
    assert!(out.stderr.contains("chat-tui tail"), "{}", out.stderr);
}

#[test]
fn bad_input_is_65() {
    let server = Server::start();
    let send = |args: &[&str], input: &[u8]| {
        let out = server.pipe(&[&["send", "--room", "r"], args].concat(), input);
        assert_eq!(out.stdout, "");
        out.code
    };
    assert_eq!(send(&[], b""), 65, "empty");
    assert_eq!(send(&[], b"\n"), 65, "blank");
    assert_eq!(send(&["--lines"], b"\n\n"), 65, "blank lines");
    assert_eq!(send(&[], b"\xff\xfe"), 65, "not UTF-8");
    assert_eq!(send(&[], &[b'x'; 9 * 1024]), 65, "longer than a message may be");
    assert_eq!(send(&[], &[b'x'; 100 * 1024]), 65, "longer than a frame may be");
    assert_eq!(send(&[], &[b'x'; 2 * 1024 * 1024]), 65, "longer than is read");
    assert_eq!(send(&["--jsonl"], b"{\"txt\":1}\n"), 65, "no such field");
    assert!(server.texts("r").is_empty());
}

#[test]
fn a_missing_file_is_66_and_one_that_cannot_be_read_74() {
    let out = at(NOBODY, &["send", "--room", "r", "--file", "/nowhere/x"]);
    assert_eq!(out.code, 66, "{out:?}");
    let out = at(NOBODY, &["send", "--room", "r", "--file", "/"]);
    assert_eq!(out.code, 74, "{out:?}");
}

#[test]
fn nobody_there_is_69_at_once_and_names_the_fix() {
    for args in [
        &["send", "--room", "r", "hi"][..],
        &["tail", "--room", "r"],
        &["history", "--room", "r"],
        &["rooms"],
    ] {
        let out = at(NOBODY, args);
        assert_eq!(out.code, 69, "{args:?}: {out:?}");
        assert!(out.stderr.contains("chat-server serve"), "{}", out.stderr);
        assert_eq!(out.stderr.lines().count(), 1, "{}", out.stderr);
    }
}

#[test]
fn a_stdout_that_cannot_be_written_is_74() {
    let server = Server::start();
    server.run(&["send", "--room", "r", "hi"]);
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    for args in [&["history", "--room", "r"][..], &["tail", "--room", "r", "--last", "1"]] {
        let status = server.tui(args).stdin(Stdio::null()).stdout(full()).status().unwrap();
        assert_eq!(status.code(), Some(74), "{args:?}");
    }
}

#[test]
fn what_is_not_confirmed_in_time_is_75() {
    let silent = format!("ws://{}/ws", fake::start(Script::NeverConfirm));
    let out = at(&silent, &["send", "--room", "r", "--timeout", "200ms", "--json", "hi"]);
    assert_eq!(out.code, 75, "{out:?}");
    assert_eq!(out.json()[0]["status"], "unconfirmed");
    assert!(out.stderr.contains("1 message is not confirmed"), "{}", out.stderr);
    let key = out.json()[0]["key"].as_str().unwrap().to_owned();
    assert!(out.stderr.contains(&format!("retry with --key {key}")), "{}", out.stderr);
}

#[test]
fn refusals_that_pass_are_75_and_others_say_what_they_are() {
    for (code, exit) in [
        (Code::StorageFull, 75),
        (Code::RateLimited, 75),
        (Code::Unavailable, 75),
        (Code::Forbidden, 77),
        (Code::TooLong, 65),
    ] {
        let server = format!("ws://{}/ws", fake::start(Script::RefuseSends(code)));
        let out = at(&server, &["send", "--room", "r", "--json", "hi"]);
        assert_eq!(out.code, exit, "{out:?}");
        assert_eq!(out.json()[0]["status"], "failed");
        assert_eq!(out.json()[0]["code"], code.as_str());
        assert!(out.stderr.contains("not now"), "{}", out.stderr);
    }
}

#[test]
fn no_chat_server_is_76() {
    let server = Server::start();
    let wrong_path = format!("ws://{}/nothing-here", server.address);
    assert_eq!(at(&wrong_path, &["rooms"]).code, 76);
    let odd = format!("ws://{}/ws", fake::start(Script::RefuseLogin(Code::UnsupportedVersion)));
    assert_eq!(at(&odd, &["rooms"]).code, 76);
}

#[test]
fn a_refused_login_is_77_at_once_though_the_pipe_stays_open() {
    let server = format!("ws://{}/ws", fake::start(Script::RefuseLogin(Code::Forbidden)));
    assert_eq!(at(&server, &["tail", "--room", "r"]).code, 77);
    let home = tempfile::tempdir().unwrap();
    let mut command = clean(env!("CARGO_BIN_EXE_chat-tui"), home.path());
    command.env("CHAT_TUI_SERVER", server).args(["send", "--room", "r"]);
    let mut running = Running::start(command);
    running.type_in(b"hi\n");
    // `end` keeps the pipe open until the program has ended.
    assert_eq!(running.end().code, 77);
}

#[test]
fn bad_configuration_is_78_and_names_the_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.toml");
    std::fs::write(&path, "\nnikc = \"mina\"\n").unwrap();
    let out = at(NOBODY, &["rooms", "--config", path.to_str().unwrap()]);
    assert_eq!(out.code, 78, "{out:?}");
    assert!(out.stderr.contains("c.toml:2: ") && out.stderr.contains("`nick`"), "{}", out.stderr);
    assert_eq!(at("nonsense", &["rooms"]).code, 78);
}

#[test]
fn config_checks_prints_and_finds_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.toml");
    let file = path.to_str().unwrap();
    let config = |what: &[&str]| at(NOBODY, &[&["config"], what].concat());
    let absent = config(&["check"]);
    assert_eq!((absent.code, absent.stdout.contains("does not exist")), (0, true), "{absent:?}");
    std::fs::write(&path, "nick = \"jun\"\n[profile.work]\nrooms = [\"ops\"]\n").unwrap();
    let good = config(&["check", "--config", file]);
    assert_eq!(good.code, 0, "{good:?}");
    assert!(good.stdout.ends_with("is good: 2 settings, profiles: work\n"), "{}", good.stdout);
    std::fs::write(&path, "[profile.work.keys]\nhelp = \"Ctrl-Q\"\n").unwrap();
    let bad = config(&["check", "--config", file]);
    assert_eq!(bad.code, 78, "{bad:?}");
    assert!(bad.stderr.contains("with --profile work: "), "{}", bad.stderr);
    assert_eq!(config(&["path", "--config", file]).stdout, format!("{file}\n"));
    std::fs::write(&path, config(&["default"]).stdout).unwrap();
    assert_eq!(config(&["check", "--config", file]).code, 0);
    assert_eq!(at(NOBODY, &["rooms", "--config", file, "--profile", "x"]).code, 64);
}

#[test]
fn an_interrupted_send_is_130_and_counts_what_is_not_confirmed() {
    let server = format!("ws://{}/ws", fake::start(Script::NeverConfirm));
    let home = tempfile::tempdir().unwrap();
    let mut command = clean(env!("CARGO_BIN_EXE_chat-tui"), home.path());
    command.env("CHAT_TUI_SERVER", server).args(["send", "--room", "r", "--lines", "--json"]);
    let mut running = Running::start(command);
    // Less than the window, and more than is read ahead: all of it gets in, and some is sent.
    let line = [b"x".repeat(32 * 1024), b"\n".to_vec()].concat();
    for _ in 0..28 {
        running.type_in(&line);
    }
    running.signal("INT");
    let out = running.end();
    assert_eq!(out.code, 130, "{}", out.stderr);
    assert!(out.stderr.contains("not confirmed"), "{}", out.stderr);
    assert!(out.json().iter().all(|o| o["status"] == "unconfirmed"));
}

#[test]
fn nothing_prompts_without_a_terminal() {
    let home = tempfile::tempdir().unwrap();
    let mut command: Command = clean(env!("CARGO_BIN_EXE_chat-tui"), home.path());
    command.args(["send", "--room", "r", "--server", NOBODY]).stdin(Stdio::null());
    // Both are true: the input is empty and nobody is there.
    assert!(matches!(command.output().unwrap().status.code(), Some(65 | 69)));
}

/// A shell line on a terminal, against a server that takes everything and confirms nothing.
fn on_a_terminal(line: &str, home: &std::path::Path) -> pty::Pty {
    let mut command = portable_pty::CommandBuilder::new("sh");
    pty::environment(&mut command, home);
    let server = fake::start(Script::NeverConfirm);
    command.env("CHAT_TUI_SERVER", format!("ws://{server}/ws"));
    command.args(["-c", &line.replace("chat-tui", env!("CARGO_BIN_EXE_chat-tui"))]);
    pty::Pty::start(command, (50, 100))
}

#[test]
fn a_terminal_without_a_text_gets_help_at_once() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = on_a_terminal("chat-tui send --room r", home.path());
    assert_eq!(terminal.wait_exit(), 64);
    terminal.wait_for("Usage: chat-tui send");
}

#[test]
fn a_pipe_that_stays_open_gets_a_hint() {
    let home = tempfile::tempdir().unwrap();
    let line = "exec 3<&0; (echo hi; read -r end <&3) | chat-tui send --room r --timeout 100ms";
    let mut terminal = on_a_terminal(line, home.path());
    terminal.wait_for("use --lines");
    terminal.send("\n");
    assert_eq!(terminal.wait_exit(), 75);
}
