//! Whatever the size and whatever is said: no panic, and the cursor in the composer.

use crate::stage::Stage;
use chat_tui::app::Msg;
use crossterm::event::{KeyCode, KeyModifiers};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Act {
    Say(String, String),
    Paste(String),
    Press(KeyModifiers, KeyCode),
    Resize(u16, u16),
    Disconnect(String),
    Connect,
    Minutes(u64),
}

/// Text with what is hard to lay out in it.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z가-힣 ]{0,12}",
        1 => Just("👨‍👩‍👧‍👦".to_owned()),
        1 => Just("❤️🇰🇷".to_owned()),
        1 => Just("\n".to_owned()),
        1 => Just("@mina ".to_owned()),
        1 => Just("\u{1112}\u{1161}\u{11ab}".to_owned()),
        1 => Just("\u{1100}\u{1100}\u{1100}\u{1160}".to_owned()),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn key() -> impl Strategy<Value = (KeyModifiers, KeyCode)> {
    let none = KeyModifiers::NONE;
    prop::sample::select(vec![
        (none, KeyCode::Enter),
        (none, KeyCode::Left),
        (none, KeyCode::Up),
        (none, KeyCode::Backspace),
        (none, KeyCode::PageUp),
        (none, KeyCode::PageDown),
        (none, KeyCode::Tab),
        (none, KeyCode::F(1)),
        (none, KeyCode::F(2)),
        (none, KeyCode::Esc),
        (none, KeyCode::Char('/')),
        (KeyModifiers::CONTROL, KeyCode::Home),
        (KeyModifiers::CONTROL, KeyCode::End),
        (KeyModifiers::CONTROL, KeyCode::Char('c')),
        (KeyModifiers::ALT, KeyCode::Down),
    ])
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => ("[a-z가-힣]{1,12}", text()).prop_map(|(who, text)| Act::Say(who, text)),
        2 => text().prop_map(Act::Paste),
        4 => key().prop_map(|(modifiers, code)| Act::Press(modifiers, code)),
        2 => (1u16..200, 1u16..60).prop_map(|(w, h)| Act::Resize(w, h)),
        1 => text().prop_map(Act::Disconnect),
        1 => Just(Act::Connect),
        1 => (0u64..3000).prop_map(Act::Minutes),
    ]
}

fn play(stage: &mut Stage, act: Act) {
    match act {
        Act::Say(who, text) => drop(stage.says(&who, &text)),
        Act::Paste(text) => drop(stage.tell(Msg::Paste(text))),
        Act::Press(modifiers, code) => stage.press_with(modifiers, code),
        Act::Resize(width, height) => stage.resize(width, height),
        Act::Disconnect(why) => stage.disconnect(&why, 700),
        Act::Connect => stage.connect(),
        Act::Minutes(minutes) => stage.minutes_later(minutes),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_screen_can_be_painted_and_keeps_its_cursor(
        (width, height) in (1u16..200, 1u16..60),
        acts in prop::collection::vec(act(), 1..40),
    ) {
        let mut stage = Stage::new(width, height, &["study-group", "둘"]);
        stage.connect();
        for act in acts {
            play(&mut stage, act);
            let (buffer, caret) = stage.paint();
            let area = stage.state.layout.composer;
            prop_assert!((area.x..area.x + area.width).contains(&caret.x));
            prop_assert!((area.y..area.y + area.height).contains(&caret.y));
            let control = |c: char| c.is_control();
            prop_assert!(!buffer.content.iter().any(|cell| cell.symbol().contains(control)));
        }
    }
}
