//! What outlives the program: the last messages, the draft, and what was not sent.

use crate::harness::Pty;
use crate::support::eventually;
use crate::world::{ROOM, SIZE, World};
use std::process::Command;

fn leave(mut pty: Pty) {
    pty.send("\x11");
    assert_eq!(pty.wait_exit(), 0, "{}", pty.picture());
}

#[test]
fn the_last_messages_and_the_draft_are_there_without_a_network() {
    let mut world = World::new();
    let mut mina = world.person("mina");
    for n in 1..=40 {
        world.pipe("jun", &[&format!("소식 {n}")], "");
    }
    mina.wait_for("소식 40");
    mina.send("쓰다 만 글");
    mina.wait_for("> 쓰다 만 글");
    leave(mina);
    world.server.kill();
    let mut mina = Pty::start(world.command("mina", &[]), SIZE);
    mina.wait_for("> 쓰다 만 글");
    mina.wait_for("소식 40");
    mina.send("\x1b[5~\x1b[5~");
    mina.wait_for("소식 1 ");
    world.server.restart();
    world.pipe("jun", &["다시"], "");
    mina.send("\x1b[1;5F");
    mina.wait_for("jun │ 다시");
}

#[test]
fn what_was_not_sent_goes_out_the_next_time() {
    let mut world = World::new();
    let mut mina = world.person("mina");
    world.server.kill();
    mina.wait_for("offline");
    mina.send("나중에\r");
    mina.wait_for("[queued]");
    mina.send("\x11");
    mina.wait_for("kept");
    leave(mina);
    world.server.restart();
    let mina = Pty::start(world.command("mina", &[]), SIZE);
    mina.wait_for("mina │ 나중에");
    eventually("it is in the room", || world.server.texts(ROOM) == ["나중에"]);
}

#[test]
fn two_clients_of_one_person_do_not_send_each_others_messages() {
    let mut world = World::new();
    let mut first = world.person("mina");
    world.server.kill();
    first.wait_for("offline");
    first.send("하나\r");
    first.wait_for("[queued]");
    let second = Pty::start(world.command("mina", &[]), SIZE);
    second.wait_for("offline");
    assert!(!second.text().contains("[queued]"), "{}", second.picture());
    let pid = first.pid().to_string();
    assert!(Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap().success());
    first.wait_exit();
    let third = Pty::start(world.command("mina", &[]), SIZE);
    third.wait_for("[queued]");
    world.server.restart();
    second.wait_for("mina │ 하나");
    third.wait_for("mina │ 하나");
    assert_eq!(world.server.texts(ROOM), ["하나"]);
}

#[test]
fn a_damaged_file_is_set_aside_and_said() {
    let world = World::new();
    leave(world.person("mina"));
    let file = world.data("mina").join("client.sqlite3");
    std::fs::write(&file, "nothing that SQLite would know".repeat(500)).unwrap();
    let mina = Pty::start(world.command("mina", &[]), SIZE);
    mina.wait_for("was damaged or not ours");
    mina.wait_for(&format!("online · {ROOM}"));
    assert!(file.with_extension("sqlite3.damaged-1").exists());
}
