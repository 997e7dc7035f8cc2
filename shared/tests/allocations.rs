//! How much memory is asked for per frame: counted, not timed, so that it holds on any machine.

#![allow(clippy::expect_used)] // a test

use allocation_counter::measure;
use bytes::Bytes;
use chat_protocol::stomp::{Decoder, Item, Limits, Sender, Version, message_head, message_tail};
use chat_protocol::text::PeerStr;
use std::hint::black_box;

const FRAMES: u64 = 200;

fn sends(headers: &str, body: &str) -> Vec<u8> {
    let one = format!("SEND\ndestination:/topic/room.a\nreceipt:r1\n{headers}\n{body}\0");
    one.repeat(FRAMES as usize).into_bytes()
}

/// Of a decoder that has been at work for a while, per frame.
fn per_frame(input: &[u8], piece: usize) -> f64 {
    let mut decoder = Decoder::new(Sender::Client, Limits::default());
    decoder.set_version(Version::V1_2);
    let mut decode = |input: &[u8]| {
        let mut frames = 0;
        for piece in input.chunks(piece) {
            decoder.push(piece);
            while let Some(item) = decoder.next().expect("sound") {
                frames += u64::from(matches!(black_box(item), Item::Frame(_)));
            }
        }
        assert_eq!(frames, FRAMES);
    };
    decode(input);
    measure(|| decode(input)).count_total as f64 / FRAMES as f64
}

#[test]
fn a_frame_costs_two_allocations_however_it_arrives() {
    let input = sends("content-type:text/plain\n", "안녕하세요");
    for piece in [input.len(), 4096, 700, 64] {
        let count = per_frame(&input, piece);
        assert!(count <= 2.2, "{count} allocations a frame, in pieces of {piece}");
    }
}

#[test]
fn a_long_body_costs_no_more_allocations_than_a_short_one() {
    let (short, long) = (sends("", "x"), sends("", &"x".repeat(8000)));
    let (short, long) = (per_frame(&short, 64 * 1024), per_frame(&long, 64 * 1024));
    assert!(long <= short + 1.0, "{short} and {long} allocations a frame");
}

#[test]
fn each_of_the_two_parts_of_a_message_is_one_buffer_and_its_count_of_sharers() {
    let headers = [("message-id", "6neo7885.0.171"), ("sender", "민아"), ("kind", "message")];
    let body = Bytes::from_static(b"{\"text\":\"hello\"}");
    let tail = measure(|| drop(black_box(message_tail(headers, &body, Version::V1_2))));
    let head = measure(|| drop(black_box(message_head(Some("sub-0"), Version::V1_2))));
    assert!(tail.count_total <= 2, "{tail:?}");
    assert!(head.count_total <= 2, "{head:?}");
}

#[test]
fn text_is_sanitised_in_one_buffer() {
    let sanitise = |text: &str| drop(black_box(PeerStr::new(text).line()));
    let count = measure(|| sanitise("안녕하세요 hello 👨‍👩‍👧‍👦")).count_total;
    assert!(count <= 1, "{count}");
}
