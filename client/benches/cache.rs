//! What a big cache costs: filling it, the first screen out of it, and scrolling back through it, on the
//! built program at a terminal of 120x40 without a network.
//!
//!     cargo bench -p chat-tui --bench cache -- [--messages 1000000] [--pages 2000]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a program for the one who runs it

#[path = "../tests/pty/harness.rs"]
#[allow(dead_code)]
mod harness;

use chat_protocol::chat::{ChatMessage, MessageId, RoomName};
use chat_tui::config::ServerUrl;
use chat_tui::store::{Chain, Job, Store};
use harness::{FRAME_ENDS, environment};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const ROOM: &str = "bench";
const SIZE: PtySize = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
const PAINTS: usize = 30;
/// Messages handed over at a time.
const CHAIN: usize = 1000;
const PAGE_UP: &str = "\x1b[5~";

fn main() {
    let option = |flag: &str, default: usize| {
        let value = std::env::args().skip_while(|arg| arg != flag).nth(1);
        value.map_or(default, |n| n.parse().expect("a number"))
    };
    let (messages, pages) = (option("--messages", 1_000_000), option("--pages", 2000));
    // Nobody answers there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("ws://127.0.0.1:{port}/ws");
    let home = tempfile::tempdir().unwrap();
    fill(&home.path().join("data/chat-tui"), &url, messages);
    let paint = |_| {
        let began = Instant::now();
        let terminal = Terminal::connect(home.path(), &url);
        terminal.until(|seen| has(seen, FRAME_ENDS) && has(seen, "message")) - began
    };
    report("first screen with its messages", (0..PAINTS).map(paint).collect());
    scroll(home.path(), &url, pages);
}

fn fill(dir: &Path, url: &str, messages: usize) {
    let began = Instant::now();
    let (store, trouble) = Store::open(dir, &ServerUrl::parse(url).unwrap());
    assert_eq!(trouble, None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let room = RoomName::parse(ROOM).unwrap();
    let trouble = runtime.block_on(async {
        let keeper = store.start("mina").unwrap();
        for first in (1..=messages).step_by(CHAIN) {
            let last = (first + CHAIN - 1).min(messages);
            let chain = Chain {
                messages: (first..=last).map(message).collect(),
                before: (first > 1).then(|| id(first - 1)),
                newest: true,
                ..Chain::default()
            };
            keeper.job(Job::Hold { room: room.clone(), chain }).await;
        }
        keeper.finish().await
    });
    assert_eq!(trouble, None);
    // `finish` has a deadline, and what is measured is a client at rest.
    let file = dir.join("client.sqlite3");
    while held(&file) != Some(messages) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let size = std::fs::metadata(dir.join("client.sqlite3")).unwrap().len();
    println!(
        "{messages} messages cached in {:.1} s, {} MiB",
        began.elapsed().as_secs_f64(),
        size >> 20
    );
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

fn message(n: usize) -> ChatMessage {
    ChatMessage::new(
        id(n),
        RoomName::parse(ROOM).unwrap(),
        chat_protocol::chat::UserName::parse(["mina", "jun", "하늘"][n % 3]).unwrap(),
        1_763_692_800_000 + n as u64 * 1000,
        format!("message {n} of an ordinary length, 안녕하세요").as_str().into(),
    )
}

/// From the key to the end of the frame that it causes, page by page into the past.
fn scroll(home: &Path, url: &str, pages: usize) {
    let mut terminal = Terminal::connect(home, url);
    terminal.until(|seen| has(seen, FRAME_ENDS) && has(seen, "message"));
    let mut times = Vec::new();
    for _ in 0..pages {
        while terminal.pieces.recv_timeout(Duration::from_millis(3)).is_ok() {}
        let began = Instant::now();
        terminal.press(PAGE_UP);
        times.push(terminal.until(|seen| has(seen, FRAME_ENDS)) - began);
    }
    report("a page up through the cache", times);
    println!("resident after {pages} pages          {:6} KiB", terminal.rss_kib());
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    let n = times.len();
    println!(
        "{what:36} p50 {:6.2} ms  p99 {:6.2} ms  at most {:6.2} ms  ({n})",
        at(50),
        at(99),
        at(100)
    );
}

fn has(seen: &[u8], text: &str) -> bool {
    seen.windows(text.len()).any(|window| window == text.as_bytes())
}

/// `chat-tui connect` on a terminal; every piece it writes has its time.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    pieces: Receiver<(Instant, Vec<u8>)>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn connect(home: &Path, url: &str) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_chat-tui"));
        command.args(["connect", "--server", url, "--nick", "mina", "--room", ROOM]);
        environment(&mut command, home);
        let pty = native_pty_system().openpty(SIZE).unwrap();
        let mut screen = pty.master.try_clone_reader().unwrap();
        let (sink, pieces) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(n @ 1..) = screen.read(&mut buffer) {
                if sink.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                    return;
                }
            }
        });
        let child = pty.slave.spawn_command(command).unwrap();
        let keyboard = pty.master.take_writer().unwrap();
        Self { child, keyboard, pieces, _master: pty.master }
    }

    fn press(&mut self, key: &str) {
        write!(self.keyboard, "{key}").unwrap();
        self.keyboard.flush().unwrap();
    }

    /// When the piece came with which everything since this call was as wanted.
    fn until(&self, wanted: impl Fn(&[u8]) -> bool) -> Instant {
        let mut seen = Vec::new();
        loop {
            let (at, piece) =
                self.pieces.recv_timeout(Duration::from_secs(60)).expect("the client's output");
            seen.extend_from_slice(&piece);
            if wanted(&seen) {
                return at;
            }
        }
    }

    fn rss_kib(&self) -> u64 {
        let pid = self.child.process_id().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim_end_matches("kB").trim().parse().unwrap()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
