//! Clients that others wrote against the real server, and the page `docs/clients.md` made of what they
//! can do. `cargo test -p chat-server --features foreign-clients --test clients [-- CLIENT…]` installs
//! them (network, Node.js, Python …) and runs all of them or those named; UPDATE_DOCS=1 rewrites the page.
//! RECORD=1 writes down what they say instead (`record.rs`).
//! What a client does is in the scripts beside this file; this program only starts them and counts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cases;
mod features;
mod page;
mod record;
mod roster;
mod run;
#[path = "../support/mod.rs"]
mod support;

use roster::{CLIENTS, Client, Language};
use run::{Outcome, Place};
use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let recording = std::env::var_os("RECORD").is_some();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let installed = target.join("foreign-clients");
    let status = Command::new(sources.join("install")).arg(&installed).status();
    assert!(status.expect("clients/install starts").success(), "not every client is installed");

    let mut server = support::Server::start(&[
        "--stomp-listen",
        "127.0.0.1:0",
        "--max-frame",
        "2MiB",
        "--log-level",
        "error",
    ]);
    let complaints = run::drain(server.stderr());
    let place = Place { ws: server.http, tcp: server.stomp.unwrap(), installed, sources };
    let (outcomes, cases) = std::thread::scope(|scope| {
        let whole = wanted.is_empty() && !recording;
        let cases = scope.spawn({
            let place = &place;
            move || whole.then(|| cases::run(place))
        });
        (all(&place, &wanted), cases.join().unwrap())
    });
    drop(server);

    let mut failures: Vec<String> = outcomes.iter().flat_map(Outcome::failures).collect();
    let cases = cases.map(|cases| {
        cases.unwrap_or_else(|broken| {
            failures.extend(broken);
            0
        })
    });
    for failure in &failures {
        eprintln!("{failure}\n");
    }
    if !failures.is_empty() {
        eprintln!("the server said: {}", complaints.join().unwrap());
        return ExitCode::FAILURE;
    }
    cases.map_or(ExitCode::SUCCESS, |cases| page::check(&outcomes, cases, &place.sources))
}

/// The languages at the same time, the clients of one in turn.
fn all(place: &Place, wanted: &[String]) -> Vec<Outcome> {
    let chosen = |client: &&Client| wanted.is_empty() || wanted.iter().any(|w| w == client.name);
    std::thread::scope(|scope| {
        let running = Language::ALL.map(|language| {
            scope.spawn(move || {
                let clients = CLIENTS.iter().filter(|client| client.language == language);
                let run = |client: &'static Client| {
                    record::trace(client.name, place, |place| run::one(client, place))
                };
                clients.filter(chosen).map(run).collect::<Vec<_>>()
            })
        });
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
