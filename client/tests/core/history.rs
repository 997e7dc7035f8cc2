use crate::harness::{App, id, place, room};
use chat_protocol::chat::request::Anchor;
use chat_tui::app::{Msg, Remembered};
use chat_tui::net::{Command, Event};
use crossterm::event::{KeyCode, KeyModifiers};

fn text(n: usize) -> String {
    format!("m{n}")
}

/// In a room of 1 … `newest` whose last hundred came with the join.
fn in_room_of(newest: usize) -> App {
    let mut app = App::new();
    app.msg(Msg::Start { rooms: vec![Remembered { place: place("a"), read: None }], select: None });
    app.online();
    app.net(Event::Subscribed { target: chat_tui::net::Target::Room(room("a")) });
    for n in (newest + 1).saturating_sub(100).max(1)..=newest {
        app.receive("a", n, "jun", &text(n));
    }
    app.sync("a", true);
    app.take();
    app
}

#[test]
fn older_pages_come_as_one_nears_the_top_and_do_not_move_what_is_read() {
    let mut app = in_room_of(1000);
    while app.effects.is_empty() {
        app.key(KeyCode::PageUp);
    }
    let asked = app.commands();
    let [Command::History { anchor, limit: 100, .. }] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(*anchor, Anchor::Before(id(901)));
    app.effects.extend(asked.into_iter().map(chat_tui::app::Effect::Net));
    let before = app.rows();
    assert_eq!(app.answer_history(1000, &text), 1);
    assert_eq!(app.rows(), before);
    assert_eq!(app.texts("a").len(), 200);
}

#[test]
fn the_whole_room_can_be_read_up_to_its_first_message_and_down_again() {
    let newest = 5000;
    let mut app = in_room_of(newest);
    let first = |app: &App| app.rows().iter().any(|r| r.ends_with("|m1"));
    let mut pages = 0;
    while !first(&app) {
        app.key(KeyCode::PageUp);
        app.answer_history(newest, &text);
        pages += 1;
        assert!(pages < 1000, "{:?}", app.rows());
        assert!(app.room("a").timeline.len() <= 2000, "the window is bounded");
    }
    assert!(!app.room("a").timeline.is_live());
    // News while one is far above are counted, and are there when one comes down.
    app.receive("a", newest + 1, "jun", &text(newest + 1));
    assert_eq!(app.room("a").timeline.below, 1);
    let mut seen = Vec::new();
    while app.room("a").timeline.below > 0 {
        for row in app.rows() {
            let n = row.rsplit("|m").next().and_then(|n| n.parse::<usize>().ok());
            seen.extend(n.filter(|n| seen.last().is_none_or(|last| n > last)));
        }
        app.key(KeyCode::PageDown);
        app.answer_history(newest + 1, &text);
        pages += 1;
        assert!(pages < 2000);
    }
    assert!(app.room("a").timeline.is_live());
    assert!(app.rows().last().unwrap().ends_with(&format!("|m{}", newest + 1)));
    let expected: Vec<_> = (1..=seen.len()).collect();
    assert_eq!(seen, expected, "every message in order, none twice, none left out");
    assert!(seen.len() > newest - 40);
}

#[test]
fn the_newest_page_replaces_the_window_when_one_jumps_to_the_end() {
    let newest = 5000;
    let mut app = in_room_of(newest);
    while app.room("a").timeline.is_live() {
        app.key(KeyCode::PageUp);
        app.answer_history(newest, &text);
    }
    app.press(KeyModifiers::CONTROL, KeyCode::End);
    // Something comes between the question and its answer.
    app.receive("a", newest + 1, "jun", &text(newest + 1));
    app.receive("a", newest + 2, "jun", &text(newest + 2));
    app.answer_history(newest, &text);
    assert!(app.room("a").timeline.is_live());
    assert_eq!(app.room("a").timeline.last_id(), Some(&id(newest + 2)));
    let texts = app.texts("a");
    assert_eq!(texts.len(), 102);
    assert_eq!(texts[101], "m5002");
    app.receive("a", newest + 3, "jun", &text(newest + 3));
    assert!(app.rows().last().unwrap().ends_with("|m5003"));
}

#[test]
fn ctrl_home_goes_to_the_first_message_of_the_room_and_one_reads_on_from_there() {
    let newest = 5000;
    let mut app = in_room_of(newest);
    app.press(KeyModifiers::CONTROL, KeyCode::Home);
    assert!(app.rows()[1].ends_with("|m4901"), "what is at hand, at once");
    app.receive("a", newest + 1, "jun", &text(newest + 1));
    assert_eq!(app.answer_history(newest + 1, &text), 1);
    assert_eq!(app.rows()[1], "09:01 jun|m1");
    assert_eq!(app.room("a").timeline.below, 1);
    app.key(KeyCode::PageUp);
    assert_eq!(app.commands(), [], "there is nothing above it");
    let mut last = String::new();
    while app.rows().last() != Some(&last) {
        last = app.rows().last().unwrap().clone();
        app.key(KeyCode::PageDown);
        app.answer_history(newest + 1, &text);
    }
    assert!(last.ends_with("|m5001"), "{last}");
    assert!(app.room("a").timeline.is_live());
    app.press(KeyModifiers::CONTROL, KeyCode::Home);
    app.answer_history(newest + 1, &text);
    app.press(KeyModifiers::CONTROL, KeyCode::End);
    app.answer_history(newest + 1, &text);
    assert!(app.rows().last().unwrap().ends_with("|m5001"));
}

#[test]
fn who_goes_on_before_the_first_message_comes_is_not_taken_there() {
    let mut app = in_room_of(5000);
    app.press(KeyModifiers::CONTROL, KeyCode::Home);
    app.press(KeyModifiers::CONTROL, KeyCode::End);
    app.answer_history(5000, &text);
    assert!(app.rows().last().unwrap().ends_with("|m5000"));
}

#[test]
fn a_short_window_is_filled_without_being_asked() {
    let mut app = App::new();
    app.msg(Msg::Start {
        rooms: vec![Remembered { place: place("a"), read: Some(id(50)) }],
        select: None,
    });
    app.online();
    app.synced("a");
    assert_eq!(app.answer_history(50, &text), 1);
    assert_eq!(app.texts("a").len(), 50);
    assert!(!app.room("a").timeline.more_before);
    assert_eq!(app.answer_history(50, &text), 0, "and then no more");
    assert!(app.rows().last().unwrap().ends_with("|m50"));
    assert!(!app.rows().contains(&"-- read --".to_owned()), "everything was read");
}

#[test]
fn an_empty_room_asks_for_nothing() {
    let mut app = App::joined(&["a"]);
    app.key(KeyCode::PageUp);
    assert_eq!(app.commands(), []);
}

#[test]
fn a_refused_page_is_asked_for_again_only_when_one_scrolls() {
    let mut app = in_room_of(1000);
    app.press(KeyModifiers::CONTROL, KeyCode::Home);
    let asked = app.commands();
    let [Command::History { tag, .. }] = asked[..] else { panic!("{asked:?}") };
    app.net(Event::RequestFailed { tag, code: "unavailable".into(), message: "not now".into() });
    assert_eq!(
        app.notice(),
        "older messages could not be read: not now (unavailable); scroll to try again"
    );
    app.type_text("x");
    assert!(!app.commands().iter().any(|c| matches!(c, Command::History { .. })));
    app.key(KeyCode::PageUp);
    assert_eq!(app.answer_history(1000, &text), 1);
}

#[test]
fn a_page_that_does_not_come_is_not_waited_for() {
    let mut app = in_room_of(1000);
    app.press(KeyModifiers::CONTROL, KeyCode::Home);
    assert_eq!(app.commands().len(), 1);
    assert!(app.state.deadline().is_some_and(|at| at <= app.now.mono + 15_000));
    app.wait(15_000);
    assert!(app.notice().contains("did not answer in time"), "{}", app.notice());
    app.key(KeyCode::PageUp);
    assert_eq!(app.answer_history(1000, &text), 1);
}

#[test]
fn a_hole_in_the_stream_is_never_shown_as_none() {
    let mut app = in_room_of(10);
    app.receive("a", 13, "jun", "m13");
    assert_eq!(app.texts("a").last().unwrap(), "m10");
    app.answer_history(13, &text);
    assert_eq!(app.texts("a").len(), 13);
    assert!(app.room("a").timeline.is_live());
}

#[test]
fn a_flood_keeps_the_window_bounded_and_its_end() {
    let mut app = in_room_of(10);
    for n in 11..=10_000 {
        app.effects.extend(chat_tui::app::update(
            &mut app.state,
            Msg::Net(Event::Chat {
                target: chat_tui::net::Target::Room(room("a")),
                event: chat_protocol::chat::ChatEvent::Message {
                    message: Box::new(crate::harness::message("a", n, "jun", &text(n))),
                    prev: Some(id(n - 1)),
                },
            }),
            app.now,
        ));
    }
    app.msg(Msg::Tick);
    assert_eq!(app.room("a").timeline.len(), 2000);
    assert!(app.rows().last().unwrap().ends_with("|m10000"));
    assert_eq!(app.room("a").unread, 0);
}

#[test]
fn long_messages_bound_the_window_by_their_bytes() {
    let mut app = App::joined(&["a"]);
    let long = "가".repeat(2000);
    for n in 1..=1000 {
        app.receive("a", n, "jun", &long);
    }
    let bytes: usize = app.texts("a").iter().map(String::len).sum();
    assert!(bytes <= 2 * 1024 * 1024, "{bytes}");
    app.press(KeyModifiers::CONTROL, KeyCode::Home);
    let shown = app.rows();
    assert_eq!(app.answer_history(1000, &|_| long.clone()), 1);
    assert_eq!(app.rows().len(), shown.len());
}
