//! How `chat-server serve` starts, and how it says why it does not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::Path;
use std::process::Command;
use support::{Server, ask, command, refused, status};

/// Refuses with this exit status, in one line that holds all of `words`.
fn refuses(command: Command, code: i32, words: &[&str]) {
    let (got, said) = refused(command);
    assert_eq!(got, code, "{said}");
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    for word in words {
        assert!(said.contains(word), "{word} is not in: {said}");
    }
}

fn serve(flags: &[&str], dir: &Path) -> Command {
    let mut command = command("serve");
    command.args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(dir).args(flags);
    command
}

#[test]
fn the_start_is_told_in_at_most_eight_lines() {
    let server = Server::start(&["--stomp-listen", "127.0.0.1:0"]);
    let said = server.lines.join("\n");
    assert!(server.lines.len() <= 8, "{said}");
    assert_eq!(server.lines[0], format!("listening on ws://{}/ws", server.http));
    assert_ne!(server.http.port(), 0);
    assert!(said.contains(server.dir.path().to_str().unwrap()), "{said}");
    assert!(said.contains("durability fsync"), "{said}");
    assert!(said.contains("names are unproven: there are no accounts yet"), "{said}");
    let join = format!("chat-tui connect --room study-group --server ws://{}/ws", server.http);
    assert!(said.contains(&join), "{said}");
}

#[test]
fn nothing_need_be_configured() {
    let home = tempfile::tempdir().unwrap();
    let mut bare = command("serve");
    bare.env_remove("XDG_DATA_HOME").env_remove("XDG_CONFIG_HOME").env("HOME", home.path());
    // Only so that the test needs no port of its own.
    bare.args(["--listen", "127.0.0.1:0"]);
    let data = home.path().join(".local/share/chat-server");
    let server = Server::spawn(bare, home);
    assert!(server.lines.join("\n").contains(data.to_str().unwrap()), "{:?}", server.lines);
    assert!(data.is_dir());
}

#[test]
fn the_file_in_the_usual_place_is_read() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("chat-server");
    std::fs::create_dir(&config).unwrap();
    std::fs::write(config.join("config.toml"), "durability = \"relaxed\"\n").unwrap();
    let mut usual = serve(&[], &home.path().join("data"));
    usual.env("XDG_CONFIG_HOME", home.path());
    let server = Server::spawn(usual, home);
    assert!(server.lines.join("\n").contains("durability relaxed: confirmed messages may be lost"));
}

#[test]
fn a_second_server_finds_the_address_in_use() {
    let first = Server::start(&[]);
    let dir = tempfile::tempdir().unwrap();
    let address = first.http.to_string();
    let mut second = command("serve");
    second.args(["--listen", &address, "--data-dir"]).arg(dir.path());
    refuses(second, 69, &[&address, "in use", "--listen"]);
    let second = serve(&["--stomp-listen", &address], dir.path());
    refuses(second, 69, &[&address, "in use", "--stomp-listen"]);
    assert_eq!(status(&ask(&first, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")), "200");
}

#[test]
fn a_second_server_on_the_same_data_is_told_who_holds_it() {
    let first = Server::start(&[]);
    let second = serve(&[], first.dir.path());
    refuses(second, 73, &[&first.child.id().to_string(), "--data-dir"]);
}

#[test]
fn a_data_directory_that_cannot_be_made_is_73() {
    refuses(serve(&[], Path::new("/dev/null/data")), 73, &["/dev/null/data", "--data-dir"]);
}

#[test]
fn a_store_that_cannot_be_read_is_74() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("chat.sqlite"),
        "this is no database, but long enough".repeat(99),
    )
    .unwrap();
    refuses(serve(&[], dir.path()), 74, &["chat.sqlite", "cannot be read"]);
}

#[test]
fn a_newer_store_is_78() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Server::spawn(serve(&[], dir.path()), tempfile::tempdir().unwrap());
    first.signal("TERM");
    assert_eq!(first.ended().code(), Some(0));
    let store = rusqlite::Connection::open(dir.path().join("chat.sqlite")).unwrap();
    store.pragma_update(None, "user_version", 9999).unwrap();
    drop(store);
    refuses(serve(&[], dir.path()), 78, &["9999", "newer"]);
}

#[test]
fn a_bad_command_line_is_64() {
    for flags in [&["--nonsense"][..], &["--shards", "many"], &["--listen", "7878"], &["extra"]] {
        let (code, said) = refused(serve(flags, Path::new("/nonexistent")));
        assert_eq!(code, 64, "{said}");
        assert!(said.contains(flags[0]), "{said}");
    }
    let (code, said) = refused(command("dance"));
    assert_eq!(code, 64);
    assert!(said.contains("dance"), "{said}");
}

#[test]
fn a_bad_file_or_environment_is_78() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("c.toml");
    std::fs::write(&file, "open = true\nmax-frme = \"1MiB\"\n").unwrap();
    let mut bad = serve(&[], dir.path());
    bad.arg("--config").arg(&file);
    refuses(bad, 78, &["c.toml:2", "max-frme", "did you mean max-frame?"]);
    let mut bad = serve(&[], dir.path());
    bad.env("CHAT_SERVER_HEART_BEAT", "10");
    refuses(bad, 78, &["CHAT_SERVER_HEART_BEAT", "10s"]);
    let mut bad = serve(&[], dir.path());
    bad.arg("--config").arg(dir.path().join("none.toml"));
    refuses(bad, 78, &["none.toml", "no such file"]);
    refuses(serve(&["--log-level", "loud"], dir.path()), 78, &["log-level", "debug"]);
}

#[test]
fn listening_to_other_machines_must_be_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    for at in ["0.0.0.0:0", "[::]:0", "192.0.2.1:7878"] {
        let mut far = command("serve");
        far.args(["--listen", at, "--data-dir"]).arg(dir.path());
        refuses(far, 78, &["no accounts", "anybody", "--open"]);
        refuses(serve(&["--stomp-listen", at], dir.path()), 78, &["no accounts", "--open"]);
    }
    let mut open = command("serve");
    open.args(["--listen", "0.0.0.0:0", "--open", "--data-dir"]).arg(dir.path());
    let server = Server::spawn(open, tempfile::tempdir().unwrap());
    let join = format!("--server ws://127.0.0.1:{}/ws", server.http.port());
    assert!(server.lines.join("\n").contains(&join), "an address one can connect to");
}

#[test]
fn an_address_that_is_not_ours_is_78() {
    let dir = tempfile::tempdir().unwrap();
    let mut far = command("serve");
    far.args(["--listen", "192.0.2.1:7878", "--open", "--data-dir"]).arg(dir.path());
    refuses(far, 78, &["cannot listen on 192.0.2.1:7878", "--listen"]);
}

#[test]
fn what_is_in_force_is_shown_with_its_source() {
    let output = command("config").args(["--shards", "3"]).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let line = |key: &str| shown.lines().find(|line| line.starts_with(key)).unwrap();
    assert!(line("shards = 3 ").ends_with("# --shards"), "{shown}");
    assert!(line("heart-beat = \"10s\"").ends_with("# default"), "{shown}");
}

#[test]
fn nobody_need_listen_to_the_log() {
    let mut server = Server::start(&["--log-level", "debug"]);
    drop(server.stderr());
    // This one is logged before it is answered.
    let answer = ask(&server, support::CONNECT);
    assert!(answer.starts_with("ERROR\n"), "{answer:?}");
}
