//! Whatever is pressed and whatever the server says, in any order and at any size: the state stays
//! sound.

use crate::harness::{App, id, message, room, user};
use chat_protocol::chat::{ChatEvent, HistoryReply, Kind, PresenceEvent, ReadEvent};
use chat_tui::app::keymap::TABLE;
use chat_tui::app::state::{Area, EntryId};
use chat_tui::app::{Effect, Mouse, MouseAction, Msg};
use chat_tui::net::{Event, Target};
use chat_tui::text::grapheme;
use crossterm::event::{KeyCode, KeyModifiers};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
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
    /// An edit, a deletion, a reaction or a topic, about a message so many places back.
    Change(Kind, usize),
    Read(usize),
    Presence(bool, &'static str),
    Mouse(u16, u16, MouseAction),
    /// The local cache answers all it was asked.
    Cached(bool),
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
        4 => (prop::sample::select(vec![Kind::Edit, Kind::Delete, Kind::Reaction, Kind::Topic]), 1usize..30)
            .prop_map(|(kind, back)| Step::Change(kind, back)),
        1 => (0usize..30).prop_map(Step::Read),
        1 => (any::<bool>(), prop::sample::select(vec!["jun", "sora", "하늘"]))
            .prop_map(|(joins, who)| Step::Presence(joins, who)),
        1 => (0u16..140, 0u16..50, prop::sample::select(vec![
                MouseAction::Press, MouseAction::WheelUp, MouseAction::WheelDown,
            ])).prop_map(|(x, y, did)| Step::Mouse(x, y, did)),
        2 => any::<bool>().prop_map(Step::Cached),
    ]
}

struct World {
    app: App,
    newest: [usize; 2],
    keys: Vec<String>,
}

impl World {
    fn new() -> Self {
        Self { app: App::joined(&["a", "b"]), newest: [0, 0], keys: Vec::new() }
    }

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
            Step::Change(kind, back) => {
                let target = id(self.newest[0].saturating_sub(*back).max(1));
                self.newest[0] += 1;
                let mut row = message("a", self.newest[0], "jun", "다른 말");
                row.kind = *kind;
                match kind {
                    Kind::Edit => row.edits = Some(target),
                    Kind::Delete => row.deletes = Some(target),
                    Kind::Reaction => {
                        row.reacts_to = Some(target);
                        row.emoji = Some("👍".into());
                        row.on = Some(*back % 3 > 0);
                    }
                    _ => row.topic = Some("새 주제".into()),
                }
                app.post(row, self.newest[0]);
            }
            Step::Read(back) => {
                let event = ReadEvent {
                    room: room("a"),
                    id: id(self.newest[0].saturating_sub(*back).max(1)),
                    unread: *back as u64,
                    mentions: *back as u64 / 2,
                };
                app.net(Event::Chat { target: Target::Reads, event: ChatEvent::Read(event) });
            }
            Step::Presence(joins, who) => {
                let (room, user) = (room("a"), user(who));
                app.presence(
                    "a",
                    match joins {
                        true => PresenceEvent::Joined { room, user },
                        false => PresenceEvent::Left { room, user },
                    },
                );
            }
            Step::Mouse(x, y, did) => app.msg(Msg::Mouse(Mouse { x: *x, y: *y, did: *did })),
            Step::Cached(knows) => self.cached(*knows),
        }
    }

    fn cached(&mut self, knows: bool) {
        let newest = self.newest[0].max(1);
        let (asked, others): (Vec<_>, Vec<_>) = (self.app.take().into_iter())
            .partition(|effect| matches!(effect, Effect::LoadCached { .. }));
        self.app.effects = others;
        for effect in asked {
            let Effect::LoadCached { tag, room, limit, .. } = effect else { continue };
            let from = (newest + 1).saturating_sub(limit).max(1);
            let page = (from..=newest).map(|n| message(room.as_str(), n, "jun", "kept"));
            let reply =
                HistoryReply { messages: page.collect(), more_before: from > 1, more_after: false };
            self.app.msg(Msg::Cached { tag, reply: knows.then_some(reply) });
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
        let mut world = World::new();
        for step in steps {
            world.apply(&step);
            world.check()?;
        }
    }
}

/// One client that is never left: `CHAT_SEED=7 CHAT_STEPS=1000000 cargo test -p chat-tui --test core long`.
#[test]
fn a_long_session_stays_sound() {
    let steps = std::env::var("CHAT_STEPS").map_or(3000, |n| n.parse().unwrap());
    let seed: u64 = std::env::var("CHAT_SEED").map_or(1, |seed| seed.parse().unwrap());
    println!("CHAT_SEED={seed} CHAT_STEPS={steps}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let (script, mut world) = (step(), World::new());
    for n in 0..steps {
        let step = script.new_tree(&mut runner).unwrap().current();
        world.apply(&step);
        // Nobody takes them here.
        if world.app.effects.len() > 1000 {
            world.app.take();
        }
        if let Err(e) = world.check() {
            panic!("step {n}, {step:?}: {e}");
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
