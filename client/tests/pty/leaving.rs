//! Leaving, in every way there is; the terminal is as it was.

use crate::harness::Pty;
use crate::support::eventually;
use crate::world::{SIZE, World};
use portable_pty::{PtySize, native_pty_system};
use std::io::Read;
use std::process::Command;

#[track_caller]
fn left(pty: &mut Pty, code: u32) {
    assert_eq!(pty.wait_exit(), code, "{}", pty.picture());
    pty.is_restored();
}

fn signal(pty: &Pty, name: &str) {
    let pid = pty.pid().to_string();
    assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
}

#[test]
fn by_ctrl_q() {
    let world = World::new();
    let mut mina = world.person("mina");
    assert!(mina.look(|s| s.alternate_screen() && s.bracketed_paste()));
    mina.send("\x11");
    left(&mut mina, 0);
}

#[test]
fn by_quit() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send("/quit\r");
    left(&mut mina, 0);
}

#[test]
fn by_ctrl_c_twice() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send("\x03");
    mina.wait_for("Ctrl-C again leaves");
    mina.send("\x1b");
    mina.wait_gone("Ctrl-C again leaves");
    mina.send("\x03");
    mina.wait_for("Ctrl-C again leaves");
    mina.send("\x03");
    left(&mut mina, 0);
}

#[test]
fn by_a_signal() {
    let world = World::new();
    for name in ["TERM", "HUP", "INT", "QUIT"] {
        let mut mina = world.person("mina");
        signal(&mina, name);
        left(&mut mina, 0);
    }
}

#[test]
fn by_the_terminal_going_away() {
    let world = World::new();
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut child = pair.slave.spawn_command(world.command("mina", &[])).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut seen = [0; 64];
    assert!(reader.read(&mut seen).unwrap() > 0, "nothing on the screen");
    drop((reader, pair.master));
    eventually("the client has ended", || child.try_wait().unwrap().is_some());
}

#[test]
fn with_the_server_gone() {
    let mut world = World::new();
    let mut mina = world.person("mina");
    world.server.kill();
    mina.wait_for("offline");
    mina.send("\x11");
    left(&mut mina, 0);
}

#[test]
fn what_was_not_sent_is_asked_about_once_and_printed() {
    let mut world = World::new();
    let mut mina = world.person("mina");
    world.server.kill();
    mina.wait_for("offline");
    mina.send("아직 못 보낸 글\r");
    mina.wait_for("[queued]");
    mina.send("\x11");
    mina.wait_for("1 message is not sent");
    mina.send("\x11");
    left(&mut mina, 0);
    // Standard error is the terminal here: it comes after the screen was given back.
    mina.wait_for("not sent to study-group: 아직 못 보낸 글");
}

#[test]
fn by_a_panic() {
    let mut pty = panicking();
    pty.wait_for("a panic while the terminal is taken");
    assert_ne!(pty.wait_exit(), 0);
    pty.is_restored();
}

const PANIC: &str = "CHAT_TEST_PANIC";

/// This very test program, asked to run the test below.
fn panicking() -> Pty {
    let home = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let mut command = portable_pty::CommandBuilder::new(program);
    command.args(["--exact", "leaving::taken_and_panicking", "--nocapture", "--test-threads=1"]);
    crate::harness::environment(&mut command, home.path());
    command.env(PANIC, "1");
    Pty::start(command, SIZE)
}

/// Does nothing unless it is run by `by_a_panic` in a terminal.
#[test]
fn taken_and_panicking() {
    if std::env::var_os(PANIC).is_none() {
        return;
    }
    let _screen = chat_tui::term::Screen::enter().unwrap();
    panic!("a panic while the terminal is taken");
}
