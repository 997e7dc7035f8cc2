//! Every way to break a frame, over both transports and in every version: exactly one ERROR with its
//! code and, when it was asked for, the receipt; then the close; and nothing behind it is processed.

use crate::host::Host;
use crate::peer::{BOTH, Via};

static HOST: Host = Host::new(&[]);

const VERSIONS: [&str; 3] = ["1.0", "1.1", "1.2"];

/// A broken frame.
struct Broken {
    octets: Vec<u8>,
    code: &'static str,
    /// The receipt that was asked for, when it can be known.
    receipt: Option<String>,
    versions: &'static [&'static str],
}

fn broken(octets: impl Into<Vec<u8>>, code: &'static str) -> Broken {
    let octets = octets.into();
    let text = String::from_utf8_lossy(&octets);
    let receipt = text.lines().find_map(|line| line.strip_prefix("receipt:")).map(str::to_owned);
    Broken { octets, code, receipt, versions: &VERSIONS }
}

impl Broken {
    fn only(self, versions: &'static [&'static str]) -> Self {
        Self { versions, ..self }
    }

    /// The receipt cannot be known: the fault is answered where it stands.
    fn at_once(self) -> Self {
        Self { receipt: None, ..self }
    }
}

/// Complete client frames, without the blank line: what they need, and a receipt.
const SOUND: [&str; 9] = [
    "SEND\ndestination:/topic/b\nreceipt:r\n",
    "SUBSCRIBE\nid:b\ndestination:/topic/b\nreceipt:r\n",
    "UNSUBSCRIBE\nid:sub\nreceipt:r\n",
    "BEGIN\ntransaction:b\nreceipt:r\n",
    "COMMIT\ntransaction:open\nreceipt:r\n",
    "ABORT\ntransaction:open\nreceipt:r\n",
    "ACK\nid:x\nmessage-id:x\nsubscription:sub\nreceipt:r\n",
    "NACK\nid:x\nmessage-id:x\nsubscription:sub\nreceipt:r\n",
    "DISCONNECT\nreceipt:r\n",
];

fn command(head: &str) -> &str {
    head.split('\n').next().unwrap_or_default()
}

/// Faults that any command can have.
fn of_any_frame(head: &str) -> Vec<Broken> {
    let name = command(head);
    let rest = &head[name.len()..];
    let mut all = vec![
        broken(format!("{}{rest}\n\0", name.to_lowercase()), "bad-command").at_once(),
        broken(format!("X{name}{rest}\n\0"), "bad-command"),
        broken(format!(" {name}{rest}\n\0"), "bad-command").at_once(),
        broken(format!("{name} {rest}\n\0"), "bad-command").at_once(),
        broken(format!("{name}{rest}nonsense\n\n\0"), "bad-header"),
        broken(format!("{name}{rest}:value\n\n\0"), "bad-header"),
        broken(format!("{name}{rest}a:b\rc\n\n\0"), "bad-header"),
        broken(format!("{name}{rest}a:\\t\n\n\0"), "bad-header").only(&["1.1", "1.2"]),
        broken(format!("{name}{rest}a:\\r\n\n\0"), "bad-header").only(&["1.1"]),
        broken(format!("{name}{rest}a:x\\\n\n\0"), "bad-header").only(&["1.1", "1.2"]),
        broken(format!("{name}{rest}\\x:y\n\n\0"), "bad-header").only(&["1.1", "1.2"]),
        broken([name.as_bytes(), rest.as_bytes(), b"a:\xff\n\n\0"].concat(), "bad-header"),
        broken([name.as_bytes(), rest.as_bytes(), b"\xc3(:b\n\n\0"].concat(), "bad-header"),
        broken(format!("{name}{rest}a\0b:c\n\n\0"), "bad-header"),
        broken(format!("{name}{rest}\0"), "bad-header"),
        broken(format!("{name}{rest}a:{}\n\n\0", "x".repeat(4096)), "header-too-long"),
        broken(format!("{name}{rest}content-length:-1\n\n\0"), "bad-content-length"),
        broken(format!("{name}{rest}content-length:x\n\n\0"), "bad-content-length"),
        broken(
            format!("{name}{rest}content-length:{}\n\n\0", "9".repeat(30)),
            "bad-content-length",
        ),
    ];
    let many: String = (0..70).map(|n| format!("h{n}:x\n")).collect();
    all.push(broken(format!("{name}{rest}{many}\n\0"), "too-many-headers"));
    let huge = format!("{head}content-length:1000000\n\n\0");
    if name == "SEND" {
        all.push(broken(huge, "frame-too-long"));
        all.push(broken(format!("{head}content-length:2\n\nabc\0"), "bad-body-end"));
        all.push(broken(format!("{head}content-length:0\n\nabc\0"), "bad-body-end"));
    } else {
        let versions: &[&str] = if name == "SUBSCRIBE" { &["1.1", "1.2"] } else { &VERSIONS };
        all.push(broken(huge, "body-not-allowed").only(versions));
        all.push(broken(format!("{head}\nbody\0"), "body-not-allowed").only(versions));
        let counted = format!("{head}content-length:4\n\nbody\0");
        all.push(broken(counted, "body-not-allowed").only(versions));
    }
    all.push(broken(head.replace("receipt:r", "receipt:") + "\n\0", "bad-receipt"));
    let long = format!("receipt:{}", "r".repeat(257));
    all.push(broken(head.replace("receipt:r", &long) + "\n\0", "bad-receipt"));
    all
}

/// Faults of what a frame asks for.
fn of_one_frame() -> Vec<Broken> {
    let line = |head: &str, code| broken(head.replace(' ', "\n") + "\nreceipt:r\n\n\0", code);
    const NEW: &[&str] = &["1.1", "1.2"];
    vec![
        broken("\0", "bad-command"),
        broken("NONSENSE\nreceipt:r\n\n\0", "bad-command"),
        broken("{}\n\n\0", "bad-command"),
        broken("\u{feff}SEND\nreceipt:r\n\n\0", "bad-command").at_once(),
        broken("X".repeat(40), "bad-command"),
        line("MESSAGE destination:/topic/b", "bad-command"),
        line("RECEIPT receipt-id:1", "bad-command"),
        line("CONNECTED version:1.2", "bad-command"),
        line("ERROR message:x", "bad-command"),
        line("CONNECT accept-version:1.2 host:h", "already-connected"),
        line("STOMP accept-version:1.2 host:h", "already-connected"),
        line("SEND", "missing-header"),
        line("SEND destination:", "bad-destination"),
        line("SEND destination:topic", "bad-destination"),
        line("SEND destination:/topic/", "bad-destination"),
        line("SEND destination:/topic/a//b", "bad-destination"),
        line("SEND destination:/exchange/a", "bad-destination"),
        line("SEND destination:/topic/a.*", "bad-destination"),
        line("SEND destination:/topic/a/>", "bad-destination"),
        line("SEND destination:/topic/room.-x", "bad-destination"),
        line("SEND destination:/topic/b transaction:none", "unknown-transaction"),
        line("SUBSCRIBE id:b", "missing-header"),
        line("SUBSCRIBE destination:/topic/b", "missing-header").only(NEW),
        line("SUBSCRIBE id:b destination:/nowhere", "bad-destination"),
        line("SUBSCRIBE id:b destination:/topic/>/a", "bad-destination"),
        line("SUBSCRIBE id:b destination:/topic/room.*", "bad-destination"),
        line("SUBSCRIBE id:sub destination:/topic/b", "duplicate-subscription"),
        line("SUBSCRIBE id:b destination:/topic/b ack:maybe", "bad-header"),
        line("SUBSCRIBE id:b destination:/topic/b no-local:perhaps", "bad-header"),
        line("SUBSCRIBE id:b destination:/topic/b durable:perhaps", "bad-header"),
        line("SUBSCRIBE id:b destination:/topic/b prefetch-count:-1", "bad-header"),
        line("SUBSCRIBE id:b destination:/topic/b selector:a=", "bad-selector"),
        line("SUBSCRIBE id:b destination:/topic/room.b last:many", "bad-cursor"),
        line("SUBSCRIBE id:b destination:/topic/room.b last:301", "bad-cursor"),
        line("SUBSCRIBE id:b destination:/topic/room.b last:1 after:x.0.1", "bad-cursor"),
        line("SUBSCRIBE id:b destination:/topic/room.b presence:maybe", "bad-header"),
        line("UNSUBSCRIBE", "missing-header"),
        line("UNSUBSCRIBE destination:/topic/sub", "missing-header").only(NEW),
        line("UNSUBSCRIBE id:none", "unknown-subscription"),
        line("UNSUBSCRIBE id:sub durable:true", "unknown-subscription"),
        line("BEGIN", "missing-header"),
        line("BEGIN transaction:open", "duplicate-transaction"),
        line("COMMIT", "missing-header"),
        line("COMMIT transaction:none", "unknown-transaction"),
        line("ABORT", "missing-header"),
        line("ABORT transaction:none", "unknown-transaction"),
        line("ACK", "missing-header"),
        line("ACK id:x subscription:sub", "missing-header").only(&["1.0", "1.1"]),
        line("ACK message-id:x", "missing-header").only(NEW),
        line("NACK", "missing-header").only(NEW),
        line("NACK id:x message-id:x subscription:sub", "bad-command").only(&["1.0"]),
        line("ACK id:x message-id:x subscription:sub transaction:none", "unknown-transaction"),
        line("ACK id:x message-id:x subscription:sub", "unknown-ack"),
        line("NACK id:x message-id:x subscription:sub", "unknown-ack").only(NEW),
        line("SEND destination:/queue/a.*", "bad-destination"),
        line("SEND destination:/queue/", "bad-destination"),
        line("SEND destination:/queue/b expires:soon", "bad-header"),
        line("SUBSCRIBE id:b destination:/queue/>/a", "bad-destination"),
        line("SUBSCRIBE id:b destination:/reply-queue/x.1/a", "bad-destination"),
        line("SUBSCRIBE id:b destination:/queue/b selector:a=", "bad-selector"),
        line("SUBSCRIBE id:b destination:/queue/b ack:client prefetch-count:x", "bad-header"),
        // What the chat refuses is an ERROR too for one who does not read his refusals.
        line("SEND destination:/topic/rooms", "forbidden"),
        line("SEND destination:/topic/room.b", "bad-body"),
        line("SEND destination:/app/room.b.history", "forbidden"),
    ]
}

fn before_connected() -> Vec<Broken> {
    let mut all: Vec<Broken> = SOUND
        .iter()
        .filter(|head| !head.starts_with("NACK"))
        .map(|head| broken(format!("{head}\n\0"), "not-connected"))
        .collect();
    let connect = "CONNECT\naccept-version:1.2\nhost:h\nreceipt:r\n";
    all.extend([
        broken(format!("{connect}\nbody\0"), "body-not-allowed"),
        broken(format!("{connect}nonsense\n\n\0"), "bad-header"),
        broken(format!("{connect}heart-beat:soon\n\n\0"), "bad-heart-beat"),
        broken(format!("{connect}login:no room\n\n\0"), "bad-user-name"),
        broken("CONNECT\naccept-version:7\nreceipt:r\n\n\0", "unsupported-version"),
        broken("connect\n\n\0", "bad-command"),
        broken("\0", "bad-command"),
    ]);
    all
}

/// What follows the broken frame in the same write, and must not be seen.
const AFTER: &[u8] = b"SEND\ndestination:/topic/broken\nreceipt:after\n\nafter\0";

fn check(via: Via, version: Option<&str>, case: &Broken, reader: &mut crate::peer::Peer) {
    let shown = format!("{via:?} {version:?} {:?}", String::from_utf8_lossy(&case.octets));
    let mut a = HOST.raw(via);
    if let Some(version) = version {
        a = a.login(version);
        a.ask("SUBSCRIBE id:sub destination:/topic/sub", "");
        a.ask("BEGIN transaction:open", "");
    }
    a.write([&case.octets, AFTER].concat());
    let error = a.next();
    assert_eq!(
        (error.command.as_str(), error.get("code")),
        ("ERROR", Some(case.code)),
        "{shown}: {error:?}"
    );
    assert_eq!(error.get("receipt-id"), case.receipt.as_deref(), "{shown}");
    assert!(!error.need("message").is_empty());
    let end = a.ends();
    assert!(!end.reset, "{shown}");
    let expected = if case.code == "frame-too-long" { [1009, 1009] } else { [1002, 1008] };
    match via {
        Via::Tcp => assert_eq!(end.close, None),
        Via::Ws => assert!(expected.contains(&end.close.as_ref().unwrap().0), "{shown}: {end:?}"),
    }
    reader.ask("SEND destination:/topic/broken", "end");
    reader.gets("end");
}

fn check_all(cases: &[Broken]) {
    let mut reader = HOST.reader("/topic/broken");
    for case in cases {
        for via in BOTH {
            for version in case.versions {
                check(via, Some(version), case, &mut reader);
            }
        }
    }
}

#[test]
fn every_fault_that_any_frame_can_have() {
    for head in SOUND {
        check_all(&of_any_frame(head));
    }
}

#[test]
fn every_fault_of_what_a_frame_asks_for() {
    check_all(&of_one_frame());
}

#[test]
fn every_fault_before_connected() {
    let mut reader = HOST.reader("/topic/broken");
    for case in before_connected() {
        for via in BOTH {
            check(via, None, &case, &mut reader);
        }
    }
}
