//! The conformance cases of WebSocket (Autobahn's, driven by kosoku), groups 1 to 7, 9 and 10, against the
//! echo that the server has in the build for these tests. Groups 12 and 13 are about compression, which
//! the server does not offer.

use crate::run::Place;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

/// Those that are not plainly OK, and why that is fine.
pub const PARDONED: &[(&str, &str)] = &[
    (
        "6.4.3",
        "NON-STRICT: text that is not UTF-8 is refused when its WebSocket frame is whole, not within",
    ),
    ("6.4.4", "NON-STRICT: the same, octet by octet"),
    ("7.1.6", "INFORMATIONAL: a Close right behind a message of 256 KiB"),
    ("7.13.1", "INFORMATIONAL: a close code that no document defines, 5000"),
    ("7.13.2", "INFORMATIONAL: a close code that no document defines, 65535"),
];

/// How many there were, or what went wrong.
pub fn run(place: &Place) -> Result<usize, Vec<String>> {
    let directory = place.installed.join("python");
    let reports = directory.join("reports");
    let _ = std::fs::remove_dir_all(&reports);
    let output = Command::new(directory.join(".venv/bin/kosoku"))
        .args(["-m", "fuzzingclient", "-x", "12.*", "-x", "13.*", "-o"])
        .arg(&reports)
        .arg(format!("ws://{}/echo", place.ws))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let index = std::fs::read_to_string(reports.join("index.json"))
        .map_err(|e| vec![format!("kosoku: {e}: {}", String::from_utf8_lossy(&output.stderr))])?;
    let index: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_str(&index).unwrap();
    let cases: BTreeMap<String, Value> = index.into_values().flatten().collect();
    let failures: Vec<String> = cases.iter().filter_map(|(case, it)| failure(case, it)).collect();
    println!("WebSocket cases: {}", cases.len());
    match (failures.is_empty(), cases.len()) {
        (true, all @ 301..) => Ok(all),
        (true, few) => Err(vec![format!("only {few} WebSocket cases were run")]),
        (false, _) => Err(failures),
    }
}

fn failure(case: &str, report: &Value) -> Option<String> {
    let pardon = PARDONED.iter().find(|(pardoned, _)| *pardoned == case);
    let said = |name: &str| report.get(name).and_then(Value::as_str).unwrap_or("nothing");
    let fine =
        |verdict: &str| verdict == "OK" || pardon.is_some_and(|(_, why)| why.starts_with(verdict));
    let (behaviour, close) = (said("behavior"), said("behaviorClose"));
    let failed = !fine(behaviour) || !fine(close);
    failed.then(|| format!("WebSocket case {case}: {behaviour}, close {close}"))
}
