//! Feeding a decoder and reading what came out.

use chat_protocol::code::Code;
use chat_protocol::stomp::{DecodeError, Decoder, Frame, Item, Limits, Sender, Version};

pub const VERSIONS: [Version; 3] = [Version::V1_0, Version::V1_1, Version::V1_2];

pub fn decoder(sender: Sender, version: Version) -> Decoder {
    let mut decoder = Decoder::new(sender, Limits::default());
    decoder.set_version(version);
    decoder
}

/// The items in `pieces`, runs of heart-beats as one, and the error that ended them.
pub fn feed<'a>(
    mut decoder: Decoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Item>, Option<DecodeError>) {
    let mut items = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        loop {
            match decoder.next() {
                Ok(None) => break,
                Ok(Some(Item::HeartBeat)) if items.last() == Some(&Item::HeartBeat) => {}
                Ok(Some(item)) => items.push(item),
                Err(error) => return (items, Some(error)),
            }
        }
    }
    (items, None)
}

/// The frames of a client's sound input.
pub fn frames(version: Version, input: impl AsRef<[u8]>) -> Vec<Frame> {
    let (items, error) = feed(decoder(Sender::Client, version), [input.as_ref()]);
    assert_eq!(error, None);
    items
        .into_iter()
        .filter_map(|item| match item {
            Item::Frame(frame) => Some(frame),
            Item::HeartBeat => None,
        })
        .collect()
}

/// The one frame of a client's sound input.
pub fn frame(version: Version, input: impl AsRef<[u8]>) -> Frame {
    let mut frames = frames(version, input);
    assert_eq!(frames.len(), 1);
    frames.remove(0)
}

/// The fault of a client's broken input, which is found whole and octet by octet alike.
pub fn fault(version: Version, input: impl AsRef<[u8]>) -> DecodeError {
    let input = input.as_ref();
    let (_, whole) = feed(decoder(Sender::Client, version), [input]);
    let (_, octets) = feed(decoder(Sender::Client, version), input.chunks(1));
    assert_eq!(whole, octets);
    whole.unwrap_or_else(|| panic!("no fault in {:?}", String::from_utf8_lossy(input)))
}

pub fn fault_code(version: Version, input: impl AsRef<[u8]>) -> Code {
    fault(version, input).code
}

pub fn header<'a>(frame: &'a Frame, name: &str) -> Option<&'a str> {
    frame.headers.get(name).map(|value| value.as_str())
}

pub fn pairs(frame: &Frame) -> Vec<(&str, &str)> {
    frame.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A frame of a command, header lines joined by LF, and a body.
pub fn wire(command: &str, headers: &str, body: &str) -> Vec<u8> {
    let eol = if headers.is_empty() { "" } else { "\n" };
    format!("{command}\n{headers}{eol}\n{body}\0").into_bytes()
}
