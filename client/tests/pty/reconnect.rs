//! The server dies and comes back.

use crate::world::{ROOM, World};

#[test]
fn a_killed_server_loses_nothing_and_doubles_nothing() {
    let mut world = World::new();
    let mut mina = world.person("mina");
    let jun = world.person("jun");
    mina.send("하나\r");
    jun.wait_for("mina │ 하나");
    mina.wait_for("sent in");
    world.server.kill();
    mina.wait_for("offline");
    mina.send("둘\r");
    mina.wait_for("둘 [queued]");
    mina.send("셋\r");
    mina.wait_for("셋 [queued]");
    world.server.restart();
    mina.send("\x1b[15~"); // F5
    mina.wait_for("online");
    mina.wait_gone("[queued]");
    jun.wait_for("셋");
    assert_eq!(world.server.texts(ROOM), ["하나", "둘", "셋"]);
    for person in [&mina, &jun] {
        for text in ["하나", "둘", "셋"] {
            let seen = person.text().matches(text).count();
            assert_eq!(seen, 1, "{text} in\n{}", person.picture());
        }
    }
}

#[test]
fn without_a_server_it_starts_tells_and_keeps_what_is_typed() {
    let mut world = World::new();
    world.server.kill();
    let mut mina = crate::harness::Pty::start(world.command("mina", &[]), crate::world::SIZE);
    mina.wait_for("offline");
    mina.send("나중에 도착\r");
    mina.wait_for("나중에 도착 [queued]");
    world.server.restart();
    mina.send("\x1b[15~");
    mina.wait_gone("[queued]");
    mina.wait_for("sent in");
    assert_eq!(world.server.texts(ROOM), ["나중에 도착"]);
}
