//! A disk that is really full: the store on a small tmpfs, in a mount namespace of its own. Where
//! mounting is not allowed the test says so on stderr and proves nothing.
#![allow(clippy::unwrap_used, clippy::expect_used)] // test code, its helpers too
#![cfg(target_os = "linux")]

use chat_protocol::chat::{Post, RoomName, UserName};
use chat_server::log::sqlite::{Opened, Options, SqliteLog};
use chat_server::log::{AppendError, Appended, Log, Record};
use chat_server::projection::Bounds;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const MOUNTED: &str = "CHAT_TEST_TMPFS";
const NO_MOUNT: i32 = 99;

#[test]
fn a_full_disk_refuses_senders_serves_readers_and_heals() {
    if let Some(dir) = std::env::var_os(MOUNTED) {
        return fill_and_heal(&PathBuf::from(dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size=8m,mode=700 tmpfs \"${MOUNTED}\" || exit {NO_MOUNT}; exec \"$@\""
    );
    let ran = Command::new("unshare")
        .args(["-rm", "sh", "-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .arg("--nocapture")
        .env(MOUNTED, dir.path())
        .output();
    match ran {
        Ok(ran) if ran.status.success() => {}
        Ok(ran) if ran.status.code() == Some(NO_MOUNT) => not_proven("mounting is not allowed"),
        // `unshare` itself ends with 1 when it is not allowed to, and says so.
        Ok(ran) if ran.stdout.is_empty() && ran.stderr.starts_with(b"unshare:") => {
            not_proven(String::from_utf8_lossy(&ran.stderr).trim());
        }
        Ok(ran) => panic!(
            "{}\n{}\n{}",
            ran.status,
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        ),
        Err(cause) => not_proven(&format!("no unshare: {cause}")),
    }
}

/// Past the capture of the test harness, which would swallow it.
fn not_proven(why: &str) {
    let line = format!("\n*** NOT PROVEN HERE: the full disk on a tmpfs ({why}) ***\n\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

fn append(store: &Opened, text: &str, key: Option<&str>) -> Result<Appended, AppendError> {
    let record = Record {
        room: RoomName::parse("study").unwrap(),
        sender: UserName::parse("mina").unwrap(),
        key: key.map(Into::into),
        post: Post::message(text),
    };
    store.log.append(record).blocking_recv().unwrap_or(Err(AppendError::Failed))
}

fn stored(store: &Opened) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let bounds = Bounds { messages: 100_000, bytes: usize::MAX };
    let room = RoomName::parse("study").unwrap();
    let page = runtime.block_on(store.projection.page_after(&room, 0, bounds)).unwrap();
    let mut prev = None;
    for entry in &page.entries {
        assert_eq!(entry.prev, prev);
        prev = Some(entry.message.id.clone());
    }
    page.entries.iter().map(|e| e.message.text.as_str().to_owned()).collect()
}

/// Takes all the space that is left, but for a little that the store runs through.
fn ballast(dir: &Path) -> PathBuf {
    let path = dir.join("ballast");
    let mut file = std::fs::File::create(&path).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length - 512 * 1024).unwrap();
    path
}

fn fill_and_heal(dir: &Path) {
    let data = dir.join("data");
    let store = SqliteLog::open(Options::new(&data)).unwrap();
    let mut confirmed = vec!["first".to_owned()];
    append(&store, "first", None).unwrap();
    for round in 0..3 {
        let ballast = ballast(dir);
        let mut refused = 0;
        for n in 0..500 {
            let text = format!("{round}:{n} {}", "x".repeat(4000));
            match append(&store, &text, None) {
                Ok(_) => confirmed.push(text),
                Err(error) => {
                    assert_eq!(error, AppendError::Full);
                    refused += 1;
                }
            }
            assert!(refused == 0 || stored(&store) == confirmed, "readers go on");
            if refused == 5 {
                break;
            }
        }
        assert_eq!(refused, 5, "the disk was full");
        assert!(confirmed.len() > 10 * (round + 1), "there was some space at first");
        std::fs::remove_file(ballast).unwrap();
        let key = format!("healed {round}");
        let deadline = Instant::now() + Duration::from_secs(60);
        while let Err(error) = append(&store, &key, Some(&key)) {
            assert_eq!(error, AppendError::Full);
            assert!(Instant::now() < deadline, "the store did not heal");
        }
        confirmed.push(key);
    }
    assert_eq!(stored(&store), confirmed);
    drop(store);
    let store = SqliteLog::open(Options::new(&data)).unwrap();
    assert_eq!(stored(&store), confirmed);
}
