//! Reading far above the end, and a screen that changes its size.

use crate::harness::Pty;
use crate::world::{SIZE, World};

const MANY: usize = 5000;

fn filled() -> World {
    let world = World::new();
    let lines: String = (1..=MANY).map(|i| format!("글 {i}.\n")).collect();
    world.pipe("bot", &["--lines"], &lines);
    world
}

#[test]
fn five_thousand_messages_are_a_key_press_away_each_way() {
    let world = filled();
    let mut mina = world.person("mina");
    mina.wait_for(&format!("글 {MANY}."));
    mina.send("\x1b[5~"); // PgUp
    mina.wait_gone(&format!("글 {MANY}."));
    to_the_first(&mut mina);
    let before = mina.picture();
    world.pipe("jun", &[], "새 글\n");
    mina.wait_for("1 new below");
    let rows = |picture: &str| -> Vec<String> {
        let rows = picture.lines().take(20).filter_map(|row| row.split('│').next_back());
        rows.map(str::to_owned).collect()
    };
    assert_eq!(rows(&before), rows(&mina.picture()), "what is read has moved");
    mina.send("\x1b[1;5F"); // Ctrl-End
    mina.wait_for("jun │ 새 글");
    mina.wait_for(&format!("글 {MANY}."));
}

/// Ctrl-Home goes to the oldest at hand, and what is older comes by itself.
fn to_the_first(mina: &mut Pty) {
    let top = |s: &vt100::Screen| s.contents();
    for _ in 0..MANY {
        let before = mina.look(top);
        if before.contains("글 1.") {
            return;
        }
        mina.send("\x1b[1;5H");
        mina.wait("something older", |s| s.contents() != before);
    }
    panic!("the first message never comes:\n{}", mina.picture());
}

#[test]
fn a_new_size_keeps_the_message_that_is_read() {
    let world = filled();
    let mut mina = world.person("mina");
    mina.wait_for(&format!("글 {MANY}."));
    mina.send("\x1b[5~\x1b[5~\x1b[5~");
    mina.wait("the pages above", |s| s.contents().contains("글 4930."));
    let first = first_message(&mina);
    for (rows, cols) in [(5, 20), (12, 40), (40, 120), (24, 61), SIZE] {
        mina.resize(rows, cols);
        mina.wait(&format!("{first} at {cols}x{rows}"), |s| {
            s.contents().contains(&first) && s.cursor_position().0 == rows - 1
        });
    }
    assert_eq!(first_message(&mina), first);
}

fn first_message(pty: &Pty) -> String {
    let text = pty.text();
    let at = text.find("글 ").unwrap_or_else(|| panic!("no message:\n{}", pty.picture()));
    let rest = &text[at..];
    rest[..=rest.find('.').unwrap()].to_owned()
}

#[test]
fn the_wheel_scrolls_and_leaves_the_draft_alone() {
    let world = World::new();
    let lines: String = (1..=60).map(|i| format!("글 {i}.\n")).collect();
    world.pipe("bot", &["--lines"], &lines);
    let mut mina = world.person("mina");
    mina.send("먼저\r");
    mina.wait_for("mina │ 먼저");
    mina.send("초안");
    mina.wait_for("> 초안");
    mina.send("\x1b[A\x1b[A\x1b[A"); // as a terminal does for one notch up
    mina.wait_gone("mina │ 먼저");
    mina.wait_for("> 초안");
    mina.send("\x1b[B\x1b[B\x1b[B");
    mina.wait_for("mina │ 먼저");
}
