//! What the kernel says of a process, and of the machine.

use std::fs::read_to_string;
use std::time::Duration;

/// Gives this process and what it starts the nice value, also between sessions, where the scheduler
/// looks at the session's own value.
pub fn take_precedence(nice: i32) {
    rustix::process::setpriority_process(None, nice).expect("--prio: not allowed to");
    // Not every kernel groups by session.
    let _ = std::fs::write("/proc/self/autogroup", nice.to_string());
}

/// Lets this process, and what it starts, hold so many files and sockets.
pub fn raise_open_files(count: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let current = now.current.map(|has| has.max(count));
    setrlimit(Resource::Nofile, Rlimit { current, ..now }).expect("more open files");
}

/// Processor time of all threads until now.
pub fn cpu(pid: u32) -> Duration {
    let stat = read_to_string(format!("/proc/{pid}/stat")).expect("/proc/PID/stat");
    let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(|n| n.parse::<u64>().expect("ticks")).sum();
    Duration::from_millis(ticks * 10)
}

/// Voluntary and other context switches of all threads until now.
pub fn context_switches(pid: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads
        .filter_map(|thread| read_to_string(thread.path().join("status")).ok())
        .map(|status| {
            let fields = status.lines().filter(|line| line.contains("ctxt_switches"));
            fields
                .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
                .sum::<u64>()
        })
        .sum()
}

/// KiB that TCP holds in the kernel, of the whole machine.
pub fn tcp_kib() -> u64 {
    let stat = read_to_string("/proc/net/sockstat").expect("/proc/net/sockstat");
    let tcp = stat.lines().find(|line| line.starts_with("TCP:")).expect("TCP:");
    let pages = tcp.split_whitespace().skip_while(|word| *word != "mem").nth(1).expect("mem");
    pages.parse::<u64>().expect("pages") * 4
}

/// How much processor time other work took is said beside the figures: cores in use.
pub fn load_average() -> String {
    let all = read_to_string("/proc/loadavg").expect("/proc/loadavg");
    all.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
