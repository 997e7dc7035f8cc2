//! What the terminal is asked and told for the looks of it: background, clipboard, links, mouse.

use crate::harness::Pty;
use crate::support::eventually;
use crate::world::{SIZE, World};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn raw(pty: &Pty) -> String {
    String::from_utf8_lossy(&pty.raw()).into_owned()
}

/// An opener that writes down what it is given.
fn opener(dir: &Path) -> std::path::PathBuf {
    let program = dir.join("xdg-open");
    std::fs::write(&program, "#!/bin/sh\nprintf '%s|' \"$@\" >> \"$0.log\"\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    dir.join("xdg-open.log")
}

fn with_desktop(world: &World, dir: &Path) -> Pty {
    let mut command = world.command("mina", &[]);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", dir.display()));
    command.env("DISPLAY", ":0");
    let pty = Pty::start(command, SIZE);
    pty.wait_for("1 here");
    pty
}

#[test]
fn the_answer_about_the_background_changes_the_theme_and_types_nothing() {
    let world = World::new();
    let mut mina = world.person("mina");
    assert!(raw(&mina).contains("\x1b]11;?\x1b\\"), "not asked");
    mina.send("앞\x1b]11;rgb:ffff/ffff/ffff\x1b\\뒤");
    mina.wait_for("> 앞뒤");
    // The bar of the light theme.
    mina.wait("a light bar", |s| {
        let bar = s.cell(22, 0).map(|c| c.bgcolor());
        bar == Some(vt100::Color::Idx(252))
    });
    mina.send("\x1b]a");
    mina.wait_for("> 앞뒤a");
}

#[test]
fn a_link_opens_by_key_and_by_mouse_as_one_argument() {
    let dir = tempfile::tempdir().unwrap();
    let log = opener(dir.path());
    let world = World::new();
    let mut mina = with_desktop(&world, dir.path());
    world.pipe("jun", &[], "https://a.example/$(touch x)';&가\n");
    mina.wait_for("https://a.example/$(touch");
    assert!(raw(&mina).contains(";https://a.example/$(touch\x1b\\h\x1b]8;;\x1b\\"), "no OSC 8");
    mina.send("\x0f"); // Ctrl-O
    mina.wait_for("Enter opens");
    mina.send("\r");
    let one = "https://a.example/$(touch|";
    eventually("the opener", || std::fs::read_to_string(&log).is_ok_and(|text| text == one));
    mina.send("\x1b[24~"); // F12
    mina.wait_for("F12 gives the mouse back");
    let (row, column) = mina.look(|s| {
        let lines: Vec<String> = s.rows(0, SIZE.1).collect();
        let row = lines.iter().position(|l| l.contains("https")).unwrap();
        (row + 1, lines[row].find("https").map(|at| lines[row][..at].chars().count()).unwrap() + 1)
    });
    mina.send(&format!("\x1b[<0;{column};{row}M"));
    eventually("the opener", || {
        std::fs::read_to_string(&log).is_ok_and(|text| text == one.repeat(2))
    });
    mina.send("/quit\r");
    assert_eq!(mina.wait_exit(), 0);
    mina.is_restored();
}

#[test]
fn without_a_desktop_the_link_goes_to_the_clipboard() {
    let world = World::new();
    let mut command = world.command("mina", &[]);
    command.env_remove("DISPLAY");
    command.env_remove("WAYLAND_DISPLAY");
    let mut mina = Pty::start(command, SIZE);
    mina.wait_for("1 here");
    world.pipe("jun", &[], "https://a.example\n");
    mina.wait_for("https://a.example");
    mina.send("/links\r");
    mina.wait_for("Enter opens");
    mina.send("\r");
    mina.wait_for("the address is in the clipboard");
    // The address in base64.
    assert!(raw(&mina).contains("\x1b]52;c;aHR0cHM6Ly9hLmV4YW1wbGUv"), "{}", raw(&mina));
}

#[test]
fn without_colour_there_is_none_and_nothing_is_asked() {
    let world = World::new();
    let mut command = world.command("mina", &[]);
    command.env("NO_COLOR", "1");
    let mina = Pty::start(command, SIZE);
    mina.wait_for("1 here");
    world.pipe("jun", &[], "@mina **굵게** `code` https://a.example\n");
    mina.wait_for("굵게");
    assert!(!raw(&mina).contains("\x1b]11;"), "asked");
    mina.look(|s| {
        let (rows, columns) = s.size();
        for (row, column) in (0..rows.get()).flat_map(|r| (0..columns.get()).map(move |c| (r, c))) {
            let cell = s.cell(row, column).unwrap();
            let plain = vt100::Color::Default;
            assert!(cell.fgcolor() == plain && cell.bgcolor() == plain, "{row}, {column}");
        }
        assert!(s.cell(22, 0).unwrap().inverse(), "the bar is not to be seen");
    });
}
