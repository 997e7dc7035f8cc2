//! The switcher, with keys as a terminal sends them.

use crate::harness::Pty;
use crate::world::{SIZE, World};

#[test]
fn a_room_is_gone_to_by_its_leading_consonants_with_the_cursor_where_one_types() {
    let world = World::new();
    let mut mina = Pty::start(world.command("mina", &["--room", "스터디"]), SIZE);
    mina.wait_for("online · study-group");
    mina.send("\x14"); // Ctrl-T
    mina.wait_for("Go to:");
    mina.send("ㅅㅌㄷ");
    mina.wait("the cursor behind the query", |s| {
        s.contents().contains("> 스터디") && s.cursor_position() == (0, 14)
    });
    mina.send("\r");
    mina.wait_for("online · 스터디");
    // Back, with the wrong layout on.
    mina.send("\x14ㄴ셔요\r");
    mina.wait_for("online · study-group");
}
