//! What people type: a table of shell one-liners, run by the real `sh` with real pipes against one
//! server. `$R` is a room of each row's own, the working directory too.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{Server, bin_dir, run};

/// A one-liner, its exit code and all it prints on standard output.
struct Row {
    script: &'static str,
    code: i32,
    prints: &'static str,
}

const fn row(script: &'static str, code: i32, prints: &'static str) -> Row {
    Row { script, code, prints }
}

/// Counts messages, whatever their number of lines.
const COUNT: &str = "count() { chat-tui history --room \"$R\" --count 100000 --json | wc -l; }";

const TABLE: &[Row] = &[
    // Sending
    row(
        "echo hi | chat-tui send --room $R && chat-tui history --room $R | cut -d' ' -f3-",
        0,
        "mina: hi\n",
    ),
    row(
        "chat-tui send --room $R two words </dev/null; chat-tui history --room $R | cut -d' ' -f4-",
        0,
        "two words\n",
    ),
    row(
        "echo 안녕하세요 | chat-tui send --room $R; chat-tui history --room $R | cut -d' ' -f4",
        0,
        "안녕하세요\n",
    ),
    row(
        "(echo a; echo b) | chat-tui send --room $R; count; chat-tui history --room $R | sed -n 2p",
        0,
        "1\n    b\n",
    ),
    row("seq 300 > f; chat-tui send --room $R --file f; count", 0, "1\n"),
    row("chat-tui send --room $R - < /etc/hostname >/dev/null; count", 0, "1\n"),
    row("chat-tui send --room $R hi <&-; count", 0, "1\n"),
    row("seq 100 | chat-tui send --room $R --lines; count", 0, "100\n"),
    row(
        "seq 1000 | chat-tui send --room $R --lines --json | grep -c '\"status\":\"confirmed\"'",
        0,
        "1000\n",
    ),
    row("printf 'a\\0b\\nc\\0' | chat-tui send --room $R --null; count", 0, "2\n"),
    row(
        "printf '{\"text\":\"x\"}\\n{\"text\":\"y\"}\\n' | chat-tui send --room $R --jsonl; count",
        0,
        "2\n",
    ),
    row("seq 5 | tee copy | chat-tui send --room $R --lines; wc -l < copy", 0, "5\n"),
    row("printf '%s\\n' a b c | xargs -n1 chat-tui send --room $R; count", 0, "3\n"),
    row("for i in 1 2 3 4 5 6; do chat-tui send --room $R $i & done; wait; count", 0, "6\n"),
    row("seq 3 | chat-tui send --room $R --lines --dry-run; count", 0, "0\n"),
    // Saying it once
    row("for i in 1 2 3; do chat-tui send --room $R --key build-7 done; done; count", 0, "1\n"),
    row("for i in 1 2 3; do chat-tui send --room $R --key same once & done; wait; count", 0, "1\n"),
    row(
        "for i in 1 2 3; do echo up | chat-tui send --room $R --key-from sha256; done; count",
        0,
        "1\n",
    ),
    row("until chat-tui send --room $R --key k ok; do sleep 1; done; count", 0, "1\n"),
    // Bad input
    row("printf '' | chat-tui send --room $R", 65, ""),
    row("printf '' | chat-tui send --room $R --allow-empty", 0, ""),
    row("cat missing 2>/dev/null | chat-tui send --room $R", 65, ""),
    row("chat-tui send --room $R --file missing", 66, ""),
    row("printf 'a\\377b' | chat-tui send --room $R; echo $?; count", 0, "65\n0\n"),
    row(
        "head -c 3000000 /dev/zero | tr '\\0' x | chat-tui send --room $R; echo $?; count",
        0,
        "65\n0\n",
    ),
    row(
        "head -c 20000 /dev/zero | tr '\\0' x | chat-tui send --room $R --json | grep -o too-long",
        0,
        "too-long\n",
    ),
    row("chat-tui send --room 'a b' hi", 64, ""),
    row(
        "chat-tui send --room $R hi | cat; CHAT_TUI_SERVER=ws://127.0.0.1:1 chat-tui rooms",
        69,
        "",
    ),
    // Pipes that break, fill up or stay open
    row(
        "seq 50 | chat-tui send --room $R --lines; chat-tui tail --room $R --last 50 | head -1 | cut -d' ' -f3",
        0,
        "1\n",
    ),
    row(
        "seq 500 | chat-tui send --room $R --lines; chat-tui history --room $R --count 500 2>err | head -1 >/dev/null; cat err",
        0,
        "",
    ),
    row("chat-tui send --room $R hi; chat-tui history --room $R > /dev/full", 74, ""),
    row("chat-tui send --room $R hi > /dev/full; echo $?; count", 0, "0\n1\n"),
    row(
        "yes | chat-tui send --room $R --lines & while [ $(count) -lt 10 ]; do :; done; kill $!; wait $!; echo $?",
        0,
        "143\n",
    ),
    row(
        "mkfifo p; { head -c 9000 /dev/zero | tr '\\0' x; echo; exec sleep 600; } > p & chat-tui send --room $R --lines < p; echo $?; kill $!",
        0,
        "65\n",
    ),
    // Searching
    row(
        "seq 150 | sed 's/^/회의 /' | chat-tui send --room $R --lines; chat-tui search 회의 --room $R --limit 120 | cut -d' ' -f5 | sed -n '1p;120p'",
        0,
        "150\n31\n",
    ),
    row(
        "chat-tui send --room $R 내일 회의실에서; chat-tui search 의실 --room $R | cut -d' ' -f4-",
        0,
        "내일 회의실에서\n",
    ),
    row("chat-tui send --room $R hi; chat-tui search hi --room $R --after 2999-01-01", 0, ""),
    row("chat-tui search '?!' --room $R", 65, ""),
    row("chat-tui search hi --before soon", 64, ""),
    // Following
    row(
        "seq 5 | chat-tui send --room $R --lines; chat-tui tail --room $R --since 1h --count 5 | wc -l",
        0,
        "5\n",
    ),
    row(
        "seq 3 | chat-tui send --room $R --lines; for i in 1 2 3; do chat-tui tail --room $R --cursor-file c --last 3 --count 1 | cut -d' ' -f3; done",
        0,
        "1\n2\n3\n",
    ),
    row(
        "chat-tui tail --room $R --count 1 > out & until [ -s out ]; do chat-tui send --room $R x; done; wait; wc -l < out",
        0,
        "1\n",
    ),
    row("chat-tui tail --room $R --exit-after 100ms --last 0", 0, ""),
    row(
        "seq 4 | chat-tui send --room $R --lines; chat-tui tail --room $R --last 4 --count 4 | cut -d' ' -f3 | chat-tui send --room $R-copy --lines; chat-tui history --room $R-copy | wc -l",
        0,
        "4\n",
    ),
    // Looking
    row(
        "printf 'a\\033[31mb' | chat-tui send --room $R; chat-tui history --room $R | grep -c \"$(printf '\\033')\"",
        1,
        "0\n",
    ),
    // Exporting
    row(
        "seq 700 | chat-tui send --room $R --lines; chat-tui export --room $R | cut -d' ' -f4 | cksum; seq 700 | cksum",
        0,
        "3141508596 2692\n3141508596 2692\n",
    ),
    row(
        "seq 5 | chat-tui send --room $R --lines; chat-tui export --room $R --format jsonl -o log && ls && chat-tui export --room $R --since $(sed -n 3p log | grep -o '\"id\":\"[^\"]*' | cut -d'\"' -f4) | cut -d' ' -f4",
        0,
        "log\n4\n5\n",
    ),
    row(
        "echo '# hi' | chat-tui send --room $R; chat-tui export --room $R --format markdown --since 1h | grep '^[#>]' | cut -d' ' -f1,3 | tail -1",
        0,
        "> hi\n",
    ),
    row(
        "chat-tui send --room $R hi; chat-tui export --room $R -o no/such/place 2>err; echo $?; cat err",
        0,
        "74\nchat-tui: cannot write no/such/place.part: No such file or directory (os error 2)\n",
    ),
    row(
        "chat-tui send --room $R hi; chat-tui export --room $R --since yesterday 2>/dev/null",
        64,
        "",
    ),
    row("chat-tui send --room $R hi; chat-tui rooms | grep -c \"^$R \"", 0, "1\n"),
    row(
        "chat-tui send --room $R hi; chat-tui rooms --json | grep -c \"\\\"name\\\":\\\"$R\\\"\"",
        0,
        "1\n",
    ),
    // Reading
    row(
        "for text in a @mina b @room; do chat-tui send --nick jun --room $R $text; done; chat-tui rooms | grep \"^$R \" | tr -s ' ' | cut -d' ' -f3; id=$(chat-tui history --room $R --json | head -1 | cut -d'\"' -f4); chat-tui read --room $R $id; chat-tui rooms | grep \"^$R \" | tr -s ' ' | cut -d' ' -f3,4; chat-tui read --room $R; chat-tui rooms | grep \"^$R \" | tr -s ' ' | cut -d' ' -f3",
        0,
        "-\n3 @2\n0\n",
    ),
    row(
        "chat-tui send --room $R a; chat-tui read --room $R --json | cut -d'\"' -f4; chat-tui read --room $R-none --json | cut -d'\"' -f1-4",
        0,
        "confirmed\n{\"status\":\"empty\n",
    ),
    row("chat-tui read --room $R aaaaaaaa.0.1 2>/dev/null; echo $?", 0, "65\n"),
    row(
        "chat-tui send --room $R --nick sol here; for text in @sol x '@sol는'; do chat-tui send --room $R $text; done; chat-tui mentions --nick sol | cut -d' ' -f4,5; chat-tui mentions --nick sol --limit 1 --json | wc -l",
        0,
        "mina: @sol는\nmina: @sol\n1\n",
    ),
];

#[test]
fn every_one_liner_does_what_it_says() {
    assert!(TABLE.len() >= 40);
    let server = Server::start();
    let mut failures = Vec::new();
    for (number, row) in TABLE.iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        let path = format!("{}:{}", bin_dir().display(), std::env::var("PATH").unwrap());
        let mut command = support::clean("sh", dir.path());
        command
            .args(["-c", &format!("{COUNT}\n{}", row.script)])
            .current_dir(dir.path())
            .env("PATH", path)
            .env("R", format!("row-{number}"))
            .env("CHAT_TUI_SERVER", server.url());
        let out = run(command, b"");
        if (out.code, out.stdout.as_str()) != (row.code, row.prints) {
            failures.push(format!("{number}: {}\n  {out:?}", row.script));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
