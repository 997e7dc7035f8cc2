//! How much memory the process may use: what its control group allows, else what the machine has.

use std::path::{Path, PathBuf};

const CGROUP: &str = "/sys/fs/cgroup";

/// Where the system does not say how much there is: of a small machine.
const UNKNOWN: usize = 1 << 30;

/// A quarter of it, bytes.
pub fn quarter() -> usize {
    limit().unwrap_or(UNKNOWN) / 4
}

/// Bytes; `None` where the system does not say.
fn limit() -> Option<usize> {
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    let group = read(Path::new("/proc/self/cgroup")).unwrap_or_default();
    let groups = files(&group).into_iter().filter_map(|file| read(&file)?.trim().parse().ok());
    let machine = read(Path::new("/proc/meminfo")).and_then(|text| total(&text));
    groups.chain(machine).min()
}

/// Where the limits of the group and of those around it stand (cgroups(7), version 2, then 1).
fn files(group: &str) -> Vec<PathBuf> {
    let of = |line: &str| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        let (root, name) = match controllers {
            "" => (PathBuf::from(CGROUP), "memory.max"),
            other if other.split(',').any(|one| one == "memory") => {
                (Path::new(CGROUP).join("memory"), "memory.limit_in_bytes")
            }
            _ => return None,
        };
        let inner = root.join(path.trim_start_matches('/'));
        let groups = inner.ancestors().take_while(|group| group.starts_with(&root));
        Some(groups.map(|group| group.join(name)).collect::<Vec<_>>())
    };
    group.lines().filter_map(of).flatten().collect()
}

/// `MemTotal` of `/proc/meminfo`.
fn total(meminfo: &str) -> Option<usize> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_both_versions_are_found() {
        let paths =
            |group| files(group).iter().map(|p| p.display().to_string()).collect::<Vec<_>>();
        assert_eq!(
            paths("0::/system.slice/chat.service\n"),
            [
                "/sys/fs/cgroup/system.slice/chat.service/memory.max",
                "/sys/fs/cgroup/system.slice/memory.max",
                "/sys/fs/cgroup/memory.max",
            ]
        );
        assert_eq!(
            paths("3:cpu,cpuacct:/x\n2:memory:/\n"),
            ["/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        );
    }

    #[test]
    fn what_the_machine_has() {
        assert_eq!(total("MemFree: 1 kB\nMemTotal:       2048 kB\n"), Some(2 << 20));
        assert_eq!(total("nothing of it"), None);
        #[cfg(target_os = "linux")]
        assert!(limit().is_some_and(|bytes| bytes > 1 << 20));
    }
}
