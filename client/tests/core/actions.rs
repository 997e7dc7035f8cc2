//! A selected message, and what is done with it: by keys, by the menu, by commands.

use crate::fold::{delete, edit, react};
use crate::harness::{App, id, user};
use chat_protocol::chat::{ChatMessage, Post, RoomInfo};
use chat_tui::app::Effect;
use chat_tui::app::state::EntryId;
use chat_tui::net::{Command, Event};
use crossterm::event::{KeyCode, KeyModifiers};

fn talk() -> App {
    let mut app = App::joined(&["a", "b"]);
    app.receive("a", 1, "jun", "첫 글");
    app.receive("a", 2, "mina", "mine");
    app.receive("a", 3, "jun", "셋째");
    app
}

fn up(app: &mut App) {
    app.press(KeyModifiers::CONTROL, KeyCode::Up);
}

fn selected(app: &App) -> Option<&str> {
    app.state.room().unwrap().timeline.selected().map(|e| e.text.as_str())
}

/// What was sent and not taken yet, with its keys.
fn posts(app: &mut App) -> Vec<(Post, String)> {
    let post = |c| if let Command::Send { post, key, .. } = c { Some((post, key)) } else { None };
    app.commands().into_iter().filter_map(post).collect()
}

#[test]
fn the_selection_goes_up_and_down_keeps_its_place_and_ends_with_escape() {
    let mut app = talk();
    up(&mut app);
    assert_eq!(selected(&app), Some("셋째"));
    up(&mut app);
    app.key(KeyCode::Up);
    app.key(KeyCode::Up);
    assert_eq!(selected(&app), Some("첫 글"), "there is nothing above");
    let rows = app.rows();
    for n in 4..60 {
        app.receive("a", n, "jun", "new");
    }
    assert_eq!(app.rows()[..rows.len()], rows, "what comes does not move it");
    app.key(KeyCode::Char('ㅓ'));
    assert_eq!(selected(&app), Some("mine"), "j, with the Korean layout on");
    app.key(KeyCode::Char('x'));
    assert_eq!(app.draft(), "", "letters are not text here");
    assert!(app.notice().contains("Esc goes back"), "{}", app.notice());
    app.key(KeyCode::Esc);
    assert_eq!(selected(&app), None);
    app.type_text("x");
    assert_eq!(app.draft(), "x");
}

#[test]
fn an_answer_says_what_it_answers_and_escape_makes_it_a_message_of_its_own() {
    let mut app = talk();
    up(&mut app);
    app.key(KeyCode::Char('ㄱ'));
    assert_eq!(selected(&app), None);
    assert_eq!(app.state.banner().unwrap().text, "answering, Esc stops: jun: 셋째");
    app.enter("그래");
    let reply = Post::Message { text: "그래".into(), reply_to: Some(id(3)) };
    let sent = posts(&mut app);
    assert_eq!(sent[0].0, reply);
    assert!(app.rows().contains(&"> 셋째".to_owned()), "{:?}", app.rows());
    app.refuse(&sent[0].1);
    app.key(KeyCode::F(6));
    assert_eq!(posts(&mut app), sent, "again, the same with the same key");
    assert_eq!(app.state.banner(), None);
    app.enter("/reply 1초");
    assert_eq!(posts(&mut app)[0].0, Post::Message { text: "1초".into(), reply_to: Some(id(3)) });
    app.enter("/reply");
    app.key(KeyCode::Esc);
    app.enter("own");
    assert_eq!(posts(&mut app)[0].0, Post::message("own"));
}

#[test]
fn an_edit_has_the_text_as_its_draft_and_shows_how_far_it_is() {
    let mut app = talk();
    app.type_text("half a thought");
    up(&mut app);
    app.key(KeyCode::Up);
    app.key(KeyCode::Char('e'));
    assert_eq!(app.draft(), "mine");
    app.enter("!");
    let (post, key) = posts(&mut app).remove(0);
    assert_eq!(post, Post::Edit { edits: id(2), text: "mine!".into() });
    assert_eq!(app.draft(), "half a thought");
    let tag = |app: &App| {
        app.room("a").timeline.entries().find(|e| e.id == EntryId::Message(id(2))).unwrap().tag()
    };
    assert_eq!(tag(&app), "[editing]");
    app.offline();
    assert_eq!(tag(&app), "[edit queued]");
    app.online();
    app.refuse(&key);
    assert_eq!(tag(&app), "");
    let why = "! not edited: the disk is full (storage-full); F6 tries again, F7 gives it up";
    assert!(app.rows().iter().any(|row| why.starts_with(row.as_str())), "{:?}", app.rows());
    app.key(KeyCode::F(6));
    assert_eq!(posts(&mut app), [(post, key.clone())]);
    app.confirm(&key, 4);
    app.synced("a");
    app.post(ChatMessage { sender: user("mina"), ..edit(4, 2, "mine!") }, 4);
    assert_eq!((tag(&app), app.texts("a")[1].as_str()), ("(edited)", "mine!"));
    app.enter("/edit\u{20}");
    app.key(KeyCode::Esc);
    assert_eq!(app.draft(), "", "the command has taken its place before");
}

#[test]
fn what_is_not_ours_is_not_edited_or_deleted() {
    let mut app = talk();
    up(&mut app);
    app.key(KeyCode::Char('e'));
    assert_eq!(app.notice(), "only the author of a message changes it");
    app.key(KeyCode::Char('d'));
    assert_eq!(app.notice(), "only the author of a message changes it");
    assert!(posts(&mut app).is_empty());
    app.key(KeyCode::Esc);
    app.enter("/delete");
    assert_eq!(posts(&mut app)[0].0, Post::Delete { deletes: id(2) }, "our newest");
    app.post(ChatMessage { sender: user("mina"), ..delete(4, 2) }, 4);
    app.enter("/delete");
    assert!(app.notice().starts_with("there is no message to delete here"), "{}", app.notice());
}

#[test]
fn deleting_asks_and_enter_alone_keeps() {
    let mut app = talk();
    up(&mut app);
    app.key(KeyCode::Up);
    app.key(KeyCode::Char('ㅇ'));
    app.key(KeyCode::Enter);
    assert!(posts(&mut app).is_empty());
    up(&mut app);
    app.key(KeyCode::Up);
    app.key(KeyCode::Delete);
    app.key(KeyCode::Down);
    app.key(KeyCode::Enter);
    assert_eq!(posts(&mut app)[0].0, Post::Delete { deletes: id(2) });
    assert_eq!(selected(&app), None);
}

#[test]
fn a_reaction_is_found_by_its_shortcode_and_taken_back_by_the_same() {
    let mut app = talk();
    up(&mut app);
    app.key(KeyCode::Char('+'));
    app.enter("tad");
    let reaction = |on| Post::Reaction { reacts_to: id(3), emoji: "🎉".into(), on };
    assert_eq!(posts(&mut app)[0].0, reaction(true));
    app.post(react(4, 3, "mina", "🎉", true), 4);
    up(&mut app);
    app.key(KeyCode::Char('+'));
    let first = &app.state.picker.as_ref().unwrap().items[0];
    assert_eq!((first.label.as_str(), first.detail.as_str()), ("🎉", "take yours back"));
    app.key(KeyCode::Enter);
    assert_eq!(posts(&mut app)[0].0, reaction(false));
    app.post(react(5, 3, "mina", "🎉", false), 5);
    for typed in ["/react :tada:", "/react tada", "/react 🎉"] {
        app.enter(typed);
        assert_eq!(posts(&mut app)[0].0, reaction(true), "{typed}");
    }
    app.enter("/react nonsense");
    assert_eq!(app.notice(), "there is no emoji nonsense; /react alone lists some");
}

#[test]
fn the_menu_lists_what_fits_and_copying_gives_the_text_as_it_was_written() {
    let mut app = talk();
    app.receive("a", 4, "jun", "**bold** https://example.org");
    up(&mut app);
    app.key(KeyCode::Enter);
    let labels: Vec<_> =
        app.state.picker.as_ref().unwrap().items.iter().map(|i| i.label.as_str()).collect();
    assert_eq!(labels, ["reply", "react", "copy", "open link", "thread", "view raw"]);
    app.enter("cop");
    assert!(app.take().contains(&Effect::Copy("**bold** https://example.org".into())));
    assert_eq!((app.notice(), selected(&app)), ("copied", None));
}

#[test]
fn a_command_is_about_the_selected_message() {
    let mut app = talk();
    up(&mut app);
    app.key(KeyCode::Up);
    app.key(KeyCode::Up);
    app.enter("/react :+1:");
    assert!(
        matches!(&posts(&mut app)[0].0, Post::Reaction { reacts_to, .. } if *reacts_to == id(1))
    );
    assert_eq!(selected(&app), None);
}

#[test]
fn everything_known_of_a_message_is_shown_with_its_controls_visible() {
    let mut app = talk();
    app.receive("a", 4, "jun", "a\u{1b}[2J\nb");
    app.enter("/raw");
    let lines = app.state.popup.unwrap().lines(&app.state);
    let has = |name: &str, what: &str| lines.contains(&(name.to_owned(), what.to_owned()));
    assert!(has("id", "epoch.0.4") && has("sender", "jun"), "{lines:?}");
    assert!(has("text", "a␛[2J") && has("", "b"), "{lines:?}");
}

#[test]
fn the_topic_is_set_shown_and_cleared() {
    let mut app = talk();
    app.net(Event::Chat {
        target: chat_tui::net::Target::Rooms,
        event: chat_protocol::chat::ChatEvent::Room(RoomInfo {
            topic: "옛 주제".into(),
            ..RoomInfo::new(crate::harness::room("a"))
        }),
    });
    app.enter("/topic");
    assert_eq!(app.notice(), "옛 주제");
    app.enter("/topic 새 주제");
    app.enter("/topic -");
    let sent: Vec<Post> = posts(&mut app).into_iter().map(|(post, _)| post).collect();
    let topic = |t: &str| Post::Topic { topic: t.into() };
    assert_eq!(sent, [topic("새 주제"), topic("")]);
}
