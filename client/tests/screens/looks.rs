//! Themes, and the signs that are drawn.

use crate::stage::{Stage, borders, online, room};
use chat_protocol::chat::{ChatEvent, RoomInfo};
use chat_tui::app::state::Look;
use chat_tui::app::{Msg, Setup, State};
use chat_tui::config::{Settings, Ui};
use chat_tui::net::{Event, Target};
use chat_tui::theme::{Depth, Rgb, Terminal, Theme};
use crossterm::event::KeyCode;
use ratatui::style::Color;

/// Names, marks and texts of every width.
fn talk(s: &mut Stage) {
    s.members("study-group", &["mina", "jun", "하늘", "e\u{301}mile"]);
    s.says("하늘", "❤\u{fe0f} 👨‍👩‍👧‍👦 🇰🇷 e\u{301} \u{1112}\u{1161}\u{11ab} 漢字");
    s.says("jun", "@mina 아주긴낱말이라서끊어야하는경우입니다아주긴낱말이라서끊어야하는경우입니다");
    s.says("e\u{301}mile", &"w".repeat(200));
    s.says("jun", "> 인용 👨‍👩‍👧‍👦\n\n- 하나\n- 둘 https://a.example/긴/주소");
    s.send("내 글");
}

fn mono() -> Look {
    Look::new(Terminal { depth: Depth::Mono, ..Terminal::default() }, &Ui::default())
}

#[test]
fn borders_are_straight_at_every_size_without_colour() {
    for (width, height) in [(80, 24), (120, 40), (40, 12)] {
        let mut s = online(width, height);
        s.state.look = mono();
        talk(&mut s);
        s.press(KeyCode::F(2));
        let (buffer, _) = s.paint();
        let timeline = s.state.layout.timeline;
        for y in 0..timeline.height {
            let bars = borders(&buffer, y);
            if let Some(side) = s.state.layout.side {
                assert!(bars.contains(&(side.x - 1)), "{y}\n{}", s.picture());
            }
            if s.state.layout.rooms.is_some() {
                assert!(bars.contains(&(timeline.x - 1)), "{y}\n{}", s.picture());
            }
        }
        let plain = |c: Color| c == Color::Reset;
        assert!(buffer.content.iter().all(|c| plain(c.fg) && plain(c.bg)));
    }
}

#[test]
fn with_ascii_nothing_that_is_drawn_has_an_ambiguous_width() {
    let mut s = online(80, 24);
    let ui = Ui { ascii: true, ..Ui::default() };
    s.state.look = Look::new(Terminal::default(), &ui);
    talk(&mut s);
    s.says("jun", "> q\n- b\n```\nc\n```");
    s.press(KeyCode::F(2));
    let picture = s.picture();
    let drawn = ["│", "─", "┃", "…", "·", "•", "▎"];
    assert!(!drawn.iter().any(|sign| picture.contains(sign)), "{picture}");
    for line in ["> q ", "* b ", "| c "] {
        assert!(picture.contains(line), "no {line:?}:\n{picture}");
    }
}

#[test]
fn every_role_of_a_frame_gets_its_look() {
    let mut s = online(80, 24);
    s.tell(Msg::Background(Rgb::BLACK));
    assert_eq!(s.state.look.theme, Theme::for_background(Rgb::BLACK));
    let info = RoomInfo::new(room("other"));
    s.net(Event::Chat { target: Target::Rooms, event: ChatEvent::Room(info) });
    talk(&mut s);
    s.press(KeyCode::F(2));
    let (buffer, _) = s.paint();
    // The marks of roles and names are the first numbers, which no theme for many colours uses.
    let undressed = buffer.content.iter().find(|c| matches!(c.fg, Color::Indexed(0..=20)));
    assert!(undressed.is_none(), "{undressed:?}");
    assert!(buffer.content.iter().any(|c| matches!(c.fg, Color::Indexed(21..))));
}

#[test]
fn a_chosen_theme_is_worn_from_the_start() {
    let ui = Ui { theme: Some(Theme::sixteen()), ..Ui::default() };
    let state =
        State::new(Setup { settings: Settings { ui, ..Settings::default() }, ..Setup::default() });
    assert_eq!(state.look.theme, Theme::sixteen());
}
