//! Runs one client and reads its lines.

use crate::record;
use crate::roster::Client;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Far more than any of them needs on a busy machine.
const DEADLINE: Duration = Duration::from_secs(300);

pub struct Place {
    pub ws: SocketAddr,
    pub tcp: SocketAddr,
    pub installed: PathBuf,
    /// The directory of this file.
    pub sources: PathBuf,
}

#[derive(Deserialize)]
pub struct Line {
    client: String,
    feature: String,
    pub result: Verdict,
    pub note: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    #[serde(rename = "pass")]
    Pass,
    #[serde(rename = "fail")]
    Fail,
    #[serde(rename = "n/a")]
    Lacks,
}

pub struct Outcome {
    pub client: &'static Client,
    /// By feature.
    pub lines: HashMap<String, Line>,
    trouble: Vec<String>,
}

impl Outcome {
    pub fn failures(&self) -> Vec<String> {
        let name = self.client.name;
        let failed = self.lines.values().filter(|line| line.result == Verdict::Fail);
        let mut all: Vec<String> =
            failed.map(|line| format!("{name} {}: {}", line.feature, line.note)).collect();
        for feature in asked(self.client).filter(|feature| !self.lines.contains_key(*feature)) {
            all.push(format!("{name} {feature}: nothing was said"));
        }
        all.extend(self.trouble.iter().map(|trouble| format!("{name}: {trouble}")));
        all
    }
}

fn asked(client: &Client) -> impl Iterator<Item = &'static str> {
    let features = client.features().iter().map(|(feature, _)| *feature);
    features.filter(|feature| record::only(feature))
}

/// All of it, read beside the work, so that nobody waits for a full pipe.
pub fn drain(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut all = Vec::new();
        let _ = from.read_to_end(&mut all);
        String::from_utf8_lossy(&all).into_owned()
    })
}

pub fn one(client: &'static Client, place: &Place) -> Outcome {
    let begun = Instant::now();
    let features: Vec<&str> = asked(client).collect();
    let mut outcome = Outcome { client, lines: HashMap::new(), trouble: Vec::new() };
    let mut command = client.command(&place.installed, &place.sources);
    command
        .env("STOMP_WS", format!("ws://{}/ws", place.ws))
        .env("STOMP_TCP", place.tcp.to_string())
        .env("FEATURES", features.join(","))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", client.name));
    let said = drain(child.stdout.take().unwrap());
    let complaints = drain(child.stderr.take().unwrap());
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.to_string();
        }
        if begun.elapsed() > DEADLINE {
            child.kill().unwrap();
            child.wait().unwrap();
            break format!("not done within {DEADLINE:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let complaints = complaints.join().unwrap();
    for line in said.join().unwrap().lines() {
        match serde_json::from_str::<Line>(line) {
            Ok(line) if line.client == client.name => {
                outcome.lines.insert(line.feature.clone(), line);
            }
            _ => outcome.trouble.push(format!("said {line:?}")),
        }
    }
    if status != "exit status: 0" {
        outcome.trouble.push(format!("{status}\n{complaints}"));
    }
    let passed = outcome.lines.values().filter(|line| line.result == Verdict::Pass).count();
    println!("{}: {passed} of {} in {:.1?}", client.name, features.len(), begun.elapsed());
    outcome
}
