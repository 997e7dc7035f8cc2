//! The table of rows, and the page made of it and of the list of this program's tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rows.md");

/// What is to be shown beside the tests.
enum Word {
    Nothing,
    /// Where there was a choice: what was chosen, and why.
    Pinned(&'static str),
    /// What it waits for.
    Later(&'static str),
}

use Word::{Later, Nothing, Pinned};

type Row = (&'static str, &'static str, Word);

const SECTIONS: [(&str, &[Row]); 13] = [
    ("A1 Framing", FRAMING),
    ("A2 Header encoding", HEADERS),
    ("A3 Connecting", CONNECT),
    ("A4 Heart-beats", HEART_BEATS),
    ("A5 Receipts", RECEIPTS),
    ("A6 ERROR", ERRORS),
    ("A7 SUBSCRIBE and UNSUBSCRIBE", SUBSCRIBE),
    ("A8 SEND and MESSAGE", MESSAGES),
    ("A9 ACK and NACK", ACKS),
    ("A10 Transactions", TRANSACTIONS),
    ("A11 Lifecycle", LIFECYCLE),
    ("A12 Limits", LIMITS),
    ("A13 WebSocket", WEBSOCKET),
];

const FRAMING: &[Row] = &[
    ("F01", "frames round-trip unchanged", Nothing),
    ("F02", "CR LF ends lines in 1.2, also mixed with LF", Nothing),
    ("F03", "CR LF is tolerated in 1.0 and 1.1", Nothing),
    ("F04", "a CR that no LF follows", Nothing),
    ("F05", "EOLs before and between frames", Nothing),
    (
        "F06",
        "a stray NUL between frames",
        Pinned("an error: it nearly always means a wrong `content-length`"),
    ),
    ("F07", "one octet at a time", Nothing),
    ("F08", "many frames and beats in one segment", Nothing),
    ("F09", "a character split over two reads", Nothing),
    ("F10", "commands are case-sensitive", Nothing),
    ("F11", "header names are case-sensitive", Nothing),
    ("F12", "a frame without headers", Nothing),
    ("F13", "a header line without a colon", Nothing),
    ("F14", "an empty header value", Nothing),
    ("F15", "an empty header name", Nothing),
    ("F16", "a body where none may be", Nothing),
    ("F17", "NULs within `content-length`", Nothing),
    ("F18", "a `content-length` that is too small", Nothing),
    ("F19", "without `content-length` NUL ends the body", Nothing),
    ("F20", "a negative `content-length`", Nothing),
    (
        "F21",
        "a `content-length` that is no number",
        Pinned("an error: the sender believes in another end of the body than we would find"),
    ),
    ("F22", "`content-length` on other frames than SEND", Nothing),
    ("F23", "`content-length:0` everywhere", Nothing),
    ("F24", "a huge `content-length`", Nothing),
    ("F25", "two `content-length` headers", Nothing),
    ("F26", "headers that are not UTF-8", Pinned("an error")),
    ("F27", "characters of four octets", Nothing),
    ("F28", "binary bodies", Nothing),
    ("F29", "`content-length` on what the server sends", Nothing),
    ("F30", "RECEIPT and CONNECTED have no body", Nothing),
    ("F31", "commands of servers sent by a client", Nothing),
    ("F32", "unknown commands", Nothing),
];

const HEADERS: &[Row] = &[
    ("H01", "the escapes of 1.2", Nothing),
    ("H02", "undefined escapes in 1.2", Nothing),
    ("H03", "the escapes of 1.1, and no other", Nothing),
    ("H04", "1.0 has no escapes", Nothing),
    ("H05", "CONNECT is never unescaped", Nothing),
    ("H06", "CONNECTED is never escaped", Nothing),
    ("H07", "names are escaped like values", Nothing),
    ("H08", "raw colons in values", Nothing),
    ("H09", "escaping by the receiver's version", Nothing),
    (
        "H10",
        "a line end cannot make a header",
        Pinned("what a version cannot carry becomes a blank"),
    ),
    ("H11", "1.1 and 1.2 neither trim nor pad", Nothing),
    ("H12", "1.0 tolerates blanks around values", Nothing),
    ("H13", "the first of repeated headers counts", Nothing),
    ("H14", "the sender's headers arrive unchanged", Nothing),
    ("H15", "`receipt` and `transaction` are not forwarded", Nothing),
    ("H16", "`content-length` is computed", Nothing),
    ("H17", "the server's headers cannot be forged", Nothing),
    ("H18", "the order of headers is kept", Nothing),
    ("H19", "RECEIPT and ERROR are escaped", Nothing),
];

const CONNECT: &[Row] = &[
    ("C01", "CONNECTED has `version` and `session`", Nothing),
    ("C02", "STOMP equals CONNECT", Nothing),
    ("C03", "no `accept-version` means 1.0", Nothing),
    ("C04", "the highest common version", Nothing),
    ("C05", "no common version", Nothing),
    ("C06", "blanks in the list of versions", Nothing),
    ("C07", "no `host`", Nothing),
    ("C08", "any `host`", Nothing),
    ("C09", "`session` is unique", Nothing),
    ("C10", "the `server` header", Nothing),
    ("C11", "`receipt` on CONNECT", Nothing),
    ("C12", "wrong passwords", Later("accounts")),
    ("C13", "a second CONNECT", Nothing),
    ("C14", "other frames before CONNECT", Nothing),
    ("C15", "no CONNECT in time", Nothing),
    ("C16", "a thousand connections leave nothing behind", Nothing),
    ("C17", "login required and optional", Later("accounts; until then login is optional")),
    ("C18", "the passcode is not logged", Nothing),
    ("C19", "CONNECTED has `heart-beat`", Nothing),
    ("C20", "`accept-version:1.0`", Nothing),
    ("C21", "CONNECTED is the first frame", Nothing),
    ("C22", "CONNECTED has `user-name`", Nothing),
    ("C23", "login by the upgrade request", Later("accounts")),
];

const HEART_BEATS: &[Row] = &[
    ("B01", "what a client owes", Nothing),
    ("B02", "what the server owes", Nothing),
    ("B03", "no header is `0,0`", Nothing),
    ("B04", "malformed values", Nothing),
    ("B05", "an EOL in every interval", Nothing),
    ("B06", "any octet is a sign of life", Nothing),
    ("B07", "silence is cut at 2 to 3 intervals", Nothing),
    (
        "B08",
        "the margin",
        Pinned(
            "2.5 intervals, no setting: a client needs to know what it may rely on, and the interval itself is negotiated",
        ),
    ),
    ("B09", "`0,0` is not cut", Nothing),
    ("B10", "an idle 1.0 client stays", Nothing),
    ("B11", "silly intervals are clamped", Nothing),
    ("B12", "nobody is told `0,0`", Nothing),
    ("B13", "a beat is one small WebSocket message", Nothing),
    (
        "B14",
        "a flood of EOLs",
        Pinned("costs the reading of it and nothing else, so it has no rate of its own"),
    ),
    ("B15", "one who is cut is told", Nothing),
];

const RECEIPTS: &[Row] = &[
    ("R01", "receipts for every frame", Nothing),
    ("R02", "`receipt-id` is the value", Pinned("up to `max-receipt`, 256 octets by default")),
    ("R03", "the receipt of SUBSCRIBE", Nothing),
    ("R04", "the receipt of a stored SEND", Nothing),
    ("R05", "receipts in frame order", Nothing),
    (
        "R06",
        "the receipt of a SEND in a transaction",
        Pinned("at once: who waits for it before COMMIT would wait for ever"),
    ),
    ("R07", "no receipt for what fails", Nothing),
    ("R08", "the same receipt twice", Nothing),
    ("R09", "one receipt for SUBSCRIBE", Nothing),
];

const ERRORS: &[Row] = &[
    ("E01", "ERROR, then the close", Nothing),
    ("E02", "`receipt-id` on ERROR", Nothing),
    ("E03", "short messages, stable codes", Nothing),
    ("E04", "the body's type and length", Nothing),
    ("E05", "nothing of the inside", Nothing),
    ("E06", "ERROR is not lost", Nothing),
    ("E07", "malformed frames get an ERROR", Nothing),
    ("E08", "the WebSocket's close code", Nothing),
    ("E09", "nothing after an ERROR", Nothing),
    (
        "E10",
        "the loss of a subscription",
        Pinned(
            "ERROR and close: a connection that lost one of its subscriptions is not what the client thinks it is",
        ),
    ),
];

const SUBSCRIBE: &[Row] = &[
    ("S01", "a destination is required", Nothing),
    ("S02", "an id is required in 1.1 and 1.2", Nothing),
    ("S03", "no id in 1.0", Nothing),
    ("S04", "an id in use", Nothing),
    ("S05", "an id elsewhere, and used again", Nothing),
    ("S06", "two subscriptions to one destination", Nothing),
    ("S07", "ack modes", Nothing),
    ("S08", "nothing after UNSUBSCRIBE's receipt", Nothing),
    ("S09", "UNSUBSCRIBE of an unknown id", Nothing),
    ("S10", "UNSUBSCRIBE without id", Nothing),
    ("S11", "not allowed to read", Later("accounts; until then everybody may read every room")),
    ("S12", "unknown kinds of destinations", Nothing),
    ("S13", "selectors", Nothing),
    ("S14", "invalid selectors", Nothing),
    ("S15", "wildcards", Pinned("`*` and `>`, with `#` and `**` as other ways to write `>`")),
    ("S16", "prefetch", Nothing),
    ("S17", "durable subscriptions", Nothing),
    ("S18", "deleting a durable subscription", Nothing),
    (
        "S19",
        "browsing a queue",
        Pinned(
            "not offered: a reader that takes nothing cannot be told from one that is stuck; an unknown header of a browser is not acted on",
        ),
    ),
    ("S20", "no-local", Nothing),
    ("S21", "odd ids", Nothing),
    ("S22", "10,000 subscriptions and churn", Nothing),
    ("S23", "SUBSCRIBE and UNSUBSCRIBE at once", Nothing),
];

const MESSAGES: &[Row] = &[
    ("D01", "SEND without destination", Nothing),
    ("D02", "the MESSAGE's destination", Nothing),
    ("D03", "message ids are unique", Nothing),
    ("D04", "the MESSAGE's subscription", Nothing),
    ("D05", "the `ack` header", Nothing),
    ("D06", "one publisher's order", Nothing),
    ("D07", "topics: everybody once", Nothing),
    ("D08", "queues: one consumer, kept till then", Nothing),
    ("D09", "`content-type` passes", Nothing),
    ("D10", "charsets pass", Nothing),
    ("D11", "one's own messages", Nothing),
    ("D12", "a topic nobody reads", Nothing),
    ("D13", "many segments", Nothing),
    ("D14", "percent signs in destinations", Pinned("taken literally: nothing is decoded")),
    (
        "D15",
        "headers of other brokers",
        Pinned(
            "`persistent` and `expires` act on queues, `reply-to` on temporary ones; `priority`, `correlation-id` and `type` are carried",
        ),
    ),
    ("D16", "empty bodies", Nothing),
    ("D17", "large bodies", Nothing),
    ("D18", "temporary queues are private", Nothing),
    ("D19", "not allowed to send", Nothing),
    ("D20", "who sent it", Nothing),
    ("D21", "expired messages", Nothing),
    ("D22", "`redelivered`", Nothing),
];

const ACKS: &[Row] = &[
    ("A01", "`client` is cumulative", Nothing),
    ("A02", "`client-individual` is not", Nothing),
    ("A03", "ACK in 1.2", Nothing),
    ("A04", "ACK in 1.1", Nothing),
    ("A05", "ACK in 1.0", Nothing),
    ("A06", "cumulative within the subscription", Nothing),
    ("A07", "ACK of what is not owed", Nothing),
    ("A08", "ACK in `auto` mode", Pinned("an error: the client thinks it is in another mode")),
    ("A09", "what is not settled comes back", Nothing),
    ("A10", "NACK", Pinned("again after a delay that grows, then a dead letter")),
    ("A11", "NACK is cumulative too", Nothing),
    ("A12", "ACK without its headers", Nothing),
    ("A13", "ACK that crosses UNSUBSCRIBE", Nothing),
    ("A14", "a reused id keeps older modes", Nothing),
    ("A15", "dead letters are an ordinary queue", Nothing),
    ("A16", "a window of one", Nothing),
];

const TRANSACTIONS: &[Row] = &[
    ("T01", "`transaction` is required", Nothing),
    ("T02", "BEGIN of an open one", Nothing),
    ("T03", "COMMIT and ABORT of an unknown one", Nothing),
    ("T04", "invisible until COMMIT, then in order", Nothing),
    ("T05", "ABORT", Nothing),
    ("T06", "every end aborts", Nothing),
    ("T07", "frames that name an unknown one", Nothing),
    ("T08", "ACK and NACK in a transaction", Nothing),
    ("T09", "COMMIT is atomic", Nothing),
    ("T10", "names are free again", Nothing),
    ("T11", "names belong to their connection", Nothing),
    ("T12", "limits", Nothing),
    ("T13", "other frames beside it", Nothing),
    ("T14", "one message in two transactions", Nothing),
];

const LIFECYCLE: &[Row] = &[
    ("X01", "DISCONNECT with receipt", Nothing),
    ("X02", "DISCONNECT without receipt", Nothing),
    ("X03", "frames after DISCONNECT", Nothing),
    ("X04", "a half-closed link", Nothing),
    ("X05", "the last RECEIPT is not lost", Nothing),
    ("X06", "a reset frees everything", Nothing),
    ("X07", "the server stops", Nothing),
    ("X08", "the server starts again", Nothing),
];

const LIMITS: &[Row] = &[
    ("L01", "headers", Nothing),
    ("L02", "a header line", Nothing),
    ("L03", "a frame", Nothing),
    ("L04", "a command", Nothing),
    ("L05", "everything before login", Nothing),
    ("L06", "a frame over many WebSocket messages", Nothing),
    ("L07", "one ERROR for each violation", Nothing),
    ("L08", "slow readers", Nothing),
    ("L09", "connections", Nothing),
    ("L10", "repeated headers do not count", Nothing),
    ("L11", "destinations and wildcards", Nothing),
    ("L12", "rates", Nothing),
    ("L13", "memory", Nothing),
];

const WEBSOCKET: &[Row] = &[
    ("W01", "the best subprotocol", Nothing),
    ("W02", "no subprotocol", Nothing),
    (
        "W03",
        "only unknown subprotocols",
        Pinned("400: the client asked for something that is not here, and learns it at once"),
    ),
    ("W04", "the version comes from CONNECT", Nothing),
    ("W05", "one frame over many messages", Nothing),
    ("W06", "many frames in one message", Nothing),
    ("W07", "fragments", Nothing),
    ("W08", "text and binary inbound", Nothing),
    ("W09", "text and binary outbound", Nothing),
    ("W10", "ping and pong", Nothing),
    (
        "W11",
        "pings to idle links",
        Pinned(
            "none: TCP keep-alive finds a dead peer, STOMP heart-beats a stuck one, and every CONNECTED offers them",
        ),
    ),
    ("W12", "close codes", Nothing),
    ("W13", "origins", Nothing),
    ("W14", "messages too big", Nothing),
    (
        "W15",
        "compression",
        Pinned(
            "not offered: messages are small, and each direction would cost memory for every connection",
        ),
    ),
    (
        "W16",
        "fragments of one message",
        Pinned("`max-fragments`, 1,024 by default, can be set above 65,536"),
    ),
    ("W17", "broken WebSocket frames", Nothing),
    ("W18", "what is no handshake", Nothing),
    (
        "W19",
        "the Autobahn suite",
        Pinned(
            "groups 1 to 7, 9 and 10 pass with the clients of others: see [clients](clients.md)",
        ),
    ),
    (
        "W20",
        "paths",
        Pinned("`/ws` alone, which every client lets one set; SockJS will be under the same path"),
    ),
    ("W21", "TLS and forwarded addresses", Later("the server behind a proxy")),
    (
        "W22",
        "WebSocket over HTTP/2",
        Pinned("not offered: browsers use HTTP/1.1 where HTTP/2 does not offer it"),
    ),
    ("W23", "both transports share everything", Nothing),
    (
        "W24",
        "one port for both",
        Pinned(
            "two ports: each can be bound and limited for itself; STOMP on the HTTP port is told where to go",
        ),
    ),
];

/// The tests of each row, from this program itself.
fn tests() -> BTreeMap<String, Vec<String>> {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args(["--list", "--format=terse"]).output().unwrap();
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let Some((module, name)) = line.strip_suffix(": test").and_then(|l| l.split_once("::"))
        else {
            continue;
        };
        if ["broken", "table"].contains(&module) {
            continue;
        }
        let row = name.split('_').next().unwrap().to_uppercase();
        rows.entry(row).or_default().push(name.to_owned());
    }
    rows
}

fn page(tests: &BTreeMap<String, Vec<String>>) -> String {
    let mut body = String::new();
    let (mut pass, mut pinned, mut later) = (0, 0, 0);
    for (title, rows) in SECTIONS {
        let _ = write!(
            body,
            "\n## {title}\n\n| row | behaviour | state | proof or reason |\n|---|---|---|---|\n"
        );
        for (id, title, word) in rows {
            let (count, state, reason) = match word {
                Nothing => (&mut pass, "pass", None),
                Pinned(reason) => (&mut pinned, "pinned", Some(*reason)),
                Later(reason) => (&mut later, "later", Some(*reason)),
            };
            *count += 1;
            let names = tests.get(*id).into_iter().flatten().map(|name| format!("`{name}`"));
            let proof: Vec<String> = reason.map(str::to_owned).into_iter().chain(names).collect();
            let _ = writeln!(body, "| {id} | {title} | {state} | {} |", proof.join("<br>"));
        }
    }
    format!(
        "# Rows\n\n\
         <!-- Generated from server/tests/rows: UPDATE_DOCS=1 cargo test -p chat-server --test rows table -->\n\n\
         What a strict STOMP server does, row by row, each with the tests that show it on the running\n\
         server over raw sockets. *Pinned*: the specifications or other servers leave a choice; what was\n\
         chosen, and why. *Later*: it waits for another part.\n\n\
         {} rows: {pass} pass, {pinned} pinned, {later} later.\n{body}",
        pass + pinned + later
    )
}

#[test]
fn the_page_of_rows_is_what_the_table_and_the_tests_say() {
    let page = page(&tests());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let found = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        found == page,
        "docs/rows.md is stale: run UPDATE_DOCS=1 cargo test -p chat-server --test rows table"
    );
}

#[test]
fn every_row_has_a_test_or_a_reason_and_every_test_a_row() {
    let tests = tests();
    let rows: Vec<&Row> = SECTIONS.iter().flat_map(|(_, rows)| rows.iter()).collect();
    let ids: BTreeSet<&str> = rows.iter().map(|(id, ..)| *id).collect();
    assert_eq!((ids.len(), rows.len()), (228, 228));
    for (id, _, word) in rows {
        let tested = tests.contains_key(*id);
        assert!(tested || !matches!(word, Nothing), "{id} has no test");
    }
    for row in tests.keys() {
        assert!(ids.contains(&row[..]), "{row} is no row");
    }
}
