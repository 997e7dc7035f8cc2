//! Heart-beats of both ends at work: an idle link lives, a lost one is noticed in time.

use super::link::{Pair, config};
use super::wire::for_seeds;
use chat_protocol::session::{ClientConfig, ClientEvent, CloseReason};
use std::time::Duration;

const HOURS: u64 = 6;

fn with_beats(can: u64, wants: u64) -> ClientConfig {
    let heart_beat = (Duration::from_millis(can), Duration::from_millis(wants));
    ClientConfig { heart_beat, ..config() }
}

#[test]
fn b05_heart_beats_keep_an_idle_link_alive_for_hours() {
    for_seeds(12, |seed| {
        let mut pair = Pair::new(seed, with_beats(10_000, 10_000), Duration::from_secs(3));
        pair.run_for(Duration::from_secs(HOURS * 3600));
        assert!(matches!(pair.client_events.as_slice(), [ClientEvent::Connected { .. }]));
        assert!(pair.client_end.is_none() && pair.server_end.is_none());
        let owed = HOURS * 360;
        for sent in [pair.beats.0, pair.beats.1] {
            assert!((owed..owed * 4 / 3).contains(&sent), "{sent} beats, {owed} owed");
        }
    });
}

#[test]
fn b01_b02_a_link_with_beats_one_way_or_none_lives_too() {
    for_seeds(4, |seed| {
        for (can, wants) in [(0, 10_000), (10_000, 0), (0, 0), (1, 1), (1000, 300_000)] {
            let mut pair = Pair::new(seed, with_beats(can, wants), Duration::from_millis(200));
            pair.run_for(Duration::from_secs(3600));
            assert!(pair.client_end.is_none() && pair.server_end.is_none(), "{can},{wants}");
            assert_eq!(pair.beats.0 > 0, can > 0, "{can},{wants}");
            assert_eq!(pair.beats.1 > 0, wants > 0, "{can},{wants}");
        }
    });
}

#[test]
fn b07_both_ends_notice_a_lost_link_within_the_tolerance_and_not_before() {
    for_seeds(60, |seed| {
        let delay = Duration::from_millis(300);
        let mut pair = Pair::new(seed, with_beats(4_000, 4_000), delay);
        let before = pair.chance.upto(Duration::from_secs(100));
        pair.run_for(Duration::from_secs(5) + before);
        let lost = pair.now;
        pair.lose();
        pair.run_for(Duration::from_secs(3600));
        let tolerance = Duration::from_secs(10);
        let interval = Duration::from_secs(4);
        for end in [&pair.client_end, &pair.server_end] {
            let (at, closed) = end.as_ref().unwrap();
            assert_eq!(closed.reason, CloseReason::HeartBeatTimeout);
            assert!(*at <= lost + tolerance, "noticed after {:?}", *at - lost);
            assert!(*at + interval + delay >= lost + tolerance, "given up too early");
        }
    });
}

#[test]
fn c15_a_link_lost_before_connected_is_noticed_by_both() {
    for_seeds(4, |seed| {
        let mut pair = Pair::new(seed, config(), Duration::ZERO);
        let begin = pair.now;
        pair.lose();
        pair.run_for(Duration::from_secs(60));
        for end in [pair.client_end, pair.server_end] {
            let (at, closed) = end.unwrap();
            assert_eq!(at, begin + Duration::from_secs(10));
            let CloseReason::Error { code, .. } = closed.reason else { panic!() };
            assert_eq!(code.as_str(), "connect-timeout");
        }
    });
}
