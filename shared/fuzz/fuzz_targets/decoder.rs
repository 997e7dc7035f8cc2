//! Any octets, split anywhere, in any version: the decoder never panics, and gives the same items as
//! for the unsplit input. What it read, written and read again, is the same frame.
//!
//! Input: one octet of settings, one that says how many octets of piece sizes follow, the sizes, and
//! then what comes over the wire.
#![no_main]

use chat_protocol::stomp::{
    DecodeError, Decoder, Frame, Item, Limits, Sender, Version, encode_frame,
};
use libfuzzer_sys::fuzz_target;

const TIGHT: Limits = Limits { frame: 96, headers: 3, header_line: 24, command: 14 };
/// Writing may lengthen a line by escapes and a frame by `content-length`.
const ROOMY: Limits =
    Limits { frame: usize::MAX, headers: usize::MAX, header_line: usize::MAX, command: 16 };

#[derive(Clone, Copy)]
struct Settings {
    sender: Sender,
    version: Version,
    limits: Limits,
    /// As a session does: 1.0 for the first frame, then `version`.
    negotiates: bool,
}

impl Settings {
    fn new(octet: u8) -> Self {
        Self {
            sender: if octet & 4 == 0 { Sender::Client } else { Sender::Server },
            version: match octet & 3 {
                0 => Version::V1_0,
                1 => Version::V1_1,
                _ => Version::V1_2,
            },
            limits: if octet & 8 == 0 { Limits::default() } else { TIGHT },
            negotiates: octet & 16 != 0,
        }
    }
    fn first_version(self) -> Version {
        if self.negotiates { Version::V1_0 } else { self.version }
    }
}

/// The items, runs of heart-beats as one, and the error that ended them.
fn run<'a>(
    settings: Settings,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Item>, Option<DecodeError>) {
    let mut decoder = Decoder::new(settings.sender, settings.limits);
    decoder.set_version(settings.first_version());
    let mut items = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        loop {
            match decoder.next() {
                Ok(None) => break,
                Ok(Some(Item::HeartBeat)) if items.last() == Some(&Item::HeartBeat) => {}
                Ok(Some(item)) => {
                    if matches!(item, Item::Frame(_)) {
                        decoder.set_version(settings.version);
                    }
                    items.push(item);
                }
                Err(error) => {
                    assert_eq!(decoder.next(), Err(error.clone()), "a dead decoder stays dead");
                    return (items, Some(error));
                }
            }
        }
    }
    (items, None)
}

fn pieces<'a>(sizes: &[u8], mut wire: &'a [u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        if wire.is_empty() {
            break;
        }
        let (piece, rest) = wire.split_at(usize::from(*size).clamp(1, wire.len()));
        pieces.push(piece);
        wire = rest;
    }
    pieces
}

fn check_rewriting(settings: Settings, version: Version, frame: &Frame) {
    let settings = Settings { version, limits: ROOMY, negotiates: false, ..settings };
    let wire = encode_frame(frame, version);
    assert_eq!(run(settings, [&wire[..]]), (vec![Item::Frame(frame.clone())], None));
}

fuzz_target!(|data: &[u8]| {
    let [octet, count, rest @ ..] = data else { return };
    let (sizes, wire) = rest.split_at(usize::from(count % 16).min(rest.len()));
    let settings = Settings::new(*octet);

    let whole = run(settings, [wire]);
    assert_eq!(run(settings, wire.chunks(1)), whole);
    if !sizes.is_empty() {
        assert_eq!(run(settings, pieces(sizes, wire)), whole);
    }

    let mut version = settings.first_version();
    for item in &whole.0 {
        if let Item::Frame(frame) = item {
            assert!(frame.body.len() < settings.limits.frame);
            assert!(frame.headers.len() <= settings.limits.headers);
            check_rewriting(settings, version, frame);
            version = settings.version;
        }
    }
});
