//! The figures of `docs/performance.md`, measured on the real server, turn by turn with what they are
//! compared to:
//!
//!     cargo bench -p chat-server --bench rows -- --stompload PROGRAM [--rounds 5] [--seconds 2]
//!         [--only PART|own] [--messages 1000000] [--prio -15] [--before SERVER] [--peer 'NAME|URL|PID|OPTIONS']
//!
//! `stompload` is a load generator that checks every delivery, and the floor: a server that does nothing
//! but write. `--before` is another build of the server, and `--peer` another server that runs already;
//! both get the same load in the same turns. A run that lost, doubled or reordered a message is told in the
//! table and fails the program. Figures read from `/proc`, so Linux only.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a program for the one who runs it

mod load;
mod own;
mod proc;
mod raw;
mod subject;
mod table;
mod wanted;

use subject::Subject;

fn main() {
    let all = |flag: &str| -> Vec<String> {
        let mut args = std::env::args();
        let mut found = Vec::new();
        while args.any(|arg| arg == flag) {
            found.extend(args.next());
        }
        found
    };
    let one = |flag: &str| all(flag).pop();
    let Some(stompload) = one("--stompload") else {
        eprintln!("give --stompload PROGRAM");
        std::process::exit(2);
    };
    if let Some(nice) = one("--prio") {
        proc::take_precedence(nice.parse().expect("--prio takes a number"));
    }
    let bench = table::Bench {
        load: load::Load {
            program: stompload,
            seconds: one("--seconds").map_or(2.0, |s| s.parse().expect("seconds")),
        },
        rounds: one("--rounds").map_or(5, |n| n.parse().expect("a number")),
        only: one("--only"),
        others: (one("--before").iter())
            .map(|server| Subject::ours("before", server, &[]))
            .chain(all("--peer").iter().map(|peer| Subject::running(peer)))
            .collect(),
    };
    let clean = bench.run(&wanted::ROWS);
    if bench.only.as_deref().is_none_or(|only| only == "own") {
        let messages = one("--messages").map_or(1_000_000, |n| n.parse().expect("a number"));
        own::run(&Subject::ours("ours", table::OURS, &[]), messages);
    }
    std::process::exit(if clean { 0 } else { 3 });
}
