//! What is done with messages, and who sees it.

use crate::world::World;

const CTRL_UP: &str = "\x1b[1;5A";
const UP: &str = "\x1b[A";
const F5: &str = "\x1b[15~";

#[test]
fn an_answer_a_reaction_an_edit_and_a_delete_are_seen_by_all_also_after_a_crash() {
    let mut world = World::new();
    let mut mina = world.person("mina");
    let mut jun = world.person("jun");
    jun.send("질문\r");
    mina.wait_for("jun │ 질문");
    mina.send(CTRL_UP);
    mina.wait_for("jun > 질문");
    mina.send("r");
    mina.wait_for("answering, Esc stops: jun: 질문");
    mina.send("답\r");
    jun.wait_for("↪ jun: 질문");
    mina.wait_for("sent in");
    mina.send(&format!("{CTRL_UP}{UP}"));
    mina.wait_for("jun > 질문");
    mina.send("+tada");
    mina.wait_for(":tada:");
    mina.send("\r");
    jun.wait_for(" 🎉 1");
    mina.wait_for("[🎉 1]");
    jun.send("/edit 고친 질문\r");
    mina.wait_for("고친 질문 (edited)");
    jun.send("지울 것\r");
    mina.wait_for("지울 것");
    jun.wait_for("지울 것");
    jun.send("/delete\r");
    mina.wait_for("(deleted)");
    jun.send("/topic 새 주제\r");
    mina.wait_for("Topic: 새 주제");
    jun.wait_for("Topic: 새 주제");
    world.server.kill();
    mina.wait_for("offline");
    jun.wait_for("offline");
    world.server.restart();
    mina.send(F5);
    jun.send(F5);
    mina.wait_for("online");
    jun.wait_for("online");
    let kim = world.person("kim");
    for person in [&mina, &jun, &kim] {
        for text in
            ["고친 질문 (edited)", "↪ jun: 고친 질문", "🎉 1", "(deleted)", "Topic: 새 주제"]
        {
            person.wait_for(text);
        }
        person.wait_gone("지울 것");
    }
}

#[test]
fn who_comes_and_goes_is_one_line_that_counts_nothing() {
    let world = World::new();
    let mut mina = world.person("mina");
    mina.send("여기 있어요\r");
    mina.wait_for("sent in");
    let mut jun = world.person("jun");
    mina.wait_for("* jun joined");
    jun.send("\x11"); // Ctrl-Q
    assert_eq!(jun.wait_exit(), 0);
    mina.wait_gone("jun joined");
}
