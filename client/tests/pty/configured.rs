//! The configuration file, its changes, and notifications.

use crate::harness::{PATIENCE, Pty};
use crate::world::{SIZE, World};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A person with this configuration, and where it is.
fn configured(world: &World, file: &str) -> (Pty, tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, file.replace("DIR", dir.path().to_str().unwrap())).unwrap();
    let mut command = world.command("mina", &["--config", path.to_str().unwrap()]);
    command.env("XDG_RUNTIME_DIR", dir.path());
    let mina = Pty::start(command, SIZE);
    mina.wait_for("online · study-group");
    mina.wait("members", |s| !s.contents().contains(" 0 here"));
    (mina, dir, path)
}

const GAINED: &str = "\x1b[I";
const LOST: &str = "\x1b[O";

#[test]
fn keys_of_ones_own_work_and_change_while_it_runs() {
    let world = World::new();
    let (mut mina, _dir, path) = configured(&world, "[keys]\nhelp = \"Alt-G\"\n");
    mina.send("\x1bg");
    mina.wait_for("Keys and commands");
    mina.send("\x1bㅎ"); // the same key with the Korean layout on
    mina.wait_gone("Keys and commands");
    std::fs::write(&path, "[keys]\nhelp = \"Ctrl-G\"\nhlep = []\n").unwrap();
    mina.send("/reload\r");
    mina.wait_for("config.toml:3: `keys.hlep`");
    mina.send("\x1bg");
    mina.wait_for("Keys and commands");
    mina.send("\x1bg");
    std::fs::write(&path, "[keys]\nhelp = \"Ctrl-G\"\n").unwrap();
    // Whoever comes back to the window finds the change made: no command is needed.
    let end = Instant::now() + PATIENCE;
    while !mina.text().contains("was read anew") {
        assert!(Instant::now() < end, "{}", mina.picture());
        mina.send(LOST);
        mina.send(GAINED);
        mina.wait_quiet(Duration::from_millis(50));
    }
    mina.send("\x07");
    mina.wait_for("Keys and commands");
}

#[test]
fn a_mention_elsewhere_rings_shows_and_runs_the_program() {
    let world = World::new();
    let file = "[notifications]\nterminal = \"osc777\"\n\
                command = [\"sh\", \"-c\", \"cat > DIR/part; echo $CHAT_ROOM $CHAT_KIND >> DIR/part; mv DIR/part DIR/told\"]\n";
    let (mut mina, dir, _) = configured(&world, file);
    let rings = |mina: &Pty| mina.raw().iter().filter(|b| **b == 7).count();
    let before = rings(&mina);
    world.pipe("jun", &[], "@mina while you look\n");
    mina.wait_for("while you look");
    mina.send(LOST);
    mina.send("x");
    mina.wait_for("> x");
    world.pipe("jun", &[], "@mina 안녕; $(id)\n");
    mina.wait_for("안녕");
    let told = dir.path().join("told");
    mina.wait("told", |_| told.exists());
    let text = std::fs::read_to_string(&told).unwrap();
    assert_eq!(text, "jun in study-group: @mina 안녕; $(id)\nstudy-group mention\n");
    let raw = String::from_utf8_lossy(&mina.raw()).into_owned();
    assert_eq!(raw.matches("\x1b]777;notify;").count(), 1, "not for what one looked at");
    assert!(raw.contains("\x1b]777;notify;jun in study-group;@mina 안녕; $(id)\x1b\\"));
    assert_eq!(rings(&mina), before + 1);
}

#[test]
fn a_program_that_cannot_run_is_told_of() {
    let world = World::new();
    let (mut mina, ..) = configured(&world, "[notifications]\ncommand = [\"/nowhere/tell\"]\n");
    mina.send(LOST);
    mina.send("x");
    mina.wait_for("> x");
    world.pipe("jun", &[], "@mina hi\n");
    mina.wait_for("cannot run /nowhere/tell to notify");
}

#[test]
fn the_keys_of_vi_work_with_the_korean_layout_on() {
    let world = World::new();
    let (mut mina, ..) = configured(&world, "[ui]\nvi = true\n");
    mina.send("하나 둘 셋");
    mina.wait_for("> 하나 둘 셋");
    mina.send("\x1b");
    mina.wait_for("NORMAL · online");
    mina.send("0ㅇㅈ"); // 0dw
    mina.wait_for("> 둘 셋");
    mina.send("$");
    mina.wait("the caret on the last syllable", |s| s.cursor_position() == (23, 5));
    mina.send("p\r");
    mina.wait_for("sent in");
    assert_eq!(world.server.texts("study-group"), ["둘 셋하나"]);
    mina.wait_gone("NORMAL");
}
