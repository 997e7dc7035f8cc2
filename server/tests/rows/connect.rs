//! A3: CONNECT, versions, who one is.

use crate::host::{Host, alone, login, open};
use crate::peer::{BOTH, Frame, Peer, Via};
use crate::support::LONG;
use std::collections::HashSet;
use std::io::Read;
use std::time::Instant;

static HOST: Host = Host::new(&[]);

fn connect(via: Via, head: &str) -> Frame {
    let mut a = HOST.raw(via);
    a.say(head, "");
    let connected = a.next();
    assert_eq!(connected.command, "CONNECTED", "{head}: {connected:?}");
    connected
}

#[test]
fn c01_connected_names_the_version_and_the_session() {
    for via in BOTH {
        for version in ["1.0", "1.1", "1.2"] {
            let connected = connect(via, &format!("CONNECT accept-version:{version} host:h"));
            assert_eq!(connected.get("version"), Some(version));
            assert!(!connected.need("session").is_empty());
        }
    }
}

#[test]
fn c02_stomp_is_another_word_for_connect() {
    for via in BOTH {
        for version in ["1.0", "1.1", "1.2"] {
            let connected = connect(via, &format!("STOMP accept-version:{version} host:h"));
            assert_eq!(connected.get("version"), Some(version));
        }
    }
}

#[test]
fn c03_without_accept_version_it_is_1_0() {
    for via in BOTH {
        assert_eq!(connect(via, "CONNECT login:mina passcode:x").get("version"), Some("1.0"));
    }
}

#[test]
fn c04_the_highest_common_version_is_chosen_whatever_the_order() {
    for (offered, chosen) in [
        ("1.0,1.1,1.2", "1.2"),
        ("1.2,1.1,1.0", "1.2"),
        ("1.1,1.0", "1.1"),
        ("1.0,1.1", "1.1"),
        ("2.0,1.1,3", "1.1"),
        ("1.10,1.0", "1.0"),
        ("1.2,1.2", "1.2"),
    ] {
        let connected = connect(Via::Tcp, &format!("CONNECT accept-version:{offered} host:h"));
        assert_eq!(connected.get("version"), Some(chosen), "{offered}");
    }
}

#[test]
fn c05_no_common_version_is_an_error_that_names_those_spoken_here() {
    for via in BOTH {
        for offered in ["9.9", "", "1.3,2.0", "1"] {
            let mut a = HOST.raw(via);
            a.say(&format!("CONNECT accept-version:{offered} host:h receipt:r"), "");
            let error = a.dies_of("unsupported-version");
            assert_eq!(error.get("version"), Some("1.0,1.1,1.2"));
            assert_eq!(error.get("receipt-id"), Some("r"));
        }
    }
}

#[test]
fn c06_blanks_in_the_list_of_versions_are_tolerated() {
    let mut a = HOST.raw(Via::Tcp);
    a.write("CONNECT\naccept-version:1.1 , 1.2\nhost:h\n\n\0");
    assert_eq!(a.next().get("version"), Some("1.2"));
}

#[test]
fn c07_host_may_be_missing() {
    for version in ["1.0", "1.1", "1.2"] {
        connect(Via::Ws, &format!("CONNECT accept-version:{version}"));
    }
}

#[test]
fn c08_any_host_will_do() {
    for host in ["", "/", "127.0.0.1", "nowhere.example", "호스트", "a:b"] {
        connect(Via::Tcp, &format!("CONNECT accept-version:1.2 host:{host}"));
    }
}

#[test]
fn c09_every_session_has_its_own_name() {
    let names: HashSet<String> = (0..50)
        .map(|n| BOTH[n % 2])
        .map(|via| connect(via, "CONNECT accept-version:1.2 host:h").need("session").to_owned())
        .collect();
    assert_eq!(names.len(), 50);
    assert!(names.iter().all(|name| !name.contains(':')));
}

#[test]
fn c10_the_server_header_has_a_name_and_a_version() {
    let connected = connect(Via::Ws, "CONNECT accept-version:1.2 host:h");
    let (name, version) = connected.need("server").split_once('/').unwrap();
    assert_eq!((name, version), ("chat-server", env!("CARGO_PKG_VERSION")));
}

#[test]
fn c10_the_server_header_can_be_switched_off() {
    let server = alone(&["--server-header=false"]);
    for via in BOTH {
        let mut a = open(&server, via);
        a.say("CONNECT accept-version:1.2 host:h", "");
        let connected = a.next();
        assert_eq!((connected.command.as_str(), connected.get("server")), ("CONNECTED", None));
    }
}

#[test]
fn c11_a_receipt_on_connect_gets_no_receipt() {
    for via in BOTH {
        let mut a = HOST.raw(via);
        a.say("CONNECT accept-version:1.2 host:h receipt:r", "");
        let connected = a.next();
        assert_eq!((connected.command.as_str(), connected.get("receipt-id")), ("CONNECTED", None));
        a.nothing_came();
    }
}

#[test]
fn c13_a_second_connect_is_an_error() {
    for via in BOTH {
        for command in ["CONNECT", "STOMP"] {
            let mut a = HOST.raw(via).login("1.2");
            a.say(&format!("{command} accept-version:1.2 host:h receipt:r"), "");
            assert_eq!(a.dies_of("already-connected").get("receipt-id"), Some("r"));
        }
    }
}

#[test]
fn c14_any_other_frame_before_connect_is_an_error() {
    let heads = [
        "SEND destination:/topic/c14",
        "SUBSCRIBE id:s destination:/topic/c14",
        "UNSUBSCRIBE id:s",
        "ACK id:1",
        "NACK id:1",
        "BEGIN transaction:t",
        "COMMIT transaction:t",
        "ABORT transaction:t",
        "DISCONNECT",
    ];
    for via in BOTH {
        for head in heads {
            let mut a = HOST.raw(via);
            a.say(&format!("{head} receipt:r"), "");
            assert_eq!(a.dies_of("not-connected").get("receipt-id"), Some("r"), "{head}");
        }
    }
}

#[test]
fn c15_without_connect_the_link_is_closed_and_its_place_is_free() {
    let server = alone(&[
        "--connect-timeout=1s",
        "--max-connections=2",
        "--limit-loopback=true",
        "--connect-burst=100000",
    ]);
    // Until there is room: a place is free a moment after its link is closed.
    let open = |via: Via| {
        let deadline = Instant::now() + LONG;
        loop {
            let at = if via == Via::Ws { server.http } else { server.stomp.unwrap() };
            let mut a = Peer::over(via, at);
            if via == Via::Tcp || a.upgrade("/ws", &[]).starts_with("HTTP/1.1 101 ") {
                return a;
            }
            assert!(Instant::now() < deadline, "the places of the idle are not free");
        }
    };
    open(Via::Tcp).dies_of("connect-timeout");
    for _ in 0..2 {
        let mut idle = [open(Via::Ws), open(Via::Ws)];
        idle.iter_mut().for_each(|a| drop(a.dies_of("connect-timeout")));
    }
    let mut one = open(Via::Ws).login("1.2");
    open(Via::Ws).login("1.2").nothing_came();
    one.nothing_came();
}

#[cfg(target_os = "linux")]
#[test]
fn c16_a_thousand_connections_leave_nothing_behind() {
    let server = alone(&[]);
    let pid = server.child.id();
    let open_files = || std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    drop(login(&server, Via::Ws));
    let mut first = login(&server, Via::Tcp);
    let before = open_files();
    for n in 0..1000 {
        let mut a = login(&server, BOTH[n % 2]);
        a.say("SUBSCRIBE id:s destination:/topic/c16", "");
        match n % 3 {
            0 => drop(a),
            1 => a.say("DISCONNECT", ""),
            _ => {
                a.ask("DISCONNECT", "");
                a.ends();
            }
        }
    }
    let deadline = Instant::now() + LONG;
    while open_files() > before {
        assert!(Instant::now() < deadline, "{} files are open, {before} were", open_files());
        std::thread::yield_now();
    }
    first.nothing_came();
}

#[test]
fn c18_a_passcode_never_reaches_the_log() {
    let mut server = alone(&["--log-level=trace"]);
    let secret = "hush-31337";
    let heads = [
        format!("CONNECT accept-version:1.2 host:h login:mina passcode:{secret}"),
        format!("CONNECT accept-version:9 host:h login:mina passcode:{secret}"),
        format!("CONNECT accept-version:1.2 login:-bad passcode:{secret}"),
        format!("SEND destination:/topic/c18 passcode:{secret}"),
        format!("CONNECT accept-version:1.2 passcode:{secret} no-colon"),
    ];
    for via in BOTH {
        for head in &heads {
            let mut a = open(&server, via);
            a.say(head, "");
            let answer = a.next();
            assert!(!String::from_utf8_lossy(&answer.raw).contains(secret));
        }
    }
    let mut log = server.stderr();
    server.signal("TERM");
    let mut said = String::new();
    log.read_to_string(&mut said).unwrap();
    server.ended();
    assert!(!said.is_empty(), "nothing is logged, so this shows nothing");
    assert!(!said.contains(secret), "{said}");
}

#[test]
fn c19_connected_always_says_heart_beats() {
    for beats in ["", " heart-beat:0,0", " heart-beat:0,5000", " heart-beat:5000,0"] {
        for version in ["1.0", "1.1", "1.2"] {
            let head = format!("CONNECT accept-version:{version} host:h{beats}");
            let connected = connect(Via::Tcp, &head);
            let (ours, theirs) = connected.need("heart-beat").split_once(',').unwrap();
            assert!(ours.parse::<u64>().unwrap() > 0 && theirs.parse::<u64>().unwrap() > 0);
        }
    }
}

#[test]
fn c20_1_0_may_be_asked_for_by_name() {
    for via in BOTH {
        let connected = connect(via, "CONNECT accept-version:1.0 login:mina passcode:x");
        assert_eq!(connected.get("version"), Some("1.0"));
    }
}

#[test]
fn c21_connected_is_the_first_frame() {
    for via in BOTH {
        let mut a = HOST.raw(via);
        a.write(
            "CONNECT\naccept-version:1.2\nhost:h\n\n\0SUBSCRIBE\nid:s\ndestination:/topic/c21\n\n\0\
             SEND\ndestination:/topic/c21\nreceipt:r\n\nx\0",
        );
        assert_eq!(a.next().command, "CONNECTED");
        a.receipt("r");
        a.gets("x");
    }
}

#[test]
fn c22_connected_names_the_user() {
    for via in BOTH {
        let connected = connect(via, "CONNECT accept-version:1.2 host:h login:mina");
        assert_eq!(connected.get("user-name"), Some("mina"));
        let guest = connect(via, "CONNECT accept-version:1.2 host:h");
        assert!(guest.need("user-name").starts_with("guest-"));
        let mut a = HOST.raw(via);
        a.say("CONNECT accept-version:1.2 host:h login:-mina receipt:r", "");
        a.dies_of("bad-user-name");
    }
}
