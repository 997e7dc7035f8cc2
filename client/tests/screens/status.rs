//! The status line, and the line above it.

use crate::stage::{Stage, online};
use chat_tui::net::Event;
use crossterm::event::{KeyCode, KeyModifiers};

#[track_caller]
fn status(s: &mut Stage, left: &str, right: &str) {
    let picture = s.picture();
    let row = picture.lines().nth(4).unwrap_or_default();
    let row = row.trim_matches('|').trim();
    let (is_left, is_right) = row.split_once("   ").unwrap_or((row, ""));
    assert_eq!((is_left, is_right.trim()), (left, right), "in\n{picture}");
}

#[test]
fn it_tells_the_state_of_the_connection() {
    let mut s = Stage::new(80, 6, &["study-group"]);
    status(&mut s, "connecting · study-group", "0 here");
    s.net(Event::Connecting { attempt: 3 });
    status(&mut s, "connecting, attempt 3 · study-group", "0 here");
    s.connect();
    status(&mut s, "online · study-group", "0 here · mina");
    s.disconnect("connection reset", 12_400);
    status(
        &mut s,
        "offline, next try 09:00:13 · study-group · the connection was lost: connectio…",
        "",
    );
}

#[test]
fn it_tells_who_is_typing_and_for_how_long() {
    let mut s = online(80, 6);
    s.types("jun");
    status(&mut s, "online · study-group · jun is typing", "0 here · mina");
    s.types("하늘");
    status(&mut s, "online · study-group · jun and 하늘 are typing", "0 here · mina");
    s.types("bot");
    status(&mut s, "online · study-group · 3 people are typing", "0 here · mina");
    s.minutes_later(1);
    status(&mut s, "online · study-group", "0 here · mina");
}

#[test]
fn what_matters_least_goes_first_when_it_gets_narrow() {
    let mut s = online(60, 6);
    s.send("하나");
    s.stores();
    let mut seen = Vec::new();
    for width in [60, 48, 40, 30, 20] {
        s.resize(width, 6);
        seen.push(s.picture().lines().nth(4).unwrap().to_owned());
    }
    assert_eq!(
        seen,
        [
            "| online · study-group          0 here · sent in 4 ms · mina|",
            "| online · study-group             0 here · mina|",
            "| online · study-group     0 here · mina|",
            "| online · study-group|",
            "| online · study-gr…|",
        ]
    );
}

#[test]
fn leaving_is_asked_above_the_status_line() {
    let mut s = online(80, 6);
    s.press_with(KeyModifiers::CONTROL, KeyCode::Char('c'));
    s.shows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │ nothing was said here yet|
        |* Ctrl-C again leaves|
        | online · study-group                                             0 here · mina|
        |> ▏F1 for help|
        "#,
    );
    s.press(KeyCode::Esc);
    assert!(!s.picture().contains("Ctrl-C"), "{}", s.picture());
}

#[test]
fn a_mistake_is_marked_as_one() {
    let mut s = online(80, 6);
    s.send("/nonsense");
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │ nothing was said here yet|
        |! there is no /nonsense; /help lists the commands (//nonsense sends it)|
        | online · study-group                                             0 here · mina|
        |> /nonsense▏|
        "#,
    );
}

#[test]
fn an_empty_screen_says_why_in_full() {
    let mut s = Stage::new(40, 8, &["study-group"]);
    s.disconnect("nothing answers at 127.0.0.1:7878", 500);
    s.shows(
        r#"
        ||
        ||
        ||
        | the connection was lost: nothing|
        | answers at 127.0.0.1:7878; what is|
        | written now waits|
        | offline, next try 09:00:01 · study-gr…|
        |> ▏F1 for help|
        "#,
    );
    let mut s = Stage::new(40, 6, &[]);
    s.connect();
    s.shows(
        r#"
        ||
        ||
        | no room is joined: /join NAME goes to|
        | one, F1 shows all keys|
        | online                            mina|
        |> ▏/join ROOM to begin, F1 for help|
        "#,
    );
}
