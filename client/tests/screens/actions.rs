//! A selected message, its menu, an answer being written, and a thread.

use crate::stage::{Stage, online};
use crossterm::event::{KeyCode, KeyModifiers};

fn talk(width: u16, height: u16) -> Stage {
    let mut s = online(width, height);
    s.says("jun", "다음 모임은 언제?");
    s.says("민아", "토요일");
    s
}

fn select(s: &mut Stage) {
    s.press_with(KeyModifiers::CONTROL, KeyCode::Up);
}

#[test]
fn the_selected_message_is_marked_by_shape_and_the_status_says_what_can_be_done() {
    let mut s = talk(58, 7);
    select(&mut s);
    select(&mut s);
    s.shows(
        r#"
        ||
        ||
        |───────────────────── 2025-11-21 Fri ─────────────────────|
        |09:00        jun > 다음 모임은 언제?|
        |09:00       민아 │ 토요일|
        | Enter lists: r reply · + react · c copy · t thread · v …|
        |> ▏F1 for help|
        "#,
    );
    s.press(KeyCode::Enter);
    s.shows(
        r#"
        | Do: ▏|
        |> reply  r|
        |  react  +|
        |  copy  c|
        | Enter does it, Up and Down choose, Esc closes|
        | Enter lists: r reply · + react · c copy · t thread · v …|
        |> F1 for help|
        "#,
    );
    s.press(KeyCode::Enter);
    s.write("토요일");
    s.shows_rows(
        r#"
        |* answering, Esc stops: jun: 다음 모임은 언제?|
        | online · study-group                       0 here · mina|
        |> 토요일▏|
        "#,
    );
}

#[test]
fn a_thread_is_beside_the_timeline_or_over_it() {
    let mut s = talk(110, 9);
    select(&mut s);
    s.press(KeyCode::Char('r'));
    s.send("그래");
    s.send("/thread");
    let picture = s.picture();
    assert!(picture.contains("│ Thread"), "{picture}");
    let answered = picture.lines().position(|l| l.contains(" 09:00 민아")).expect("its root");
    let answer = picture.lines().position(|l| l.contains(" 09:00 mina")).expect("our answer");
    assert!(answered < answer, "{picture}");
    s.resize(58, 9);
    s.shows_rows(
        r#"
        | Thread|
        | 09:00 민아|
        |  토요일|
        "#,
    );
}
