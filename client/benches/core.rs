//! What the client's pure core costs, without a terminal, a socket and a store:
//!
//!     cargo bench -p chat-tui --bench core
#![allow(clippy::unwrap_used, clippy::expect_used)] // a program for the one who runs it

#[path = "../tests/screens/stage.rs"]
#[allow(dead_code)]
mod stage;

use chat_protocol::text::PeerStr;
use chat_tui::app::{Msg, arrange, update};
use chat_tui::markdown::Rendered;
use chat_tui::view::view;
use crossterm::event::{KeyCode, KeyEvent};
use divan::{Bencher, black_box};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use stage::{Stage, online};

const SIZES: [(u16, u16); 2] = [(120, 40), (250, 70)];
/// More than a timeline holds at hand.
const MESSAGES: usize = 5000;
const TEXT: &str = "오늘 저녁 7시에 회의실에서 만나요, and bring along what was left over";
const MARKDOWN: &str = "**오늘** 저녁 7시에 [회의실](https://example.org/rooms/7)에서:\n\n\
    - 발표 자료는 _제가_ 가져갈게요\n- bring along `what was left over`\n\n\
    > 늦지 마세요\n\n```\nlet rooms = people.chunks(12).count();\n```\n";

fn main() {
    divan::main();
}

/// A client with a full timeline, and the screen that it paints on.
struct Client {
    stage: Stage,
    screen: Terminal<TestBackend>,
}

impl Client {
    fn new((width, height): (u16, u16)) -> Self {
        let mut stage = online(width, height);
        for n in 0..MESSAGES {
            stage.says(["jun", "하늘"][n % 2], if n % 10 == 0 { MARKDOWN } else { TEXT });
        }
        let screen = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut client = Self { stage, screen };
        client.paint();
        client
    }

    fn press(&mut self, key: KeyCode) {
        let state = &mut self.stage.state;
        black_box(update(state, Msg::Key(KeyEvent::from(key)), self.stage.now));
        arrange(state);
        self.paint();
    }

    fn paint(&mut self) {
        self.screen.draw(|frame| view(&self.stage.state, frame)).unwrap();
    }
}

/// A character into the composer, and painted; every second time taken back.
#[divan::bench(args = SIZES)]
fn key_to_frame(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    let mut client = Client::new(size);
    let mut keys = [KeyCode::Char('a'), KeyCode::Backspace].into_iter().cycle();
    bencher.bench_local(|| client.press(keys.next().unwrap()));
}

/// A page up or down, and painted.
#[divan::bench(args = SIZES)]
fn page_to_frame(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    let mut client = Client::new(size);
    let mut pages = [KeyCode::PageUp; 5].into_iter().chain([KeyCode::PageDown; 5]).cycle();
    bencher.bench_local(|| client.press(pages.next().unwrap()));
}

/// Into the shown room, laid out and not painted: many share a frame.
#[divan::bench]
fn message(bencher: Bencher<'_, '_>) {
    let mut client = Client::new(SIZES[0]);
    bencher.bench_local(|| client.stage.says("jun", TEXT));
}

#[divan::bench(args = SIZES)]
fn message_to_frame(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    let mut client = Client::new(size);
    bencher.bench_local(|| {
        client.stage.says("jun", TEXT);
        client.paint();
    });
}

/// Understood and wrapped to so many cells.
#[divan::bench(args = [40, 90])]
fn markdown(bencher: Bencher<'_, '_>, width: usize) {
    let text = PeerStr::new(MARKDOWN).block();
    bencher.bench_local(|| Rendered::new(black_box(&text)).lay_out(width));
}

/// The same of a text without any.
#[divan::bench(args = [40, 90])]
fn plain_text(bencher: Bencher<'_, '_>, width: usize) {
    let text = PeerStr::new(TEXT).block();
    bencher.bench_local(|| Rendered::new(black_box(&text)).lay_out(width));
}
