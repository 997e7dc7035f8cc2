use crate::harness::{App, id, message, place, room};
use chat_tui::app::{Effect, Msg, Remembered};
use crossterm::event::{KeyCode, KeyModifiers};

#[test]
fn unread_and_mentions_count_where_nobody_looks_and_end_with_a_look() {
    let mut app = App::joined(&["a", "b"]);
    app.receive("a", 1, "jun", "seen");
    app.receive("b", 1, "jun", "one");
    app.receive("b", 2, "jun", "@mina two");
    app.receive("b", 3, "mina", "our own never counts, @mina");
    assert_eq!((app.room("a").unread, app.room("a").mentions), (0, 0));
    assert_eq!((app.room("b").unread, app.room("b").mentions), (2, 1));
    assert!(app.take().iter().any(|e| matches!(e, Effect::Notify(_))));
    app.alt('2');
    assert_eq!((app.room("b").unread, app.room("b").mentions), (0, 0));
}

#[test]
fn the_first_page_of_a_new_room_is_history_but_what_came_after_the_read_line_is_news() {
    let mut app = App::new();
    let rooms = vec![
        Remembered { place: place("a"), read: None },
        Remembered { place: place("new"), read: None },
        Remembered { place: place("old"), read: Some(id(2)) },
    ];
    app.msg(Msg::Start { rooms, select: None });
    app.online();
    for name in ["new", "old"] {
        app.net(chat_tui::net::Event::Subscribed {
            target: chat_tui::net::Target::Room(room(name)),
        });
        app.receive(name, 3, "jun", "x");
        app.receive(name, 4, "jun", "@mina");
        app.sync(name, true);
    }
    assert_eq!((app.room("new").unread, app.room("new").mentions), (0, 0));
    assert_eq!((app.room("old").unread, app.room("old").mentions), (2, 1));
    assert!(!app.take().iter().any(|e| matches!(e, Effect::Notify(_))), "a replay does not ring");
    app.alt('3');
    assert_eq!(
        app.rows(),
        ["-- 2026-11-21 --", "-- read --", "09:03 jun|x", "|@mina"],
        "the line stands where reading ended"
    );
}

#[test]
fn the_read_line_stays_where_one_left_and_goes_with_ones_own_message() {
    let mut app = App::joined(&["a", "b"]);
    app.receive("a", 1, "jun", "one");
    app.alt('2');
    app.receive("a", 2, "jun", "two");
    app.alt('1');
    let line = |app: &App| app.rows().iter().position(|r| r == "-- read --");
    assert_eq!(line(&app), Some(2), "{:?}", app.rows());
    app.receive("a", 3, "jun", "three");
    assert_eq!(line(&app), Some(2), "reading on does not move it");
    app.enter("mine");
    assert_eq!(line(&app), None);
}

#[test]
fn what_comes_without_the_focus_is_unread() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "one");
    app.msg(Msg::Focus(false));
    app.receive("a", 2, "jun", "@mina two");
    assert_eq!((app.room("a").unread, app.room("a").timeline.below), (1, 0));
    assert!(app.take().iter().any(|e| matches!(e, Effect::Notify(_))));
    app.msg(Msg::Focus(true));
    assert_eq!(app.room("a").unread, 0);
    assert!(app.rows().contains(&"-- read --".to_owned()));
}

#[test]
fn read_marks_are_saved_once_in_a_while_and_at_the_end() {
    let mut app = App::joined(&["a"]);
    app.wait(5000);
    app.take();
    for n in 1..=50 {
        app.receive("a", n, "jun", "x");
    }
    let saves = |app: &mut App| {
        let saves = |e: &Effect| matches!(e, Effect::SaveRoom { .. });
        app.take().into_iter().filter(saves).collect::<Vec<_>>()
    };
    assert_eq!(saves(&mut app), []);
    let due = app.state.deadline().expect("a tick is asked for");
    app.wait(due - app.now.mono);
    assert_eq!(saves(&mut app), [Effect::SaveRoom { place: place("a"), read: Some(id(50)) }]);
    assert_eq!(app.state.deadline(), None, "idle means idle");
    app.receive("a", 51, "jun", "x");
    app.msg(Msg::Quit);
    assert_eq!(saves(&mut app), [Effect::SaveRoom { place: place("a"), read: Some(id(51)) }]);
}

#[test]
fn days_are_separated_and_consecutive_messages_grouped() {
    let mut app = App::joined(&["a"]);
    let midnight = crate::harness::MIDNIGHT;
    // 14:58, 15:01 UTC are 23:58, 00:01 in Korea.
    for (n, minutes, who) in [
        (1, 14 * 60 + 58, "jun"),
        (2, 15 * 60 + 1, "jun"),
        (3, 15 * 60 + 2, "jun"),
        (4, 15 * 60 + 30, "jun"),
        (5, 15 * 60 + 30, "bo"),
    ] {
        let mut m = message("a", n, who, "x");
        m.at = midnight + minutes * 60_000;
        app.post(m, n);
    }
    assert_eq!(
        app.rows(),
        [
            "-- 2026-11-21 --",
            "23:58 jun|x",
            "-- 2026-11-22 --",
            "00:01 jun|x",
            "|x",
            "00:30 jun|x",
            "00:30 bo|x"
        ]
    );
    app.msg(Msg::Resize { width: 30, height: 24 });
    assert_eq!(app.rows()[..3], ["-- 2026-11-21 --", "23:58 jun", "|x"], "narrow: a line above");
}

#[test]
fn scrolled_up_nothing_moves_and_the_news_are_counted() {
    let mut app = App::joined(&["a"]);
    for n in 1..=100 {
        app.receive("a", n, "jun", &format!("m{n}"));
    }
    app.key(KeyCode::PageUp);
    let before = app.rows();
    for n in 101..=103 {
        app.receive("a", n, "jun", &format!("m{n}"));
    }
    assert_eq!(app.rows(), before);
    assert_eq!((app.room("a").timeline.below, app.room("a").unread), (3, 3));
    app.press(KeyModifiers::CONTROL, KeyCode::End);
    assert_eq!((app.room("a").timeline.below, app.room("a").unread), (0, 0));
    assert!(app.rows().last().unwrap().ends_with("|m103"));
}

#[test]
fn a_page_down_comes_back_to_the_end_and_stays_there() {
    let mut app = App::joined(&["a"]);
    for n in 1..=100 {
        app.receive("a", n, "jun", &format!("m{n}"));
    }
    for _ in 0..3 {
        app.key(KeyCode::PageUp);
    }
    app.press(KeyModifiers::SHIFT, KeyCode::Up);
    for _ in 0..4 {
        app.key(KeyCode::PageDown);
    }
    app.receive("a", 101, "jun", "m101");
    assert!(app.rows().last().unwrap().ends_with("|m101"));
    app.press(KeyModifiers::CONTROL, KeyCode::Home);
    assert_eq!(app.rows()[1], "09:01 jun|m1");
}

#[test]
fn a_reset_replaces_what_was_shown() {
    let mut app = App::joined(&["a"]);
    for n in 1..=5 {
        app.receive("a", n, "jun", &format!("m{n}"));
    }
    app.offline();
    app.online();
    app.net(chat_tui::net::Event::Subscribed { target: chat_tui::net::Target::Room(room("a")) });
    for n in 90..=92 {
        app.receive("a", n, "jun", &format!("m{n}"));
    }
    app.sync("a", false);
    assert_eq!(app.texts("a"), ["m90", "m91", "m92"]);
    assert!(app.notice().starts_with("a: what was missed is no longer there"));
    app.receive("a", 93, "jun", "m93");
    assert_eq!(app.texts("a").len(), 4);
}

#[test]
fn a_reset_to_an_empty_room_is_told_once_and_not_at_every_start() {
    let mut app = App::new();
    let remembered = Remembered { place: place("a"), read: Some(id(50)) };
    app.msg(Msg::Start { rooms: vec![remembered], select: None });
    app.online();
    app.sync("a", false);
    let saved = Effect::SaveRoom { place: place("a"), read: Some(id(0)) };
    assert!(app.take().contains(&saved), "where the room begins now");
}

#[test]
fn a_reset_keeps_what_both_have() {
    let mut app = App::joined(&["a"]);
    for n in 1..=5 {
        app.receive("a", n, "jun", &format!("m{n}"));
    }
    app.online();
    for n in 4..=7 {
        app.receive("a", n, "jun", &format!("m{n}"));
    }
    app.sync("a", false);
    assert_eq!(app.texts("a"), ["m4", "m5", "m6", "m7"]);
}

#[test]
fn a_message_that_comes_twice_is_shown_and_counted_once() {
    let mut app = App::joined(&["a", "b"]);
    app.receive("b", 1, "jun", "x");
    app.receive("b", 1, "jun", "x");
    assert_eq!((app.texts("b").len(), app.room("b").unread), (1, 1));
}

#[test]
fn a_reset_with_the_same_message_held_and_kept_aside_shows_it_once() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 3, "jun", "m3");
    app.online();
    app.receive("a", 4, "jun", "m4");
    app.receive("a", 7, "jun", "m7");
    app.sync("a", false);
    app.receive("a", 3, "jun", "m3");
    app.answer_history(7, &|n| format!("m{n}"));
    app.sync("a", false);
    let texts = app.texts("a");
    let once: std::collections::HashSet<_> = texts.iter().collect();
    assert_eq!(once.len(), texts.len(), "{texts:?}");
}
