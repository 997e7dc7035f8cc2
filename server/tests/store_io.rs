//! I/O errors of the operating system, not injected ones: the process may not write beyond a few
//! bytes of any file. In a process of its own, since the limit holds for all of it.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test, though not under the test harness
#![cfg(target_os = "linux")]

use chat_protocol::chat::{Post, RoomName, UserName};
use chat_server::log::sqlite::{Opened, Options, SqliteLog};
use chat_server::log::{AppendError, Appended, Log, Record};
use chat_server::projection::Bounds;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::process::Command;
use std::time::{Duration, Instant};

const INNER: &str = "CHAT_TEST_FILE_LIMIT";

#[test]
fn io_errors_confirm_nothing_and_heal_on_a_fresh_connection() {
    if std::env::var_os(INNER).is_some() {
        return fail_and_heal();
    }
    // Ignored by the shell, the signal stays ignored, and the write reports an error instead.
    let ran = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .arg("--nocapture")
        .env(INNER, "1")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{}\n{out}\n{err}", ran.status);
    assert!(out.contains("1 passed"), "{out}");
}

fn append(store: &Opened, text: &str, key: &str) -> Result<Appended, AppendError> {
    let record = Record {
        room: RoomName::parse("study").unwrap(),
        sender: UserName::parse("mina").unwrap(),
        key: Some(key.into()),
        post: Post::message(text),
    };
    store.log.append(record).blocking_recv().unwrap_or(Err(AppendError::Failed))
}

fn stored(store: &Opened) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let bounds = Bounds { messages: 100_000, bytes: usize::MAX };
    let room = RoomName::parse("study").unwrap();
    let page = runtime.block_on(store.projection.page_after(&room, 0, bounds)).unwrap();
    page.entries.iter().map(|e| e.message.key.as_ref().unwrap().as_str().to_owned()).collect()
}

fn fail_and_heal() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteLog::open(Options::new(dir.path())).unwrap();
    let unlimited = getrlimit(Resource::Fsize);
    let limited = Rlimit { current: Some(4096), maximum: unlimited.maximum };
    let text = "x".repeat(3000);
    let mut confirmed = Vec::new();
    for round in 0..3 {
        for n in 0..20 {
            let key = format!("{round}:{n}");
            append(&store, &text, &key).unwrap();
            confirmed.push(key);
        }
        setrlimit(Resource::Fsize, limited).unwrap();
        for n in 0..20 {
            let refused = append(&store, &text, &format!("{round}:refused {n}"));
            assert_eq!(refused, Err(AppendError::Failed));
            assert_eq!(stored(&store), confirmed, "readers go on");
        }
        setrlimit(Resource::Fsize, unlimited).unwrap();
        let key = format!("{round}:healed");
        let deadline = Instant::now() + Duration::from_secs(60);
        while let Err(error) = append(&store, &text, &key) {
            assert_eq!(error, AppendError::Failed);
            assert!(Instant::now() < deadline, "the store did not heal");
            std::thread::yield_now();
        }
        confirmed.push(key);
    }
    assert_eq!(stored(&store), confirmed);
    drop(store);
    assert_eq!(stored(&SqliteLog::open(Options::new(dir.path())).unwrap()), confirmed);
}
