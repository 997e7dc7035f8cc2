//! What holds for any input: it may be cut anywhere, it never gets two ERRORs, and nothing follows
//! the one it gets.

use super::support::Link;
use chat_protocol::session::ServerEvent;
use proptest::prelude::*;

/// Frames and shreds of frames, most of them legal.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => Just(b"CONNECT\naccept-version:1.2\nheart-beat:1000,1000\n\n\0".to_vec()),
        8 => Just(b"SEND\ndestination:/topic/a\nreceipt:a\\nb\n\n\xec\x95\x88\0".to_vec()),
        4 => Just(b"SEND\ndestination:/topic/a\ncontent-length:3\n\n\0\0\0\0".to_vec()),
        4 => (0..3u8).prop_map(|n| format!("SUBSCRIBE\nid:{n}\ndestination:/topic/a\n\n\0").into()),
        4 => (0..3u8).prop_map(|n| format!("UNSUBSCRIBE\nid:{n}\nreceipt:u\n\n\0").into()),
        2 => Just(b"SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n\0".to_vec()),
        2 => Just(b"\n\r\n\n".to_vec()),
        1 => Just(b"DISCONNECT\nreceipt:bye\n\n\0".to_vec()),
        1 => Just(b"ACK\nid:1\nreceipt:x\n\n\0".to_vec()),
        1 => Just(b"BEGIN\ntransaction:t\n\n\0".to_vec()),
        1 => Just(b"SEND\ndestination:/topic/a\ntransaction:t\n\n\0".to_vec()),
        1 => Just(b"COMMIT\ntransaction:t\nreceipt:c\n\n\0".to_vec()),
        1 => Just(vec![b'\n'; 20_000]),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ];
    let connect = b"\nCONNECT\naccept-version:1.2\n\n\0".to_vec();
    (any::<bool>(), proptest::collection::vec(piece, 0..12)).prop_map(move |(begin, pieces)| {
        let first = if begin { connect.clone() } else { Vec::new() };
        [first, pieces.concat()].concat()
    })
}

/// Everything that came of `input` given in pieces of `size`.
fn run(input: &[u8], size: usize) -> (Vec<ServerEvent>, String) {
    let mut link = Link::new();
    let (mut events, mut out) = (Vec::new(), String::new());
    for piece in input.chunks(size) {
        link.say(piece);
        while let Some(event) = link.event() {
            answer(&mut link, &event);
            events.push(event);
        }
        out += &link.transmitted();
    }
    (events, out)
}

/// Every third request is refused, the others confirmed.
fn answer(link: &mut Link, event: &ServerEvent) {
    use chat_protocol::{chat::UserName, code::Code};
    match event {
        ServerEvent::Connect { .. } => {
            link.session.accept("s1", &UserName::parse("mina").unwrap(), link.now);
        }
        ServerEvent::Send { ticket, .. } if ticket.0 % 3 == 2 => {
            link.session.refuse(*ticket, Code::BadBody, "no", None);
        }
        ServerEvent::Send { ticket, .. }
        | ServerEvent::Subscribe { ticket, .. }
        | ServerEvent::Unsubscribe { ticket, .. }
        | ServerEvent::Settle { ticket, .. }
        | ServerEvent::Commit { ticket, .. }
        | ServerEvent::Disconnect { ticket } => link.session.confirm(*ticket, &[]),
        ServerEvent::Closed(_) => {}
    }
}

proptest! {
    #[test]
    fn any_split_of_the_input_gives_the_same_session(input in input(), size in 1usize..50) {
        prop_assert_eq!(run(&input, size), run(&input, usize::MAX));
    }

    #[test]
    fn l07_at_most_one_error_and_nothing_after_it(input in input(), size in 1usize..5000) {
        let (events, out) = run(&input, size);
        let frames: Vec<&str> = out.split_terminator('\0').collect();
        let errors = frames.iter().filter(|frame| frame.starts_with("ERROR\n")).count();
        let ended = events.iter().filter(|e| matches!(e, ServerEvent::Closed(_))).count();
        prop_assert!(errors <= ended && ended <= 1);
        if errors == 1 {
            prop_assert!(frames.last().is_some_and(|frame| frame.starts_with("ERROR\n")));
        }
    }
}
