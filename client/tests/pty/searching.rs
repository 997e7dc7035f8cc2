//! Searching, with keys as a terminal sends them and a server that has what is not on the screen.

use crate::harness::Pty;
use crate::world::World;

#[test]
fn what_was_said_long_ago_is_found_gone_to_and_left_again() {
    let world = World::new();
    let lines = |n: usize| match n {
        40 => "내일 회의실에서 만나요\n".to_owned(),
        n => format!("말 {n}\n"),
    };
    world.pipe("juno", &["--lines"], &(1..=500).map(lines).collect::<String>());
    let mut mina = Pty::start(world.command("mina", &[]), (24, 120));
    mina.wait_for("말 500");
    mina.send("\x1b/");
    mina.wait_for("Search: in:study-group");
    mina.send("의실");
    mina.wait_for("1 message");
    mina.send("\r");
    // With its surroundings, and the pane still there.
    mina.wait("the message among its neighbours", |s| {
        let shown = s.contents();
        shown.contains("말 39") && shown.contains("말 41") && shown.contains("Search:")
    });
    mina.send("\x1b");
    mina.wait("the end of the room, without the pane", |s| {
        s.contents().contains("말 500") && !s.contents().contains("Search:")
    });
}
