use crate::harness::{App, id, place, room};
use chat_tui::app::{Effect, Msg, Remembered};
use chat_tui::net::{Command, Event, Start, Target};
use crossterm::event::{KeyCode, KeyModifiers};

fn listed(app: &App) -> Vec<String> {
    let of = |(n, r): (usize, &chat_tui::app::state::Room)| format!("{n} {}", r.place.name());
    app.state.rooms.listed().map(of).collect()
}

#[test]
fn remembered_rooms_are_subscribed_after_what_was_read_and_new_ones_with_the_last_page() {
    let mut app = App::new();
    let rooms = vec![
        Remembered { place: place("old"), read: Some(id(7)) },
        Remembered { place: place("new"), read: None },
    ];
    app.msg(Msg::Start { rooms, select: Some(room("new")) });
    let subscribed: Vec<_> = app
        .commands()
        .into_iter()
        .map(|c| match c {
            Command::Subscribe { target, start, unseen: false } => (target, start),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(subscribed.contains(&(Target::Room(room("old")), Start::After(id(7)))));
    assert!(subscribed.contains(&(Target::Room(room("new")), Start::Last(100))));
    for name in ["old", "new"] {
        assert!(subscribed.iter().any(|(t, _)| *t == Target::Presence(room(name))));
        assert!(subscribed.iter().any(|(t, _)| *t == Target::Typing(room(name))));
    }
    assert_eq!(app.selected(), "new");
}

#[test]
fn joining_and_leaving_subscribes_remembers_and_forgets() {
    let mut app = App::joined(&["a"]);
    app.enter("/join #study-group");
    assert_eq!(app.selected(), "study-group");
    let effects = app.take();
    let remembered = Effect::SaveRoom { place: place("study-group"), read: None };
    assert!(effects.contains(&remembered), "{effects:?}");
    app.enter("/leave");
    assert_eq!(app.selected(), "a");
    let effects = app.take();
    assert!(effects.contains(&Effect::ForgetRoom { place: place("study-group") }));
    for target in [
        Target::Room(room("study-group")),
        Target::Presence(room("study-group")),
        Target::Typing(room("study-group")),
    ] {
        assert!(effects.contains(&Effect::Net(Command::Unsubscribe { target })));
    }
}

#[test]
fn the_list_is_ordered_by_mentions_then_unread_and_else_by_joining() {
    let mut app = App::joined(&["a", "b", "c", "d"]);
    assert_eq!(listed(&app), ["1 a", "2 b", "3 c", "4 d"]);
    app.receive("c", 1, "jun", "hi");
    assert_eq!(listed(&app), ["3 c", "1 a", "2 b", "4 d"]);
    app.receive("d", 1, "jun", "@mina 안녕");
    assert_eq!(listed(&app), ["4 d", "3 c", "1 a", "2 b"]);
    // Looking at a room does not move the list under one's fingers …
    app.press(KeyModifiers::ALT, KeyCode::Char('4'));
    assert_eq!(listed(&app), ["4 d", "3 c", "1 a", "2 b"]);
    // … the next news do.
    app.receive("b", 1, "jun", "hi");
    assert_eq!(listed(&app), ["2 b", "3 c", "1 a", "4 d"]);
}

#[test]
fn rooms_are_switched_by_neighbourhood_number_and_need() {
    let mut app = App::joined(&["a", "b", "c"]);
    app.press(KeyModifiers::ALT, KeyCode::Down);
    assert_eq!(app.selected(), "b");
    app.press(KeyModifiers::ALT, KeyCode::Up);
    app.press(KeyModifiers::ALT, KeyCode::Up);
    assert_eq!(app.selected(), "c", "around the end");
    app.alt('2');
    assert_eq!(app.selected(), "b");
    app.alt('9');
    assert_eq!(app.selected(), "b", "there is no ninth room");
    app.receive("a", 1, "jun", "hi");
    app.receive("c", 1, "jun", "@mina");
    app.alt('a');
    assert_eq!(app.selected(), "c", "a mention goes before what is only unread");
    app.alt('a');
    assert_eq!(app.selected(), "a");
    app.alt('a');
    assert_eq!((app.selected(), app.notice()), ("a", "nothing is unread"));
}

#[test]
fn every_room_has_its_own_draft() {
    let mut app = App::joined(&["a", "b"]);
    app.type_text("half a thought");
    app.ctrl('n');
    assert_eq!(app.draft(), "");
    app.ctrl('p');
    assert_eq!(app.draft(), "half a thought");
}

#[test]
fn a_refused_room_says_why_and_joining_it_again_asks_again() {
    let mut app = App::joined(&["a", "b"]);
    app.net(Event::SubscriptionRefused {
        target: Target::Room(room("b")),
        code: "forbidden".into(),
        message: "not you\u{1b}[2J".into(),
    });
    assert_eq!(app.notice(), "b: refused: not you␛[2J (forbidden)");
    assert_eq!(app.room("b").refused.as_deref(), Some("not you␛[2J (forbidden)"));
    app.take();
    app.enter("/join b");
    assert_eq!(app.room("b").refused, None);
    let subscribes = |c: &Command| matches!(c, Command::Subscribe { target: Target::Room(r), .. } if *r == room("b"));
    assert!(app.commands().iter().any(subscribes));
}

#[test]
fn no_more_subscriptions_than_a_connection_may_have() {
    let mut app = App::joined(&[]);
    for n in 0..60 {
        app.ctrl('u');
        app.enter(&format!("/join room{n}"));
    }
    assert!(app.state.subscriptions.len() <= 120);
    assert_eq!(app.notice(), "a connection has at most 120 subscriptions; /leave a room first");
    assert_eq!(app.draft(), "/join room59", "what was refused can be changed");
}

#[test]
fn a_muted_room_counts_but_does_not_call_for_a_look() {
    let mut app = App::joined(&["a", "b", "c"]);
    app.alt('2');
    app.enter("/level nothing");
    assert_eq!(app.notice(), "b: you are told of nothing");
    app.alt('1');
    app.take();
    app.receive("b", 1, "jun", "@mina");
    assert!(!app.take().iter().any(|e| matches!(e, Effect::Notify(_))));
    assert_eq!(app.room("b").counts(), "@1 1");
    assert_eq!(listed(&app), ["1 a", "2 b", "3 c"], "it stays where it is");
    app.alt('a');
    assert_eq!(app.notice(), "nothing is unread");
    app.alt('2');
    app.enter("/level loud");
    assert_eq!(app.notice(), "/level takes all, mentions or nothing");
    app.ctrl('u');
    app.enter("/level all");
    app.alt('1');
    app.take();
    app.receive("b", 2, "jun", "hi");
    assert!(app.take().iter().any(|e| matches!(e, Effect::Notify(_))));
    assert_eq!(listed(&app), ["2 b", "1 a", "3 c"]);
}
