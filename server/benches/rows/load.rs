//! One run of the load generator.

use super::proc;
use super::subject::Running;
use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::Duration;

pub struct Load {
    pub program: String,
    /// Of the window that is counted.
    pub seconds: f64,
}

/// What a run gave.
pub struct Run {
    pub report: Value,
    /// Of the server, from start to end.
    pub switches: u64,
    /// Most that TCP held in the kernel beyond what it held before.
    pub tcp_kib: u64,
    /// Nothing lost, doubled, reordered or damaged, and nobody cut who should not be.
    pub clean: bool,
}

impl Run {
    pub fn number(&self, field: &str) -> f64 {
        self.report[field].as_f64().unwrap_or(f64::NAN)
    }
}

impl Load {
    /// `what` is a command of the generator and its options, with blanks between.
    pub fn run(&self, what: &str, on: &Running) -> Run {
        let mut command = Command::new(&self.program);
        command.args(what.split_whitespace()).args(["--url", &on.url, "--quiet"]);
        command.args(["--server-pid", &on.pid.to_string()]);
        if what.starts_with("fanout") || what.starts_with("slow") {
            command.args(["--duration", &self.seconds.to_string()]).args(&on.options);
        }
        let (switches, tcp) = (proc::context_switches(on.pid), proc::tcp_kib());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut most = tcp;
        while child.try_wait().unwrap().is_none() {
            most = most.max(proc::tcp_kib());
            std::thread::park_timeout(Duration::from_millis(20));
        }
        let output = child.wait_with_output().unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        Run {
            clean: output.status.success(),
            report,
            switches: proc::context_switches(on.pid) - switches,
            tcp_kib: most - tcp,
        }
    }
}
