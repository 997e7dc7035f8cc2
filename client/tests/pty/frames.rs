//! Every frame, from the bytes: whole, and with the cursor at the composer's caret.

use crate::harness::{FRAME_BEGINS as BEGIN, FRAME_ENDS as END, emulator};
use crate::world::{SIZE, World};

/// The screen at the end of each synchronized frame: the composer's row, and the cursor in it.
fn frames(raw: &[u8]) -> Vec<(String, (u16, u16), bool)> {
    let mut parser = emulator(SIZE);
    let text = String::from_utf8_lossy(raw).into_owned();
    let mut frames = Vec::new();
    // The last one may be on its way.
    let (whole, _) = text.rsplit_once(END).unwrap_or_default();
    for part in whole.split(END) {
        assert_eq!(part.matches(BEGIN).count(), 1, "a frame in a frame");
        parser.process(part.as_bytes());
        let screen = parser.screen();
        let composer = screen.rows(0, SIZE.1).last().unwrap_or_default();
        frames.push((composer, screen.cursor_position(), !screen.hide_cursor()));
    }
    frames
}

#[test]
fn the_cursor_is_at_the_caret_in_every_frame() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send("안녕");
    mina.wait_for("> 안녕");
    for i in 0..30 {
        world.server.pipe(&["send", "--room", "study-group", "--nick", "bot"], b"line\n");
        if i == 15 {
            mina.send("하세요");
        }
    }
    mina.send("\x1bOP"); // F1: a popup over it all
    mina.wait_for("Keys and commands");
    mina.send("\x1b[D\x1b[D");
    mina.wait("two characters back", |s| s.cursor_position() == (23, 8));
    mina.send("\x1bOP");
    mina.wait_gone("Keys and commands");
    mina.send("\r");
    mina.wait_for("mina │ 안녕하세요");
    let frames = frames(&mina.raw());
    assert!(frames.len() > 5, "{frames:?}");
    for (composer, (row, column), is_shown) in frames {
        assert!(is_shown, "hidden at {composer:?}");
        assert_eq!(row, SIZE.0 - 1, "at {composer:?}");
        let draft = match composer.strip_prefix("> ") {
            Some(draft) if !draft.starts_with("F1 for help") => draft.trim_end(),
            _ => "",
        };
        let end = 2 + 2 * draft.chars().count() as u16;
        // After the text; or two characters back, once that was asked for.
        assert!(column == end || column + 4 == end, "{column} in {composer:?}");
    }
}

#[test]
fn all_that_is_drawn_is_drawn_in_frames() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send("안녕\r");
    mina.wait_for("sent in");
    mina.send("\x11");
    assert_eq!(mina.wait_exit(), 0);
    let raw = String::from_utf8_lossy(&mina.raw()).into_owned();
    let inside: Vec<&str> = raw.split(BEGIN).skip(1).collect();
    assert!(inside.len() > 1);
    for part in &inside {
        let (_, between) = part.split_once(END).expect("every frame ends");
        // Between two frames there are escape sequences at most.
        let shown = between.chars().filter(|c| !c.is_ascii()).count();
        assert_eq!(shown, 0, "{between:?}");
    }
}
