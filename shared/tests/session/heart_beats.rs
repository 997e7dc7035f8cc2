//! Heart-beats of the server: rows B01–B12, B15.

use super::support::{Link, config, millis, secs};
use chat_protocol::code::Code;
use chat_protocol::session::{CloseReason, HeartBeatPolicy, ServerConfig};

/// Connected with this `heart-beat` header; what CONNECTED says.
fn open(heart_beat: &str) -> (Link, String) {
    let mut link = Link::new();
    link.say(format!("CONNECT\naccept-version:1.2\nheart-beat:{heart_beat}\n\n\0"));
    link.accept();
    let connected = link.transmitted();
    let said = connected.lines().find_map(|line| line.strip_prefix("heart-beat:"));
    let said = said.unwrap().to_owned();
    (link, said)
}

#[test]
fn b11_b12_connected_says_what_was_asked_for_clamped_and_never_zero() {
    for (asked, said) in [
        ("1000,2000", "2000,1000"),
        ("0,0", "10000,10000"),
        ("0,5000", "5000,10000"),
        ("5000,0", "10000,5000"),
        ("1,1", "1000,1000"),
        ("99999999999,1099511627776", "300000,300000"),
        ("99999999999999999999999,0", "10000,300000"),
        ("10000 , 10000", "10000,10000"),
    ] {
        assert_eq!(open(asked).1, said, "{asked}");
    }
}

#[test]
fn b04_a_malformed_heart_beat_ends_the_session() {
    for bad in ["a,b", "1000", "1000,", ",", "", "-1,0", "0,-1", "1,2,3", "1.5,2"] {
        let mut link = Link::new();
        link.say(format!("CONNECT\naccept-version:1.2\nheart-beat:{bad}\n\n\0"));
        link.assert_error(Code::BadHeartBeat);
    }
}

#[test]
fn b03_b09_b10_a_client_without_heart_beats_neither_gets_nor_owes_any() {
    for mut link in [Link::open("1.2"), Link::open("1.0"), open("0,0").0] {
        assert_eq!(link.session.poll_timeout(), None);
        link.wait(secs(100_000));
        assert_eq!(link.transmitted(), "");
        assert!(!link.session.is_closed());
    }
}

#[test]
fn b02_b05_the_server_says_something_within_every_interval() {
    let (mut link, _) = open("0,1000");
    for _ in 0..100 {
        let due = link.session.poll_timeout().unwrap();
        assert!(due > link.now && due < link.now + secs(1), "a little early");
        link.now = due;
        link.session.handle_timeout(due);
        assert_eq!(link.transmitted(), "\n");
    }
}

#[test]
fn b05_what_left_by_another_way_makes_a_beat_needless() {
    let (mut link, _) = open("0,1000");
    link.wait(millis(700));
    link.session.transmitted(link.now);
    link.wait(millis(700));
    assert_eq!(link.transmitted(), "");
    link.wait(millis(200));
    assert_eq!(link.transmitted(), "\n");
}

#[test]
fn b05_beats_do_not_pile_up_behind_a_writer_that_is_stuck() {
    let (mut link, _) = open("0,1000");
    for _ in 0..50 {
        link.wait(secs(1));
    }
    assert_eq!(link.transmitted(), "\n");
}

#[test]
fn b01_b07_b15_a_silent_client_is_told_so_and_cut_after_two_and_a_half_intervals() {
    let (mut link, _) = open("1000,0");
    assert_eq!(link.session.poll_timeout(), Some(link.now + millis(2500)));
    link.wait(millis(2499));
    assert!(!link.session.is_closed());
    link.wait(millis(1));
    let out = link.transmitted();
    assert!(out.starts_with("ERROR\ncode:heart-beat-timeout\n"), "{out}");
    let closed = link.closed();
    assert_eq!(closed.reason, CloseReason::HeartBeatTimeout);
    assert_eq!(closed.ws_code, 1002);
}

#[test]
fn b06_any_octet_counts_as_life() {
    let (mut link, _) = open("1000,0");
    for part in ["SE", "ND\ndesti", "nation:/topic/a\n", "\nbo", "dy"] {
        link.wait(millis(2400));
        link.say(part);
    }
    link.wait(millis(2400));
    assert!(!link.session.is_closed());
    link.wait(millis(100));
    assert!(link.session.is_closed());
}

#[test]
fn a_server_that_did_not_read_does_not_blame_the_client() {
    let (mut link, _) = open("1000,0");
    link.now += secs(60);
    link.session.heard(link.now);
    link.session.handle_timeout(link.now);
    assert!(!link.session.is_closed());
    link.wait(millis(2500));
    assert!(link.session.is_closed());
}

#[test]
fn b08_tolerance_and_bounds_are_settings() {
    let policy = HeartBeatPolicy { min: millis(100), tolerance: 4.0, ..HeartBeatPolicy::default() };
    let mut link = Link::with(ServerConfig { heart_beat: policy, ..config() });
    link.say("CONNECT\nheart-beat:100,0\n\n\0");
    link.accept();
    assert!(link.transmitted().contains("heart-beat:10000,100\n"));
    assert_eq!(link.session.poll_timeout(), Some(link.now + millis(400)));
}
