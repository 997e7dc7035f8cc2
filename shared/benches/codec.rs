//! What the protocol costs per frame and per message, without a socket:
//!
//!     cargo bench -p chat-protocol --bench codec
#![allow(clippy::expect_used)] // a program for the one who runs it

use bytes::Bytes;
use chat_protocol::chat::NewMessage;
use chat_protocol::chat::post::TextLimits;
use chat_protocol::selector::Selector;
use chat_protocol::stomp::{Decoder, Item, Limits, Sender, Version, message_head, message_tail};
use chat_protocol::text::PeerStr;
use divan::{Bencher, black_box, counter::ItemsCount};

const FRAMES: usize = 100;
const KOREAN: &str = "오늘 저녁 7시에 회의실에서 만나요, 발표 자료는 제가 가져갈게요";

fn main() {
    divan::main();
}

fn send(body: &str) -> Vec<u8> {
    format!(
        "SEND\ndestination:/app/room.study-group\nidempotency-key:8f14e45f\nreceipt:r-17\n\
         content-type:text/plain\ncontent-length:{}\n\n{body}\0",
        body.len()
    )
    .repeat(FRAMES)
    .into_bytes()
}

/// Per frame, of a hundred in pieces of 4 KiB.
#[divan::bench(args = [128, 4096])]
fn decode(bencher: Bencher<'_, '_>, size: usize) {
    let input = send(&"x".repeat(size));
    let mut decoder = Decoder::new(Sender::Client, Limits::default());
    decoder.set_version(Version::V1_2);
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        for piece in input.chunks(4096) {
            decoder.push(piece);
            while let Ok(Some(item)) = decoder.next() {
                black_box(matches!(item, Item::Frame(_)));
            }
        }
    });
}

#[divan::bench(args = [128, 4096])]
fn encode_tail(bencher: Bencher<'_, '_>, size: usize) {
    let body = Bytes::from("x".repeat(size));
    let headers =
        [("message-id", "6neo7885.0.171"), ("prev", "6neo7885.0.170"), ("sender", "민아")];
    bencher.bench(|| message_tail(black_box(headers), &body, Version::V1_2));
}

#[divan::bench]
fn encode_head() -> Bytes {
    message_head(black_box(Some("sub-0")), Version::V1_2)
}

#[divan::bench(args = ["ascii", "korean", "emoji"])]
fn sanitise(bencher: Bencher<'_, '_>, kind: &str) {
    let text = match kind {
        "ascii" => "the build is done, 312 tests passed, nothing was skipped",
        "korean" => KOREAN,
        _ => "👨‍👩‍👧‍👦 저녁 먹자 🍚👍🏽 ❤️",
    };
    bencher.bench(|| PeerStr::new(black_box(text)).line());
}

#[divan::bench]
fn check_a_message(bencher: Bencher<'_, '_>) {
    let limits = TextLimits::default();
    bencher.bench(|| {
        NewMessage::from_send(None, Some("8f14e45f"), black_box(KOREAN.as_bytes()), &limits)
    });
}

#[divan::bench]
fn selector(bencher: Bencher<'_, '_>) {
    let selector =
        Selector::parse("region IN ('eu', 'kr') AND priority > 4 AND NOT kind LIKE 'dbg%'");
    let selector = selector.expect("valid");
    let header = |name: &str| match name {
        "region" => Some("kr"),
        "priority" => Some("7"),
        "kind" => Some("order"),
        _ => None,
    };
    bencher.bench(|| selector.matches(black_box(header)));
}
