//! The first screen of all, when no server answers.

use crate::stage::Stage;
use chat_tui::app::state::first_run::Server;
use crossterm::event::{KeyCode, KeyModifiers};

fn alone(width: u16, height: u16, address: &str, startable: bool) -> Stage {
    let server = Server { address: address.to_owned(), startable };
    let mut stage = Stage::alone(width, height, server);
    stage.disconnect("connection refused", 4000);
    stage
}

#[test]
fn it_says_what_to_do() {
    let mut s = alone(80, 24, "ws://127.0.0.1:7878/ws", true);
    s.shows(
        "
|>1 study-group      │|
|                    │|
|                    │|
|                    │|
|                    │|
|                    │|
|                    │  No chat server answers at ws://127.0.0.1:7878/ws yet.|
|                    │|
|                    │  Alt-S   start one here, for as long as somebody uses it|
|                    │  F5      try again now|
|                    │  Ctrl-Q  leave, then name another server:|
|                    │          chat-tui connect --server ws://HOST:PORT/ws|
|                    │|
|                    │  What you write meanwhile is kept, and sent when a server|
|                    │  answers.|
|                    │  the connection was lost: connection refused|
|                    │|
|                    │|
|                    │|
|                    │|
|                    │|
|                    │|
| offline, next try 09:00:04 · study-group · the connection was lost: connectio…|
|> ▏F1 for help|
",
    );
}

#[test]
fn it_says_so_on_a_small_screen_too() {
    let mut s = alone(40, 12, "ws://127.0.0.1:7878/ws", true);
    s.shows(
        "
|  No chat server answers at|
|  ws://127.0.0.1:7878/ws yet.|
||
|  Alt-S   start one here, for as long|
|          as somebody uses it|
|  F5      try again now|
|  Ctrl-Q  leave, then name another|
|          server:|
|          chat-tui connect --server|
|          ws://HOST:PORT/ws|
| offline, next try 09:00:04 · study-gr…|
|> ▏F1 for help|
",
    );
}

#[test]
fn elsewhere_nothing_can_be_started() {
    let mut s = alone(60, 12, "wss://chat.example.org/ws", false);
    assert!(s.picture().contains("wss://chat.example.org/ws yet."), "{}", s.picture());
    assert!(!s.picture().contains("Alt-S"), "{}", s.picture());
}

#[test]
fn while_one_is_started_it_says_that() {
    let mut s = alone(60, 14, "ws://127.0.0.1:7878/ws", true);
    s.press_with(KeyModifiers::ALT, KeyCode::Char('s'));
    assert!(s.picture().contains("Starting one here …"), "{}", s.picture());
    assert!(!s.picture().contains("Alt-S"), "{}", s.picture());
}
