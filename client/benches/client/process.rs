//! What the kernel knows of a process.

use std::path::PathBuf;
use std::time::Duration;

#[derive(Clone, Copy)]
pub struct Process(pub u32);

impl Process {
    pub fn rss_kib(self) -> u64 {
        self.status_kib("VmRSS:")
    }

    /// The most that was resident so far.
    pub fn most_kib(self) -> u64 {
        self.status_kib("VmHWM:")
    }

    fn status_kib(self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap();
        field(&status, name).expect("a size")
    }

    /// Of all its threads.
    pub fn cpu(self) -> Duration {
        let nanos = self.threads().map(|task| {
            let schedstat = std::fs::read_to_string(task.join("schedstat")).unwrap_or_default();
            schedstat.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
        });
        Duration::from_nanos(nanos.sum())
    }

    /// How often one of its threads was put on a processor because it had waited for something.
    pub fn wake_ups(self) -> u64 {
        let switches = self.threads().map(|task| {
            let status = std::fs::read_to_string(task.join("status")).unwrap_or_default();
            field(&status, "voluntary_ctxt_switches:").unwrap_or(0)
        });
        switches.sum()
    }

    fn threads(self) -> impl Iterator<Item = PathBuf> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.0)).unwrap();
        tasks.map(|task| task.unwrap().path())
    }
}

fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim_end_matches("kB").trim().parse().ok()
}
