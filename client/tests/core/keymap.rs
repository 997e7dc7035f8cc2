use crate::harness::App;
use chat_tui::app::keymap::{Action, Key, Keymap, TABLE, help, names};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::HashSet;

fn lookup(event: &KeyEvent, prefixed: bool) -> Option<Action> {
    Keymap::default().lookup(event, prefixed)
}

fn event(key: &Key) -> KeyEvent {
    KeyEvent::new(key.code, key.modifiers)
}

#[test]
fn every_key_is_bound_once_and_leads_to_its_action() {
    let mut seen = HashSet::new();
    for binding in TABLE {
        for key in binding.keys {
            assert!(seen.insert(*key), "{key} is bound twice");
            assert_eq!(lookup(&event(key), key.prefixed), Some(binding.action), "{key}");
        }
    }
}

#[test]
fn a_key_is_read_as_it_is_shown_and_every_action_has_a_name_of_its_own() {
    let mut seen = HashSet::new();
    for binding in TABLE {
        for key in binding.keys {
            assert_eq!(key.to_string().parse(), Ok(*key), "{key}");
        }
        let name = binding.action.name();
        assert_eq!(Action::by_name(&name), Some(binding.action));
        assert!(seen.insert(name));
    }
    assert_eq!(Action::Room(3).name(), "room-3");
    assert_eq!(Action::NextUnread.name(), "next-unread");
}

#[test]
fn the_help_shows_the_keys_in_force() {
    let own = vec![(Action::Help, vec!["Alt-G".parse().unwrap()]), (Action::Room(2), Vec::new())];
    let keymap = Keymap::with(&own).unwrap();
    let lines = help(&keymap);
    let line = |what: &str| &lines.iter().find(|(_, w)| w == what).unwrap().0;
    assert_eq!(line("this help"), "Alt-G");
    assert_eq!(line("room 1"), &names(keymap.keys(Action::Room(1))));
    assert_eq!(line("room 2"), "");
}

#[test]
fn every_alt_key_has_a_twin_without_alt() {
    for binding in TABLE {
        let alt = |k: &&Key| k.modifiers.contains(KeyModifiers::ALT);
        if binding.keys.iter().any(|k| alt(&k)) {
            assert!(binding.keys.iter().any(|k| !alt(&k)), "{:?}", binding.action);
        }
        for key in binding.keys.iter().filter(alt) {
            let bare = KeyEvent::new(key.code, key.modifiers - KeyModifiers::ALT);
            assert_eq!(lookup(&bare, true), Some(binding.action), "Ctrl-X, then {key}");
        }
    }
}

#[test]
fn no_bare_letter_is_a_command() {
    for binding in TABLE {
        for key in binding.keys.iter().filter(|k| !k.prefixed) {
            let held = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
            assert!(held || !matches!(key.code, KeyCode::Char(_)), "{key}");
        }
    }
}

#[test]
fn only_keys_that_terminals_send() {
    // Ctrl-M, Ctrl-I and Ctrl-[ are Enter, Tab and Esc; Ctrl-digits do not arrive.
    for binding in TABLE {
        for key in binding.keys {
            if key.modifiers.contains(KeyModifiers::CONTROL)
                && let KeyCode::Char(c) = key.code
            {
                assert!(c.is_ascii_lowercase() && !"mi".contains(c) || c == '_', "{key}");
            }
        }
    }
}

#[test]
fn shift_and_capitals_make_no_other_key() {
    let capital = KeyEvent::new(KeyCode::Char('A'), KeyModifiers::ALT | KeyModifiers::SHIFT);
    assert_eq!(lookup(&capital, false), Some(Action::NextUnread));
}

#[test]
fn the_help_names_every_action_and_command_of_the_tables() {
    let lines = help(&Keymap::default());
    for binding in TABLE {
        let named = matches!(binding.action, Action::Room(_))
            || lines.iter().any(|(keys, what)| {
                *what == binding.help && binding.keys.iter().all(|k| keys.contains(&k.to_string()))
            });
        assert!(named, "{:?}", binding.action);
    }
    for command in chat_tui::app::update::commands::TABLE {
        assert!(lines.iter().any(|(usage, _)| *usage == command.usage()));
    }
    assert!(lines.iter().any(|(keys, _)| keys.starts_with("Alt-1 … Alt-9")));
}

#[test]
fn help_opens_scrolls_and_closes_while_the_composer_keeps_the_keys() {
    let mut app = App::joined(&["a"]);
    app.key(KeyCode::F(1));
    app.type_text("typed");
    app.key(KeyCode::PageDown);
    assert_eq!(app.draft(), "typed");
    assert!(app.state.popup.unwrap().scroll > 0);
    for _ in 0..20 {
        app.key(KeyCode::PageDown);
    }
    let rows = usize::from(app.state.layout.timeline.height) - 2;
    assert_eq!(
        app.state.popup.unwrap().scroll,
        help(&Keymap::default()).len() - rows,
        "not past the end"
    );
    app.key(KeyCode::Esc);
    assert_eq!(app.state.popup, None);
    app.key(KeyCode::F(1));
    app.key(KeyCode::F(1));
    assert_eq!(app.state.popup, None);
}

#[test]
fn released_keys_and_unknown_combinations_do_nothing() {
    let mut app = App::joined(&["a"]);
    let mut released = KeyEvent::from(KeyCode::Char('x'));
    released.kind = crossterm::event::KeyEventKind::Release;
    app.msg(chat_tui::app::Msg::Key(released));
    app.ctrl('g');
    app.alt('q');
    app.key(KeyCode::F(11));
    assert_eq!(app.draft(), "");
    app.ctrl('x');
    app.key(KeyCode::Char('q'));
    assert_eq!(app.draft(), "", "after Ctrl-X a letter is no text");
    assert!(app.notice().contains("F1"));
}

#[test]
fn a_key_reconnects_at_once_when_the_link_is_down() {
    use chat_tui::net::Command;
    let mut app = App::joined(&["a"]);
    app.key(KeyCode::F(5));
    assert_eq!(app.commands(), []);
    app.offline();
    app.key(KeyCode::F(5));
    assert_eq!(app.commands(), [Command::ReconnectNow]);
}
