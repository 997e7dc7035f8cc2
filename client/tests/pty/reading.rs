//! How far one has read, on two machines; and mentions.

use crate::world::World;

#[test]
fn what_is_read_on_one_machine_is_read_on_the_other() {
    let mut world = World::new();
    let mut here = world.device("here", "mina", "other");
    let mut there = world.device("there", "mina", "other");
    for machine in [&mut here, &mut there] {
        machine.send("\x1b2"); // Alt-2
        machine.wait_for("online · other");
    }
    world.pipe("jun", &[], "@mina 하나\n");
    here.wait_for("@1 1");
    there.wait_for("@1 1");
    here.send("\x1bm"); // Alt-M
    here.wait_for("jun > @mina 하나");
    here.send("\x1b");
    here.wait_for("online · study-group");
    there.wait_gone("@1 1");
    // While a message is selected the status line says what can be done with it.
    here.send("\x1b");
    here.wait_for("online · study-group");
    // The server keeps it.
    drop(there);
    world.server.kill();
    here.wait_for("offline");
    world.server.restart();
    here.send("\x1b[15~"); // F5
    here.wait_for("online");
    world.pipe("jun", &[], "셋\n");
    let mut there = world.device("elsewhere", "mina", "other");
    there.send("\x1b2");
    there.wait_for("online · other");
    there.wait_gone("@1");
}

#[test]
fn every_mention_is_listed_and_gone_to() {
    let world = World::new();
    let mut mina = world.device("here", "mina", "other");
    world.pipe("jun", &[], "@mina님 여기 보세요\n");
    mina.wait_for("jun ┃ @mina님");
    mina.send("\x1b2");
    mina.wait_for("online · other");
    mina.send("\x1b[20~"); // F9
    mina.wait_for("> study-group  jun  @mina님 여기 보세요");
    mina.send("\r");
    mina.wait_for("online · study-group");
}
