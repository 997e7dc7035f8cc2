//! `--with-server`: the first command of all.

use crate::harness::Pty;
use crate::support::{bin_dir, eventually};
use crate::world::{SIZE, connect};
use std::net::TcpListener;
use std::path::Path;

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn start(home: &Path, port: u16, nick: &str, idle: &str) -> Pty {
    let _built = bin_dir();
    let url = format!("ws://127.0.0.1:{port}/ws");
    let args = ["--room", "study-group", "--with-server", "--server", &url, "--nick", nick];
    let mut command = connect(home, &args);
    command.env("CHAT_TUI_WITH_SERVER_IDLE", idle);
    Pty::start(command, SIZE)
}

/// Without a connection, which would count as somebody who is there.
fn is_taken(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_err()
}

#[test]
fn two_clients_race_and_nothing_is_left_when_they_have_gone() {
    let home = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut people = ["mina", "jun"].map(|nick| start(home.path(), port, nick, "1s"));
    for person in &people {
        person.wait_for("online · study-group");
        person.wait_for("2 here");
    }
    people[0].send("안녕하세요\r");
    people[1].wait_for("mina │ 안녕하세요");
    let said: String =
        people.iter().map(|p| String::from_utf8_lossy(&p.raw()).into_owned()).collect();
    assert!(said.contains("started chat-server at 127.0.0.1"), "{said}");
    for person in &mut people {
        person.send("\x03");
        person.wait_for("again leaves");
        // Ctrl-C is of the terminal's group; the server has one of its own.
        assert!(is_taken(port));
        person.send("\x03");
        assert_eq!(person.wait_exit(), 0);
        person.is_restored();
    }
    eventually("the server has gone", || !is_taken(port));
}

#[test]
fn where_none_answers_a_key_starts_one() {
    let home = tempfile::tempdir().unwrap();
    let _built = bin_dir();
    let url = format!("ws://127.0.0.1:{}/ws", free_port());
    let mut command = connect(home.path(), &["--room", "study-group", "--server", &url]);
    command.env("CHAT_TUI_WITH_SERVER_IDLE", "1s");
    let mut mina = Pty::start(command, SIZE);
    mina.wait_for("No chat server answers at ws://127.0.0.1:");
    mina.wait_for("Alt-S   start one here");
    mina.send("\x1bs");
    mina.wait_for("online · study-group");
    mina.wait_for("started chat-server at 127.0.0.1");
}

#[test]
fn a_server_elsewhere_on_the_same_data_is_named_as_the_cause() {
    let home = tempfile::tempdir().unwrap();
    let ports = [free_port(), free_port()];
    let mina = start(home.path(), ports[0], "mina", "1s");
    mina.wait_for("online · study-group");
    mina.wait_for("* started chat-server at 127.0.0.1"); // on the screen, where one looks
    let mut jun = start(home.path(), ports[1], "jun", "1s");
    assert_eq!(jun.wait_exit(), 69);
    jun.wait_for("another chat-server has the data directory");
}

#[test]
fn without_the_server_program_it_says_so() {
    let home = tempfile::tempdir().unwrap();
    let alone = home.path().join("chat-tui");
    std::fs::copy(env!("CARGO_BIN_EXE_chat-tui"), &alone).unwrap();
    let mut command = portable_pty::CommandBuilder::new(&alone);
    let url = format!("ws://127.0.0.1:{}/ws", free_port());
    command.args(["connect", "--room", "r", "--with-server", "--server", &url]);
    crate::harness::environment(&mut command, home.path());
    command.env("PATH", home.path());
    let mut pty = Pty::start(command, SIZE);
    assert_eq!(pty.wait_exit(), 69);
    pty.wait_for("there is no chat-server");
}
