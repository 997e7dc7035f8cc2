//! `chat-tui edit`, `delete`, `react` and `topic` against the real server: what they change, what they
//! print, and how they end.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::Value;
use support::{Output, Server};

fn say(server: &Server, args: &[&str]) -> String {
    let out = server.run(&[&["send", "--room", "r", "--json"], args].concat());
    assert_eq!(out.code, 0, "{out:?}");
    out.json()[0]["id"].as_str().unwrap().to_owned()
}

fn run(server: &Server, args: &[&str]) -> Output {
    server.run(&[args, &["--room", "r"]].concat())
}

fn done(server: &Server, args: &[&str]) {
    let out = run(server, args);
    assert_eq!((out.code, out.stdout.as_str(), out.stderr.as_str()), (0, "", ""), "{args:?}");
}

fn history(server: &Server) -> Vec<Value> {
    run(server, &["history", "--json"]).json()
}

#[test]
fn a_message_is_edited_reacted_to_and_deleted() {
    let server = Server::start();
    let id = say(&server, &["frist"]);
    done(&server, &["edit", &id, "first", "and best"]);
    done(&server, &["react", &id, "👍"]);
    let row = &history(&server)[0];
    assert_eq!(row["text"], "first and best");
    assert_eq!(row["edited"]["id"], history(&server)[1]["id"]);
    assert_eq!(row["reactions"][0]["by"], serde_json::json!(["mina"]));
    let out = run(&server, &["history"]);
    let said: Vec<_> = out.stdout.lines().map(|line| line.split_once(" mina").unwrap().1).collect();
    assert_eq!(
        said,
        [": first and best (edited) [👍 1]", " edited: first and best", " reacted 👍"]
    );
    done(&server, &["react", &id, ":+1:", "--off"]);
    assert!(history(&server)[0].get("reactions").is_none());
    let piped = server.pipe(&["edit", "--room", "r", &id, "-"], b"from\na pipe\n");
    assert_eq!(piped.code, 0, "{piped:?}");
    assert_eq!(history(&server)[0]["text"], "from\na pipe");
    let past = |id: &str| run(&server, &["history", "--edits-of", id, "--json"]);
    let texts: Vec<_> = past(&id).json().iter().map(|row| row["text"].clone()).collect();
    assert_eq!(texts, ["frist", "first and best", "from\na pipe"]);
    assert_eq!(past("m-1").code, 65);
    done(&server, &["delete", &id]);
    assert_eq!(past(&id).json()[0]["text"], "(deleted)");
    let rows = history(&server);
    assert_eq!(
        (rows[0]["text"].as_str(), rows[0]["deleted"].is_object()),
        (Some("(deleted)"), true)
    );
    assert!(!rows.iter().any(|row| row.to_string().contains("pipe")));
}

#[test]
fn a_reply_names_its_message() {
    let server = Server::start();
    let id = say(&server, &["question"]);
    say(&server, &["answer", "--reply-to", &id]);
    assert_eq!(history(&server)[1]["reply_to"], id.as_str());
}

#[test]
fn a_topic_is_printed_set_and_cleared() {
    let server = Server::start();
    let topic = || run(&server, &["topic"]).stdout;
    assert_eq!(topic(), "\n");
    done(&server, &["topic", "금요일", "7시"]);
    assert_eq!(topic(), "금요일 7시\n");
    let shown = run(&server, &["topic", "--json"]).json();
    assert_eq!(shown[0], serde_json::json!({ "room": "r", "topic": "금요일 7시" }));
    assert!(server.run(&["rooms"]).stdout.contains("금요일 7시"));
    done(&server, &["topic", ""]);
    assert_eq!(topic(), "\n");
}

#[test]
fn json_says_what_became_of_it_and_a_key_makes_a_retry_safe() {
    let server = Server::start();
    let id = say(&server, &["x"]);
    let edit = || run(&server, &["edit", &id, "y", "--key", "k", "--json"]);
    let first = edit().json()[0].clone();
    assert_eq!(
        (first["status"].as_str(), first["duplicate"].as_bool()),
        (Some("confirmed"), Some(false))
    );
    let again = edit().json()[0].clone();
    assert_eq!((&again["id"], &again["duplicate"]), (&first["id"], &true.into()));
    let react = || run(&server, &["react", &id, "👍", "--json"]).json()[0].clone();
    let on = react();
    assert_eq!((&react()["id"], react()["duplicate"].as_bool()), (&on["id"], Some(true)));
    assert_eq!(history(&server).len(), 3);
}

#[test]
fn what_was_confirmed_outlives_the_servers_death() {
    let mut server = Server::start();
    let ids: Vec<_> = (0..3).map(|n| say(&server, &[&n.to_string()])).collect();
    done(&server, &["edit", &ids[0], "edited"]);
    done(&server, &["react", &ids[1], "👍"]);
    done(&server, &["topic", "Rust"]);
    done(&server, &["delete", &ids[2]]);
    let before = history(&server);
    server.kill();
    server.restart();
    assert_eq!(history(&server), before);
    let tail = run(&server, &["tail", "--last", "300", "--count", "7", "--json"]);
    assert_eq!(tail.json(), before);
    assert_eq!(run(&server, &["topic"]).stdout, "Rust\n");
}

#[test]
fn what_may_not_be_ends_with_its_code() {
    let server = Server::start();
    let id = say(&server, &["x"]);
    for (args, code, part) in [
        (&["edit", &id, "y", "--nick", "jun"][..], 77, "wrote"),
        (&["delete", &id, "--nick", "jun"], 77, "wrote"),
        (&["delete", "m-1"], 65, "unknown-message"),
        (&["edit", &id, " "], 65, "empty"),
        (&["react", &id, "ok"], 65, "one emoji"),
        (&["react", &id, ":nosuch:"], 65, ":nosuch:"),
        (&["react", "no id", "👍"], 64, "message id"),
        (&["topic", "a\nb"], 65, "one line"),
        (&["edit", &id], 64, "TEXT"),
    ] {
        let out = run(&server, args);
        assert_eq!(out.code, code, "{args:?}: {out:?}");
        assert!(out.stderr.contains(part) && out.stdout.is_empty(), "{args:?}: {out:?}");
    }
    let refused = run(&server, &["delete", &id, "--nick", "jun", "--json"]);
    assert_eq!(refused.json()[0]["code"], "forbidden");
    assert_eq!(history(&server).len(), 1);
}
