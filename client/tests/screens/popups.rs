//! Help and subscriptions; the composer keeps the cursor.

use crate::stage::{Stage, online, room};
use chat_protocol::text::PeerString;
use chat_tui::app::keymap::{Action, Keymap, help};
use chat_tui::net::{Event, Target};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

#[test]
fn help_covers_what_is_above_the_status_line() {
    let mut s = online(80, 12);
    s.write("초안");
    s.press(KeyCode::F(1));
    let below = help(&Keymap::default()).len() - 8;
    s.shows(&format!(
        r#"
        | Keys and commands|
        | Enter                                   send|
        | Alt-Enter, Shift-Enter, Ctrl-J          new line|
        | Tab                                     complete a nick, room or command|
        | Shift-Tab                               the candidate before|
        | Alt-Up, Ctrl-P                          room above|
        | Alt-Down, Ctrl-N                        room below|
        | Alt-1 … Alt-9, Ctrl-X 1 … 9             room 1 … 9|
        | Ctrl-T, F3                              go to a room by a part of its name|
        | Esc closes, PgDn: {below} more|
        | online · study-group                                             0 here · mina|
        |> 초안▏|
        "#
    ));
    s.press(KeyCode::PageDown);
    assert!(!s.picture().contains("new line"), "{}", s.picture());
    s.press(KeyCode::Esc);
    assert!(!s.picture().contains("Keys and commands"), "{}", s.picture());
}

#[test]
fn help_on_a_narrow_screen_keeps_the_first_key_of_each() {
    let mut s = online(40, 8);
    s.press(KeyCode::F(1));
    let below = help(&Keymap::default()).len() - 4;
    s.shows(&format!(
        r#"
        | Keys and commands|
        | Enter               send|
        | Alt-Enter, Shift-…  new line|
        | Tab                 complete a nick, r…|
        | Shift-Tab           the candidate befo…|
        | Esc closes, PgDn: {below} more|
        | online · study-group     0 here · mina|
        |> ▏F1 for help|
        "#
    ));
}

#[test]
fn subscriptions_show_their_state_or_why_they_were_refused() {
    let mut s = Stage::new(80, 12, &["study-group"]);
    s.connect();
    s.net(Event::SubscriptionRefused {
        target: Target::Presence(room("study-group")),
        code: PeerString::from("forbidden"),
        message: PeerString::from("members only"),
    });
    s.send("/subs /topic/alerts");
    s.send("/subs");
    s.shows(
        r#"
        | Subscriptions|
        | /topic/rooms                      live|
        | /user/queue/reads                 live|
        | /topic/room.study-group           live|
        | /topic/room.study-group.presence  refused: members only (forbidden)|
        | /topic/room.study-group.typing    live|
        | /topic/alerts                     waiting|
        ||
        ||
        | Esc closes|
        | online · /topic/alerts · read only                                        mina|
        |> ▏read only; /help for commands|
        "#,
    );
}

#[test]
fn the_keys_that_hints_name_do_what_they_say() {
    let (none, ctrl) = (KeyModifiers::NONE, KeyModifiers::CONTROL);
    for (modifiers, code, action) in [
        (none, KeyCode::F(1), Action::Help),
        (none, KeyCode::F(5), Action::Reconnect),
        (none, KeyCode::F(6), Action::Retry),
        (none, KeyCode::F(7), Action::Discard),
        (none, KeyCode::Esc, Action::Cancel),
        (none, KeyCode::PageDown, Action::PageDown),
        (ctrl, KeyCode::End, Action::Newest),
        (ctrl, KeyCode::Char('c'), Action::Interrupt),
    ] {
        let key = KeyEvent::new(code, modifiers);
        assert_eq!(Keymap::default().lookup(&key, false), Some(action));
    }
}
