//! `chat-tui tail`, `history` and `rooms` against the real server: every message once and in order,
//! across restarts, slow readers and readers that leave.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use support::{Output, Running, Server, eventually};

fn post(server: &Server, texts: impl IntoIterator<Item = String>) {
    let lines: Vec<String> = texts.into_iter().collect();
    let out = server.pipe(&["send", "--room", "r", "--lines"], lines.join("\n").as_bytes());
    assert_eq!(out.code, 0, "{out:?}");
}

fn numbered(range: std::ops::Range<usize>) -> impl Iterator<Item = String> {
    range.map(|n| format!("m{n}"))
}

fn texts(out: &Output) -> Vec<String> {
    let json = out.json();
    let messages = json.iter().filter(|o| o["kind"] == "message");
    messages.map(|m| m["text"].as_str().unwrap().to_owned()).collect()
}

fn tail(server: &Server, args: &[&str]) -> Output {
    server.run(&[&["tail", "--room", "r", "--json"], args].concat())
}

fn follow(server: &Server, args: &[&str]) -> Running {
    Running::start(server.tui(&[&["tail", "--room", "r", "--json"], args].concat()))
}

fn next(tail: &mut Running) -> Value {
    serde_json::from_str(&tail.line()).unwrap()
}

/// `tail` joins unseen, so that it follows shows only in what it prints.
fn wait_until_following(server: &Server, tail: &mut Running) {
    let mut tries = 0;
    eventually("the tail prints", || {
        tries += 1;
        post(server, [format!("ready {tries}")]);
        tail.has_line()
    });
    // All of the tries come, some of them later.
    while next(tail)["text"] != format!("ready {tries}") {}
}

#[test]
fn the_newest_come_first_and_count_ends_it() {
    let server = Server::start();
    post(&server, numbered(0..10));
    assert_eq!(texts(&tail(&server, &["--last", "3", "--count", "3"])), ["m7", "m8", "m9"]);
    assert_eq!(texts(&tail(&server, &["--last", "3", "--count", "2"])), ["m7", "m8"]);
}

#[test]
fn text_is_time_nick_and_text() {
    let server = Server::start();
    server.run(&["send", "--room", "r", "안녕\n여러분\u{1b}[2J"]);
    let out = server.run(&["tail", "--room", "r", "--last", "1", "--count", "1"]);
    let mut lines = out.stdout.lines();
    let first = lines.next().unwrap();
    assert_eq!(&first[8..], " mina: 안녕");
    assert!(first.as_bytes()[..8].iter().all(|b| b.is_ascii_digit() || *b == b':'));
    assert!(lines.next().unwrap().starts_with("    여러분"));
    assert!(!out.stdout.contains('\u{1b}'));
}

#[test]
fn json_keeps_every_byte_and_escapes_what_harms() {
    let server = Server::start();
    let evil = "\u{1b}[2J\u{7f}\u{9b}\u{202e} 안녕 👩‍👩‍👧";
    server.run(&["send", "--room", "r", evil]);
    let out = tail(&server, &["--last", "1", "--count", "1"]);
    assert!(out.stdout.trim_end().chars().all(|c| !c.is_control() && c != '\u{202e}'));
    assert_eq!(texts(&out), [evil]);
}

#[test]
fn since_an_id_or_a_time_ago() {
    let server = Server::start();
    let first = server.run(&["send", "--room", "r", "--json", "first"]);
    let id = first.json()[0]["id"].as_str().unwrap().to_owned();
    post(&server, numbered(0..3));
    assert_eq!(texts(&tail(&server, &["--since", &id, "--count", "3"])), ["m0", "m1", "m2"]);
    let all = tail(&server, &["--since", "1h", "--count", "4"]);
    assert_eq!(texts(&all), ["first", "m0", "m1", "m2"]);
    // In a room where nothing was said, and since a time when nothing was.
    for room in ["empty", "r"] {
        let args = ["tail", "--room", room, "--since", "0ms", "--json", "--count", "1"];
        let following = Running::start(server.tui(&args));
        eventually("it prints what comes now", || {
            server.run(&["send", "--room", room, "now"]);
            following.has_line()
        });
        assert_eq!(texts(&following.end()), ["now"]);
    }
}

#[test]
fn more_than_a_page_since_a_time_ago_comes_whole() {
    let server = Server::start();
    post(&server, numbered(0..700));
    let out = tail(&server, &["--since", "1d", "--count", "700"]);
    assert_eq!(texts(&out), numbered(0..700).collect::<Vec<_>>());
}

#[test]
fn a_cursor_file_goes_on_where_it_stopped() {
    let server = Server::start();
    let cursor = server.dir.path().join("cursor");
    let args = |n: &'static str| ["--cursor-file", cursor.to_str().unwrap(), "--count", n];
    post(&server, numbered(0..3));
    let first = [&args("3")[..], &["--last", "3"]].concat();
    assert_eq!(texts(&tail(&server, &first)), ["m0", "m1", "m2"]);
    post(&server, numbered(3..8));
    assert_eq!(texts(&tail(&server, &args("2"))), ["m3", "m4"]);
    assert_eq!(texts(&tail(&server, &args("3"))), ["m5", "m6", "m7"]);
}

#[test]
fn a_cursor_file_is_there_before_the_first_message() {
    let server = Server::start();
    let cursor = server.dir.path().join("cursor");
    let path = cursor.to_str().unwrap();
    let out = follow(&server, &["--cursor-file", path]);
    eventually("the cursor is written", || cursor.exists());
    out.signal("INT");
    assert_eq!(out.end().code, 130);
    post(&server, numbered(0..2));
    assert_eq!(texts(&tail(&server, &["--cursor-file", path, "--count", "2"])), ["m0", "m1"]);
}

#[test]
fn a_killed_server_costs_no_message_and_doubles_none() {
    let mut server = Server::start();
    let mut following = follow(&server, &["--last", "0"]);
    wait_until_following(&server, &mut following);
    for round in 0..4 {
        post(&server, numbered(round * 50..round * 50 + 50));
        server.kill();
        server.restart();
    }
    post(&server, ["end".to_owned()]);
    let mut seen = Vec::new();
    let mut reconnected = 0;
    loop {
        let object = next(&mut following);
        match object["kind"].as_str().unwrap() {
            "message" if object["text"] == "end" => break,
            "message" => seen.push(object["text"].as_str().unwrap().to_owned()),
            "reconnected" => reconnected += 1,
            other => panic!("{other}: {object}"),
        }
    }
    assert_eq!(seen, numbered(0..200).collect::<Vec<_>>());
    assert!((1..=4).contains(&reconnected), "{reconnected}");
    following.signal("INT");
    assert_eq!(following.end().code, 130);
}

#[test]
fn a_server_that_lost_its_data_is_a_gap() {
    let mut server = Server::start();
    post(&server, numbered(0..3));
    let mut following = follow(&server, &["--last", "3"]);
    for n in 0..3 {
        assert_eq!(next(&mut following)["text"], format!("m{n}"));
    }
    server.kill();
    server.restart_empty();
    post(&server, ["anew".to_owned()]);
    let mut kinds = Vec::new();
    while !(kinds.iter().any(|k| k == "gap") && kinds.iter().any(|k| k == "message")) {
        let object = next(&mut following);
        let kind = object["kind"].as_str().unwrap().to_owned();
        match kind.as_str() {
            "gap" => assert!(object["reason"] == "unknown" && object["room"] == "r", "{object}"),
            "message" => assert_eq!(object["text"], "anew"),
            _ => {}
        }
        kinds.push(kind);
    }
    following.signal("INT");
    following.end();
}

#[test]
fn a_reader_that_leaves_ends_it_though_the_room_is_quiet() {
    let server = Server::start();
    post(&server, numbered(0..2));
    let mut command = server.tui(&["tail", "--room", "r", "--last", "2"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    drop(out);
    let mut ended = None;
    eventually("the tail ends", || {
        ended = child.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_stands_still_loses_nothing() {
    let server = Server::start();
    let mut command =
        server.tui(&["tail", "--room", "r", "--last", "0", "--json", "--count", "4001"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    // It follows once something has come.
    let mut first = [0; 1];
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| out.read_exact(&mut first).unwrap());
        eventually("the tail prints", || {
            if !reading.is_finished() {
                post(&server, ["ready".to_owned()]);
            }
            reading.is_finished()
        });
    });
    // More than every buffer on the way holds, while nobody reads.
    post(&server, (0..4000).map(|n| format!("m{n} {}", "x".repeat(1000))));
    let reader = BufReader::new(std::io::Cursor::new(first).chain(out));
    let lines: Vec<String> = reader.lines().map(Result::unwrap).collect();
    let messages = lines.iter().map(|l| serde_json::from_str::<Value>(l).unwrap());
    let numbers: Vec<usize> = messages
        .filter_map(|m| m["text"].as_str()?.strip_prefix('m')?.split(' ').next()?.parse().ok())
        .collect();
    assert!(numbers.len() > 3900 && numbers.iter().enumerate().all(|(at, n)| at == *n));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn exit_after_is_no_failure_and_tail_is_not_seen() {
    let server = Server::start();
    post(&server, numbered(0..1));
    let out = tail(&server, &["--last", "1", "--exit-after", "300ms"]);
    assert_eq!((out.code, texts(&out)), (0, vec!["m0".to_owned()]));
    let following = follow(&server, &["--last", "1"]);
    eventually("it prints", || following.has_line());
    let rooms = server.run(&["rooms", "--json"]).json();
    assert_eq!(rooms[0]["members"], 0);
    following.kill();
}

#[test]
fn history_pages_beyond_what_the_server_gives_at_once() {
    let server = Server::start();
    post(&server, numbered(0..650));
    let history = |args: &[&str]| {
        let out = server.run(&[&["history", "--room", "r", "--json"], args].concat());
        assert_eq!(out.code, 0, "{out:?}");
        out
    };
    assert_eq!(texts(&history(&["--count", "640"])), numbered(10..650).collect::<Vec<_>>());
    assert_eq!(texts(&history(&[])).len(), 50);
    let all = history(&["--count", "650"]).json();
    let id = |n: usize| all[n]["id"].as_str().unwrap();
    let before = history(&["--count", "400", "--before", id(500)]);
    assert_eq!(texts(&before), numbered(100..500).collect::<Vec<_>>());
    let after = history(&["--count", "400", "--after", id(99)]);
    assert_eq!(texts(&after), numbered(100..500).collect::<Vec<_>>());
    let rest = history(&["--count", "400", "--after", id(600)]);
    assert_eq!(texts(&rest), numbered(601..650).collect::<Vec<_>>());
}

#[test]
fn history_in_text_has_the_day() {
    let server = Server::start();
    post(&server, numbered(0..1));
    let out = server.run(&["history", "--room", "r"]);
    let (when, what) = out.stdout.split_at(19);
    assert_eq!(what, " mina: m0\n");
    assert_eq!(when.matches(['-', ':', ' ']).count(), 5, "{when}");
}

#[test]
fn rooms_are_listed() {
    let server = Server::start();
    assert_eq!(server.run(&["rooms"]).stdout, "");
    post(&server, numbered(0..1));
    server.run(&["send", "--room", "공부방", "안녕"]);
    let rooms = server.run(&["rooms", "--json"]).json();
    let names: Vec<&str> = rooms.iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"r") && names.contains(&"공부방"), "{names:?}");
    assert!(rooms.iter().all(|r| r["last_id"].is_string() && r["last_at"].is_u64()));
    assert_eq!(server.run(&["rooms"]).stdout.lines().count(), 2);
}
