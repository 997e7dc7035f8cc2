//! The protocol crate has no I/O, no runtime and no randomness, not even through a dependency.

use std::process::Command;

const FORBIDDEN: [&str; 5] = ["tokio", "mio", "socket2", "rand", "getrandom"];

#[test]
fn the_normal_dependencies_reach_no_runtime_socket_or_randomness() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-p", "chat-protocol", "-e", "normal"])
        .args(["--prefix", "none", "--format", "{lib}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(tree.lines().any(|name| name == "bytes"), "the tree was not read: {tree}{errors}");
    for name in tree.lines() {
        assert!(!FORBIDDEN.contains(&name), "{name} is in {tree}");
    }
}
