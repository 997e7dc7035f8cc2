//! Messages, what became of them, and where one reads.

use crate::stage::{Stage, online};
use chat_protocol::text::PeerString;
use chat_tui::net::{Event, Target};
use crossterm::event::{KeyCode, KeyModifiers};

#[test]
fn a_new_day_and_a_new_sender_begin_a_group() {
    let mut s = online(70, 12);
    s.says("jun", "하나");
    s.says("jun", "둘");
    s.minutes_later(6);
    s.says("jun", "육 분 뒤");
    s.says("bot", "ping");
    s.minutes_later(24 * 60);
    s.says("bot", "다음 날");
    s.shows_rows(
        r#"
        |>1 study-group      │09:00 jun|
        |                    │ 하나|
        |                    │ 둘|
        |                    │09:06 jun|
        |                    │ 육 분 뒤|
        |                    │09:06 bot|
        |                    │ ping|
        |                    │──────────────── 2025-11-22 Sat ─────────────────|
        |                    │09:06 bot|
        |                    │ 다음 날|
        | online · study-group                                   0 here · mina|
        |> ▏F1 for help|
        "#,
    );
}

#[test]
fn what_becomes_of_a_message_shows_beside_it() {
    let mut s = online(80, 12);
    s.send("확인됨");
    s.stores();
    s.send("거절됨");
    s.refuses("storage-full", "the disk is full; try again later");
    s.send("가는 중");
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │───────────────────── 2025-11-21 Fri ──────────────────────|
        |                    │09:00       mina │ 확인됨|
        |                    │                 ! 거절됨|
        |                    │                 ! not sent: the disk is full; try again|
        |                    │                 ! later (storage-full); F6 sends it again,|
        |                    │                 ! F7 discards it|
        |                    │                 ~ 가는 중|
        | online · study-group                              0 here · sent in 4 ms · mina|
        |> ▏|
        "#,
    );
    s.disconnect("connection reset", 800);
    s.send("기다리는 중\n두 줄");
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │───────────────────── 2025-11-21 Fri ──────────────────────|
        |                    │09:00       mina │ 확인됨|
        |                    │                 ! 거절됨|
        |                    │                 ! not sent: the disk is full; try again|
        |                    │                 ! later (storage-full); F6 sends it again,|
        |                    │                 ! F7 discards it|
        |                    │                 ^ 가는 중 [queued]|
        |                    │                 ^ 기다리는 중|
        |                    │                 ^ 두 줄 [queued]|
        | offline, next try 09:00:01 · study-group · the connection was lost: connectio…|
        |> ▏|
        "#,
    );
}

#[test]
fn a_confirmed_message_is_plain_before_its_echo_comes() {
    let mut s = online(60, 8);
    s.send("안녕하세요");
    let (_, _, key) = s.unanswered.remove(0);
    s.net(Event::Confirmed {
        key,
        id: crate::stage::id(1),
        duplicate: false,
        attempts: 1,
        elapsed: std::time::Duration::from_millis(7),
    });
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │|
        |                    │|
        |                    │─────────── 2025-11-21 Fri ────────────|
        |                    │09:00 mina|
        |                    │ 안녕하세요|
        | online · study-group          0 here · sent in 7 ms · mina|
        |> ▏|
        "#,
    );
}

#[test]
fn a_mention_of_us_is_marked_in_every_line() {
    let mut s = online(70, 8);
    s.says("jun", "코드 봤어요?");
    s.says("jun", "@mina 이 부분요:\nlet x = 1;");
    s.shows_rows(
        r#"
        |>1 study-group      │|
        |                    │──────────────── 2025-11-21 Fri ─────────────────|
        |                    │09:00 jun|
        |                    │ 코드 봤어요?|
        |                    │┃@mina 이 부분요:|
        |                    │┃let x = 1;|
        | online · study-group                                   0 here · mina|
        |> ▏F1 for help|
        "#,
    );
}

#[test]
fn what_was_read_ends_at_a_line() {
    let mut s = Stage::returning(70, 9, &[("study-group", Some(1)), ("other", None)]);
    s.says("jun", "어제 읽은 글");
    s.press_with(KeyModifiers::ALT, KeyCode::Char('2'));
    s.connect();
    s.says("jun", "아직 안 읽은 글");
    s.press_with(KeyModifiers::ALT, KeyCode::Char('1'));
    s.shows_rows(
        r#"
        |>1 study-group      │|
        | 2 other            │──────────────── 2025-11-21 Fri ─────────────────|
        |                    │09:00 jun|
        |                    │ 어제 읽은 글|
        |                    │──────────────── read up to here ────────────────|
        |                    │09:00 jun|
        |                    │ 아직 안 읽은 글|
        | online · study-group                                   0 here · mina|
        |> ▏F1 for help|
        "#,
    );
}

#[test]
fn scrolled_up_new_messages_are_counted_and_nothing_moves() {
    let mut s = online(70, 8);
    for i in 1..=20 {
        s.says("jun", &format!("글 {i}"));
    }
    s.press(KeyCode::PageUp);
    let top = |s: &mut Stage| {
        let picture = s.picture();
        let rows = picture.lines().take(5).filter_map(|row| row.split('│').nth(1));
        rows.map(str::to_owned).collect::<Vec<_>>()
    };
    let before = top(&mut s);
    assert!(s.picture().contains(" more below: Ctrl-End"), "{}", s.picture());
    s.says("jun", "새 글");
    s.says("bot", "또 새 글");
    s.shows(
        r#"
        |>1 study-group     2│ 글 10|
        |                    │ 글 11|
        |                    │ 글 12|
        |                    │ 글 13|
        |                    │ 글 14|
        |                    │ 글 15                     2 new below: Ctrl-End|
        | online · study-group                                   0 here · mina|
        |> ▏F1 for help|
        "#,
    );
    assert_eq!(before, top(&mut s));
    s.press_with(KeyModifiers::CONTROL, KeyCode::End);
    s.shows_rows(
        r#"
        |>1 study-group      │ 글 20|
        |                    │──────────────── read up to here ────────────────|
        |                    │09:00 jun|
        |                    │ 새 글|
        |                    │09:00 bot|
        |                    │ 또 새 글|
        | online · study-group                                   0 here · mina|
        |> ▏F1 for help|
        "#,
    );
}

#[test]
fn escape_sequences_of_others_are_shown_not_sent_to_the_terminal() {
    let mut s = online(70, 8);
    s.says("bot", "\x1b[31mred\x1b[0m \u{202e}drow \u{7f}");
    let (buffer, _) = s.paint();
    let control = |c: char| c.is_control() || c == '\u{202e}';
    assert!(!buffer.content.iter().any(|cell| cell.symbol().contains(control)));
    assert!(s.picture().contains("red"));
}

#[test]
fn rooms_stand_in_the_order_of_need_with_their_counts() {
    let mut s = Stage::returning(
        60,
        8,
        &[("study-group", None), ("quiet", None), ("news", None), ("ask", None)],
    );
    s.connect();
    for _ in 0..14 {
        s.says_in("news", "bot", "새 소식", None);
    }
    s.says_in("ask", "jun", "@mina 도와줘요", None);
    s.says_in("ask", "jun", "급해요", None);
    s.net(Event::SubscriptionRefused {
        target: Target::Room(crate::stage::room("quiet")),
        code: PeerString::from("forbidden"),
        message: PeerString::from("not yours"),
    });
    s.shows(
        r#"
        | 4 ask          @1 2│|
        | 3 news           14│|
        |>1 study-group      │|
        | 2 !quiet           │|
        |                    │ nothing was said here yet|
        |! quiet: refused: not yours (forbidden)|
        | online · study-group                         0 here · mina|
        |> ▏F1 for help|
        "#,
    );
}
