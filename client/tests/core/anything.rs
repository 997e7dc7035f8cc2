//! Whatever is pressed and whatever the server says, in any order and at any size: the state stays
//! sound.

use crate::harness::App;
use chat_tui::app::Msg;
use chat_tui::app::keymap::TABLE;
use chat_tui::app::state::{Area, EntryId};
use chat_tui::text::grapheme;
use crossterm::event::{KeyCode, KeyModifiers};
use proptest::prelude::*;
use std::collections::HashSet;

#[derive(Debug, Clone)]
enum Step {
    Bound(usize, usize),
    Text(String),
    Paste(String),
    Resize(u16, u16),
    Message(&'static str, &'static str),
    Again(usize),
    Hole,
    Online,
    Offline,
    Sync(bool),
    History,
    Answer(bool),
    Focus(bool),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let rooms = prop::sample::select(vec!["a", "b"]);
    let texts = prop::sample::select(vec!["hi", "@mina 안녕", "긴 글 ".repeat(40).leak()]);
    prop_oneof![
        8 => (0..TABLE.len(), 0usize..4).prop_map(|(b, k)| Step::Bound(b, k)),
        4 => "[a-z/@# 가-힣ㅁ]{1,6}".prop_map(Step::Text),
        1 => "\\PC{0,20}\n?".prop_map(Step::Paste),
        1 => prop::sample::select(vec!["/join c", "/leave", "/sub /topic/x", "/retry", "/discard", "/subs"])
            .prop_map(|c| Step::Paste(c.to_owned())),
        2 => (0u16..140, 0u16..50).prop_map(|(w, h)| Step::Resize(w, h)),
        8 => (rooms, texts).prop_map(|(r, t)| Step::Message(r, t)),
        1 => (1usize..20).prop_map(Step::Again),
        1 => Just(Step::Hole),
        1 => Just(Step::Online),
        1 => Just(Step::Offline),
        1 => any::<bool>().prop_map(Step::Sync),
        3 => Just(Step::History),
        3 => any::<bool>().prop_map(Step::Answer),
        1 => any::<bool>().prop_map(Step::Focus),
        1 => (0u64..20_000).prop_map(Step::Wait),
    ]
}

struct World {
    app: App,
    newest: [usize; 2],
    keys: Vec<String>,
}

impl World {
    fn apply(&mut self, step: &Step) {
        let app = &mut self.app;
        match step {
            Step::Bound(binding, key) => {
                let keys = TABLE[*binding].keys;
                let key = keys[key % keys.len()];
                if key.prefixed {
                    app.ctrl('x');
                }
                app.press(key.modifiers, key.code);
            }
            Step::Text(text) => app.type_text(text),
            Step::Paste(text) => app.msg(Msg::Paste(text.clone())),
            Step::Resize(width, height) => {
                app.msg(Msg::Resize { width: *width, height: *height });
            }
            Step::Message(room, text) => {
                let newest = &mut self.newest[usize::from(*room == "b")];
                *newest += 1;
                app.receive(room, *newest, "jun", text);
            }
            Step::Again(back) => {
                app.receive("a", self.newest[0].saturating_sub(*back).max(1), "jun", "again");
            }
            Step::Hole => {
                self.newest[0] += 3;
                app.receive("a", self.newest[0], "jun", "after a hole");
            }
            Step::Online => app.online(),
            Step::Offline => app.offline(),
            Step::Sync(recovered) => app.sync("a", *recovered),
            Step::History => {
                let newest = self.newest[0];
                app.answer_history(newest.max(1), &|n| format!("m{n}"));
            }
            Step::Answer(good) => {
                self.keys.extend(app.sends().into_iter().map(|(_, key)| key));
                match self.keys.pop() {
                    Some(key) if *good => {
                        self.newest[0] += 1;
                        app.confirm(&key, self.newest[0]);
                    }
                    Some(key) => app.refuse(&key),
                    None => {}
                }
            }
            Step::Focus(focused) => app.msg(Msg::Focus(*focused)),
            Step::Wait(ms) => app.wait(*ms),
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let state = &self.app.state;
        let layout = state.layout;
        let all = [Some(layout.timeline), layout.rooms, layout.side, layout.notice];
        for area in all.into_iter().flatten().chain([layout.status, layout.composer]) {
            prop_assert!(is_inside(area, state.size), "{:?} of {:?}", area, state.size);
        }
        let composer = state.composer();
        prop_assert_eq!(grapheme::floor(composer.text(), composer.caret()), composer.caret());
        for room in state.rooms.iter() {
            prop_assert!(room.mentions <= room.unread);
            let ids: Vec<&EntryId> = room.timeline.entries().map(|e| &e.id).collect();
            let once: HashSet<_> = ids.iter().collect();
            prop_assert_eq!(once.len(), ids.len(), "shown twice: {:?}", ids);
        }
        if state.room().is_some() {
            prop_assert!(self.app.rows().len() <= usize::from(layout.timeline.height));
        }
        prop_assert!(state.deadline().is_none_or(|at| at > self.app.now.mono), "a busy loop");
        Ok(())
    }
}

fn is_inside(area: Area, (width, height): (u16, u16)) -> bool {
    // A screen of no rows still has a composer of one.
    area.x + area.width <= width && area.y + area.height <= height.max(1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn leaves_a_sound_state(steps in prop::collection::vec(step(), 0..120)) {
        let mut world = World { app: App::joined(&["a", "b"]), newest: [0, 0], keys: Vec::new() };
        for step in steps {
            world.apply(&step);
            world.check()?;
        }
    }
}

#[test]
fn every_size_down_to_nothing_has_a_layout() {
    let mut app = App::joined(&["a"]);
    app.receive("a", 1, "jun", "안녕하세요 여러분");
    app.key(KeyCode::F(2));
    app.type_text("가나다라마바사");
    app.press(KeyModifiers::NONE, KeyCode::F(1));
    for width in 0..130 {
        for height in 0..12 {
            app.msg(Msg::Resize { width, height });
            let layout = app.state.layout;
            for area in [layout.timeline, layout.composer, layout.status] {
                assert!(is_inside(area, (width, height)), "{width}x{height}: {layout:?}");
            }
            if height >= 3 {
                assert!(layout.timeline.height >= 1 && layout.status.height == 1);
            }
        }
    }
}
