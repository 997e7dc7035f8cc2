//! The search pane: beside the timeline, over it where there is no room, and with texts of every kind.

use crate::stage::{MORNING, Stage, borders, id, room, user};
use chat_protocol::chat::ChatMessage;
use chat_protocol::chat::search::SearchReply;
use chat_tui::app::{Effect, Msg};
use chat_tui::net::{Command, Event};
use crossterm::event::{KeyCode, KeyModifiers};

/// Searched for in `study-group`, and the server has found these texts of juno and 민아 in turn.
fn found(width: u16, height: u16, typed: &str, texts: &[&str]) -> Stage {
    let mut s = Stage::new(width, height, &["study-group"]);
    s.connect();
    s.says("jun", "안녕");
    s.press_with(KeyModifiers::ALT, KeyCode::Char('/'));
    s.write(typed);
    s.now.mono += 1000;
    let effects = s.tell(Msg::Tick);
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Net(Command::Search { tag, .. }) => Some(*tag),
        _ => None,
    });
    let hit = |(n, text): (usize, &&str)| {
        let sender = user(["juno", "민아"][n % 2]);
        let at = MORNING - n as u64 * 86_400_000;
        ChatMessage::new(id(100 - n as u64), room("study-group"), sender, at, (**text).into())
    };
    let results = texts.iter().enumerate().map(hit).collect();
    let reply = SearchReply { results, more: true, next: Some(id(7)), incomplete: false };
    s.net(Event::Search { tag: asked.unwrap(), reply });
    s
}

const TEXTS: [&str; 3] = [
    "내일 회의실에서",
    "가족 👩‍👩‍👧 여행은 다음 주로 미루고 오늘은 모두 모여서 회의를 하기로 했습니다 🇰🇷",
    "회의\n둘째 줄\u{1b}[2J",
];

#[test]
fn beside_the_timeline_from_100_columns_on() {
    let mut s = found(100, 12, "회의", &TEXTS);
    s.shows(
        r#"
        |>1 study-group      │                                      │ Search: in:study-group 회의▏|
        |                    │                                      │ 3 messages, more below|
        |                    │                                      │> 2025-11-21 09:00 juno|
        |                    │                                      │  내일 회의실에서|
        |                    │                                      │  2025-11-20 09:00 민아|
        |                    │                                      │  …모두 모여서 회의를 하기로 했습니다 🇰🇷|
        |                    │                                      │  2025-11-19 09:00 juno|
        |                    │─────────── 2025-11-21 Fri ───────────│  회의␊둘째 줄␛[2J|
        |                    │09:00 jun                             │|
        |                    │ 안녕                                 │ Enter goes there, Esc back, Alt-/ stays|
        | online · study-group                                                                 0 here · mina|
        |> F1 for help|
        "#,
    );
}

#[test]
fn over_everything_on_a_narrow_screen() {
    let mut s = found(40, 12, "회의", &TEXTS);
    s.press(KeyCode::Down);
    s.shows(
        r#"
        | Search: in:study-group 회의▏|
        | 3 messages, more below|
        |  2025-11-21 09:00 juno|
        |  내일 회의실에서|
        |> 2025-11-20 09:00 민아|
        |  …모두 모여서 회의를 하기로 했습니다 🇰🇷|
        |  2025-11-19 09:00 juno|
        |  회의␊둘째 줄␛[2J|
        ||
        | Enter goes there, Esc back, Alt-/ stays|
        | online · study-group     0 here · mina|
        |> F1 for help|
        "#,
    );
}

#[test]
fn what_it_is_at_is_said_in_words() {
    let mut s = found(60, 8, "회의 from:juno", &[]);
    s.shows_rows("| nothing found, more below|");
    s.write(" before:2025");
    s.shows_rows("| `2025` is no time; write 2026-11-01, 2026-11-01T18:30, 10m…|");
    s.write("-11-01");
    s.shows_rows("| searching…|");
    s.disconnect("the link broke", 4000);
    s.now.mono += 1000;
    s.tell(Msg::Tick);
    s.shows_rows("| nothing found here; the server is not reached|");
    s.press_with(KeyModifiers::CONTROL, KeyCode::Char('u'));
    s.shows_rows("| Search: ▏|\n| words, from:NICK in:ROOM before:2026-11-01 after:7d|");
}

#[test]
fn borders_stay_straight_beside_texts_of_every_kind() {
    for width in 100..=140 {
        let mut s = found(width, 20, "회의", &TEXTS);
        let (buffer, _) = s.paint();
        let pane = s.state.layout.side.unwrap();
        for y in 0..pane.height {
            assert!(
                borders(&buffer, y).contains(&(pane.x - 1)),
                "row {y} at {width}:\n{}",
                s.picture()
            );
        }
    }
}
