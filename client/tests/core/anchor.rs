//! Nothing but scrolling moves what one reads: not a new width, a new height, news or older pages.

use crate::harness::App;
use chat_tui::app::Msg;
use chat_tui::app::state::{Anchor, EntryId, Row};
use crossterm::event::KeyCode;
use proptest::prelude::*;

const WORDS: [&str; 8] = [
    "안녕하세요",
    "a",
    "family👨‍👩‍👧‍👦",
    "the quick brown fox",
    "긴글을씁니다긴글을씁니다",
    "🇰🇷",
    "e\u{301}",
    "日本語",
];

fn text(n: usize) -> String {
    (0..n % 13)
        .map(|i| WORDS[(n * 7 + i * 3) % WORDS.len()])
        .fold("x".to_owned(), |t, w| t + " " + w)
}

#[derive(Debug, Clone)]
enum Step {
    Resize(u16, u16),
    News,
    Older,
    Draft(String),
    Scroll(KeyCode),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (20u16..120, 5u16..50).prop_map(|(w, h)| Step::Resize(w, h)),
        Just(Step::News),
        Just(Step::Older),
        "[a-z 한글\n]{0,60}".prop_map(Step::Draft),
        prop_oneof![Just(KeyCode::PageUp), Just(KeyCode::PageUp), Just(KeyCode::PageDown)]
            .prop_map(Step::Scroll),
    ]
}

/// The first message in view and the byte its first line in view begins at.
fn top(app: &App) -> Option<(EntryId, String)> {
    app.state.room()?.timeline.visible().find_map(|row| match row {
        Row::Text { entry, text, .. } => Some((entry.id.clone(), text.to_owned())),
        _ => None,
    })
}

fn in_view(app: &App, wanted: &EntryId) -> bool {
    let rows = app.state.room().unwrap().timeline.visible();
    rows.into_iter().any(|row| matches!(row, Row::Text { entry, .. } if entry.id == *wanted))
}

/// What is read: the anchored message, and whether its text (not what stands above it) is on top.
fn anchored(app: &App) -> Option<(EntryId, bool)> {
    match &app.state.room().unwrap().timeline.anchor {
        Anchor::At { id, line, .. } => Some((id.clone(), *line >= 0)),
        Anchor::Bottom => None,
    }
}

fn apply(app: &mut App, step: &Step, newest: &mut usize) {
    match step {
        Step::Resize(width, height) => app.msg(Msg::Resize { width: *width, height: *height }),
        Step::News => {
            *newest += 1;
            app.receive("a", *newest, "jun", &text(*newest));
        }
        Step::Older => {
            app.answer_history(*newest, &text);
        }
        Step::Draft(draft) => {
            app.ctrl('u');
            app.msg(Msg::Paste(draft.clone()));
        }
        Step::Scroll(key) => app.key(*key),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn reading_is_never_moved(steps in prop::collection::vec(step(), 1..40)) {
        let mut app = App::joined(&["a"]);
        let mut newest = 300;
        for n in 200..=newest {
            app.receive("a", n, ["jun", "bo"][n / 4 % 2], &text(n));
        }
        for _ in 0..3 {
            app.key(KeyCode::PageUp);
        }
        for step in steps {
            let (before, shown) = (anchored(&app), top(&app));
            apply(&mut app, &step, &mut newest);
            let height = usize::from(app.state.layout.timeline.height);
            prop_assert!(app.rows().len() <= height);
            let Some((id, on_text)) = before else {
                if !matches!(step, Step::Scroll(_)) {
                    prop_assert!(in_view(&app, &EntryId::Message(crate::harness::id(newest)))
                        || height < 2, "the end stays in view");
                }
                continue;
            };
            match step {
                Step::Scroll(_) => {}
                Step::News | Step::Older => prop_assert_eq!(top(&app), shown),
                Step::Resize(..) | Step::Draft(_) if on_text => prop_assert!(in_view(&app, &id)),
                Step::Resize(..) | Step::Draft(_) => {}
            }
        }
    }
}

#[test]
fn a_width_and_back_leaves_the_same_line_on_top() {
    let mut app = App::joined(&["a"]);
    for n in 1..=100 {
        app.receive("a", n, "jun", &text(n));
    }
    for _ in 0..4 {
        app.key(KeyCode::PageUp);
    }
    let before = app.rows();
    for width in [20, 33, 61, 119, 21, 80] {
        app.msg(Msg::Resize { width, height: 24 });
    }
    assert_eq!(app.rows(), before);
}
