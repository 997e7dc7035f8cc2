//! The switcher: what was typed with the cursor in it, and the rooms that fit.

use crate::stage::Stage;
use crossterm::event::{KeyCode, KeyModifiers};

#[test]
fn the_rooms_with_what_is_unread_and_the_cursor_in_the_query() {
    let mut s = Stage::new(60, 9, &["study-group", "스터디", "lobby"]);
    s.connect();
    s.says_in("스터디", "jun", "@mina 왔어?", None);
    s.says_in("lobby", "jun", "hi", None);
    s.press_with(KeyModifiers::CONTROL, KeyCode::Char('t'));
    s.shows(
        r#"
        | Go to: ▏|
        |> 스터디                                                @1 1|
        |  lobby                                                    1|
        |  study-group|
        ||
        ||
        | Enter goes there, Up and Down choose, Esc closes|
        | online · study-group                         0 here · mina|
        |> F1 for help|
        "#,
    );
    s.write("ㄴ셔요");
    s.press(KeyCode::Down);
    s.shows(
        r#"
        | Go to: ㄴ셔요▏|
        |  study-group|
        |> ㄴ셔요  join as a new room|
        ||
        ||
        ||
        | Enter goes there, Up and Down choose, Esc closes|
        | online · study-group                         0 here · mina|
        |> F1 for help|
        "#,
    );
}

#[test]
fn what_is_typed_beyond_the_edge_shows_its_end_and_a_long_list_the_chosen_one() {
    let rooms: Vec<String> = (0..9).map(|n| format!("room{n}")).collect();
    let rooms: Vec<&str> = rooms.iter().map(String::as_str).collect();
    let mut s = Stage::new(24, 6, &rooms);
    s.connect();
    s.press_with(KeyModifiers::CONTROL, KeyCode::Char('t'));
    s.press(KeyCode::Up);
    s.shows_rows(
        r#"
        | Go to: ▏|
        |  room8|
        |> room0|
        | Enter goes there, Up a…|
        "#,
    );
    s.write("가나다라마바사아자차카타파");
    s.shows_rows("| Go to: 아자차카타파▏|");
}
