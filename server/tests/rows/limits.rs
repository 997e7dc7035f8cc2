//! A12: limits, each with its code.

use crate::host::{Host, alone, login, open};
use crate::peer::{BOTH, Via};
use std::fmt::Write;

static HOST: Host = Host::new(&[]);

#[test]
fn l01_too_many_headers_are_an_error() {
    let many = |count: usize| {
        (0..count).fold(String::new(), |mut text, n| {
            let _ = write!(text, " h{n}:x");
            text
        })
    };
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask(&format!("SEND destination:/topic/l01{}", many(62)), "");
        a.say(&format!("SEND receipt:r destination:/topic/l01{}", many(63)), "");
        assert_eq!(a.dies_of("too-many-headers").get("receipt-id"), Some("r"));
    }
}

#[test]
fn l02_a_header_line_too_long_is_an_error() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask(&format!("SEND destination:/topic/l02 h:{}", "x".repeat(4000)), "");
        a.say(&format!("SEND receipt:r destination:/topic/l02 h:{}", "x".repeat(4100)), "");
        assert_eq!(a.dies_of("header-too-long").get("receipt-id"), Some("r"));
    }
}

#[test]
fn l03_a_frame_too_long_is_an_error() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.ask("SEND destination:/topic/l03", &"x".repeat(65_000));
        let long = "x".repeat(40_000);
        // In two pieces, as one WebSocket message of that size is a fault of its own (W14).
        a.write(format!("SEND\ndestination:/topic/l03\n\n{long}"));
        a.write(format!("{long}\0"));
        a.dies_of("frame-too-long");
    }
}

#[test]
fn l04_a_command_too_long_is_an_error() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.write("X".repeat(100));
        a.dies_of("bad-command");
    }
}

#[test]
fn l05_before_login_the_budget_is_smaller() {
    for via in BOTH {
        let mut a = HOST.raw(via);
        let long = "x".repeat(3000);
        a.write("CONNECT\naccept-version:1.2\nhost:h\n");
        for n in 0..6 {
            a.write(format!("h{n}:{long}\n"));
        }
        a.dies_of("frame-too-long");
        // Line ends count as well.
        let mut a = HOST.raw(via);
        a.write("\n".repeat(20_000));
        a.dies_of("frame-too-long");
    }
}

#[test]
fn l06_a_frame_spread_over_many_websocket_messages_is_counted_whole() {
    let mut a = HOST.ws("1.2");
    a.write("SEND\ndestination:/topic/l06\n\n");
    let piece = "x".repeat(1000);
    for _ in 0..70 {
        a.write(&piece);
    }
    a.dies_of("frame-too-long");
}

#[test]
fn l07_a_violation_gets_exactly_one_error() {
    for via in BOTH {
        let mut a = HOST.raw(via).login("1.2");
        a.write("SEND\nbad\nworse\n\n\0NONSENSE\n\n\0\0\0UNSUBSCRIBE\nid:none\n\n\0");
        a.dies_of("bad-header");
    }
}

#[test]
fn l08_a_slow_reader_is_cut_and_the_others_are_not_affected() {
    let server = alone(&["--max-unread=64KiB", "--stall-timeout=300ms"]);
    let mut slow = login(&server, Via::Tcp);
    slow.ask("SUBSCRIBE id:s destination:/topic/l08", "");
    let mut healthy = login(&server, Via::Ws);
    healthy.ask("SUBSCRIBE id:s destination:/topic/l08", "");
    let mut writer = login(&server, Via::Tcp);
    let body = "x".repeat(60_000);
    for _ in 0..300 {
        writer.ask("SEND destination:/topic/l08", &body);
        healthy.gets(&body);
    }
    let mut got = 0;
    while let Some(frame) = slow.try_next() {
        if frame.command == "ERROR" {
            assert_eq!(frame.get("code"), Some("slow-consumer"));
        } else {
            got += 1;
        }
    }
    assert!(got < 300);
}

#[test]
fn l09_one_address_has_a_limit_of_connections_and_is_told() {
    let server =
        alone(&["--limit-loopback=true", "--max-connections-per-ip=3", "--connect-burst=1000"]);
    let held: Vec<_> = (0..3).map(|_| login(&server, Via::Tcp)).collect();
    let mut more = crate::peer::Peer::over(Via::Tcp, server.stomp.unwrap());
    more.dies_of("too-many-connections");
    drop(held);
}

#[test]
fn l10_repeated_headers_do_not_count() {
    let mut a = HOST.tcp("1.2");
    let repeated = " h:x".repeat(500);
    a.ask(&format!("SEND destination:/topic/l10{repeated}"), "");
}

#[test]
fn l11_destinations_are_bounded_in_length_and_depth() {
    let long = "x".repeat(300);
    let deep = "a.".repeat(40) + "*";
    for head in [
        format!("SEND destination:/topic/{long}"),
        format!("SUBSCRIBE id:s destination:/topic/{long}"),
        format!("SUBSCRIBE id:s destination:/topic/{deep}"),
        format!("SUBSCRIBE id:s destination:/topic/room.{}", "x".repeat(65)),
    ] {
        let mut a = HOST.ws("1.2");
        a.say(&format!("{head} receipt:r"), "");
        assert_eq!(a.dies_of("bad-destination").get("receipt-id"), Some("r"), "{head}");
    }
}

#[test]
fn l11_subscriptions_are_bounded_in_number() {
    let mut a = HOST.tcp("1.2");
    for n in 0..128 {
        a.ask(&format!("SUBSCRIBE id:{n} destination:/topic/l11"), "");
    }
    a.say("SUBSCRIBE id:more destination:/topic/l11 receipt:r", "");
    assert_eq!(a.dies_of("too-many-subscriptions").get("receipt-id"), Some("r"));
}

#[test]
fn l11_wildcards_are_bounded_in_number() {
    let mut a = HOST.ws("1.2");
    for n in 0..16 {
        a.ask(&format!("SUBSCRIBE id:{n} destination:/topic/l11-{n}.*"), "");
    }
    a.say("SUBSCRIBE id:more destination:/topic/l11.> receipt:r", "");
    let error = a.next();
    assert_eq!(
        (error.command.as_str(), error.get("receipt-id")),
        ("ERROR", Some("r")),
        "{error:?}"
    );
    assert_eq!(error.get("code"), Some("too-many-subscriptions"));
    a.ends();
}

#[test]
fn l12_one_who_sends_too_fast_is_told_when_to_go_on() {
    let server = alone(&[
        "--limit-loopback=true",
        "--user-burst=2",
        "--user-rate=0.01",
        "--rate-patience=1ms",
        "--connect-burst=1000",
    ]);
    let mut a = login(&server, Via::Tcp);
    a.ask("SUBSCRIBE id:e destination:/user/queue/errors", "");
    for _ in 0..2 {
        a.ask("SEND destination:/topic/room.l12", "x");
    }
    a.say("SEND destination:/topic/room.l12 receipt:r", "x");
    let refusal = a.message();
    assert_eq!(refusal.get("code"), Some("rate-limited"));
    assert_eq!(refusal.get("receipt-id"), Some("r"));
    assert!(refusal.need("retry-after").parse::<u64>().unwrap() > 0);
}

/// Resident memory stays far below what is sent.
#[cfg(target_os = "linux")]
#[test]
fn l13_an_endless_header_or_body_does_not_grow_the_server() {
    let server = alone(&["--max-frame=1MiB"]);
    let resident = || {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches("kB").trim().parse::<usize>().unwrap()
    };
    drop(login(&server, Via::Ws));
    let before = resident();
    for via in BOTH {
        for head in
            ["SEND\nh:", "SEND\ndestination:/topic/l13\n\n", "SEND\ncontent-length:99999999\n\n"]
        {
            for mut a in [open(&server, via), login(&server, via)] {
                a.write(head);
                let piece = "x".repeat(16 * 1024);
                for _ in 0..2048 {
                    a.write(&piece);
                }
                let error = a.next();
                assert_eq!(error.command, "ERROR", "{error:?}");
                a.ends();
            }
        }
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB more are resident");
}
