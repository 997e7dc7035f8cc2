//! What a terminal may expect of a program, and where the client does not start.

use crate::harness::Pty;
use crate::support::{clean, run};
use crate::world::{ROOM, SIZE, World};
use std::time::Duration;

/// SGR with a colour in it: 30 to 49 and 90 to 107.
fn colours(pty: &Pty) -> bool {
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let sequences = raw.split("\x1b[").filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest[end..].starts_with('m').then_some(&rest[..end])
    });
    let mut numbers = sequences.flat_map(|s| s.split(';')).filter_map(|n| n.parse::<u8>().ok());
    numbers.any(|n| (30..50).contains(&n) || (90..108).contains(&n))
}

#[test]
fn no_color_means_none() {
    let world = World::new();
    world.pipe("jun", &[], "@mina 색\n");
    let plain = {
        let mut command = world.command("mina", &[]);
        command.env("NO_COLOR", "1");
        Pty::start(command, SIZE)
    };
    plain.wait_for("@mina 색");
    assert!(!colours(&plain), "{:?}", String::from_utf8_lossy(&plain.raw()));
    let coloured = world.person("mina");
    coloured.wait_for("@mina 색");
    assert!(colours(&coloured));
}

#[test]
fn a_dumb_terminal_gets_lines() {
    let world = World::new();
    let mut command = world.command("mina", &[]);
    command.env("TERM", "dumb");
    let mut pty = Pty::start(command, SIZE);
    pty.wait_for(&format!("{ROOM}> "));
    pty.send("안녕하세요\r");
    pty.wait_for("-- sent ");
    world.pipe("bot", &[], "빌드 끝\n");
    pty.wait_for(" bot: 빌드 끝");
    assert!(!pty.raw().contains(&0x1b), "{}", pty.picture());
    assert_eq!(world.server.texts(ROOM), ["안녕하세요", "빌드 끝"]);
    pty.send("/quit\r");
    assert_eq!(pty.wait_exit(), 0);
}

#[test]
fn without_a_terminal_it_says_what_to_use() {
    let home = tempfile::tempdir().unwrap();
    let mut command = clean(env!("CARGO_BIN_EXE_chat-tui"), home.path());
    command.args(["connect", "--room", "r"]);
    let out = run(command, b"");
    assert_eq!((out.code, out.stdout.as_str()), (64, ""));
    let names = ["chat-tui tail", "chat-tui send"];
    assert!(names.iter().all(|n| out.stderr.contains(n)), "{}", out.stderr);
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let world = World::new();
    let mina = world.person("mina");
    mina.wait_quiet(Duration::from_millis(500));
    let before = mina.raw().len();
    mina.wait_quiet(Duration::from_secs(4));
    let raw = mina.raw();
    assert_eq!(raw.len(), before, "{:?}", String::from_utf8_lossy(&raw[before..]));
}

#[test]
fn the_smallest_sizes_are_survived() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send("안녕하세요\r");
    mina.wait_for("mina │ 안녕하세요");
    for (rows, cols) in [(5, 20), (2, 4), (1, 1), (60, 200), SIZE] {
        mina.resize(rows, cols);
        mina.send("\x0c"); // Ctrl-L: so that there is a frame whatever the size
        mina.wait_quiet(Duration::from_millis(100));
    }
    mina.wait_for("mina │ 안녕하세요");
    mina.send("아직 여기\r");
    mina.wait_for("아직 여기");
}
