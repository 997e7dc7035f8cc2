//! `chat-tui send` against the real server: what it posts, what it prints, and that nothing is lost
//! or said twice when the server dies under it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{Running, Server, eventually};

fn status(out: &support::Output) -> Vec<String> {
    out.json().iter().map(|o| o["status"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn text_comes_from_arguments_a_pipe_or_a_file() {
    let server = Server::start();
    let path = server.dir.path().join("text");
    std::fs::write(&path, "from a file\n").unwrap();
    let path = path.to_str().unwrap();
    for (args, input) in [
        (&["from", "arguments"][..], ""),
        (&[], "from a pipe\nin two lines\n"),
        (&["-"], "by a hyphen"),
        (&["--file", path], ""),
        (&["--file", "-"], "by a file that is a hyphen"),
    ] {
        let out = server.pipe(&[&["send", "--room", "r"], args].concat(), input.as_bytes());
        assert_eq!((out.code, out.stdout.as_str(), out.stderr.as_str()), (0, "", ""), "{args:?}");
    }
    assert_eq!(
        server.texts("r"),
        [
            "from arguments",
            "from a pipe\nin two lines",
            "by a hyphen",
            "from a file",
            "by a file that is a hyphen"
        ]
    );
}

#[test]
fn lines_nul_and_objects_are_messages_of_their_own() {
    let server = Server::start();
    let send = |how: &str, input: &str| {
        let out = server.pipe(&["send", "--room", "r", how], input.as_bytes());
        assert_eq!(out.code, 0, "{out:?}");
    };
    send("--lines", "a\n\n b\r\nlast");
    send("--null", "c\nd\0e\0");
    send("--jsonl", "{\"text\":\"f\"}\n{\"text\":\"g\",\"room\":\"other\"}\n");
    assert_eq!(server.texts("r"), ["a", " b", "last", "c\nd", "e", "f"]);
    assert_eq!(server.texts("other"), ["g"]);
}

#[test]
fn an_object_without_a_room_is_bad_input_and_what_came_before_is_posted() {
    let server = Server::start();
    let input =
        b"{\"text\":\"a\",\"room\":\"r\"}\n{\"text\":\"b\"}\n{\"text\":\"c\",\"room\":\"r\"}\n";
    let out = server.pipe(&["send", "--jsonl", "--json"], input);
    assert_eq!(out.code, 65, "{out:?}");
    assert!(out.stderr.contains("message 2: no room"), "{}", out.stderr);
    assert_eq!(status(&out), ["confirmed"]);
    assert_eq!(server.texts("r"), ["a"]);
}

#[test]
fn an_object_replies() {
    let server = Server::start();
    let first = server.run(&["send", "--room", "r", "--json", "question"]);
    let id = first.json()[0]["id"].as_str().unwrap().to_owned();
    let answer = format!("{{\"text\":\"answer\",\"reply_to\":\"{id}\"}}\n");
    assert_eq!(server.pipe(&["send", "--room", "r", "--jsonl"], answer.as_bytes()).code, 0);
    let history = server.run(&["history", "--room", "r", "--json"]).json();
    assert_eq!(history[1]["reply_to"], id.as_str());
}

#[test]
fn json_has_the_promised_fields() {
    let server = Server::start();
    let out = server.run(&["send", "--room", "study-group", "--key", "k1", "--json", "안녕"]);
    let line = &out.json()[0];
    assert_eq!(line["status"], "confirmed");
    assert_eq!(line["room"], "study-group");
    assert_eq!(line["key"], "k1");
    assert_eq!(line["duplicate"], false);
    assert_eq!(line["attempts"], 1);
    assert!(line["ms"].is_u64() && line["code"].is_null(), "{line}");
    let history = server.run(&["history", "--room", "study-group", "--json"]).json();
    assert_eq!(history[0]["id"], line["id"]);
    assert_eq!(history[0]["key"], "k1");
    assert_eq!(history[0]["sender"], "mina");
}

#[test]
fn a_key_is_posted_once_also_across_a_restart() {
    let mut server = Server::start();
    let send = |server: &Server| {
        let out = server.run(&["send", "--room", "r", "--key", "build-7", "--json", "done"]);
        assert_eq!(out.code, 0, "{out:?}");
        (out.json()[0]["id"].clone(), out.json()[0]["duplicate"].clone())
    };
    let (id, duplicate) = send(&server);
    assert_eq!(duplicate, false);
    assert_eq!(send(&server), (id.clone(), true.into()));
    server.kill();
    server.restart();
    assert_eq!(send(&server), (id, true.into()));
    assert_eq!(server.texts("r"), ["done"]);
}

#[test]
fn keys_of_the_content_post_what_is_said_again_once() {
    let server = Server::start();
    let args = ["send", "--room", "r", "--lines", "--key-from", "sha256", "--json"];
    let out = server.pipe(&args, b"a\nb\na\n");
    assert_eq!(out.code, 0, "{out:?}");
    assert_eq!(out.json().len(), 3);
    assert_eq!(server.pipe(&args, b"b\nc\n").code, 0);
    assert_eq!(server.texts("r"), ["a", "b", "c"]);
}

#[test]
fn empty_input_can_be_allowed_and_a_rehearsal_posts_nothing() {
    let server = Server::start();
    let send = |args: &[&str], input: &[u8]| {
        server.pipe(&[&["send", "--room", "r", "--json"], args].concat(), input)
    };
    assert_eq!(send(&["--allow-empty"], b"").code, 0);
    assert_eq!(send(&["--allow-empty", "--lines"], b"\n").code, 0);
    let dry = send(&["--dry-run", "--lines"], b"a\nb\n");
    assert_eq!((dry.code, status(&dry)), (0, vec!["dry-run".to_owned(); 2]));
    assert_eq!(send(&["--dry-run"], b"\xff").code, 65);
    assert!(server.texts("r").is_empty());
}

#[test]
fn verbose_says_what_happens_on_stderr_only() {
    let server = Server::start();
    let out = server.run(&["send", "--room", "r", "-v", "hi"]);
    assert_eq!((out.code, out.stdout.as_str()), (0, ""));
    assert!(
        out.stderr.contains("connected as mina") && out.stderr.contains("confirmed"),
        "{out:?}"
    );
}

#[test]
fn lines_are_posted_as_they_come() {
    let server = Server::start();
    let mut sending = Running::start(server.tui(&["send", "--room", "r", "--lines", "--json"]));
    for text in ["one", "two"] {
        sending.type_in(format!("{text}\n").as_bytes());
        let line: serde_json::Value = serde_json::from_str(&sending.line()).unwrap();
        assert_eq!(line["status"], "confirmed");
    }
    assert_eq!(server.texts("r"), ["one", "two"]);
    sending.close();
    assert_eq!(sending.end().code, 0);
}

#[test]
fn a_refusal_ends_it_at_once_though_the_pipe_stays_open() {
    let server = Server::start();
    let mut sending = Running::start(server.tui(&["send", "--room", "r", "--lines", "--json"]));
    sending.type_in(b"ok\n");
    sending.type_in(&[b'x'; 9000]);
    sending.type_in(b"\nnever\n");
    let out = sending.end();
    assert_eq!(out.code, 65, "{out:?}");
    assert!(out.stderr.contains("message 2: ") && out.stderr.contains("(too-long)"), "{out:?}");
    assert_eq!(server.texts("r")[0], "ok");
}

#[test]
fn a_closed_stdout_does_not_stop_the_confirming() {
    let server = Server::start();
    let mut command = server.tui(&["send", "--room", "r", "--lines", "--json"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    use std::io::Write;
    child.stdin.take().unwrap().write_all("line\n".repeat(500).as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(server.texts("r").len(), 500);
}

#[test]
fn a_server_killed_again_and_again_loses_and_doubles_nothing() {
    let mut server = Server::start();
    let args = ["send", "--room", "r", "--lines", "--json", "--timeout", "60s"];
    let mut sending = Running::start(server.tui(&args));
    let lines: Vec<String> = (0..400).map(|n| format!("line {n}")).collect();
    let mut confirmed = 0;
    for (part, lines) in lines.chunks(100).enumerate() {
        sending.type_in((lines.join("\n") + "\n").as_bytes());
        // Somewhere in the middle of what is on its way.
        for _ in 0..20 + 25 * part {
            sending.line();
            confirmed += 1;
        }
        server.kill();
        server.restart();
    }
    sending.close();
    let out = sending.end();
    assert_eq!(out.code, 0, "{}", out.stderr);
    assert!(confirmed < lines.len());
    assert_eq!(out.json().len(), lines.len());
    assert_eq!(server.texts("r"), lines);
    let history = server.run(&["history", "--room", "r", "--count", "1000", "--json"]).json();
    let ids = |all: &[serde_json::Value]| -> Vec<String> {
        all.iter().map(|m| m["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&out.json()), ids(&history), "each id is the one the receipt said");
}

#[test]
fn a_server_that_comes_late_is_waited_for_once_connected() {
    let mut server = Server::start();
    let mut sending = Running::start(server.tui(&["send", "--room", "r", "--lines", "--json"]));
    sending.type_in(b"a\n");
    sending.line();
    server.kill();
    sending.type_in(b"b\n");
    sending.close();
    server.restart();
    let out = sending.end();
    assert_eq!((out.code, status(&out).len()), (0, 2), "{out:?}");
    eventually("both are there", || server.texts("r") == ["a", "b"]);
}

#[test]
fn back_pressure_reaches_the_writer() {
    let server = Server::start();
    let mut sending = Running::start(server.tui(&["send", "--room", "r", "--lines", "--json"]));
    sending.type_in(b"a\n");
    sending.line();
    // Nothing is confirmed any more: only so much may be taken in.
    let pid = server.pid().to_string();
    let signal = |name: &str| {
        assert!(
            std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success()
        );
    };
    signal("STOP");
    let mut stdin = sending.take_stdin();
    let (done, was_done) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        use std::io::Write;
        let line = [b"x".repeat(1999), b"\n".to_vec()].concat();
        for _ in 0..1000 {
            stdin.write_all(&line).unwrap();
        }
        done.send(()).unwrap();
    });
    let held = was_done.recv_timeout(std::time::Duration::from_millis(300)).is_err();
    signal("CONT");
    assert!(held, "2 MB were taken though at most 64 messages may be on their way");
    let out = sending.end();
    assert_eq!((out.code, out.json().len()), (0, 1001), "{}", out.stderr);
}
