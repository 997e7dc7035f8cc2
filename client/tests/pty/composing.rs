//! Input as terminals and input methods send it.

use crate::world::World;

#[test]
fn enter_after_a_committed_syllable_sends_it_in_one_write_or_in_two() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send("한글\r");
    mina.wait_for("mina │ 한글");
    mina.send("두글");
    mina.wait_for("> 두글");
    mina.send("\r");
    mina.wait_for("│ 두글");
    assert_eq!(world.server.texts("study-group").last().map(String::as_str), Some("두글"));
}

#[test]
fn a_character_may_come_in_pieces() {
    let world = World::new();
    let mut mina = world.person("mina");
    for byte in "가👋나".bytes() {
        mina.send_bytes(&[byte]);
    }
    mina.wait_for("> 가👋나");
    assert_eq!(mina.look(|s| s.cursor_position()), (23, 8));
}

#[test]
fn decomposed_hangul_is_one_character_and_is_sent_composed() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}");
    mina.wait("a caret after four cells", |s| s.cursor_position() == (23, 6));
    mina.send("\x7f");
    mina.wait("a caret after two cells", |s| s.cursor_position() == (23, 4));
    mina.send("\r");
    mina.wait_for("sent in");
    assert_eq!(world.server.texts("study-group"), ["한"]);
}

#[test]
fn a_paste_of_many_lines_does_not_send_by_itself() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.paste("첫 줄\r둘째 줄\r\n셋째 줄\n");
    mina.wait_for("셋째 줄");
    mina.send("끝");
    mina.wait_for("끝");
    assert_eq!(world.server.texts("study-group"), [""; 0]);
    mina.send("\r");
    mina.wait_for("sent in");
    assert_eq!(world.server.texts("study-group"), ["첫 줄\n둘째 줄\n셋째 줄\n끝"]);
}

#[test]
fn keys_with_alt_work_in_the_korean_layout_too() {
    let world = World::new();
    let mut mina = crate::harness::Pty::start(
        world.command("mina", &["--room", "둘", "--room", "셋"]),
        crate::world::SIZE,
    );
    mina.wait_for("online · study-group");
    mina.send("\x1b2");
    mina.wait_for("online · 둘");
    mina.send("\x183"); // Ctrl-X 3, the twin for terminals without Alt
    mina.wait_for("online · 셋");
    world.pipe("jun", &[], "새 글\n");
    mina.wait_for("1 study-group     1");
    mina.send("\x1bㅁ"); // Alt-A with the Korean layout on
    mina.wait_for("jun │ 새 글");
    mina.send("\x1b[1;3B"); // Alt-Down
    mina.wait_for("online · 둘");
    mina.send("\x1b[1;3A"); // Alt-Up
    mina.wait_for("online · study-group");
}

#[test]
fn a_name_is_completed_and_an_earlier_text_comes_back() {
    let world = World::new();
    let mut mina = world.person("mina");
    let _jun = world.person("하늘이");
    mina.wait_for("2 here");
    mina.send("하\t가 왔네요\r");
    mina.wait_for("mina │ @하늘이가 왔네요");
    mina.send("\x1b[A");
    mina.wait_for("> @하늘이가 왔네요");
}

#[test]
fn many_pasted_lines_become_a_code_block_and_an_emoji_comes_by_its_name() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send(":tada\t ");
    mina.wait_for("> 🎉");
    mina.paste("fn main() {\r    let 값 = 1;\r    dbg!(값);\r}\r");
    mina.wait_for("Paste 4 lines");
    mina.send("\t");
    mina.wait_for("  ```");
    mina.send("\x1a"); // Ctrl-Z
    mina.wait_gone("```");
    mina.send("\x1bz\r"); // Alt-Z, Enter
    mina.wait_for("sent in");
    let sent = "🎉 \n```\nfn main() {\n    let 값 = 1;\n    dbg!(값);\n}\n```";
    assert_eq!(world.server.texts("study-group"), [sent]);
}
