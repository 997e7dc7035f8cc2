//! A4: heart-beats. Nothing is timed to be quick: intervals are measured by beats that come, and
//! only the earliest moment of a cut is checked.

use crate::host::Host;
use crate::peer::{BOTH, Peer, Via};
use std::time::{Duration, Instant};

static HOST: Host =
    Host::new(&["--heart-beat-min=50ms", "--heart-beat=40s", "--heart-beat-max=60s"]);

fn connect(via: Via, beats: &str) -> (Peer, String) {
    let mut a = HOST.raw(via);
    a.write(format!("CONNECT\naccept-version:1.2\nhost:h\nheart-beat:{beats}\n\n\0"));
    let connected = a.next();
    assert_eq!(connected.command, "CONNECTED", "{connected:?}");
    let said = connected.need("heart-beat").to_owned();
    (a, said)
}

/// Reads until this many beats have come.
fn beats(a: &mut Peer, count: usize) {
    let goal = a.beats + count;
    a.until(|a| a.beats >= goal);
}

#[test]
fn b01_a_client_that_sends_beats_is_told_how_often() {
    let (_a, said) = connect(Via::Tcp, "3000,0");
    assert_eq!(said.split(',').nth(1), Some("3000"));
}

#[test]
fn b02_the_server_beats_as_often_as_it_was_asked_to() {
    for via in BOTH {
        let (mut a, said) = connect(via, "0,50");
        assert_eq!(said.split(',').next(), Some("50"));
        let start = Instant::now();
        beats(&mut a, 10);
        assert!(start.elapsed() >= Duration::from_millis(400), "that is a flood");
    }
}

#[test]
fn b03_without_the_header_no_side_owes_beats() {
    let mut a = HOST.raw(Via::Tcp);
    a.say("CONNECT accept-version:1.2 host:h", "");
    assert_eq!(a.next().command, "CONNECTED");
    let (mut clock, _) = connect(Via::Tcp, "0,50");
    beats(&mut clock, 30);
    a.nothing_came();
    assert_eq!(a.beats, 0);
}

#[test]
fn b04_a_malformed_heart_beat_is_an_error() {
    for value in ["a,b", "1000", "1000,", ",1000", "-1,0", "0,-1", "1,2,3", "1.5,0", "", "0x1,0"] {
        let mut a = HOST.raw(Via::Tcp);
        a.write(format!(
            "CONNECT\naccept-version:1.2\nhost:h\nreceipt:r\nheart-beat:{value}\n\n\0"
        ));
        assert_eq!(a.dies_of("bad-heart-beat").get("receipt-id"), Some("r"), "{value:?}");
    }
}

#[test]
fn b05_an_idle_link_gets_an_end_of_line_within_every_interval() {
    let ((mut a, _), (mut twice, _)) = (connect(Via::Tcp, "0,200"), connect(Via::Ws, "0,400"));
    // Measured with each other: by the time 10 came at 200 ms, 4 came at 400 ms, whatever the load.
    beats(&mut a, 10);
    beats(&mut twice, 4);
    a.nothing_came();
}

#[test]
fn b06_octets_of_a_frame_that_is_not_whole_yet_are_a_sign_of_life() {
    // Cut after 2.5 s of silence; an octet goes with every beat of 100 ms, for longer than that.
    let (mut a, _) = connect(Via::Tcp, "1000,100");
    let start = Instant::now();
    a.write("SEND\ndestination:/topic/b06\nreceipt:r\n\n");
    while start.elapsed() < Duration::from_secs(4) {
        beats(&mut a, 1);
        a.write("x");
    }
    a.write("\0");
    a.receipt("r");
}

#[test]
fn b07_a_silent_client_is_cut_after_two_to_three_intervals() {
    for via in BOTH {
        let (mut a, _) = connect(via, "200,0");
        let start = Instant::now();
        a.dies_of("heart-beat-timeout");
        assert!(start.elapsed() >= Duration::from_millis(400));
    }
}

#[test]
fn b09_a_client_that_owes_no_beats_is_not_cut_for_silence() {
    let idle = BOTH.map(|via| connect(via, "0,50").0);
    let (mut silent, _) = connect(Via::Tcp, "200,0");
    silent.dies_of("heart-beat-timeout");
    for mut a in idle {
        a.nothing_came();
    }
}

#[test]
fn b10_an_idle_1_0_client_stays_connected() {
    let mut a = HOST.raw(Via::Tcp);
    a.write("CONNECT\nlogin:mina\npasscode:x\n\n\0");
    assert_eq!(a.next().get("version"), Some("1.0"));
    let (mut silent, _) = connect(Via::Tcp, "200,0");
    silent.dies_of("heart-beat-timeout");
    a.nothing_came();
}

#[test]
fn b11_silly_intervals_are_clamped_and_connected_says_so() {
    for (asked, said) in [
        ("1,1", "50,50"),
        ("1099511627776,1099511627776", "60000,60000"),
        ("1000,2000", "2000,1000"),
        ("99999999999999999999999999,100", ""),
    ] {
        let mut a = HOST.raw(Via::Ws);
        a.write(format!("CONNECT\naccept-version:1.2\nhost:h\nheart-beat:{asked}\n\n\0"));
        match (said, a.next()) {
            ("", frame) if frame.command == "ERROR" => {
                assert_eq!(frame.get("code"), Some("bad-heart-beat"));
            }
            ("", frame) => assert_eq!(frame.get("heart-beat"), Some("100,60000")),
            (said, frame) => assert_eq!(frame.get("heart-beat"), Some(said)),
        }
    }
}

#[test]
fn b12_one_who_offers_beats_is_never_told_0_0() {
    for beats in ["0,0", "0,100", "100,0", "100,100"] {
        let (_a, said) = connect(Via::Tcp, beats);
        assert!(said.split(',').all(|interval| interval != "0"), "{beats}: {said}");
    }
}

#[test]
fn b13_a_beat_is_one_websocket_message_of_one_octet() {
    let (mut a, _) = connect(Via::Ws, "0,50");
    beats(&mut a, 5);
    assert!(a.messages[1..].iter().all(|length| *length == 1), "{:?}", a.messages);
    assert!(a.messages.len() >= 6);
}

#[test]
fn b14_a_flood_of_line_ends_harms_nobody() {
    for via in BOTH {
        let (mut flooder, _) = connect(via, "0,0");
        let mut healthy = HOST.reader("/topic/b14");
        for _ in 0..64 {
            flooder.write("\n".repeat(32 * 1024));
            healthy.say("SEND destination:/topic/b14", "x");
            healthy.gets("x");
        }
        flooder.nothing_came();
    }
}

#[test]
fn b15_one_who_is_cut_for_silence_is_told_so() {
    for via in BOTH {
        let (mut a, _) = connect(via, "50,0");
        let error = a.next();
        assert_eq!(error.get("code"), Some("heart-beat-timeout"));
        assert!(error.need("message").contains("heard"), "{error:?}");
        a.ends();
    }
}
