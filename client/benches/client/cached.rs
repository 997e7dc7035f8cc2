//! What a big cache costs: the first screen out of it and going through it, without a network.

use crate::Options;
use crate::harness::FRAME_ENDS;
use crate::paint::{once, without_network};
use crate::program::{NICK, Program};
use crate::table::{Table, Times, mib};
use crate::terminal::{Terminal, USUAL};
use chat_protocol::chat::{ChatMessage, MessageId, RoomName, UserName};
use chat_tui::config::ServerUrl;
use chat_tui::store::{Chain, Job, Limits, Store};
use std::path::Path;
use std::time::{Duration, Instant};

const ROOM: &str = "bench";
/// Messages handed over at a time.
const CHAIN: usize = 1000;
/// For all of it to be written.
const PATIENCE: Duration = Duration::from_secs(900);
const FIRST_SCREEN: &[&str] = &["message", FRAME_ENDS];

pub fn measure(table: &mut Table, options: &Options) {
    let home = tempfile::tempdir().unwrap();
    let mut is_filled = false;
    without_network(|what, address| {
        if !is_filled {
            let began = Instant::now();
            let dir = home.path().join("data/chat-tui");
            fill(&dir, &format!("ws://{address}/ws"), options.cached);
            eprintln!("filled the cache in {:.1} s", began.elapsed().as_secs_f64());
            is_filled = true;
        }
        let paint = |_| once(Program::ChatTui, home.path(), address, FIRST_SCREEN);
        let times = Times::of((0..options.paints).map(paint));
        let what = format!("first paint with {} cached, the server {what}", options.cached);
        table.ours(&what, "20", times);
        if what.ends_with("refuses") {
            scroll(table, home.path(), address, options.pages);
        }
    });
}

/// A cache holds at most half of its messages of one room: they are of two.
fn fill(dir: &Path, url: &str, messages: usize) {
    let (store, trouble) = Store::open(dir, &ServerUrl::parse(url).unwrap());
    assert_eq!(trouble, None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let most = Limits::default().of_a_room as usize;
    let trouble = runtime.block_on(async {
        let keeper = store.start(NICK).unwrap();
        for (room, messages) in
            [("other", messages.saturating_sub(most)), (ROOM, messages.min(most))]
        {
            let room = RoomName::parse(room).unwrap();
            for first in (1..=messages).step_by(CHAIN) {
                let last = (first + CHAIN - 1).min(messages);
                let chain = Chain {
                    messages: (first..=last).map(|n| message(&room, n)).collect(),
                    before: (first > 1).then(|| id(first - 1)),
                    newest: true,
                    ..Chain::default()
                };
                keeper.job(Job::Hold { room: room.clone(), chain }).await;
            }
        }
        keeper.finish().await
    });
    assert_eq!(trouble, None);
    // `finish` has a deadline, and what is measured is a client at rest.
    let (file, end) = (dir.join("client.sqlite3"), Instant::now() + PATIENCE);
    while held(&file) != Some(messages) || !is_at_rest(&file) {
        assert!(Instant::now() < end, "the cache holds {:?} of {messages}", held(&file));
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Whether nobody uses the file any more, and its log is empty: as after a client that has ended.
fn is_at_rest(file: &Path) -> bool {
    let db = rusqlite::Connection::open(file).unwrap();
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    db.query_row(checkpoint, [], |row| row.get(0)).is_ok_and(|is_busy: bool| !is_busy)
}

/// Messages in the cache, once the file is whole.
fn held(file: &Path) -> Option<usize> {
    let db = rusqlite::Connection::open(file).ok()?;
    let held = "SELECT sum(hi - lo + 1) FROM held";
    let count: Option<i64> = db.query_row(held, [], |row| row.get(0)).ok().flatten();
    count.and_then(|n| usize::try_from(n).ok())
}

fn id(n: usize) -> MessageId {
    MessageId::parse(&format!("k3v9x0qa.0.{n}")).unwrap()
}

fn message(room: &RoomName, n: usize) -> ChatMessage {
    let sender = UserName::parse(["mina", "jun", "하늘"][n % 3]).unwrap();
    let text = format!("message {n} of an ordinary length, 안녕하세요");
    ChatMessage::new(
        id(n),
        room.clone(),
        sender,
        1_763_692_800_000 + n as u64 * 1000,
        text.as_str().into(),
    )
}

/// From the key to the end of the frame that it causes, and to the end of the last: what comes out of the
/// store makes one more.
fn scroll(table: &mut Table, home: &Path, address: &str, pages: usize) {
    let mut terminal = Terminal::start(Program::ChatTui.join(home, address, ROOM), home, USUAL);
    terminal.until(FIRST_SCREEN);
    let mut go = |table: &mut Table, what: &str, keys: &[&str]| {
        let (mut first, mut last) = (Vec::new(), Vec::new());
        for key in keys.iter().cycle().take(pages) {
            terminal.rest();
            let began = Instant::now();
            terminal.press(key);
            let frame = terminal.until(&[FRAME_ENDS]);
            first.push(frame - began);
            last.push(terminal.rest().unwrap_or(frame) - began);
        }
        table.ours(what, "no frame over 8", Times::of(first));
        table.ours(&format!("{what}, to the last frame"), "", Times::of(last));
    };
    go(table, "PageUp through the cache", &["\x1b[5~"]);
    go(table, "PageDown through the cache", &["\x1b[6~"]);
    go(table, "Ctrl-Home and Ctrl-End", &["\x1b[1;5H", "\x1b[1;5F"]);
    table.ours("memory after it", "", mib(terminal.process().rss_kib()));
}
