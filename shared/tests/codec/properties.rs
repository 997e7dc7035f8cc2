//! Properties that hold for any input.

use super::support::{VERSIONS, decoder, feed, pairs};
use chat_protocol::stomp::{Command, Frame, Headers, Item, Sender, Version, encode_frame};
use proptest::prelude::*;

const FROM_CLIENT: [Command; 11] = [
    Command::Connect,
    Command::Stomp,
    Command::Send,
    Command::Subscribe,
    Command::Unsubscribe,
    Command::Ack,
    Command::Nack,
    Command::Begin,
    Command::Commit,
    Command::Abort,
    Command::Disconnect,
];
const FROM_SERVER: [Command; 4] =
    [Command::Connected, Command::Message, Command::Receipt, Command::Error];

fn version() -> impl Strategy<Value = Version> {
    prop::sample::select(&VERSIONS[..])
}

/// Text made mostly of what breaks header lines.
fn nasty() -> impl Strategy<Value = String> {
    r"([\\:\r\n\x00 \tabcnr]|[가-힣]|😀){0,12}"
}

fn frame(sender: Sender) -> impl Strategy<Value = Frame> {
    let commands: &'static [Command] = match sender {
        Sender::Client => &FROM_CLIENT,
        Sender::Server => &FROM_SERVER,
    };
    let headers = prop::collection::vec((nasty(), nasty()), 0..6);
    let body = prop::collection::vec(any::<u8>(), 0..40);
    (prop::sample::select(commands), headers, body).prop_map(|(command, headers, body)| {
        let mut frame = Frame::new(command);
        for (name, value) in headers.iter().filter(|(name, _)| !name.is_empty()) {
            frame = frame.with(name, value);
        }
        if command.may_have_body() { frame.body(body) } else { frame }
    })
}

fn sender() -> impl Strategy<Value = Sender> {
    prop::sample::select(&[Sender::Client, Sender::Server][..])
}

fn sent_frame() -> impl Strategy<Value = (Sender, Frame)> {
    sender().prop_flat_map(|sender| (Just(sender), frame(sender)))
}

const BITS: &[&[u8]] = &[
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"SEND\n",
    b"SUBSCRIBE\r\n",
    b"NONSENSE\n",
    b"content-length:3\n",
    b"receipt:r\\c1\n",
    b"a:b\n\n",
    b"abc\0",
    b"\xed\x95",
    b"\x9c",
    b"nocolon\n",
    b"x",
];

/// Octets that come close to frames: whole ones, and single ones that matter to a decoder.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let whole = (frame(Sender::Client), version())
        .prop_map(|(frame, version)| encode_frame(&frame, version).to_vec());
    let bits = prop::sample::select(BITS).prop_map(<[u8]>::to_vec);
    prop::collection::vec(prop_oneof![1 => whole, 3 => bits], 0..12)
        .prop_map(|pieces| pieces.concat())
}

fn only_frame(sender: Sender, version: Version, wire: &[u8]) -> Result<Frame, TestCaseError> {
    let (items, error) = feed(decoder(sender, version), [wire]);
    prop_assert_eq!(error, None);
    match &items[..] {
        [Item::Frame(frame)] => Ok(frame.clone()),
        other => Err(TestCaseError::fail(format!("{other:?}"))),
    }
}

/// A name or value that this frame can carry to this version unchanged.
fn is_carried(command: Command, version: Version, text: &str, name: bool) -> bool {
    let plain = command.is_connecting() || version == Version::V1_0;
    let lost = |c: char| match c {
        '\0' => true,
        '\r' => plain || version == Version::V1_1,
        '\n' => plain,
        ':' => plain && name,
        _ => false,
    };
    let padded = plain && !name && text.trim_matches([' ', '\t']) != text;
    !padded && !text.chars().any(lost)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_split_gives_the_same_items(
        input in stream(),
        version in version(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut rest = &input[..];
        let mut at = 0;
        for cut in cuts {
            let (piece, tail) = rest.split_at(cut - at);
            pieces.push(piece);
            (rest, at) = (tail, cut);
        }
        pieces.push(rest);
        let whole = feed(decoder(Sender::Client, version), [&input[..]]);
        prop_assert_eq!(&feed(decoder(Sender::Client, version), pieces), &whole);
        prop_assert_eq!(&feed(decoder(Sender::Client, version), input.chunks(1)), &whole);
    }

    #[test]
    fn what_a_version_can_carry_round_trips((sender, frame) in sent_frame(), version in version()) {
        let mut carried = Headers::new();
        for (name, value) in pairs(&frame) {
            if is_carried(frame.command, version, name, true)
                && is_carried(frame.command, version, value, false)
            {
                carried.push(name, value);
            }
        }
        let frame = Frame { headers: carried, ..frame };
        let read = only_frame(sender, version, &encode_frame(&frame, version))?;
        prop_assert_eq!(read, frame);
    }

    #[test]
    fn no_header_becomes_two((sender, frame) in sent_frame(), version in version()) {
        let read = only_frame(sender, version, &encode_frame(&frame, version))?;
        prop_assert_eq!(&read.body, &frame.body);
        // Replacement may make two names equal, so that one is dropped; it never adds one.
        prop_assert!(read.headers.len() <= frame.headers.len());
        let blank = |text: &str| text.replace(['\0', '\r', '\n', ':'], " ").trim().to_owned();
        let sent: Vec<_> = pairs(&frame).iter().map(|(n, v)| (blank(n), blank(v))).collect();
        for (name, value) in pairs(&read) {
            prop_assert!(sent.contains(&(blank(name), blank(value))));
        }
    }
}
