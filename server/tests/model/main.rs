//! Random scripts of valid and invalid frames against the real server and a small model of what it
//! promises. Connections are driven in bursts; whatever one of them is answered or sent must be what
//! the model says. A run prints its seed; `MODEL_SEED`, `MODEL_FIRST` and `MODEL_SCRIPTS` replay it,
//! or one script of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod drive;
#[allow(dead_code)]
#[path = "../rows/host.rs"]
mod host;
#[allow(dead_code)]
#[path = "../rows/peer.rs"]
mod peer;
#[path = "../proof/mod.rs"]
mod proof;
mod queues;
mod script;
#[path = "../support/mod.rs"]
mod support;
mod world;

use drive::Driver;
use host::Host;
use proof::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

const SCRIPTS: u64 = 10_000;
const WORKERS: usize = 3;

/// What is refused does not come back within a script: when it did would be the clock's to say.
static HOST: Host =
    Host::new(&["--redelivery-delay=1h", "--redelivery-delay-max=1h", "--max-queues=100000"]);

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a number"))
}

#[test]
fn random_scripts_do_what_the_model_says() {
    let seed = variable("MODEL_SEED").unwrap_or_else(|| Rng::from_clock().1);
    let first = variable("MODEL_FIRST").unwrap_or(0);
    let end = first + variable("MODEL_SCRIPTS").unwrap_or(SCRIPTS);
    println!("MODEL_SEED={seed}");
    let next = AtomicU64::new(first);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut driver = Driver::new(&HOST);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= end {
                        return;
                    }
                    let script = AssertUnwindSafe(|| driver.script(seed, number));
                    if catch_unwind(script).is_err() {
                        next.store(end, Ordering::Relaxed);
                        let said = driver.log.join("\n");
                        panic!("MODEL_SEED={seed} MODEL_FIRST={number} MODEL_SCRIPTS=1:\n{said}");
                    }
                }
            });
        }
    });
}
