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
    s.press(KeyCode::Enter);
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
fn candidates_of_a_completion_show_with_what_they_are() {
    let mut s = online(80, 8);
    s.members("study-group", &["minsu", "minji", "민지", "jun"]);
    s.says("minsu", "오늘 저녁 7시에 만나요 👨‍👩‍👧‍👦");
    s.write("min");
    s.press(KeyCode::Tab);
    s.shows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │|
        |                    │> @minsu  오늘 저녁 7시에 만나요 👨‍👩‍👧‍👦|
        |                    │  @minji|
        | online · study-group                                             4 here · mina|
        |> @minsu ▏|
        "#,
    );
    s.press(KeyCode::Down);
    s.press(KeyCode::Esc);
    s.shows_rows("|> min▏|");
    s.press_with(KeyModifiers::CONTROL, KeyCode::Char('u'));
    s.write(":fam");
    s.press(KeyCode::Tab);
    s.shows(
        r#"
        |>1 study-group      │> 👪 :family:              family|
        |                    │  👨‍👦 :family_man_boy:      family: man, boy|
        |                    │  👨‍👧 :family_man_girl:     family: man, girl|
        |                    │  👩‍👦 :family_woman_boy:    family: woman, boy|
        |                    │  👩‍👧 :family_woman_girl:   family: woman, girl|
        |                    │  👨‍👨‍👦 :family_man_man_boy:  family: man, man, boy|
        | online · study-group                                             4 here · mina|
        |> 👪▏|
        "#,
    );
}

#[test]
fn many_candidates_scroll_and_a_narrow_screen_cuts_what_they_are() {
    let mut s = online(40, 12);
    let names: Vec<String> = (1..=12).map(|n| format!("n{n:02}")).collect();
    s.members("study-group", &names.iter().map(String::as_str).collect::<Vec<_>>());
    s.says("n10", "a text that is longer than the screen is wide");
    s.write("n");
    s.press(KeyCode::Tab);
    for _ in 0..9 {
        s.press(KeyCode::Tab);
    }
    s.shows(
        r#"
        ||
        ||
        |  @n02|
        |  @n03|
        |  @n04|
        |  @n05|
        |  @n06|
        |  @n07|
        |  @n08|
        |> @n09|
        | online · study-group    12 here · mina|
        |> @n09 ▏|
        "#,
    );
}

#[test]
fn a_paste_of_many_lines_is_asked_about() {
    let mut s = online(60, 14);
    s.says("jun", "붙여 보세요");
    s.write("여기: ");
    let lines: Vec<String> = (1..=9).map(|i| format!("줄 {i} ❤️ 🇰🇷")).collect();
    s.tell(Msg::Paste(lines.join("\n")));
    s.shows(
        r#"
        |>1 study-group      │|
        |                    │|
        | Paste 9 lines, 71 characters?|
        |   줄 1 ❤️ 🇰🇷|
        |   줄 2 ❤️ 🇰🇷|
        |   줄 3 ❤️ 🇰🇷|
        |   줄 4 ❤️ 🇰🇷|
        |   줄 5 ❤️ 🇰🇷|
        |   … and 4 more|
        | Enter or 1  as text, into the draft|
        | Tab or 2    as a code block|
        | Esc or 3    not at all|
        | online · study-group                         0 here · mina|
        |> 여기: ▏|
        "#,
    );
    s.resize(40, 6);
    s.shows(
        r#"
        | Paste 9 lines, 71 characters?|
        | Enter or 1  as text, into the draft|
        | Tab or 2    as a code block|
        | Esc or 3    not at all|
        | online · study-group     0 here · mina|
        |> 여기: ▏|
        "#,
    );
}

#[test]
fn what_a_message_may_still_have_is_counted_down() {
    let mut s = online(60, 8);
    s.tell(Msg::Paste("가".repeat(1990)));
    s.shows_rows(
        r#"
        |>1 study-group      │ nothing was said here yet|
        | online · study-group               10 left · 0 here · mina|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가▏|
        "#,
    );
    s.write("가나다라마바사아자차카타");
    s.shows_rows(
        r#"
        |>1 study-group      │ nothing was said here yet|
        | online · study-group          ! 2 too many · 0 here · mina|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가가가가가가가가가가가가가가가가가가가가가가가가가가|
        |  가가가나다라마바사아자차카타▏|
        "#,
    );
}

#[test]
fn the_mode_of_vi_is_said_in_words() {
    let mut s = online(60, 5);
    s.state.settings.ui.vi = true;
    s.write("가나다");
    s.press(KeyCode::Esc);
    s.write("2d");
    s.shows_rows(
        r#"
        | NORMAL 2d · online · study-group             0 here · mina|
        |> 가나▏다|
        "#,
    );
}
