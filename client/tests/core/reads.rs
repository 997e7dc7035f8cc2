//! Read positions that the server keeps: told, heard, weighed; what is unread by a naive model; mentions.

use crate::fold::{delete, edit};
use crate::harness::{App, id, message, place, room, user};
use chat_protocol::chat::{
    ChatEvent, ChatMessage, MentionsReply, MessageId, ReadEvent, RoomInfo, RoomsReply,
};
use chat_tui::app::state::EntryId;
use chat_tui::app::{Msg, Remembered};
use chat_tui::net::{Command, Event, Target};
use crossterm::event::KeyCode;
use proptest::prelude::*;

fn reads(app: &mut App) -> Vec<(String, MessageId)> {
    let read = |c| match c {
        Command::Read { room, id, .. } => Some((room.as_str().to_owned(), id)),
        _ => None,
    };
    app.commands().into_iter().filter_map(read).collect()
}

fn elsewhere(app: &mut App, name: &str, n: usize, unread: u64, mentions: u64) {
    let event = ReadEvent { room: room(name), id: id(n), unread, mentions };
    app.net(Event::Chat { target: Target::Reads, event: ChatEvent::Read(event) });
}

fn listed(app: &mut App, name: &str, read: usize, unread: u64, mentions: u64) {
    let info = RoomInfo {
        read: Some(id(read)),
        unread: Some(unread),
        mentions: Some(mentions),
        ..RoomInfo::new(room(name))
    };
    app.net(Event::Rooms { tag: 0, reply: RoomsReply { rooms: vec![info] } });
}

fn counts(app: &App, name: &str) -> (usize, usize) {
    (app.room(name).unread, app.room(name).mentions)
}

#[test]
fn what_was_read_is_told_to_the_server_once_in_a_while_and_what_was_not_is_not() {
    let mut app = App::joined(&["a", "b"]);
    for n in 1..=9 {
        app.receive("a", n, "jun", "x");
    }
    app.receive("b", 1, "jun", "x");
    app.wait(2000);
    assert_eq!(reads(&mut app), [("a".to_owned(), id(9))]);
    elsewhere(&mut app, "a", 9, 0, 0);
    app.wait(5000);
    assert_eq!(reads(&mut app), []);
    app.offline();
    app.receive("a", 10, "jun", "x");
    app.wait(3000);
    assert_eq!(reads(&mut app), [], "not while it cannot be");
    app.online();
    app.synced("a");
    listed(&mut app, "a", 9, 1, 0);
    assert_eq!(reads(&mut app), [("a".to_owned(), id(10))], "it is caught up with");
}

#[test]
fn what_was_read_elsewhere_is_read_here_and_never_goes_back() {
    let mut app = App::joined(&["a", "b"]);
    for n in 1..=5 {
        app.receive("b", n, "jun", if n == 4 { "@mina" } else { "x" });
    }
    assert_eq!(counts(&app, "b"), (5, 1));
    elsewhere(&mut app, "b", 3, 2, 1);
    assert_eq!(counts(&app, "b"), (2, 1));
    elsewhere(&mut app, "b", 2, 3, 1);
    assert_eq!(app.room("b").read, Some(id(3)));
    assert_eq!(counts(&app, "b"), (2, 1));
    elsewhere(&mut app, "b", 5, 0, 0);
    assert_eq!(counts(&app, "b"), (0, 0));
    app.alt('2');
    assert!(!app.rows().contains(&"-- read --".to_owned()), "{:?}", app.rows());
}

#[test]
fn a_room_that_is_new_on_this_machine_is_as_unread_as_the_server_says() {
    for list_comes_first in [true, false] {
        let mut app = App::new();
        let rooms = ["a", "b"].map(|r| Remembered { place: place(r), read: None }).to_vec();
        app.msg(Msg::Start { rooms, select: None });
        app.online();
        let list = |app: &mut App| listed(app, "b", 2, 2, 1);
        if list_comes_first {
            list(&mut app);
        }
        app.net(Event::Subscribed { target: Target::Room(room("b")) });
        for n in 1..=4 {
            app.receive("b", n, "jun", if n == 3 { "@mina" } else { "x" });
        }
        app.sync("b", true);
        if !list_comes_first {
            assert_eq!(counts(&app, "b"), (0, 0), "history is no news");
            list(&mut app);
        }
        assert_eq!(counts(&app, "b"), (2, 1));
        assert_eq!(reads(&mut app), []);
        app.alt('2');
        assert_eq!(app.rows()[2..4], ["|x", "-- read --"]);
    }
}

#[test]
fn what_is_older_than_all_that_is_held_counts_as_the_server_says() {
    let mut app = App::new();
    let rooms = ["a", "b"].map(|r| Remembered { place: place(r), read: None }).to_vec();
    app.msg(Msg::Start { rooms, select: None });
    app.online();
    let newest = Box::new(message("b", 900, "jun", "x"));
    app.chat("b", ChatEvent::Message { message: newest, prev: Some(id(899)) });
    app.sync("b", true);
    listed(&mut app, "b", 3, 600, 7);
    assert_eq!(counts(&app, "b"), (600, 7));
    app.ctrl('t');
    assert_eq!(app.state.picker.as_ref().unwrap().items[0].count, "@7 600");
}

#[test]
fn opening_a_room_shows_where_reading_ended_and_reads_no_more_than_is_seen() {
    let mut app = App::joined(&["a", "b"]);
    app.receive("b", 1, "jun", "read before");
    app.alt('2');
    app.alt('1');
    for n in 2..=80 {
        app.receive("b", n, "jun", &format!("m{n}"));
    }
    app.alt('2');
    assert_eq!(app.rows()[..2], ["-- read --", "09:02 jun|m2"]);
    assert_eq!(counts(&app, "b"), (79, 0), "opening is not reading");
    app.press(crossterm::event::KeyModifiers::CONTROL, KeyCode::End);
    assert_eq!(counts(&app, "b"), (0, 0));
}

#[test]
fn the_next_mention_is_gone_to_wherever_it_is() {
    let mut app = App::joined(&["a", "b", "c"]);
    app.receive("b", 1, "jun", "x");
    for n in 1..=80 {
        app.receive("c", n, "jun", if n == 5 { "@mina 여기" } else { "x" });
    }
    app.alt('m');
    assert_eq!(app.selected(), "c");
    assert!(app.rows().iter().any(|row| row.ends_with("@mina 여기")), "{:?}", app.rows());
    app.press(crossterm::event::KeyModifiers::CONTROL, KeyCode::End);
    app.alt('ㅡ');
    assert_eq!(app.notice(), "no mention is unread; F9 lists all of them");
}

#[test]
fn all_mentions_are_listed_and_gone_to() {
    let mut app = App::joined(&["a", "b"]);
    for n in 1..=80 {
        app.receive("b", n, "jun", "x");
    }
    app.key(KeyCode::F(9));
    let asked = app.commands().into_iter().find_map(|c| match c {
        Command::Mentions { before: None, tag, .. } => Some(tag),
        _ => None,
    });
    let reply = MentionsReply {
        mentions: vec![
            message("c", 99, "bo", "@mina 다른 방"),
            message("b", 7, "jun", "@mina\u{1b}[2J"),
        ],
        more: false,
    };
    app.net(Event::Mentions { tag: asked.expect("it is asked for"), reply });
    let items = &app.state.picker.as_ref().unwrap().items;
    assert_eq!((items[0].label.as_str(), items[0].detail.as_str()), ("c  bo", "@mina 다른 방"));
    assert_eq!(items[1].detail, "@mina␛[2J");
    assert_eq!(items[1].count, "11-21 09:07");
    app.enter("ㅂ");
    app.key(KeyCode::Esc);
    app.key(KeyCode::F(9));
    app.key(KeyCode::Down);
    app.key(KeyCode::Enter);
    assert_eq!(app.selected(), "b");
    app.key(KeyCode::F(9));
    app.enter("다른");
    assert_eq!(app.selected(), "c", "a room that is not joined is joined");
}

#[derive(Debug, Clone)]
enum Act {
    Say(bool, bool),
    Edit(usize, bool),
    Delete(usize),
    Elsewhere(usize),
    Look(bool),
    Relink,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (any::<bool>(), any::<bool>()).prop_map(|(own, calls)| Act::Say(own, calls)),
        2 => (0usize..40, any::<bool>()).prop_map(|(n, calls)| Act::Edit(n, calls)),
        2 => (0usize..40).prop_map(Act::Delete),
        2 => (0usize..60).prop_map(Act::Elsewhere),
        1 => any::<bool>().prop_map(Act::Look),
        1 => Just(Act::Relink),
    ]
}

/// Rows of the log from 1 on: ours or not, mentioning us or not, there or not.
#[derive(Default)]
struct Model {
    rows: Vec<Option<Said>>,
    read: usize,
}

struct Said {
    own: bool,
    calls: bool,
    deleted: bool,
}

impl Model {
    fn counts(&self) -> (usize, usize) {
        let said = self.rows.iter().skip(self.read).flatten().filter(|s| !s.own && !s.deleted);
        said.fold((0, 0), |(all, calls), s| (all + 1, calls + usize::from(s.calls)))
    }
}

fn text(calls: bool) -> &'static str {
    if calls { "@mina 안녕" } else { "hi" }
}

fn play(app: &mut App, model: &mut Model, act: &Act) {
    let n = model.rows.len() + 1;
    let target = |at: usize| {
        let of = at % model.rows.len().max(1);
        let said = model.rows.get(of).and_then(Option::as_ref);
        said.filter(|s| !s.deleted).map(|s| (of, if s.own { "mina" } else { "jun" }))
    };
    match act {
        Act::Say(own, calls) => {
            app.receive("a", n, if *own { "mina" } else { "jun" }, text(*calls));
            model.rows.push(Some(Said { own: *own, calls: *calls && !own, deleted: false }));
        }
        Act::Edit(at, calls) => {
            let Some((of, who)) = target(*at) else { return };
            app.post(ChatMessage { sender: user(who), ..edit(n, of + 1, text(*calls)) }, n);
            if let Some(said) = &mut model.rows[of] {
                said.calls = *calls && !said.own;
            }
            model.rows.push(None);
        }
        Act::Delete(at) => {
            let Some((of, who)) = target(*at) else { return };
            app.post(ChatMessage { sender: user(who), ..delete(n, of + 1) }, n);
            if let Some(said) = &mut model.rows[of] {
                said.deleted = true;
            }
            model.rows.push(None);
        }
        Act::Elsewhere(at) => {
            let to = 1 + at % n;
            if to < n {
                model.read = model.read.max(to);
                let (unread, mentions) = model.counts();
                elsewhere(app, "a", to, unread as u64, mentions as u64);
            }
        }
        Act::Look(focused) => app.msg(Msg::Focus(*focused)),
        Act::Relink => {
            app.offline();
            app.online();
            app.synced("a");
        }
    }
    if app.state.focused && n > 1 {
        model.read = model.rows.len();
    }
}

proptest! {
    #[test]
    fn what_is_unread_equals_a_naive_count(acts in prop::collection::vec(act(), 1..80)) {
        let mut app = App::joined(&["a"]);
        // Where one reads is at the end all the time: what is seen depends on the focus alone.
        app.msg(Msg::Resize { width: 80, height: 200 });
        let mut model = Model::default();
        for act in acts {
            play(&mut app, &mut model, &act);
            if app.state.focused {
                model.read = model.rows.len();
            }
            prop_assert_eq!(counts(&app, "a"), model.counts(), "after {:?}", act);
            let read = app.room("a").read.clone();
            prop_assert!(model.read == 0 || read == Some(id(model.read)), "{:?}", read);
        }
        let shown = app.room("a").timeline.entries().filter(|e| matches!(e.id, EntryId::Message(_)));
        prop_assert_eq!(shown.count(), model.rows.len());
    }
}
