//! Saying something, and hearing it.

use crate::world::{SIZE, World};

#[test]
fn what_one_types_is_confirmed_and_everybody_sees_it_once() {
    let world = World::new();
    let mut mina = world.person("mina");
    let jun = world.person("jun");
    mina.send("안녕하세요\r");
    mina.wait_for("mina │ 안녕하세요");
    mina.wait_for("sent in");
    jun.wait_for("mina │ 안녕하세요");
    world.pipe("bot", &[], "빌드 끝\n");
    for person in [&mina, &jun] {
        person.wait_for("bot │ 빌드 끝");
        assert_eq!(person.text().matches("안녕하세요").count(), 1, "{}", person.picture());
        assert_eq!(person.text().matches("빌드 끝").count(), 1, "{}", person.picture());
    }
    assert_eq!(world.server.texts(crate::world::ROOM), ["안녕하세요", "빌드 끝"]);
}

#[test]
fn who_types_and_who_is_there_shows() {
    let world = World::new();
    let mina = world.person("mina");
    let mut jun = world.person("jun");
    mina.wait_for("2 here");
    jun.send("ㅇ");
    mina.wait_for("jun is typing");
    jun.send("\x7f/quit\r");
    assert_eq!(jun.wait_exit(), 0);
    mina.wait_for("1 here");
}

#[test]
fn a_mention_elsewhere_rings_and_is_counted() {
    let world = World::new();
    let mut mina = crate::harness::Pty::start(world.command("mina", &["--room", "other"]), SIZE);
    mina.wait_for("online · study-group");
    mina.wait_for("1 here");
    mina.send("\x1b2"); // Alt-2
    mina.wait_for("online · other");
    world.pipe("jun", &[], "@mina 보세요\n");
    mina.wait_for("@1 1");
    assert!(mina.raw().contains(&b'\x07'), "no bell");
    mina.send("\x1ba"); // Alt-A
    mina.wait_for("jun ┃ @mina 보세요");
    mina.wait_gone("@1 1");
}

#[test]
fn what_others_write_cannot_reach_the_terminal() {
    let world = World::new();
    let mina = world.person("mina");
    world.pipe("jun", &[], "\x1b]0;owned\x07\x1b[31mred\x1b[0m \u{202e}drow\n");
    mina.wait_for("red");
    let raw = String::from_utf8_lossy(&mina.raw()).into_owned();
    assert!(!raw.contains("\x1b]0;") && !raw.contains('\u{202e}'), "{raw:?}");
}

#[test]
fn rooms_are_remembered_and_read_marks_kept() {
    let world = World::new();
    let mut mina = world.person("mina");
    world.pipe("jun", &[], "먼저\n");
    mina.wait_for("jun │ 먼저");
    mina.send("/join 둘째\r");
    mina.wait_for("online · 둘째");
    mina.send("\x11"); // Ctrl-Q
    assert_eq!(mina.wait_exit(), 0);
    world.pipe("jun", &[], "나중\n");
    let mina = world.person("mina");
    mina.wait_for("2 둘째");
    mina.wait_for("jun │ 나중");
    let picture = mina.picture();
    assert!(!picture.contains("먼저") || picture.contains("read up to here"), "{picture}");
}

#[test]
fn what_came_while_one_looked_elsewhere_is_below_a_line() {
    let world = World::new();
    let mut mina = world.person("mina");
    world.pipe("jun", &[], "본 글\n");
    mina.wait_for("jun │ 본 글");
    mina.send("\x1b[O"); // the terminal has lost the focus
    world.pipe("jun", &[], "못 본 글\n");
    mina.wait_for("못 본 글");
    mina.send("\x1b[I");
    mina.wait_for("read up to here");
}
