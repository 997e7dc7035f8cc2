//! `$EDITOR` on the same terminal.

use crate::harness::Pty;
use crate::world::{SIZE, World};
use portable_pty::CommandBuilder;

/// A person whose editor is this script, with the file's path in `$1`.
fn with_editor(world: &World, script: &str) -> (Pty, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("editor.sh");
    std::fs::write(&path, script).unwrap();
    let mut command: CommandBuilder = world.command("mina", &[]);
    command.env_remove("VISUAL");
    command.env("EDITOR", format!("sh {}", path.display()));
    command.env("XDG_RUNTIME_DIR", dir.path());
    let mina = Pty::start(command, SIZE);
    mina.wait_for("online · study-group");
    (mina, dir)
}

const OPEN: &str = "\x18\x05"; // Ctrl-X Ctrl-E

#[test]
fn the_editor_has_the_terminal_as_it_was_and_what_it_leaves_is_the_draft() {
    let world = World::new();
    let script = r#"
        trap : INT
        stat -c %a "$1" > "$(dirname "$1")/../mode"
        stty -a | grep -q -- ' icanon' && echo "plain terminal"
        echo "has: $(cat "$1")"
        while ! read -r line; do :; done
        printf '%s\n' "$line" >> "$1"
    "#;
    let (mut mina, dir) = with_editor(&world, script);
    mina.send("첫 줄");
    mina.wait_for("> 첫 줄");
    mina.send(OPEN);
    mina.wait_for("has: 첫 줄");
    assert!(mina.text().contains("plain terminal"), "{}", mina.picture());
    mina.look(|s| assert!(!s.alternate_screen() && !s.bracketed_paste()));
    // Ctrl-C is the editor's; what comes meanwhile does not paint over it.
    mina.send("\x03");
    world.pipe("jun", &[], "meanwhile\n");
    mina.send("둘째 줄\r");
    mina.wait_for("> 첫 줄");
    mina.wait_for("  둘째 줄");
    mina.wait_for("jun │ meanwhile");
    mina.look(|s| assert!(s.alternate_screen() && s.bracketed_paste()));
    mina.send("!\r");
    mina.wait_for("sent in");
    assert_eq!(world.server.texts("study-group").last().unwrap(), "첫 줄\n둘째 줄!");
    assert_eq!(std::fs::read_to_string(dir.path().join("mode")).unwrap(), "600\n");
    mina.send("\x11");
    assert_eq!(mina.wait_exit(), 0);
    mina.is_restored();
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(left.len(), 2, "the text is gone: {left:?}");
}

#[test]
fn an_editor_that_fails_or_is_not_there_leaves_the_draft() {
    let world = World::new();
    let (mut mina, _dir) = with_editor(&world, "echo changed > $1; exit 3");
    mina.send("kept");
    mina.send(OPEN);
    mina.wait_for("the editor failed (exit status: 3); the draft is as it was");
    mina.wait_for("> kept");
    let mut command = world.command("bo", &[]);
    command.env("VISUAL", "/nowhere/ed");
    let mut bo = Pty::start(command, SIZE);
    bo.wait_for("online · study-group");
    bo.send("kept");
    bo.send(OPEN);
    bo.wait_for("cannot start /nowhere/ed");
    bo.wait_for("> kept");
}

#[test]
fn a_signal_ends_the_editor_too_and_the_terminal_is_given_back() {
    let world = World::new();
    let script = "stty raw; trap 'stty sane; exit 1' TERM; echo raw; while :; do read -r key; done";
    let (mut mina, _dir) = with_editor(&world, script);
    mina.send(OPEN);
    mina.wait_for("raw");
    let kill = std::process::Command::new("kill").arg(mina.pid().to_string()).status().unwrap();
    assert!(kill.success());
    assert_eq!(mina.wait_exit(), 0);
    mina.look(|s| assert!(!s.alternate_screen() && !s.hide_cursor()));
}
