//! The search pane: what is asked for and when, what comes of it, and the way there and back.

use crate::harness::{App, MIDNIGHT, id, message, room, user};
use chat_protocol::chat::search::{Moment, SearchReply};
use chat_protocol::chat::{ChatMessage, SearchRequest};
use chat_tui::app::state::SidePane;
use chat_tui::app::state::search::Progress;
use chat_tui::app::{Effect, Msg};
use chat_tui::net::{Command, Event, Target};
use crossterm::event::{KeyCode, KeyModifiers};

/// In rooms `a` and `b`, in `a` with 200 of 1,000 messages.
fn app() -> App {
    let mut app = App::joined(&["a", "b"]);
    app.msg(Msg::Resize { width: 120, height: 24 });
    for n in 801..=1000 {
        app.receive("a", n, "jun", &format!("text {n}"));
    }
    app.take();
    app
}

fn open(app: &mut App) {
    app.alt('/');
}

/// The tag of the search that went to the cache last.
fn cache_tag(app: &mut App) -> u64 {
    let tag = |e: &Effect| if let Effect::SearchCached { tag, .. } = e { Some(*tag) } else { None };
    let tag = app.effects.iter().filter_map(tag).next_back();
    tag.expect("nothing was looked for in the cache")
}

/// The only question to the server, after the pause.
fn asked(app: &mut App) -> (u64, SearchRequest) {
    app.wait(1000);
    let commands = app.commands();
    let search = |c: &Command| match c {
        Command::Search { tag, request } => Some((*tag, request.clone())),
        _ => None,
    };
    let mut searches = commands.iter().filter_map(search);
    let first = searches.next().expect("the server was not asked");
    assert_eq!(searches.next(), None);
    first
}

fn answer(app: &mut App, tag: u64, results: Vec<ChatMessage>, next: Option<usize>) {
    let next = next.map(id);
    let reply = SearchReply { results, more: next.is_some(), next, incomplete: false };
    app.net(Event::Search { tag, reply });
}

fn hits(app: &App) -> Vec<&str> {
    let search = app.state.search.as_ref().expect("no search is open");
    search.hits.iter().map(|hit| hit.text.as_str()).collect()
}

fn progress(app: &App) -> Progress {
    app.state.search.as_ref().unwrap().progress.clone()
}

fn hit(name: &str, n: usize) -> ChatMessage {
    message(name, n, "jun", &format!("회의 {n}"))
}

#[test]
fn it_begins_in_the_room_and_asks_when_one_pauses() {
    let mut app = app();
    open(&mut app);
    assert_eq!(app.state.search.as_ref().unwrap().query.text(), "in:a ");
    assert_eq!(progress(&app), Progress::Nothing);
    app.type_text("회의 from:jun before:2026-11-20");
    assert_eq!(app.commands(), [], "not while one types");
    let (_, request) = asked(&mut app);
    assert_eq!(
        (&*request.text, request.room, request.sender),
        ("회의", Some(room("a")), Some(user("jun")),)
    );
    // Midnight in Korea.
    assert_eq!(request.before, Some(Moment::At(MIDNIGHT - (24 + 9) * 3_600_000)));
    assert_eq!(app.draft(), "", "nothing is written to the room");
    app.wait(60_000);
    let searches = |c: &Command| matches!(c, Command::Search { .. });
    assert!(!app.commands().iter().any(searches), "the same is not asked again");
}

#[test]
fn the_cache_answers_first_and_the_server_corrects_it() {
    let mut app = app();
    open(&mut app);
    app.type_text("회의");
    let tag = cache_tag(&mut app);
    app.msg(Msg::FoundCached { tag: tag - 1, messages: vec![hit("a", 1)] });
    assert!(hits(&app).is_empty(), "of what was typed before");
    app.msg(Msg::FoundCached { tag, messages: vec![hit("a", 950), hit("a", 900), hit("a", 20)] });
    assert_eq!(hits(&app), ["회의 950", "회의 900", "회의 20"]);
    app.key(KeyCode::Down);
    let (tag, _) = asked(&mut app);
    // 950 was deleted meanwhile, and the page ends before 20.
    answer(&mut app, tag, vec![hit("a", 900), hit("a", 800)], Some(800));
    assert_eq!(hits(&app), ["회의 900", "회의 800", "회의 20"]);
    assert_eq!(app.state.search.as_ref().unwrap().chosen, 0, "900 stays chosen");
    assert_eq!(progress(&app), Progress::Done { more: true, incomplete: false });
    // The next page comes as one gets there, once.
    app.key(KeyCode::Down);
    assert_eq!(app.commands(), []);
    app.key(KeyCode::Down);
    let (tag, request) = asked(&mut app);
    assert_eq!(request.before, Some(Moment::Message(id(800))));
    answer(&mut app, tag, vec![hit("a", 700)], None);
    assert_eq!(hits(&app), ["회의 900", "회의 800", "회의 700"], "20 is no hit, says the server");
}

#[test]
fn enter_goes_there_and_esc_back_to_the_line() {
    let mut app = app();
    for _ in 0..5 {
        app.press(KeyModifiers::SHIFT, KeyCode::Up);
    }
    let before = app.rows();
    open(&mut app);
    app.type_text("회의");
    let (tag, _) = asked(&mut app);
    answer(&mut app, tag, vec![hit("a", 300), hit("b", 5)], None);
    app.key(KeyCode::Enter);
    assert_eq!(app.answer_history(1000, &|n| format!("회의 {n}")), 1);
    assert!(app.rows().iter().any(|row| row.ends_with("회의 300")));
    let selected = app.state.room().unwrap().timeline.selected().unwrap();
    assert_eq!(selected.text.as_str(), "회의 300", "so that one sees it");
    assert_eq!(app.state.side, Some(SidePane::Search), "there is room for both");
    app.key(KeyCode::Down);
    app.key(KeyCode::Enter);
    assert_eq!(app.selected(), "b");
    app.answer_history(10, &|n| format!("회의 {n}"));
    app.key(KeyCode::Esc);
    assert!(app.state.search.is_none() && app.state.side.is_none());
    assert_eq!(app.selected(), "a");
    app.answer_history(1000, &|n| format!("text {n}"));
    assert_eq!(app.rows(), before);
}

#[test]
fn the_same_key_stays_where_one_is() {
    let mut app = app();
    app.key(KeyCode::F(2));
    open(&mut app);
    app.type_text("회의");
    let (tag, _) = asked(&mut app);
    answer(&mut app, tag, vec![hit("b", 5)], None);
    app.key(KeyCode::Enter);
    open(&mut app);
    assert_eq!((app.selected(), &app.state.side), ("b", &Some(SidePane::Members)));
    app.key(KeyCode::Esc);
    assert_eq!(app.selected(), "b");
}

#[test]
fn on_a_narrow_screen_the_pane_gives_way_and_comes_back() {
    let mut app = app();
    app.msg(Msg::Resize { width: 60, height: 24 });
    open(&mut app);
    app.type_text("회의");
    let (tag, _) = asked(&mut app);
    answer(&mut app, tag, vec![hit("a", 990), hit("b", 5)], None);
    app.key(KeyCode::Enter);
    assert_eq!(app.state.side, None);
    open(&mut app);
    assert_eq!(hits(&app).len(), 2, "as it was");
    app.key(KeyCode::Down);
    app.key(KeyCode::Enter);
    assert_eq!(app.selected(), "b");
    app.key(KeyCode::Esc);
    assert_eq!(app.selected(), "a");
    // Who goes on elsewhere is not called back.
    app.alt('/');
    app.type_text("회의");
    let (tag, _) = asked(&mut app);
    answer(&mut app, tag, vec![hit("a", 990)], None);
    app.key(KeyCode::Enter);
    app.ctrl('n');
    app.key(KeyCode::Esc);
    assert_eq!(app.selected(), "b");
}

#[test]
fn a_room_that_is_not_joined_is_joined() {
    let mut app = app();
    open(&mut app);
    app.ctrl('u');
    app.type_text("회의");
    let (tag, request) = asked(&mut app);
    assert_eq!(request.room, None);
    answer(&mut app, tag, vec![hit("far", 7)], None);
    app.key(KeyCode::Enter);
    assert_eq!(app.selected(), "far");
    let commands = app.commands();
    let target = Target::Room(room("far"));
    let joins = |c: &Command| matches!(c, Command::Subscribe { target: t, .. } if *t == target);
    assert!(commands.iter().any(joins), "{commands:?}");
    app.synced("far");
    assert_eq!(app.answer_history(9, &|n| format!("회의 {n}")), 1, "with its surroundings");
}

#[test]
fn what_cannot_be_searched_for_is_said_and_not_asked() {
    let mut app = app();
    open(&mut app);
    app.type_text("회의 before:soon");
    assert!(matches!(progress(&app), Progress::Unreadable(why) if why.contains("`soon`")));
    app.wait(1000);
    assert_eq!(app.commands(), []);
    app.ctrl('u');
    app.type_text("회의");
    let (tag, _) = asked(&mut app);
    app.net(Event::RequestFailed { tag, code: "x".into(), message: "\u{1b}[2J".into() });
    assert!(matches!(progress(&app), Progress::Failed(why) if !why.contains('\u{1b}')));
}

#[test]
fn offline_it_is_the_cache_and_the_server_when_it_is_back() {
    let mut app = app();
    app.offline();
    open(&mut app);
    app.type_text("회의");
    let tag = cache_tag(&mut app);
    app.msg(Msg::FoundCached { tag, messages: vec![hit("a", 900)] });
    app.wait(1000);
    assert_eq!((hits(&app), progress(&app)), (vec!["회의 900"], Progress::Offline));
    app.take();
    app.online();
    asked(&mut app);
}

#[test]
fn the_command_opens_it_with_words() {
    let mut app = app();
    app.enter("/search 회의 in:b");
    assert_eq!(app.state.search.as_ref().unwrap().query.text(), "회의 in:b");
    assert_eq!(asked(&mut app).1.room, Some(room("b")));
    app.key(KeyCode::Esc);
    app.enter("/검색");
    assert_eq!(app.state.search.as_ref().unwrap().query.text(), "in:a ");
    app.msg(Msg::Paste("두 줄\n이다\u{1b}\n\n\n\n\n".into()));
    assert_eq!(app.state.search.as_ref().unwrap().query.text(), "in:a 두 줄 이다     ");
}
