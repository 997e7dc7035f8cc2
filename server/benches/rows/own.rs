//! The rows that the load generator cannot run: heart-beats, a long history, and many who come back at once.

use super::proc;
use super::raw::{Raw, header};
use super::subject::{Running, Subject};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const ROOM: &str = "/topic/room.bench";
/// SENDs on their way at once while a history is written.
const WINDOW: usize = 1024;

pub fn run(server: &Subject, messages: usize) {
    println!("\n| part | row | figure | ours | must |\n|---|---|---|---|---|");
    heart_beats(&server.start());
    come_back(server);
    long_history(server, messages);
}

fn row(part: &str, row: &str, figure: &str, ours: impl std::fmt::Display, must: &str) {
    println!("| {part} | {row} | {figure} | {ours} | {must} |");
}

/// 10,000 connections that send one every 8 s and are sent one every 10 s.
fn heart_beats(server: &Running) {
    const COUNT: usize = 10_000;
    proc::raise_open_files(COUNT as u64 + 1000);
    let at = server.tcp();
    let mut all: Vec<_> = (0..COUNT)
        .map(|n| {
            let mut raw = Raw::connect(at, "idle", "10000,10000");
            raw.say(&format!("SUBSCRIBE\nid:0\ndestination:/topic/idle.{n}\nreceipt:r\n\n"));
            raw
        })
        .collect();
    for raw in &mut all {
        raw.await_frames("receipt-id:r", 1);
    }
    let (began, before) = (Instant::now(), proc::cpu(server.pid));
    for _ in 0..3 {
        let round = Instant::now();
        for raw in &mut all {
            std::io::Write::write_all(&mut raw.stream, b"\n").unwrap();
            // Spread over the interval, as they are when people come and go.
            let due = Duration::from_secs(8).mul_f64(1.0 / COUNT as f64);
            std::thread::park_timeout(due.saturating_sub(Duration::from_micros(60)));
        }
        std::thread::park_timeout(Duration::from_secs(8).saturating_sub(round.elapsed()));
    }
    let share = (proc::cpu(server.pid) - before).as_secs_f64() / began.elapsed().as_secs_f64();
    row(
        "4",
        "10,000 with heart-beats of 10 s",
        "of a core, %",
        format!("{:.2}", share * 100.0),
        "<= 2",
    );
}

/// 1,000 connections, each 100 messages behind, on a server that has just begun.
fn come_back(server: &Subject) {
    const COUNT: usize = 1000;
    const BEHIND: usize = 100;
    let running = server.start();
    let mut ids = fill(running.tcp(), 2 * BEHIND);
    let after = ids.swap_remove(ids.len() - 1 - BEHIND);
    let running = running.restart(server);
    let began = Instant::now();
    let mut all: Vec<_> = (0..COUNT)
        .map(|n| {
            let mut raw = Raw::connect(running.tcp(), &format!("p{n}"), "0,0");
            raw.say(&format!(
                "SUBSCRIBE\nid:0\ndestination:{ROOM}\nafter:{after}\npresence:false\n\n"
            ));
            raw
        })
        .collect();
    for raw in &mut all {
        raw.await_frames("kind:message", BEHIND);
        raw.await_frames("kind:sync", 1);
    }
    let took = began.elapsed().as_secs_f64();
    row(
        "8",
        "1,000 come back, each 100 behind",
        "until the last has all, s",
        format!("{took:.2}"),
        "<= 3",
    );
}

fn long_history(server: &Subject, messages: usize) {
    let running = server.start();
    let began = Instant::now();
    fill(running.tcp(), messages);
    let rate = messages as f64 / began.elapsed().as_secs_f64();
    let named = format!("room of {messages}");
    row("8", &named, "written, confirmed messages/s (1,024 in flight)", format!("{rate:.0}"), "");
    let running = running.restart(server);
    row("8", &named, "start, ms", running.start_took.as_millis(), "<= 1,000");
    let mut raw = Raw::connect(running.tcp(), "reader", "0,0");
    raw.say("SUBSCRIBE\nid:0\ndestination:/user/queue/replies\n\n");
    let mut times: Vec<_> = (0..2000)
        .map(|n| {
            let asked = Instant::now();
            raw.say(&format!(
                "SEND\ndestination:/app/room.bench.history\ncorrelation-id:c{n}\n\n{{\"limit\":50}}"
            ));
            raw.await_frames(&format!("correlation-id:c{n}\n"), 1);
            asked.elapsed()
        })
        .collect();
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    let both = format!("{:.2}, {:.2}", at(50), at(99));
    row("8", &named, "page of 50 at its end, asked to had, ms p50, p99", both, "<= 1");
}

/// Writes messages into the room; gives their ids.
fn fill(at: SocketAddr, messages: usize) -> Vec<String> {
    let mut raw = Raw::connect(at, "writer", "0,0");
    let mut ids = Vec::with_capacity(messages);
    let mut sent = 0;
    while ids.len() < messages {
        while sent < messages && sent - ids.len() < WINDOW {
            raw.say(&format!(
                "SEND\ndestination:{ROOM}\nreceipt:r{sent}\n\nmessage {sent} of many, 안녕하세요 여러분"
            ));
            sent += 1;
        }
        let receipt = raw.await_frames("receipt-id:", 1);
        ids.push(header(&receipt, "message-id").to_owned());
    }
    ids
}
