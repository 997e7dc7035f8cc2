//! The same conversation at the sizes people have.

use crate::stage::{Stage, online};
use crossterm::event::KeyCode;

fn conversation(width: u16, height: u16) -> Stage {
    let mut s = Stage::returning(width, height, &[("study-group", None), ("rust-kr", Some(0))]);
    s.connect();
    s.members("study-group", &["mina", "jun", "하늘", "bot"]);
    s.says("jun", "오늘은 소유권 챕터를 읽어요. 10시에 시작합니다.");
    s.says("jun", "다들 책은 준비됐나요?");
    s.minutes_later(2);
    s.says("하늘", "네!");
    s.says_in("rust-kr", "bot", "mina: 새 글이 있어요", None);
    s.send("저도 됐어요");
    s.stores();
    s.minutes_later(9);
    s.types("jun");
    s.write("질문이 ");
    s
}

#[test]
fn eighty_by_twenty_four() {
    conversation(80, 24).shows(
        r#"
        | 2 rust-kr         1│|
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │|
        |                    │───────────────────── 2025-11-21 Fri ──────────────────────|
        |                    │09:00        jun │ 오늘은 소유권 챕터를 읽어요. 10시에|
        |                    │                 │ 시작합니다.|
        |                    │                 │ 다들 책은 준비됐나요?|
        |                    │09:02       하늘 │ 네!|
        |                    │09:02       mina │ 저도 됐어요|
        | online · study-group · jun is typing              4 here · sent in 4 ms · mina|
        |> 질문이 ▏|
        "#,
    );
}

#[test]
fn wide_screens_give_room_to_nicks_and_text() {
    conversation(120, 40).shows_rows(
        r#"
        |                    │───────────────────────────────────────── 2025-11-21 Fri ──────────────────────────────────────────|
        |                    │09:00              jun │ 오늘은 소유권 챕터를 읽어요. 10시에 시작합니다.|
        |                    │                       │ 다들 책은 준비됐나요?|
        |                    │09:02             하늘 │ 네!|
        |                    │09:02             mina │ 저도 됐어요|
        | online · study-group · jun is typing                                                      4 here · sent in 4 ms · mina|
        |> 질문이 ▏|
        "#,
    );
}

#[test]
fn under_sixty_columns_there_is_no_room_list() {
    conversation(40, 12).shows(
        r#"
        ||
        |──────────── 2025-11-21 Fri ────────────|
        |09:00 jun|
        | 오늘은 소유권 챕터를 읽어요. 10시에|
        | 시작합니다.|
        | 다들 책은 준비됐나요?|
        |09:02 하늘|
        | 네!|
        |09:02 mina|
        | 저도 됐어요|
        | online · study-group · jun is typing|
        |> 질문이 ▏|
        "#,
    );
    assert!(conversation(60, 12).picture().contains("rust-kr"));
    assert!(!conversation(59, 12).picture().contains("rust-kr"));
}

#[test]
fn the_smallest_screen_still_shows_a_message_and_the_composer() {
    conversation(20, 5).shows(
        r#"
        | 네!|
        |09:02 mina|
        | 저도 됐어요|
        | online · study-gr…|
        |> 질문이 ▏|
        "#,
    );
}

#[test]
fn members_stand_on_the_right_when_there_is_room() {
    let mut s = conversation(100, 8);
    s.press(KeyCode::F(2));
    s.shows(
        r#"
        | 2 rust-kr         1│─────────────────────── 2025-11-21 Fri ───────────────────────│ 4 here|
        |>1 study-group      │09:00        jun │ 오늘은 소유권 챕터를 읽어요. 10시에        │ bot|
        |                    │                 │ 시작합니다.                                │ jun|
        |                    │                 │ 다들 책은 준비됐나요?                      │ mina|
        |                    │09:02       하늘 │ 네!                                        │ 하늘|
        |                    │09:02       mina │ 저도 됐어요                                │|
        | online · study-group · jun is typing                                  4 here · sent in 4 ms · mina|
        |> 질문이 ▏|
        "#,
    );
}

#[test]
fn members_that_do_not_fit_are_counted() {
    let mut s = online(60, 7);
    let names: Vec<String> = (1..=9).map(|i| format!("user{i}")).collect();
    s.members("study-group", &names.iter().map(String::as_str).collect::<Vec<_>>());
    s.press(KeyCode::F(2));
    s.shows(
        r#"
        |                                           │ 9 here|
        |                                           │ user1|
        |                                           │ user2|
        |                                           │ user3|
        | nothing was said here yet                 │ and 6 more|
        | online · study-group                         9 here · mina|
        |> ▏F1 for help|
        "#,
    );
}

#[test]
fn a_room_list_higher_than_the_screen_shows_the_selected_room() {
    let names: Vec<String> = (1..=12).map(|i| format!("room-{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut s = Stage::new(60, 6, &names);
    s.connect();
    s.press_with(crossterm::event::KeyModifiers::ALT, KeyCode::Up);
    s.shows(
        r#"
        | 9 room-9           │|
        |   room-10          │|
        |   room-11          │|
        |>  room-12          │ nothing was said here yet|
        | online · room-12                             0 here · mina|
        |> ▏F1 for help|
        "#,
    );
}
