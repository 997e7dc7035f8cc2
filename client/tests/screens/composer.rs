//! The draft, its growth and its caret.

use crate::stage::online;
use chat_tui::app::Msg;
use crossterm::event::{KeyCode, KeyModifiers};

#[test]
fn a_draft_of_several_lines_takes_from_the_timeline() {
    let mut s = online(60, 10);
    s.says("jun", "질문 있나요?");
    s.write("첫 줄");
    s.press_with(KeyModifiers::ALT, KeyCode::Enter);
    s.write("둘째 줄");
    s.press_with(KeyModifiers::CONTROL, KeyCode::Char('j'));
    s.shows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │─────────── 2025-11-21 Fri ────────────|
        |                    │09:00 jun|
        |                    │ 질문 있나요?|
        | online · study-group                         0 here · mina|
        |> 첫 줄|
        |  둘째 줄|
        |  ▏|
        "#,
    );
}

#[test]
fn it_grows_to_eight_lines_and_then_scrolls_with_the_caret() {
    let mut s = online(60, 16);
    let lines: Vec<String> = (1..=12).map(|i| format!("line {i}")).collect();
    s.tell(Msg::Paste(lines.join("\n")));
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │ nothing was said here yet|
        | online · study-group                         0 here · mina|
        |  line 5|
        |  line 6|
        |  line 7|
        |  line 8|
        |  line 9|
        |  line 10|
        |  line 11|
        |  line 12▏|
        "#,
    );
    for _ in 0..11 {
        s.press(KeyCode::Up);
    }
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │ nothing was said here yet|
        | online · study-group                         0 here · mina|
        |> line 1▏|
        |  line 2|
        |  line 3|
        |  line 4|
        |  line 5|
        |  line 6|
        |  line 7|
        |  line 8|
        "#,
    );
}

#[test]
fn a_long_line_wraps_and_the_caret_keeps_a_cell_of_its_own() {
    let mut s = online(20, 8);
    s.write("가나다라마바사아");
    s.shows_rows(
        r#"
        ||
        ||
        ||
        ||
        | nothing was said|
        | here yet|
        | online · study-gr…|
        |> 가나다라마바사아▏|
        "#,
    );
    s.write("자차");
    s.shows_rows(
        r#"
        ||
        ||
        ||
        | nothing was said|
        | here yet|
        | online · study-gr…|
        |> 가나다라마바사아|
        |  자차▏|
        "#,
    );
}

#[test]
fn each_room_keeps_its_draft() {
    let mut s = crate::stage::Stage::new(60, 5, &["one", "two"]);
    s.connect();
    s.write("나중에");
    s.press_with(KeyModifiers::ALT, KeyCode::Down);
    s.shows_rows("|> ▏F1 for help|");
    s.press_with(KeyModifiers::ALT, KeyCode::Up);
    s.shows_rows("|> 나중에▏|");
}

#[test]
fn candidates_of_a_completion_show_in_the_status_line() {
    let mut s = online(80, 6);
    s.members("study-group", &["minsu", "minji", "jun"]);
    s.write("min");
    s.press(KeyCode::Tab);
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │ nothing was said here yet|
        | [@minji]  @minsu                                                 3 here · mina|
        |> @minji ▏|
        "#,
    );
}
